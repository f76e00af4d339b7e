"""A plain forward pass in NumPy that reads each matrix when it needs it, to compare weights of any size by logits.

Attention with grouped keys (Ainslie et al. 2023), rotary positions (Su et al. 2021, section 3.4) in Hugging Face's
order of halves, RMS norms before each block, SwiGLU.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from distil.checkpoint import Weights
from distil.shapes import Shape

#: Rows of the head that are read at a time.
HEAD_ROWS = 8192


def frequencies(shape: Shape) -> np.ndarray:
    """Radians a position of each pair of a head, (head / 2,), float64; stretched as Llama 3.1 does where asked."""
    plain = shape.rope_theta ** (-np.arange(0, shape.head, 2) / shape.head)
    scaling = shape.rope_scaling
    if scaling is None:
        return plain
    turns = scaling.original_max_position_embeddings * plain / (2 * math.pi)
    smooth = (turns - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor)
    smooth = smooth.clip(0, 1)
    return smooth * plain + (1 - smooth) * plain / scaling.factor


def normalise(x: np.ndarray, weight: np.ndarray, epsilon: float) -> np.ndarray:
    return x / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + np.float32(epsilon)) * weight


def rotate(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """x (T, heads, head), angles (T, head / 2)."""
    cosine, sine = (function(angles)[:, None, :].astype(np.float32) for function in (np.cos, np.sin))
    left, right = np.split(x, 2, axis=-1)
    return np.concatenate([left * cosine - right * sine, right * cosine + left * sine], axis=-1)


def attend(shape: Shape, weights: Weights, prefix: str, x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Causal self-attention of (T, hidden)."""
    tokens = len(x)

    def project(name: str, heads: int) -> np.ndarray:
        y = x @ weights.read(f"{prefix}.{name}.weight").T
        if shape.biases:
            y = y + weights.read(f"{prefix}.{name}.bias")
        return y.reshape(tokens, heads, shape.head)

    query = rotate(project("q_proj", shape.heads), angles)
    key = rotate(project("k_proj", shape.key_heads), angles)
    value = project("v_proj", shape.key_heads)
    share = shape.heads // shape.key_heads
    key, value = np.repeat(key, share, axis=1), np.repeat(value, share, axis=1)
    scores = np.einsum("qhd,khd->hqk", query, key) / np.float32(math.sqrt(shape.head))
    scores = np.where(np.tri(tokens, dtype=bool), scores, np.float32(-np.inf))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed = np.einsum("hqk,khd->qhd", scores, value).reshape(tokens, -1)
    return mixed @ weights.read(f"{prefix}.o_proj.weight").T


def forward(
    shape: Shape, weights: Weights, tokens: list[int], say: Callable[[str], None] = lambda _: None
) -> np.ndarray:
    """Logits (T, vocabulary), float32, of one sequence of T token ids; one matrix in memory at a time."""
    x = np.concatenate([weights.read("model.embed_tokens.weight", token, token + 1) for token in tokens])
    angles = np.arange(len(tokens))[:, None] * frequencies(shape)
    for layer in range(shape.layers):
        prefix = f"model.layers.{layer}"
        y = normalise(x, weights.read(f"{prefix}.input_layernorm.weight"), shape.epsilon)
        x = x + attend(shape, weights, f"{prefix}.self_attn", y, angles)
        y = normalise(x, weights.read(f"{prefix}.post_attention_layernorm.weight"), shape.epsilon)
        gate = y @ weights.read(f"{prefix}.mlp.gate_proj.weight").T
        with np.errstate(over="ignore"):
            gate = gate / (1 + np.exp(-gate)) * (y @ weights.read(f"{prefix}.mlp.up_proj.weight").T)
        x = x + gate @ weights.read(f"{prefix}.mlp.down_proj.weight").T
        say(f"layer {layer + 1} of {shape.layers}")
    x = normalise(x, weights.read("model.norm.weight"), shape.epsilon)
    head = "model.embed_tokens.weight" if shape.tied else "lm_head.weight"
    steps = range(0, shape.vocabulary, HEAD_ROWS)
    return np.concatenate([x @ weights.read(head, start, start + HEAD_ROWS).T for start in steps], axis=1)


@dataclass(frozen=True)
class Difference:
    """How far logits are from a reference, over all positions."""

    tokens: int
    #: Largest and root mean square difference of a logit, and the spread of the reference's logits beside it.
    largest: float
    rms: float
    spread: float
    #: Mean of KL(reference || other) over positions, in nats.
    divergence: float
    #: Share of positions where the likeliest token is the same.
    same_choice: float


def compare(reference: np.ndarray, other: np.ndarray) -> Difference:
    """The difference of two arrays of logits (T, vocabulary)."""

    def log_softmax(logits: np.ndarray) -> np.ndarray:
        shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    gap = other - reference
    a, b = log_softmax(reference), log_softmax(other)
    return Difference(
        tokens=len(reference),
        largest=float(np.abs(gap).max()),
        rms=float(np.sqrt(np.square(gap).mean())),
        spread=float(reference.std()),
        divergence=float((np.exp(a) * (a - b)).sum(axis=1).mean()),
        same_choice=float((reference.argmax(axis=1) == other.argmax(axis=1)).mean()),
    )
