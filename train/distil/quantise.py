"""Q4_0 as llama.cpp stores it, and training that already sees it.

A block of 32 weights along the input shares one float16 scale d; a weight is d * (q - 8), q in 0..15, where d is the
weight of largest magnitude divided by -8. Weights that were trained through this rounding lose nothing when they ship.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import parametrize

BLOCK = 32


def round_q4_0(weight: torch.Tensor) -> torch.Tensor:
    """The weights (..., K), K a multiple of 32, after a round trip through Q4_0; float32 in and out."""
    blocks = weight.reshape(-1, BLOCK)
    largest = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
    scale = largest / -8
    inverse = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
    quants = torch.floor(blocks * inverse + 8.5).clamp(0, 15)
    stored = scale.to(torch.float16).to(weight.dtype)
    return ((quants - 8) * stored).reshape(weight.shape)


class SeesQ4(nn.Module):
    """A parametrization: forward uses the rounded weight, the gradient passes straight through."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + (round_q4_0(weight) - weight).detach()


def quantised_modules(model: nn.Module) -> list[nn.Module]:
    """The modules whose weights ship in Q4_0: every linear layer and the embedding (tied to the head)."""
    return [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Embedding))]


def see_q4(model: nn.Module) -> None:
    """Makes the model train through Q4_0 rounding; the tied head keeps sharing the embedding's weight."""
    for module in quantised_modules(model):
        parametrize.register_parametrization(module, "weight", SeesQ4())


def fix_q4(model: nn.Module) -> None:
    """Ends that: the rounded weights become the weights."""
    for module in quantised_modules(model):
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
