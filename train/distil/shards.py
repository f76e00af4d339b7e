"""The weight files of an MLC model: raw shards and `tensor-cache.json`, written one shard at a time and resumable.

Finished shards are named in `export-state.json` with their hashes and with the fingerprint of what they were made
from; the next run keeps those that still have that content and makes the others.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from distil.groups import ACTIVATION
from distil.shapes import GROUP, Parameter

#: Most bytes of a shard; a tensor is never split, so a larger one is a shard of its own (as MLC does).
SHARD_BYTES = 32 << 20
TENSOR_CACHE = "tensor-cache.json"
STATE = "export-state.json"


@dataclass(frozen=True)
class Tensor:
    """A stored tensor, part of a parameter."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    parameter: Parameter

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


def tensors_of(parameter: Parameter, form: str) -> list[Tensor]:
    """What stores a parameter: `q_weight` and `q_scale` of a matrix, or itself in the activation's type."""
    activation = ACTIVATION[form]
    if not parameter.quantised:
        return [Tensor(parameter.name, parameter.shape, activation, parameter)]
    (rows, columns), stem = parameter.shape, parameter.name.removesuffix(".weight")
    return [
        Tensor(f"{stem}.q_weight", (rows, columns // 8), np.dtype("<u4"), parameter),
        Tensor(f"{stem}.q_scale", (rows, columns // GROUP), activation, parameter),
    ]


def plan(parameters: list[Parameter], form: str, limit: int = SHARD_BYTES) -> list[list[Tensor]]:
    """The tensors of each shard, in order."""
    shards: list[list[Tensor]] = []
    room = 0
    for tensor in (tensor for parameter in parameters for tensor in tensors_of(parameter, form)):
        if tensor.nbytes > room:
            shards.append([])
            room = limit
        shards[-1].append(tensor)
        room -= tensor.nbytes
    return shards


def shard_name(index: int) -> str:
    return f"params_shard_{index}.bin"


def digests(path: Path) -> dict[str, Any]:
    """Bytes, MD5 and SHA-256 of a file."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            md5.update(block)
            sha256.update(block)
    return {"bytes": path.stat().st_size, "md5": md5.hexdigest(), "sha256": sha256.hexdigest()}


def write_json(path: Path, content: Any) -> None:
    """Replaces the file at once, so that a run that is cut short leaves the old one."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


class State:
    """What `export-state.json` says of finished files; empty when they were made from something else."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.path = folder / STATE
        self.fingerprint = fingerprint
        self.files: dict[str, dict[str, Any]] = {}
        if self.path.is_file():
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if kept["fingerprint"] == fingerprint:
                self.files = kept["files"]

    def finished(self, name: str) -> bool:
        """Whether the file is there with the content that was written."""
        path = self.path.with_name(name)
        return name in self.files and path.is_file() and digests(path) == self.files[name]

    def finish(self, name: str) -> None:
        """Takes the place of `name` with `name.part`, on disk before it is recorded."""
        part = self.path.with_name(f"{name}.part")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        path = part.replace(self.path.with_name(name))
        self.files[name] = digests(path)
        write_json(self.path, {"fingerprint": self.fingerprint, "files": self.files})


Make = Callable[[Parameter], dict[str, np.ndarray]]


def write_shards(
    folder: Path, shards: list[list[Tensor]], make: Make, state: State, say: Callable[[str], None]
) -> list[str]:
    """Writes the shards that are not finished and `tensor-cache.json`; returns the names of the shards written.

    `make` gives the stored tensors of a parameter by name. A parameter that two shards share is made once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [shard_name(index) for index in range(len(shards))]
    for old in folder.glob("params_shard_*"):
        if old.name not in names:
            old.unlink()
    written: list[str] = []
    made: tuple[Parameter, dict[str, np.ndarray]] | None = None
    for name, tensors in zip(names, shards, strict=True):
        if state.finished(name):
            continue
        with (folder / f"{name}.part").open("wb") as file:
            for tensor in tensors:
                if made is None or made[0] != tensor.parameter:
                    made = None  # the last one's memory goes before the next is made
                    made = (tensor.parameter, make(tensor.parameter))
                value = made[1][tensor.name]
                if value.shape != tensor.shape or value.dtype != tensor.dtype:
                    raise ValueError(f"{tensor.name} is {value.dtype}{value.shape}, not {tensor.dtype}{tensor.shape}")
                value.tofile(file)
        state.finish(name)
        written.append(name)
        say(f"{name}: {state.files[name]['bytes'] / 1e6:.1f} MB ({len(written)} written, {len(names)} in all)")
    write_json(folder / TENSOR_CACHE, tensor_cache(shards, state))
    return written


def tensor_cache(shards: list[list[Tensor]], state: State) -> dict[str, Any]:
    """The content of `tensor-cache.json`, as TVM's runtime reads it."""
    records, total, count = [], 0, 0
    for index, tensors in enumerate(shards):
        offset, inner = 0, []
        for tensor in tensors:
            record = {
                "name": tensor.name,
                "shape": list(tensor.shape),
                "dtype": tensor.dtype.name,
                "format": "raw",
                "nbytes": tensor.nbytes,
                "byteOffset": offset,
            }
            inner.append(record)
            offset += tensor.nbytes
        name = shard_name(index)
        common = {"dataPath": name, "format": "raw-shard", "nbytes": offset, "md5sum": state.files[name]["md5"]}
        records.append({**common, "records": inner})
        total, count = total + offset, count + len(inner)
    parameters = {tensor.parameter for tensors in shards for tensor in tensors}
    weights = sum(int(np.prod(parameter.shape, dtype=np.int64)) for parameter in parameters)
    metadata = {"ParamSize": count, "ParamBytes": float(total), "BitsPerParam": 8 * total / weights}
    return {"metadata": metadata, "records": records}
