"""Reads shipped GGUF weights (Llama, Q4_0 throughout) as a source of exports: weights, shape, tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from distil.checkpoint import hash_files
from distil.export import interleave
from distil.groups import from_q4_0
from distil.load import hugging_face_name
from distil.shapes import Shape
from distil.tokenizer import Vocabulary


class GgufWeights:
    """The weights of the parts of one GGUF model by Hugging Face name; matrices in Q4_0, vectors in float32."""

    def __init__(self, files: list[Path]) -> None:
        import gguf

        if not files:
            raise FileNotFoundError("no GGUF files to read")
        self.files = sorted(files)
        readers = [gguf.GGUFReader(path) for path in self.files]
        self.fields: dict[str, Any] = {key: field.contents() for key, field in readers[0].fields.items()}
        if self.fields["general.architecture"] != "llama":
            raise ValueError(f"only Llama models are read from GGUF, not {self.fields['general.architecture']!r}")
        self._tensors = {hugging_face_name(tensor.name): tensor for reader in readers for tensor in reader.tensors}
        self._heads = {
            "q_proj": self.fields["llama.attention.head_count"],
            "k_proj": self.fields["llama.attention.head_count_kv"],
        }
        for name, tensor in self._tensors.items():
            kind = tensor.tensor_type.name
            if kind != ("Q4_0" if len(tensor.shape) == 2 else "F32"):
                raise ValueError(f"{name} is {kind}: only Q4_0 matrices and float32 vectors are read")

    def model_shape(self) -> Shape:
        """The shape that the metadata describes."""
        get = self.fields
        heads, hidden = get["llama.attention.head_count"], get["llama.embedding_length"]
        return Shape(
            architecture="llama",
            hidden=hidden,
            inner=get["llama.feed_forward_length"],
            layers=get["llama.block_count"],
            heads=heads,
            key_heads=get["llama.attention.head_count_kv"],
            head=get.get("llama.attention.key_length", hidden // heads),
            vocabulary=self.shape("model.embed_tokens.weight")[0],
            context=get["llama.context_length"],
            tied="lm_head.weight" not in self._tensors,
            rope_theta=float(get["llama.rope.freq_base"]),
            # written as float32; the checkpoint's own number is a short decimal
            epsilon=float(f"{get['llama.attention.layer_norm_rms_epsilon']:.6g}"),
        )

    def vocabulary(self) -> Vocabulary:
        names = ("tokens", "token_type", "merges", "pre")
        return Vocabulary(*(self.fields[f"tokenizer.ggml.{name}"] for name in names))

    def names(self) -> set[str]:
        return set(self._tensors)

    def shape(self, name: str) -> tuple[int, ...]:
        # GGUF lists the fastest dimension first
        return tuple(int(size) for size in reversed(self._tensors[name].shape))

    def _rows(self, name: str, start: int, stop: int | None) -> np.ndarray:
        """Rows as stored (bytes of blocks, or float32), in Hugging Face's order."""
        data = self._tensors[name].data
        module = name.split(".")[-2]
        if module in self._heads:
            order = np.arange(len(data), dtype=np.int64)[:, None]
            stored = np.argsort(interleave(order, self._heads[module])[:, 0])
            return data[stored[start:stop]]
        return data[start:stop]

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        import gguf

        rows = self._rows(name, start, stop)
        return gguf.quants.dequantize(rows, self._tensors[name].tensor_type).astype(np.float32)

    def groups(self, name: str, start: int, stop: int, form: str) -> tuple[np.ndarray, np.ndarray]:
        """Rows of a matrix as MLC's groups: the same weights, exactly."""
        return from_q4_0(self._rows(name, start, stop), form)

    def fingerprint(self) -> str:
        return hash_files(self.files)

