"""MLC exports of tiny models against transformers, value by value and by logits; LoRA merges against peft."""

import json

import numpy as np
import pytest
import tiny
import torch
from safetensors.torch import load_file

from distil.checkpoint import Checkpoint
from distil.logits import compare, forward
from distil.merge import Merged
from distil.mlc import MlcWeights, write_weights
from distil.shapes import shape_of

TOKENS = [int(token) for token in np.random.default_rng(3).integers(0, 320, 80)]


def shape_at(folder):
    return shape_of(json.loads((folder / "config.json").read_text()))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_checkpoints_are_read_as_safetensors_reads_them(tmp_path, dtype):
    folder = tiny.save("qwen2", tmp_path, dtype, split="100KB")
    assert (folder / "model.safetensors.index.json").is_file()
    weights = Checkpoint(folder)
    expected = {key: value for file in weights.files for key, value in load_file(file).items()}
    assert weights.names() == set(expected)
    for name, value in expected.items():
        assert np.array_equal(weights.read(name), value.float().numpy()), name
        assert np.array_equal(weights.read(name, 3, 7), value[3:7].float().numpy()), name


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_plain_forward_pass_is_transformers(tmp_path, kind):
    folder = tiny.save(kind, tmp_path)
    weights = Checkpoint(folder)
    model = tiny.load(tiny.build(kind), weights)
    difference = compare(tiny.logits(model, TOKENS), forward(shape_at(folder), weights, TOKENS))
    assert difference.largest < 1e-4 < difference.spread
    assert difference.same_choice == 1


def by_hand(weight, form):
    """MLC's rule for one tensor, in torch, weight by weight."""
    dtype = {"q4f16_1": torch.float16, "q4f32_1": torch.float32}[form]
    groups = torch.from_numpy(weight).reshape(-1, 32)
    scale = (groups.abs().amax(1, keepdim=True) / 7).to(dtype)
    nibbles = (torch.round(groups / scale.float()) + 7).clamp(0, 14)
    return ((nibbles - 7).to(dtype) * scale).float().reshape(weight.shape).numpy()


@pytest.mark.parametrize("form", ["q4f16_1", "q4f32_1"])
@pytest.mark.parametrize("kind", tiny.KINDS)
def test_dequantised_weights_and_their_logits(tmp_path, kind, form):
    folder = tiny.save(kind, tmp_path / "checkpoint")
    shape, source = shape_at(folder), Checkpoint(folder)
    write_weights(source, shape, tmp_path / form, form, limit=20_000, say=lambda _: None)
    exported = MlcWeights(tmp_path / form, shape)
    for name in exported.names():
        original = source.read(name)
        rounded = np.float16 if form == "q4f16_1" else np.float32
        expected = by_hand(original, form) if original.ndim == 2 else original.astype(rounded)
        assert np.array_equal(exported.read(name), expected), name
    model = tiny.load(tiny.build(kind), exported)
    assert compare(tiny.logits(model, TOKENS), forward(shape, exported, TOKENS)).largest < 1e-4


def lora(folder, dtype):
    """A seeded adapter on the seven projections, written by peft; returns the base with it merged, by peft."""
    from peft import LoraConfig, get_peft_model

    seven = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    config = LoraConfig(r=4, lora_alpha=12, target_modules=seven, use_rslora=True)
    model = get_peft_model(tiny.build("qwen2").to(dtype), config)
    torch.manual_seed(11)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn_like(parameter) * 0.2)
    model.save_pretrained(folder)
    return model.merge_and_unload()


def test_an_adapter_is_merged_as_peft_merges_it(tmp_path):
    base = tiny.save("qwen2", tmp_path / "base")
    reference = lora(tmp_path / "adapter", torch.bfloat16).state_dict()
    merged = Merged(Checkpoint(base), tmp_path / "adapter")
    changed = 0
    for name in merged.names():
        value, expected = merged.read(name), reference[name].float().numpy()
        # one bfloat16 step: peft rounds the product before it adds, here the sum is rounded once
        assert np.all(np.abs(value - expected) <= 2.0**-6 * np.maximum(np.abs(value), np.abs(expected)) + 2.0**-7), name
        changed += not np.array_equal(value, Checkpoint(base).read(name))
        assert np.array_equal(torch.from_numpy(value).bfloat16().float().numpy(), value), name
    assert changed == 2 * 7
    model = tiny.load(tiny.build("qwen2"), merged)
    exact = lora(tmp_path / "again", torch.float32)
    assert compare(tiny.logits(exact, TOKENS), tiny.logits(model, TOKENS)).divergence < 1e-2


def test_a_merged_value_is_the_exact_sum_rounded_once(tmp_path):
    base = tiny.save("qwen2", tmp_path / "base")
    lora(tmp_path / "adapter", torch.bfloat16)
    pairs = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    module = "base_model.model.model.layers.1.mlp.down_proj"
    up, down = (pairs[f"{module}.lora_{part}.weight"].double() for part in "BA")
    name = "model.layers.1.mlp.down_proj.weight"
    exact = torch.from_numpy(Checkpoint(base).read(name)).double() + 12 / 2 * up @ down
    merged = Merged(Checkpoint(base), tmp_path / "adapter").read(name)
    assert np.mean(merged == exact.bfloat16().float().numpy()) > 0.999


def test_adapters_of_other_kinds_are_refused(tmp_path):
    base = Checkpoint(tiny.save("qwen2", tmp_path / "base"))
    lora(tmp_path / "adapter", torch.bfloat16)
    path = tmp_path / "adapter" / "adapter_config.json"
    config = json.loads(path.read_text())
    for change in ({"use_dora": True}, {"peft_type": "IA3"}, {"bias": "all"}, {"init_lora_weights": "pissa"}):
        path.write_text(json.dumps(config | change))
        with pytest.raises(ValueError, match="adapter"):
            Merged(base, tmp_path / "adapter")
