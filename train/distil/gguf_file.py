"""Writes weights as GGUF for llama.cpp, tensor by tensor: matrices in Q4_0 or Q8_0, norms and biases in float32."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from distil.chat_config import special_ids
from distil.checkpoint import Weights
from distil.export import gguf_name, interleave, write_manifest
from distil.logits import frequencies
from distil.mlc import CHUNK, check
from distil.shapes import Shape
from distil.tokenizer import vocabulary_of

#: Most bytes of a file: browsers hold a model in parts, and a part below 2 GB.
SPLIT_BYTES = 500_000_000
FORMATS = ("q4_0", "q8_0")


def write_gguf(
    weights: Weights,
    shape: Shape,
    texts: dict[str, dict[str, Any]],
    folder: Path,
    name: str,
    form: str,
    split: int = SPLIT_BYTES,
    say: Callable[[str], None] = print,
) -> None:
    """Writes `folder/<name>.gguf`, or `<name>-0000I-of-0000N.gguf`, and `manifest.json`, which comes last.

    `texts` holds the parsed `tokenizer`, `tokenizer_config`, `config` and `generation` files of the checkpoint; `form`
    is q4_0 or q8_0, `split` in bytes.
    """
    import gguf

    if form not in FORMATS:
        raise ValueError(f"no such format: {form}")
    check(weights, shape)
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("*.gguf"), folder / "manifest.json"]:
        old.unlink(missing_ok=True)
    kind = gguf.GGMLQuantizationType[form.upper()]
    writer = gguf.GGUFWriter(folder / f"{name}.gguf", shape.architecture, split_max_size=split)
    add_metadata(writer, shape, texts, name, form)
    factors = rope_factors(shape)
    if factors is not None:
        writer.add_tensor_info("rope_freqs.weight", factors.shape, factors.dtype, factors.nbytes)
    for source in shape.sources():
        size = weights.shape(source)
        if len(size) == 1:
            writer.add_tensor_info(gguf_name(source), size, np.dtype(np.float32), 4 * size[0])
        else:
            stored = gguf.quants.quant_shape_to_byte_shape(size, kind)
            total = int(np.prod(stored, dtype=np.int64))
            writer.add_tensor_info(gguf_name(source), stored, np.dtype(np.uint8), total, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    if factors is not None:
        writer.write_tensor_data(factors)
    for count, source in enumerate(shape.sources(), 1):
        writer.write_tensor_data(stored_tensor(weights, shape, source, kind))
        if count % 50 == 0:
            say(f"{count} of {len(shape.sources())} tensors")
    writer.close()
    write_manifest(folder, sorted(folder.glob("*.gguf")))


def stored_tensor(weights: Weights, shape: Shape, source: str, kind: Any) -> np.ndarray:
    """A tensor as GGUF stores it; CHUNK weights are in float32 at once."""
    import gguf

    size = weights.shape(source)
    module = source.split(".")[-2]
    heads = {"q_proj": shape.heads, "k_proj": shape.key_heads}.get(module)
    # llama.cpp turns Llama's pairs side by side, Qwen2's as Hugging Face does
    order = np.arange(size[0])
    if heads and shape.architecture == "llama":
        order = interleave(order[:, None], heads)[:, 0]
    if len(size) == 1:
        return weights.read(source)[order]
    step = max(1, CHUNK // size[1])
    starts = range(0, size[0], step)
    rows = [gguf.quants.quantize(weights.read(source, start, min(size[0], start + step)), kind) for start in starts]
    return np.concatenate(rows)[order]


def rope_factors(shape: Shape) -> np.ndarray | None:
    """What llama.cpp divides the rotary frequencies by, float32; None where they are plain."""
    if shape.rope_scaling is None:
        return None
    plain = shape.rope_theta ** (-np.arange(0, shape.head, 2) / shape.head)
    return (plain / frequencies(shape)).astype(np.float32)


def add_metadata(writer: Any, shape: Shape, texts: dict[str, dict[str, Any]], name: str, form: str) -> None:
    """Sizes and vocabulary under llama.cpp's keys."""
    import gguf

    writer.add_name(name)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_theta)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{form.upper()}"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    vocabulary = vocabulary_of(texts["tokenizer"], shape.vocabulary)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.split)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges)
    # prompts are raw: the template writes every special token itself
    writer.add_add_bos_token(False)
    for key, add in (("bos", writer.add_bos_token_id), ("eos", writer.add_eos_token_id)):
        for token in special_ids(texts["config"], texts["generation"], key)[:1]:
            add(token)
    template = texts["tokenizer_config"].get("chat_template")
    if isinstance(template, str):
        writer.add_chat_template(template)
