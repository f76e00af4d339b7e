"""The libraries that ship: their records are true; one is built again, does the same, and computes what numpy does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import reference
import webllm
from modellib.build import build_library
from modellib.config import ModelConfig, load, parameters
from modellib.model import metadata

ROOT = Path(__file__).parent.parent
BUILT = sorted((ROOT / "built").glob("*.wasm"))
#: The one that is built again, and runs at full size on the software adapter.
SMALL = ROOT / "built" / "smollm2-135m-q4f32.wasm"
#: 150 is two chunks of the prefill; the browser tests of the engines go to 900.
LENGTHS = (8, 150)
TOLERANCE = 5e-3


def record_of(library: Path) -> dict:
    """Return the record beside a library."""
    return json.loads(library.with_suffix(".json").read_text())


def test_there_are_libraries() -> None:
    assert SMALL in BUILT


@pytest.mark.parametrize("library", BUILT, ids=lambda path: path.stem)
def test_record_fits_the_file(library: Path) -> None:
    record, content = record_of(library), library.read_bytes()
    assert record["bytes"] == len(content)
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    config = ModelConfig(**record["config"])
    assert library.stem.endswith(config.quantization)
    words = record["command"].split()
    source = ROOT / Path(next(word for word in words if word.endswith(".json"))).relative_to("models/library")
    assert config == load(source, config.zero_point, config.prefill_chunk, config.quantization)
    # What WebLLM will read, and the shaders' number type, are in the file as text.
    assert json.dumps(metadata(config)).encode() in content
    assert (b"enable f16;" in content) == (config.quantization == "q4f16")


def test_bindings_of_the_3b_need_more_than_the_least_that_webgpu_promises() -> None:
    config = load(ROOT / "configs" / "qwen2.5-3b.json", 8, 512)
    largest = max(parameters(config), key=lambda p: int(np.prod(p.shape)))
    assert largest.name == "model.embed_tokens.q_weight"
    assert np.prod(largest.shape) * 4 == 155_582_464 > 128 << 20


def test_built_again_it_does_the_same_and_what_numpy_does(tmp_path: Path) -> None:
    config = ModelConfig(**record_of(SMALL)["config"])
    again = tmp_path / "again.wasm"
    build_library(config, again)
    assert abs(again.stat().st_size - SMALL.stat().st_size) < 4096
    shipped, weights = reference.random_weights(config, seed=1)
    webllm.write_model(config, shipped, tmp_path / "model", context=1024)
    random = np.random.default_rng(2)
    prompts = [random.integers(0, config.vocabulary, n).tolist() for n in LENGTHS]
    requests = [{"prompt": webllm.prompt(ids), "max_tokens": 2, "temperature": 0} for ids in prompts]
    _, runs, _ = webllm.complete(tmp_path / "model", SMALL, requests, 1024, tmp_path)
    _, same, _ = webllm.complete(tmp_path / "model", again, requests[:1], 1024, tmp_path)
    assert same[0].tokens == runs[0].tokens
    np.testing.assert_allclose(same[0].logits, runs[0].logits, atol=1e-5)
    for ids, run in zip(prompts, runs, strict=True):
        expected = reference.logits(config, weights, ids + run.tokens[:-1], last=2)
        assert np.abs(expected - run.logits).max() < TOLERANCE
        assert expected.argmax(axis=1).tolist() == run.tokens
