"""GGUF exports of tiny models, and the starter's tokenizer, as transformers reads them."""

import json

import gguf
import numpy as np
import pytest
import tiny
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from distil.base import base_gguf
from distil.entry import MODELS, About
from distil.gguf_file import write_gguf
from distil.logits import compare
from distil.publish import SAMPLE, TARGETS, open_source, run

TOKENS = [int(token) for token in np.random.default_rng(5).integers(0, 310, 60)]
TEXT = "Roll 21 dice, don't take 105!\n  def f(x_1):\n\treturn 'ß é 棋'  # <|im_end|> 3.50"


def write(kind, tmp_path, form, split=10**9):
    source = open_source(tiny.save(kind, tmp_path / "checkpoint"))
    write_gguf(source.weights, source.shape, source.texts, tmp_path / form, kind, form, split, say=lambda _: None)
    return source, tmp_path / form


@pytest.mark.parametrize("form", ["q4_0", "q8_0"])
@pytest.mark.parametrize("kind", [kind for kind in tiny.KINDS if kind != "llama3-rope"])
def test_transformers_reads_the_same_model(tmp_path, kind, form):
    source, folder = write(kind, tmp_path, form)
    (path,) = folder.glob("*.gguf")
    loaded = AutoModelForCausalLM.from_pretrained(folder, gguf_file=path.name, dtype=torch.float32).eval()
    expected = tiny.build(kind).float()
    state = {}
    for name in source.shape.sources():
        value, quant = source.weights.read(name), gguf.GGMLQuantizationType[form.upper()]
        stored = gguf.quants.dequantize(gguf.quants.quantize(value, quant), quant) if value.ndim == 2 else value
        state[name] = torch.from_numpy(stored.reshape(value.shape))
    expected.load_state_dict(state, strict=False)
    expected.tie_weights()
    ours = loaded.state_dict()
    for name, value in state.items():
        assert torch.equal(ours[name], value), name
    assert compare(tiny.logits(expected, TOKENS), tiny.logits(loaded, TOKENS)).largest < 1e-4


def test_stretched_rotary_positions_are_written_as_factors(tmp_path):
    _, folder = write("llama3-rope", tmp_path, "q8_0")
    (path,) = folder.glob("*.gguf")
    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    rotary = tiny.build("llama3-rope").model.rotary_emb.inv_freq.double().numpy()
    plain = 500000.0 ** (-np.arange(0, 16, 2) / 16)
    assert np.allclose(plain / tensors["rope_freqs.weight"].data, rotary, rtol=1e-5)
    assert tensors["rope_freqs.weight"].data.max() == 8


def test_parts_and_manifest(tmp_path):
    _, folder = write("qwen2", tmp_path, "q8_0", split=40_000)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(manifest["files"]) > 2
    names = [tensor.name for file in manifest["files"] for tensor in gguf.GGUFReader(folder / file["name"]).tensors]
    assert len(names) == len(set(names)) == 2 + 2 * 12
    for file in manifest["files"]:
        assert (folder / file["name"]).stat().st_size == file["bytes"]


def test_the_vocabulary_is_filled_up_and_typed(tmp_path):
    _, folder = write("llama", tmp_path, "q4_0")
    (path,) = folder.glob("*.gguf")
    fields = {key: field.contents() for key, field in gguf.GGUFReader(path).fields.items()}
    tokens, types = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    assert len(tokens) == len(types) == 320
    assert tokens[:3] == ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    assert types[:3] == [3, 3, 3]
    assert (tokens[-1], types[-1]) == ("[PAD319]", 5)
    assert (fields["tokenizer.ggml.pre"], fields["tokenizer.ggml.eos_token_id"]) == ("smollm", 2)
    fast = AutoTokenizer.from_pretrained(tmp_path / "checkpoint")
    assert AutoTokenizer.from_pretrained(folder, gguf_file=path.name)(TEXT).input_ids == fast(TEXT).input_ids


@pytest.fixture(scope="module")
def starters_tokenizers():
    ours = Tokenizer.from_str(json.dumps(open_source(MODELS / "starter").texts["tokenizer"]))
    return ours, AutoTokenizer.from_pretrained(base_gguf().parent, gguf_file=base_gguf().name)


@pytest.mark.parametrize("text", [TEXT, SAMPLE, "seven 7 77 777", "<|im_start|>user\nNim<|im_end|>\n"])
def test_the_starters_tokenizer_is_the_one_it_was_trained_with(text, starters_tokenizers):
    ours, trained = starters_tokenizers
    assert ours.encode(text).ids == trained(text, add_special_tokens=False).input_ids
    assert ours.decode(ours.encode(text).ids, skip_special_tokens=False) == text


def test_one_export_of_every_format(tmp_path):
    source = open_source(tiny.save("qwen2", tmp_path / "checkpoint"))
    about = About("tiny", "Tiny", "A test.", "Apache-2.0", "https://example.org", context=128)
    report = run(source, about, list(TARGETS), tmp_path)
    assert set(report) == {"mlc-q4f16_1", "mlc-q4f32_1"}
    for found in report.values():
        assert 0 < found["rms"] < found["spread"]
    models = json.loads((tmp_path / "tiny" / "catalogue.json").read_text())["models"]
    assert len(models) == 4
    assert json.loads((tmp_path / "tiny" / "report.json").read_text()) == report
