"""Reads a Hugging Face checkpoint tensor by tensor, rows at a time, so that no model has to fit in memory.

NumPy has no bfloat16, and the safetensors package gives it to torch alone; the file format is a header and raw bytes,
so it is read here, which keeps the export free of torch.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

SIZES = {"F32": 4, "F16": 2, "BF16": 2}


class Weights(Protocol):
    """Tensors by Hugging Face name."""

    def names(self) -> set[str]:
        """Every name; KeyError is raised for any other."""
        ...

    def shape(self, name: str) -> tuple[int, ...]: ...

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Rows start to stop of the tensor, float32."""
        ...

    def fingerprint(self) -> str:
        """Hexadecimal; differs when any weight does."""
        ...


def from_bfloat16(bits: np.ndarray) -> np.ndarray:
    """float32 of bfloat16 given as uint16: the upper half of the same number."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def to_bfloat16(value: np.ndarray) -> np.ndarray:
    """The nearest bfloat16, ties to even, of finite float32 values; as uint16."""
    bits = np.ascontiguousarray(value, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


@dataclass(frozen=True)
class Entry:
    file: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int


def header(path: Path) -> dict[str, Entry]:
    """The tensors of one safetensors file; raises ValueError when it is cut short or not one."""
    with path.open("rb") as file:
        head = file.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
        text = file.read(length) if length < path.stat().st_size else b""
    if not text:
        raise ValueError(f"{path} is not a safetensors file: fetch or write it again")
    found = {}
    for name, tensor in json.loads(text).items():
        if name == "__metadata__":
            continue
        start, stop = tensor["data_offsets"]
        if 8 + length + stop > path.stat().st_size:
            raise ValueError(f"{path} is cut short in {name}: fetch or write it again")
        found[name] = Entry(path, tensor["dtype"], tuple(tensor["shape"]), 8 + length + start)
    return found


class Checkpoint:
    """The weights of a folder with `model.safetensors`, whole or split with an index."""

    def __init__(self, folder: Path, names: Iterable[str] = ("model.safetensors",)) -> None:
        index = folder / "model.safetensors.index.json"
        if index.is_file():
            names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        self.files = [folder / name for name in names]
        for file in self.files:
            if not file.is_file():
                raise FileNotFoundError(f"no weights at {file}: a checkpoint saved as safetensors is wanted")
        self._entries = {name: entry for file in self.files for name, entry in header(file).items()}

    def names(self) -> set[str]:
        return set(self._entries)

    def shape(self, name: str) -> tuple[int, ...]:
        return self._entries[name].shape

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        entry = self._entries[name]
        if entry.dtype not in SIZES:
            raise ValueError(f"{name} is {entry.dtype}: only F32, F16 and BF16 checkpoints can be exported")
        begin, end, _ = slice(start, stop).indices(entry.shape[0])
        width = int(np.prod(entry.shape[1:], dtype=np.int64))
        dtype = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[entry.dtype]
        # read, not mapped: mapped pages would count as this process's memory
        with entry.file.open("rb") as file:
            file.seek(entry.offset + begin * width * SIZES[entry.dtype])
            flat = np.fromfile(file, dtype=dtype, count=(end - begin) * width)
        value = from_bfloat16(flat) if entry.dtype == "BF16" else flat.astype(np.float32)
        return value.reshape(end - begin, *entry.shape[1:])

    def fingerprint(self) -> str:
        return hash_files(self.files)


def hash_files(files: list[Path]) -> str:
    """SHA-256 over the contents of the files, in order."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)
    return digest.hexdigest()
