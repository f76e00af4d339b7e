"""A Llama and Qwen2 decoder in numpy, on the dequantised weights that a library is given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modellib.config import ModelConfig
from modellib.weights import Weights, quantise


def random_weights(config: ModelConfig, seed: int) -> tuple[Weights, Weights]:
    """Return (tensors for the library, float32 matrices (N, K) by name) of one random model."""
    random = np.random.default_rng(seed)
    shipped: Weights = {}
    plain: Weights = {}

    def quantised(name: str, outputs: int, inputs: int, spread: float) -> None:
        weight = random.normal(0, spread, (outputs, inputs))
        words, scale, plain[name] = quantise(weight, config.zero_point, config.activation)
        shipped[f"{name}.q_weight"], shipped[f"{name}.q_scale"] = words, scale

    def vector(name: str, size: int, centre: float, spread: float = 0.2) -> None:
        shipped[name] = (centre + random.normal(0, spread, size)).astype(config.activation)
        plain[name] = shipped[name].astype(np.float32)

    hidden, width = config.hidden, config.heads * config.head_dim
    quantised("model.embed_tokens", config.vocabulary, hidden, 1.0)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}"
        vector(f"{prefix}.input_layernorm.weight", hidden, 1.0)
        quantised(f"{prefix}.self_attn.{config.qkv_name}", config.qkv, hidden, 1.5 / hidden**0.5)
        if config.qkv_bias:
            vector(f"{prefix}.self_attn.{config.qkv_name}.bias", config.qkv, 0.0)
        quantised(f"{prefix}.self_attn.o_proj", hidden, width, 1 / width**0.5)
        vector(f"{prefix}.post_attention_layernorm.weight", hidden, 1.0)
        quantised(f"{prefix}.mlp.gate_up_proj", 2 * config.intermediate, hidden, 1 / hidden**0.5)
        quantised(f"{prefix}.mlp.down_proj", hidden, config.intermediate, 1 / config.intermediate**0.5)
    # Logits of a few units, as a trained model's, so that an absolute bound on them means something.
    vector("model.norm.weight", hidden, hidden**-0.5, 0.2 * hidden**-0.5)
    if not config.tied:
        quantised("lm_head", config.vocabulary, hidden, 1.0)
    return shipped, plain


def logits(config: ModelConfig, weights: Weights, ids: list[int], last: int) -> NDArray:
    """Return the logits (last, V) after each of the last tokens, in float64."""
    x = weights["model.embed_tokens"][np.array(ids)].astype(np.float64)
    mask = np.triu(np.full((len(ids), len(ids)), -np.inf), 1)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}"
        x = x + _attention(config, weights, prefix, _norm(config, x, weights[f"{prefix}.input_layernorm.weight"]), mask)
        y = _norm(config, x, weights[f"{prefix}.post_attention_layernorm.weight"])
        gate, up = np.split(y @ weights[f"{prefix}.mlp.gate_up_proj"].T.astype(np.float64), 2, axis=1)
        x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[f"{prefix}.mlp.down_proj"].T
    head = weights["model.embed_tokens" if config.tied else "lm_head"]
    return _norm(config, x[-last:], weights["model.norm.weight"]) @ head.T


def _norm(config: ModelConfig, x: NDArray, gain: NDArray) -> NDArray:
    return x / np.sqrt((x**2).mean(axis=1, keepdims=True) + config.epsilon) * gain


def _attention(config: ModelConfig, weights: Weights, prefix: str, x: NDArray, mask: NDArray) -> NDArray:
    name = f"{prefix}.self_attn.{config.qkv_name}"
    qkv = x @ weights[name].T
    if config.qkv_bias:
        qkv = qkv + weights[f"{name}.bias"]
    qkv = qkv.reshape(len(x), -1, config.head_dim).transpose(1, 0, 2)
    q, k, v = np.split(qkv, [config.heads, config.heads + config.kv_heads])
    q, k = _rotate(config, q), _rotate(config, k)
    group = config.heads // config.kv_heads
    scores = q @ np.repeat(k, group, axis=0).transpose(0, 2, 1) / config.head_dim**0.5 + mask
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    attended = scores / scores.sum(axis=2, keepdims=True) @ np.repeat(v, group, axis=0)
    return attended.transpose(1, 0, 2).reshape(len(x), -1) @ weights[f"{prefix}.self_attn.o_proj"].T


def _rotate(config: ModelConfig, x: NDArray) -> NDArray:
    half = config.head_dim // 2
    frequency = config.rope_base ** (-np.arange(half) / half)
    angle = np.arange(x.shape[1])[:, None] * frequency
    first, second = x[..., :half], x[..., half:]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=2)
