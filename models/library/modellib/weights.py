"""Writes weights the way the library expects them, as files that WebLLM loads."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .config import GROUP, PER_WORD, ModelConfig, parameters

Weights = dict[str, NDArray]
SHARD_BYTES = 32 << 20


def quantise(weight: NDArray, zero_point: int = 7, activation: str = "float32") -> tuple[NDArray, NDArray, NDArray]:
    """Return ``(q_weight uint32 (K/8, N), q_scale (K/32, N), dequantised float32 (N, K))`` of a weight (N, K).

    Scales are max|w| / 7 within each group of 32 inputs, as MLC has them, of the activations' type.
    """
    outputs, inputs = weight.shape
    groups = weight.reshape(outputs, inputs // GROUP, GROUP).astype(np.float32)
    kept = (np.maximum(np.abs(groups).max(axis=2), 1e-6) / 7).astype(activation)
    scale = kept.astype(np.float32)
    q = np.clip(np.rint(groups / scale[:, :, None]) + zero_point, 0, 15).astype(np.uint32)
    dequantised = ((q.astype(np.float32) - zero_point) * scale[:, :, None]).reshape(outputs, inputs)
    return pack(q.reshape(outputs, inputs)), np.ascontiguousarray(kept.T), dequantised


def pack(q: NDArray) -> NDArray:
    """Return 4-bit values (N, K) as words (K/8, N), the lowest bits first."""
    outputs, inputs = q.shape
    nibbles = q.astype(np.uint32).reshape(outputs, inputs // PER_WORD, PER_WORD)
    words = np.zeros((outputs, inputs // PER_WORD), np.uint32)
    for i in range(PER_WORD):
        words |= nibbles[:, :, i] << np.uint32(4 * i)
    return np.ascontiguousarray(words.T)


def write_shards(config: ModelConfig, weights: Weights, folder: Path) -> None:
    """Write ``tensor-cache.json`` and its shards.

    Raises:
        ValueError: a tensor is missing, or of another shape or type than the library's.
    """
    shards: list[dict[str, object]] = []
    records: list[dict[str, object]] = []
    content = bytearray()

    def close() -> None:
        name = f"params_shard_{len(shards)}.bin"
        (folder / name).write_bytes(content)
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        shard = {"dataPath": name, "format": "raw-shard", "nbytes": len(content), "md5sum": digest}
        shards.append({**shard, "records": records.copy()})
        records.clear()
        content.clear()

    for parameter in parameters(config):
        tensor = weights.get(parameter.name)
        if tensor is None or tensor.shape != parameter.shape or str(tensor.dtype) != parameter.dtype:
            found = "missing" if tensor is None else f"{tensor.dtype} {tensor.shape}"
            raise ValueError(f"{parameter.name} is {found}; expected {parameter.dtype} {parameter.shape}")
        data = np.ascontiguousarray(tensor).tobytes()
        if content and len(content) + len(data) > SHARD_BYTES:
            close()
        records.append(
            {
                "name": parameter.name,
                "shape": list(parameter.shape),
                "dtype": parameter.dtype,
                "format": "raw",
                "nbytes": len(data),
                "byteOffset": len(content),
            }
        )
        content += data
    close()
    count = len(parameters(config))
    index = {"metadata": {"ParamSize": count, "ParamBytes": sum(w.nbytes for w in weights.values())}, "records": shards}
    (folder / "tensor-cache.json").write_text(json.dumps(index))


def chat_config(config: ModelConfig, context: int) -> dict[str, object]:
    """Return an ``mlc-chat-config.json`` for raw completions."""
    return {
        "version": "0.1.0",
        "model_type": config.architecture,
        "quantization": f"{config.quantization}_1",
        "vocab_size": config.vocabulary,
        "context_window_size": context,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "prefill_chunk_size": config.prefill_chunk,
        "temperature": 0.0,
        "top_p": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "tokenizer_files": ["tokenizer.json"],
        "tokenizer_info": {
            "token_postproc_method": "byte_level",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "conv_template": {
            "name": "raw",
            "system_template": "{system_message}",
            "system_message": "",
            "system_prefix_token_ids": None,
            "add_role_after_system_message": True,
            "roles": {"user": "user", "assistant": "assistant"},
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}", "tool": "{tool_message}"},
            "messages": [],
            "seps": [""],
            "role_content_sep": "",
            "role_empty_sep": "",
            "stop_str": [],
            "stop_token_ids": [],
            "function_string": "",
            "use_function_calling": False,
        },
    }
