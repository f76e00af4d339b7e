"""Rounding in training equals the rounding of the exported file, and a model trained through it ships unchanged."""

import gguf
import numpy as np
import pytest
import torch
from torch import nn

from distil.export import interleave
from distil.load import separate
from distil.quantise import fix_q4, round_q4_0, see_q4

Q4_0 = gguf.GGMLQuantizationType.Q4_0


@pytest.mark.parametrize("scale", [1e-4, 0.02, 1.0, 50.0])
def test_rounding_is_llama_cpps(scale):
    weight = torch.randn(48, 96, generator=torch.Generator().manual_seed(1)) * scale
    weight[0] = 0
    stored = gguf.quants.dequantize(gguf.quants.quantize(weight.numpy(), Q4_0), Q4_0)
    assert np.array_equal(round_q4_0(weight).numpy(), stored)


def test_rounding_twice_changes_nothing():
    once = round_q4_0(torch.randn(32, 64, generator=torch.Generator().manual_seed(2)))
    assert torch.equal(round_q4_0(once), once)


def test_gradients_pass_and_a_tied_head_stays_tied():
    embedding, head = nn.Embedding(64, 32), nn.Linear(32, 64, bias=False)
    head.weight = embedding.weight
    model = nn.Sequential(embedding, head)
    see_q4(model)
    parameters = list(model.parameters())
    assert len({id(parameter) for parameter in parameters}) == 1
    model(torch.tensor([1, 2, 3])).square().sum().backward()
    assert parameters[0].grad is not None
    assert parameters[0].grad.abs().sum() > 0
    fix_q4(model)
    assert torch.equal(embedding.weight, head.weight)
    assert torch.equal(round_q4_0(embedding.weight.detach()), embedding.weight)


def test_rotary_order_is_undone():
    weight = np.arange(24 * 5, dtype=np.float32).reshape(24, 5)
    assert np.array_equal(separate(interleave(weight, 3), 3), weight)
    assert not np.array_equal(interleave(weight, 3), weight)
