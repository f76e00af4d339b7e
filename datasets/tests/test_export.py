"""Exports to MLC without torch: exact groups, whole and resumable files, shapes, entries."""

import hashlib
import json
import struct
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
from distil.checkpoint import Checkpoint, from_bfloat16, to_bfloat16
from distil.entry import About, gguf_entry, mlc_entry, record
from distil.gguf_source import GgufWeights
from distil.groups import ACTIVATION, dequantise, from_q4_0, pack, quantise, unpack
from distil.load import separate
from distil.logits import forward
from distil.mlc import MlcWeights, write_weights
from distil.publish import Source, open_source, run, write_mlc
from distil.shapes import Shape, shape_of
from distil.shards import SHARD_BYTES, plan
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
SHIPPED = {model["id"]: model for model in json.loads((ROOT / "models/catalogue.json").read_text())["models"]}
Q4_0 = gguf.GGMLQuantizationType.Q4_0
FORMS = sorted(ACTIVATION)
#: config.json of Qwen2.5-3B.
QWEN_3B = {
    "model_type": "qwen2",
    "hidden_size": 2048,
    "intermediate_size": 11008,
    "num_hidden_layers": 36,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1000000.0,
    "tie_word_embeddings": True,
    "eos_token_id": 151645,
}
TINY = QWEN_3B | {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "vocab_size": 200,
    "max_position_embeddings": 64,
    "eos_token_id": 2,
}
#: Bytes of a shard in these tests: enough shards to lose some.
LIMIT = 10_000
ABOUT = About("tiny", "Tiny", "A test.", "Apache-2.0", context=64)


def save(folder: Path, config: dict, seed: int = 0) -> Path:
    """A random bfloat16 checkpoint of the config, written as the safetensors format says."""
    folder.mkdir(parents=True, exist_ok=True)
    random, shape = np.random.default_rng(seed), shape_of(config)
    head, blobs, offset = {}, [], 0
    for parameter in shape.parameters():
        for source in parameter.sources:
            rows = shape.rows(source) if len(parameter.sources) > 1 else parameter.shape[0]
            size = (rows, *parameter.shape[1:])
            blob = to_bfloat16(random.standard_normal(size, np.float32) / 8 + (len(size) == 1)).tobytes()
            head[source] = {"dtype": "BF16", "shape": list(size), "data_offsets": [offset, offset + len(blob)]}
            blobs.append(blob)
            offset += len(blob)
    text = json.dumps(head).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def export(checkpoint: Path, folder: Path, form: str = "q4f32_1", limit: int = LIMIT) -> list[str]:
    shape = shape_of(json.loads((checkpoint / "config.json").read_text()))
    return write_weights(Checkpoint(checkpoint), shape, folder, form, limit=limit, say=lambda _: None)


# Groups


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 3))
def test_nibbles_are_packed_lowest_bits_first(seed, rows, groups):
    nibbles = np.random.default_rng(seed).integers(0, 16, (rows, 32 * groups), np.uint8)
    words = pack(nibbles)
    assert words.shape == (rows, 4 * groups)
    assert np.array_equal(unpack(words), nibbles)
    for place in range(8):
        assert np.array_equal((words >> (4 * place)) & 15, nibbles[:, place::8])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1e-3, 1.0, 300.0])
def test_mlc_rounding_is_within_half_a_step(form, size):
    weight = np.random.default_rng(1).standard_normal((40, 96), np.float32) * np.float32(size)
    weight[3] = 0
    words, scale = quantise(weight, form)
    assert scale.dtype == ACTIVATION[form]
    assert unpack(words).max() <= 14
    blocks = np.abs(weight).reshape(40, 3, 32).max(axis=2)
    assert np.allclose(scale, blocks / 7, rtol=1e-3 if form == "q4f16_1" else 1e-6)
    error = np.abs(dequantise(words, scale) - weight).reshape(40, 3, 32)
    assert np.all(error <= (blocks / 7 * 0.505)[..., None])
    assert not dequantise(words, scale)[3].any()


@pytest.mark.parametrize("form", FORMS)
def test_q4_0_blocks_keep_every_weight(form):
    blocks = np.random.default_rng(2).integers(0, 256, (50, 4 * 18), np.uint8)
    scales = np.random.default_rng(3).standard_normal((50, 4)).astype(np.float16)
    blocks.reshape(50, 4, 18)[..., :2] = scales[..., None].view(np.uint8).reshape(50, 4, 2)
    words, scale = from_q4_0(blocks, form)
    assert set(np.unique(unpack(words))) == set(range(16))
    assert np.array_equal(scale, -scales)
    expected = gguf.quants.dequantize(blocks, Q4_0)
    rounded = expected.astype(ACTIVATION[form]).astype(np.float32)
    assert np.array_equal(dequantise(words, scale), rounded)


@pytest.mark.parametrize("form", FORMS)
def test_q4_0_rounding_is_llama_cpps_and_nearer_than_mlcs(form):
    weight = np.random.default_rng(4).standard_normal((64, 256), np.float32)
    weight[5, :32] = 0
    stored = from_q4_0(gguf.quants.quantize(weight, Q4_0), form)
    ours = quantise(weight, form, "q4_0")
    assert np.array_equal(dequantise(*ours), dequantise(*stored))
    errors = [np.square(dequantise(*quantise(weight, form, rule)) - weight).mean() for rule in ("q4_0", "mlc")]
    assert errors[0] < errors[1]


def test_bfloat16_goes_there_and_back():
    bits = np.arange(1 << 16, dtype=np.uint16)
    finite = bits[np.isfinite(from_bfloat16(bits))]
    assert np.array_equal(to_bfloat16(from_bfloat16(finite)), finite)
    # half-way between two neighbours goes to the even one
    assert to_bfloat16(np.float32([1 + 2**-8, 1 + 3 * 2**-8])).tolist() == [0x3F80, 0x3F82]


# Files


@pytest.mark.parametrize("form", FORMS)
def test_the_cache_lists_what_the_shards_hold(tmp_path, form):
    checkpoint = save(tmp_path / "checkpoint", TINY)
    assert len(export(checkpoint, tmp_path, form)) > 5
    cache = json.loads((tmp_path / "tensor-cache.json").read_text())
    seen, total = set(), 0
    for shard in cache["records"]:
        data = (tmp_path / shard["dataPath"]).read_bytes()
        assert len(data) == shard["nbytes"] <= LIMIT
        assert hashlib.md5(data).hexdigest() == shard["md5sum"]
        end = 0
        for tensor in shard["records"]:
            assert (tensor["byteOffset"], tensor["format"]) == (end, "raw")
            assert tensor["nbytes"] == np.prod(tensor["shape"]) * np.dtype(tensor["dtype"]).itemsize
            end += tensor["nbytes"]
            seen.add(tensor["name"])
        assert end == shard["nbytes"]
        total += end
    assert (cache["metadata"]["ParamSize"], cache["metadata"]["ParamBytes"]) == (len(seen), total)
    # four bits and a share of a scale; norms and biases are few
    assert 4.5 < cache["metadata"]["BitsPerParam"] < 5.3
    attention = "model.layers.2.self_attn.c_attn"
    for name in (f"{attention}.q_weight", f"{attention}.q_scale", f"{attention}.bias", "model.norm.weight"):
        assert name in seen
    assert not any("q_proj" in name or "lm_head" in name for name in seen)


def test_stacked_rows_are_query_key_value_and_gate_up(tmp_path):
    checkpoint = save(tmp_path / "checkpoint", TINY)
    export(checkpoint, tmp_path)
    weights, exported = Checkpoint(checkpoint), MlcWeights(tmp_path, shape_of(TINY))
    for stem, parts in (("self_attn.c_attn", "qkv"), ("mlp.gate_up_proj", ("gate", "up"))):
        prefix = f"model.layers.1.{stem}"
        parent = prefix.rsplit(".", 1)[0]
        whole = np.concatenate([weights.read(f"{parent}.{part}_proj.weight") for part in parts])
        stored = [exported.stored(f"{prefix}.{kind}", 0, len(whole)) for kind in ("q_weight", "q_scale")]
        for ours, expected in zip(stored, quantise(whole, "q4f32_1"), strict=True):
            assert np.array_equal(ours, expected)


def test_a_run_goes_on_where_the_last_one_ended(tmp_path):
    checkpoint, out = save(tmp_path / "checkpoint", TINY), tmp_path / "out"
    names = export(checkpoint, out)
    contents = {path.name: path.read_bytes() for path in out.iterdir()}
    assert export(checkpoint, out) == []
    (out / names[1]).unlink()
    damaged = bytearray(contents[names[3]])
    damaged[100] ^= 1
    (out / names[3]).write_bytes(damaged)
    (out / "tensor-cache.json").unlink()
    (out / f"{names[4]}.part").write_bytes(b"cut short")
    kept = {name: (out / name).stat().st_mtime_ns for name in (names[0], names[2])}
    assert export(checkpoint, out) == [names[1], names[3]]
    assert kept == {name: (out / name).stat().st_mtime_ns for name in kept}
    for name, content in contents.items():
        assert (out / name).read_bytes() == content, name


def test_a_run_that_is_stopped_keeps_its_finished_shards(tmp_path):
    checkpoint, out = save(tmp_path / "checkpoint", TINY), tmp_path / "out"
    said = []

    def stop_at_three(text):
        said.append(text)
        if len(said) == 3:
            raise KeyboardInterrupt  # as Ctrl+C does

    with pytest.raises(KeyboardInterrupt):
        write_weights(Checkpoint(checkpoint), shape_of(TINY), out, "q4f32_1", limit=LIMIT, say=stop_at_three)
    assert not (out / "tensor-cache.json").exists()
    rest, all_shards = export(checkpoint, out), export(checkpoint, tmp_path / "whole")
    assert rest == all_shards[3:]
    for path in (tmp_path / "whole").iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()


def test_other_weights_or_another_format_make_all_shards_again(tmp_path):
    out = tmp_path / "out"
    every = export(save(tmp_path / "one", TINY), out)
    assert export(save(tmp_path / "two", TINY, seed=1), out) == every
    assert export(tmp_path / "two", out, "q4f16_1")[0] == every[0]
    assert export(tmp_path / "two", out, "q4f16_1", limit=10**6) == every[:1]
    assert [path.name for path in out.glob("params_shard_*")] == every[:1]


def test_broken_checkpoints_are_refused_with_the_reason(tmp_path):
    checkpoint = save(tmp_path / "checkpoint", TINY)
    for config, why in ((TINY | {"num_hidden_layers": 4}, "lacks"), (TINY | {"num_hidden_layers": 2}, "config does not")):
        (checkpoint / "config.json").write_text(json.dumps(config))
        with pytest.raises(ValueError, match=why):
            export(checkpoint, tmp_path / "out")
    (checkpoint / "config.json").write_text(json.dumps(TINY))
    path = checkpoint / "model.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(ValueError, match="cut short"):
        export(checkpoint, tmp_path / "out")
    path.write_bytes(whole[:-200_000] + b"\xff" * 200_000)
    with pytest.raises(ValueError, match="not finite"):
        export(checkpoint, tmp_path / "out")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"model_type": "mistral"}, "model_type"),
        ({"use_sliding_window": True}, "sliding"),
        ({"hidden_act": "gelu"}, "activation"),
        ({"rope_scaling": {"rope_type": "yarn"}}, "yarn"),
        ({"intermediate_size": 100}, "multiples of 32"),
        ({"quantization_config": {"bits": 4}}, "quantised"),
    ],
)
def test_other_architectures_are_refused(change, why):
    with pytest.raises(ValueError, match=why):
        shape_of(TINY | change)


# Entries


@pytest.mark.parametrize("form", FORMS)
def test_the_plan_of_the_3b_has_the_bytes_of_the_shipped_entry(form):
    shards = plan(shape_of(QWEN_3B).parameters(), form)
    shipped = SHIPPED[f"Qwen2.5-3B-Instruct-{form}-MLC"]
    sizes = [sum(tensor.nbytes for tensor in tensors) for tensors in shards]
    assert sum(sizes) == shipped["totalBytes"]
    assert max(tensor.nbytes for tensors in shards for tensor in tensors) == shipped["largestBindingBytes"]
    assert all(size <= SHARD_BYTES or len(tensors) == 1 for size, tensors in zip(sizes, shards, strict=True))


def test_entries_have_the_fields_of_the_shipped_ones(tmp_path):
    source = Source(Checkpoint(save(tmp_path / "c", TINY)), shape_of(TINY), TEXTS)
    write_mlc(source, tmp_path / "mlc", "q4f16_1", "mlc", 64, say=lambda _: None)
    entry = mlc_entry(ABOUT, source.shape, "q4f16_1", tmp_path / "mlc", "models/distilled/tiny/mlc-q4f16_1")
    assert entry.keys() == SHIPPED["Qwen2.5-3B-Instruct-q4f16_1-MLC"].keys()
    for file in entry["files"]:
        data = (tmp_path / "mlc" / file["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
    config = json.loads((tmp_path / "mlc" / "mlc-chat-config.json").read_text())
    assert (config["vocab_size"], config["context_window_size"], config["model_type"]) == (200, 64, "qwen2")
    assert config["conv_template"]["stop_token_ids"] == [2]
    assert set(config["tokenizer_files"]) <= {path.name for path in (tmp_path / "mlc").iterdir()}
    other = gguf_entry(ABOUT, "q8_0", "models/distilled/tiny/gguf-q8_0")
    assert other.keys() == SHIPPED["starter"].keys()
    for _ in range(2):
        record(tmp_path, entry)
        record(tmp_path, other)
    listed = json.loads((tmp_path / "catalogue.json").read_text())
    assert [model["id"] for model in listed["models"]] == ["tiny-q4f16_1-MLC", "tiny-q8_0-GGUF"]


@pytest.mark.parametrize("form", FORMS)
def test_a_tuned_3b_gets_the_prebuilt_library(tmp_path, form):
    shape: Shape = shape_of(QWEN_3B)
    (tmp_path / "tensor-cache.json").write_text(json.dumps({"records": [{"dataPath": "a", "records": [{"nbytes": 9}]}]}))
    for name in ("a", "mlc-chat-config.json", "tokenizer.json"):
        (tmp_path / name).write_text("x")
    shipped = SHIPPED[f"Qwen2.5-3B-Instruct-{form}-MLC"]
    entry = mlc_entry(ABOUT, shape, form, tmp_path, "models/distilled/tiny/x")
    assert entry["library"] == shipped["library"]
    assert entry["vramMb"] < shipped["vramMb"]
    assert entry["requiredFeatures"] == shipped["requiredFeatures"]


# The starter


TEXTS = {"tokenizer": {}, "tokenizer_config": {}, "config": TINY, "generation": {}}


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    source = open_source(ROOT / "models" / "starter")
    folder = tmp_path_factory.mktemp("starter")
    write_mlc(source, folder, "q4f32_1", "mlc", 2048, say=lambda _: None)
    return source, folder


def test_the_starters_weights_are_the_same_in_both_layouts(starter):
    source, folder = starter
    exported = MlcWeights(folder, source.shape)
    assert isinstance(source.weights, GgufWeights)
    assert exported.names() == source.weights.names()
    for name in exported.names():
        assert np.array_equal(exported.read(name), source.weights.read(name)), name


def test_the_starters_rotary_rows_are_in_hugging_faces_order(starter):
    source, _ = starter
    parts = [gguf.GGUFReader(path) for path in source.weights.files]
    tensors = {tensor.name: tensor for part in parts for tensor in part.tensors}
    for name, heads in (("q", 9), ("k", 3)):
        stored = gguf.quants.dequantize(tensors[f"blk.4.attn_{name}.weight"].data, Q4_0)
        assert np.array_equal(source.weights.read(f"model.layers.4.self_attn.{name}_proj.weight"), separate(stored, heads))


def test_both_layouts_of_the_starter_choose_the_same_tokens(starter):
    source, folder = starter
    tokens = [1, 4093, 198, 2683, 504, 1398, 2]
    logits = [forward(source.shape, weights, tokens) for weights in (source.weights, MlcWeights(folder, source.shape))]
    assert np.array_equal(*logits)
    assert logits[0].std() > 1


def test_exports_of_shipped_weights_take_no_adapter():
    with pytest.raises(ValueError, match="adapter"):
        open_source(ROOT / "models" / "starter", Path("adapter"))


def test_a_whole_export_writes_folder_and_entry(tmp_path, starter):
    run(starter[0], ABOUT, ["mlc-q4f16_1"], tmp_path, measure=False)
    folder = tmp_path / "tiny" / "mlc-q4f16_1"
    listed = json.loads((tmp_path / "tiny" / "catalogue.json").read_text())["models"]
    assert [model["address"] for model in listed] == ["mlc-q4f16_1"]
    assert all((folder / file["name"]).stat().st_size == file["bytes"] for file in listed[0]["files"])


# The command


def command(*args: str | Path) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "distil", "export", *map(str, args)]
    return subprocess.run(line, cwd=ROOT / "train", capture_output=True, text=True, timeout=120, check=False)


def test_the_command_writes_a_model_with_its_entry(tmp_path):
    checkpoint = save(tmp_path / "checkpoint", TINY)
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}
    (checkpoint / "tokenizer.json").write_text(json.dumps({"model": model, "decoder": byte_level, "added_tokens": []}))
    options = ("--name", "mine", "--context", "64", "--no-compare", "--out", tmp_path)
    done = command("--checkpoint", checkpoint, "--to", "mlc-q4f16_1", "mlc-q4f32_1", *options)
    assert done.returncode == 0, done.stderr
    models = json.loads((tmp_path / "mine" / "catalogue.json").read_text())["models"]
    assert [(model["id"], model["answerTokens"]) for model in models] == [
        ("mine-q4f16_1-MLC", 24),
        ("mine-q4f32_1-MLC", 24),
    ]


def test_the_command_says_what_is_wrong(tmp_path):
    done = command("--checkpoint", tmp_path, "--to", "mlc-q4f16_1", "--out", tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "export: no config.json in" in done.stderr
