"""What `train export` writes beside the weights: entries that travel with their folder; and stopped exports go on."""

import json

import pytest
import tiny

from distil import shards
from distil.checkpoint import Checkpoint
from distil.entry import About
from distil.mlc import write_weights
from distil.publish import open_source, run
from distil.shapes import shape_of


def test_addresses_are_relative_to_the_catalogue(tmp_path):
    source = open_source(tiny.save("qwen2", tmp_path / "checkpoint"))
    about = About(name="mine", title="Mine", description="", licence="Apache-2.0", context=128)
    run(source, about, ["mlc-q4f32_1", "gguf-q4_0"], tmp_path / "out", measure=False)
    folder = tmp_path / "out" / "mine"
    models = json.loads((folder / "catalogue.json").read_text())["models"]
    by_engine = {model["engine"]: model for model in models}
    mlc, gguf = by_engine["webllm"], by_engine["wllama"]
    assert mlc["group"] == gguf["group"]
    assert (folder / gguf["source"]["address"]).is_file()
    for file in mlc["files"]:
        assert (folder / mlc["address"] / file["name"]).stat().st_size == file["bytes"]


def test_a_stopped_export_goes_on_where_it_was(tmp_path, monkeypatch):
    folder = tiny.save("llama", tmp_path / "checkpoint")
    shape, weights = shape_of(json.loads((folder / "config.json").read_text())), Checkpoint(folder)

    def export(place, say=lambda _: None):
        return write_weights(weights, shape, tmp_path / place, "q4f32_1", limit=20_000, say=say)

    names = export("whole")
    assert len(names) > 2
    written = 0

    class Stopped(Exception):
        pass

    def stop(_):
        nonlocal written
        written += 1
        if written == 2:
            raise Stopped

    with pytest.raises(Stopped):
        export("stopped", stop)
    assert not (tmp_path / "stopped" / shards.TENSOR_CACHE).exists()
    rest = export("stopped")
    assert 0 < len(rest) < len(names)
    damaged = tmp_path / "stopped" / names[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\xff")
    assert export("stopped") == [names[0]]
    for name in [*names, shards.TENSOR_CACHE]:
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
