"""Makes a tiny llama model with random weights and a small vocabulary, split into GGUF files, and its manifest.

Usage: uv run --no-project --with gguf==0.19.0 --with numpy python make_tiny_gguf.py FOLDER
Same seed, same bytes. The model writes nonsense: it is for what happens around the writing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import gguf
import numpy as np

SEED = 7
WIDTH, LAYERS, HEADS, HIDDEN, CONTEXT = 256, 4, 4, 512, 2048
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


#: Printable ASCII and, as byte-level vocabularies spell them, space and line break: what is written is always text.
LETTERS = [*(chr(code) for code in range(ord("!"), ord("~") + 1)), "\u0120", "\u010a"]


def add_vocabulary(writer: gguf.GGUFWriter) -> int:
    """Adds the letters, one merge and the special tokens; returns the size."""
    tokens = [*LETTERS, "th", *SPECIAL]
    kinds = [gguf.TokenType.NORMAL] * (len(tokens) - len(SPECIAL)) + [gguf.TokenType.CONTROL] * len(SPECIAL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(tokens.index("<|im_start|>"))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_add_bos_token(False)
    return len(tokens)


def add_weights(writer: gguf.GGUFWriter, vocabulary: int) -> None:
    random = np.random.default_rng(SEED)

    def add(name: str, *shape: int) -> None:
        scale = shape[-1] ** -0.5
        writer.add_tensor(name, (random.standard_normal(shape) * scale).astype(np.float32))

    def add_norm(name: str) -> None:
        writer.add_tensor(name, np.ones(WIDTH, dtype=np.float32))

    add("token_embd.weight", vocabulary, WIDTH)
    for layer in range(LAYERS):
        add_norm(f"blk.{layer}.attn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        add_norm(f"blk.{layer}.ffn_norm.weight")
        for part in ("ffn_gate", "ffn_up"):
            add(f"blk.{layer}.{part}.weight", HIDDEN, WIDTH)
        add(f"blk.{layer}.ffn_down.weight", WIDTH, HIDDEN)
    add_norm("output_norm.weight")
    add("output.weight", vocabulary, WIDTH)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama", split_max_tensors=16)
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    add_weights(writer, add_vocabulary(writer))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in sorted(folder.glob("tiny-*.gguf"))
    ]
    (folder / "manifest.json").write_text(json.dumps({"files": files}, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
