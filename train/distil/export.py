"""Exports a checkpoint as Q4_0 GGUF, split into files that a page and a repository can carry, with a manifest."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from distil.shards import digests, write_json

SPLIT_BYTES = 22_000_000
#: Hugging Face name (inside a layer) -> GGUF name.
LAYER = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
TOP = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def gguf_name(name: str) -> str:
    """The GGUF name of a Hugging Face Llama or Qwen2 parameter; raises KeyError for one it does not know."""
    if name in TOP:
        return TOP[name]
    _, _, layer, rest = name.split(".", 3)
    module, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{LAYER[module]}.{kind}"


def interleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of a query or key projection in llama.cpp's rotary order; Hugging Face keeps the two halves apart."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def run(checkpoint: Path, out: Path, name: str, base: Path) -> None:
    """Writes `out/<name>-0000I-of-0000N.gguf` and `out/manifest.json`.

    Metadata and vocabulary are the base GGUF's; weights are the checkpoint's, matrices in Q4_0, norms in float32.
    """
    import gguf
    from safetensors import safe_open

    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"{name}-*.gguf"):
        old.unlink()
    reader = gguf.GGUFReader(base)
    writer = gguf.GGUFWriter(out / f"{name}.gguf", "llama", split_max_size=SPLIT_BYTES)
    copy_metadata(reader, writer)
    field = reader.fields
    counts = {"q": "llama.attention.head_count", "k": "llama.attention.head_count_kv"}
    heads = {which: field[key].contents() for which, key in counts.items()}
    with safe_open(checkpoint / "model.safetensors", framework="numpy") as weights:
        for key in sorted(weights.keys()):
            if key == "lm_head.weight":
                continue  # tied to the embedding
            value = weights.get_tensor(key).astype(np.float32)
            for which, count in heads.items():
                if key.endswith(f"{which}_proj.weight"):
                    value = interleave(value, count)
            if value.ndim == 1:
                writer.add_tensor(gguf_name(key), value)
                continue
            kind = gguf.GGMLQuantizationType.Q4_0
            writer.add_tensor(gguf_name(key), gguf.quants.quantize(value, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    write_manifest(out, sorted(out.glob(f"{name}-*.gguf")))


def copy_metadata(reader, writer) -> None:
    """Carries over every key of the base but those that the writer sets itself."""
    import gguf

    own = {"general.architecture", "general.file_type", "general.quantization_version", "general.name"}
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in own or key.startswith("split."):
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), kind, sub_type=sub)
    writer.add_name("Rulewright starter")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def write_manifest(out: Path, paths: list[Path]) -> None:
    """Names, sizes in bytes and SHA-256 of the weight files, in order."""
    if not paths:
        raise FileNotFoundError(f"no weight files in {out}")
    found = [(path.name, digests(path)) for path in paths]
    files = [{"name": name, "bytes": digest["bytes"], "sha256": digest["sha256"]} for name, digest in found]
    total = sum(file["bytes"] for file in files)
    write_json(out / "manifest.json", {"files": files, "bytes": total})
    print(f"{len(files)} files, {total / 1e6:.1f} MB in {out}")
