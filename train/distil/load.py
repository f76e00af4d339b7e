"""Loads exported GGUF weights back into transformers, so that what ships is what is evaluated."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from distil.export import LAYER, TOP


def separate(weight: np.ndarray, heads: int) -> np.ndarray:
    """The inverse of `export.interleave`."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def hugging_face_name(name: str) -> str:
    """The Hugging Face name of a GGUF tensor; raises KeyError for one it does not know."""
    top = {value: key for key, value in TOP.items()}
    if name in top:
        return top[name]
    layers = {value: key for key, value in LAYER.items()}
    _, layer, rest = name.split(".", 2)
    module, kind = rest.rsplit(".", 1)
    return f"model.layers.{layer}.{layers[module]}.{kind}"


def load_gguf(files: list[Path], base: Path):
    """Model (float32, dequantised) and tokenizer of GGUF files; configuration and vocabulary are the base GGUF's.

    Raises FileNotFoundError without files and ValueError when the weights are not just those of the model.
    """
    import gguf
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    if not files:
        raise FileNotFoundError("no GGUF files to load: run `npm run train -- export` first")
    tokenizer = AutoTokenizer.from_pretrained(base.parent, gguf_file=base.name)
    config = AutoConfig.from_pretrained(base.parent, gguf_file=base.name)
    config.tie_word_embeddings = True
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    state = {}
    for path in files:
        for tensor in gguf.GGUFReader(path).tensors:
            value = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            for kind, count in heads.items():
                if f".{kind}." in tensor.name:
                    value = separate(value, count)
            state[hugging_face_name(tensor.name)] = torch.from_numpy(np.ascontiguousarray(value))
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ValueError(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.eval(), tokenizer
