"""Writes weights as an MLC model, and reads such a model back as plain weights.

Names, stacking, groups and files are those of MLC LLM (Apache-2.0), so that its prebuilt libraries run the result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from distil.checkpoint import Weights
from distil.gguf_source import GgufWeights
from distil.groups import ACTIVATION, ROUNDINGS, dequantise, quantise
from distil.shapes import Parameter, Shape
from distil.shards import SHARD_BYTES, TENSOR_CACHE, State, plan, tensors_of, write_shards

#: Weights that are quantised at a time.
CHUNK = 1 << 23


def check(weights: Weights, shape: Shape) -> None:
    """Raises ValueError unless the weights are just those of the shape."""
    wanted = {}
    for parameter in shape.parameters():
        for source in parameter.sources:
            rows = shape.rows(source) if len(parameter.sources) > 1 else parameter.shape[0]
            wanted[source] = (rows, *parameter.shape[1:])
    names = weights.names()
    if missing := sorted(wanted.keys() - names):
        raise ValueError(f"the checkpoint lacks {len(missing)} tensors: {', '.join(missing[:3])}")
    ignored = {"lm_head.weight"} if shape.tied else set()
    extra = sorted(name for name in names - wanted.keys() - ignored if not name.endswith("rotary_emb.inv_freq"))
    if extra:
        raise ValueError(f"the checkpoint has {len(extra)} tensors that its config does not: {', '.join(extra[:3])}")
    for name, expected in wanted.items():
        if weights.shape(name) != expected:
            raise ValueError(f"{name} is {weights.shape(name)} where the config says {expected}")


def make_tensors(weights: Weights, parameter: Parameter, form: str, rounding: str) -> dict[str, np.ndarray]:
    """The stored tensors of a parameter, by name; never more than CHUNK weights are in float32 at once.

    Q4_0 weights keep their values; `rounding` is for all others.
    """
    stored = tensors_of(parameter, form)
    if not parameter.quantised:
        values = [weights.read(source) for source in parameter.sources]
        return {parameter.name: np.concatenate(values).astype(ACTIVATION[form])}
    into = [np.empty(tensor.shape, tensor.dtype) for tensor in stored]
    step, row = max(1, CHUNK // parameter.shape[1]), 0
    for source in parameter.sources:
        rows = weights.shape(source)[0]
        for start in range(0, rows, step):
            stop = min(rows, start + step)
            try:
                if isinstance(weights, GgufWeights):
                    parts = weights.groups(source, start, stop, form)
                else:
                    parts = quantise(weights.read(source, start, stop), form, rounding)
            except ValueError as error:
                raise ValueError(f"{source}: {error}") from error
            for whole, part in zip(into, parts, strict=True):
                whole[row + start : row + stop] = part
        row += rows
    return {tensor.name: value for tensor, value in zip(stored, into, strict=True)}


def write_weights(
    weights: Weights,
    shape: Shape,
    folder: Path,
    form: str,
    rounding: str = "mlc",
    limit: int = SHARD_BYTES,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Writes shards and `tensor-cache.json`; returns the names of the shards that were not finished before.

    `form` is q4f16_1 or q4f32_1; `rounding` as in `groups.quantise`; `limit` in bytes.
    """
    if form not in ACTIVATION or rounding not in ROUNDINGS:
        raise ValueError(f"no such format or rounding: {form}, {rounding}")
    check(weights, shape)
    own = f"{weights.fingerprint()} {shape} {form} {rounding} {limit}"
    state = State(folder, hashlib.sha256(own.encode()).hexdigest())
    shards = plan(shape.parameters(), form, limit)
    return write_shards(folder, shards, lambda parameter: make_tensors(weights, parameter, form, rounding), state, say)


class MlcWeights:
    """The weights of a written MLC model, dequantised and unstacked, by Hugging Face name."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        self.folder = folder
        cache = (folder / TENSOR_CACHE).read_bytes()
        self._cache = hashlib.sha256(cache).hexdigest()
        self._records = {
            record["name"]: (shard["dataPath"], record)
            for shard in json.loads(cache)["records"]
            for record in shard["records"]
        }
        self._places: dict[str, tuple[Parameter, int, int]] = {}
        for parameter in shape.parameters():
            row = 0
            for source in parameter.sources:
                rows = shape.rows(source) if len(parameter.sources) > 1 else parameter.shape[0]
                self._places[source] = (parameter, row, rows)
                row += rows

    def names(self) -> set[str]:
        return set(self._places)

    def shape(self, name: str) -> tuple[int, ...]:
        parameter, _, rows = self._places[name]
        return (rows, *parameter.shape[1:])

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        parameter, row, rows = self._places[name]
        begin, end, _ = slice(start, stop).indices(rows)
        if not parameter.quantised:
            return self.stored(parameter.name, row + begin, row + end).astype(np.float32)
        stem = parameter.name.removesuffix(".weight")
        parts = [self.stored(f"{stem}.{part}", row + begin, row + end) for part in ("q_weight", "q_scale")]
        return dequantise(*parts)

    def stored(self, name: str, start: int, stop: int) -> np.ndarray:
        """Rows of a stored tensor, as stored."""
        file, record = self._records[name]
        dtype = np.dtype(record["dtype"]).newbyteorder("<")
        width = int(np.prod(record["shape"][1:], dtype=np.int64))
        with (self.folder / file).open("rb") as opened:
            opened.seek(record["byteOffset"] + start * width * dtype.itemsize)
            flat = np.fromfile(opened, dtype=dtype, count=(stop - start) * width)
        return flat.reshape(stop - start, *record["shape"][1:])

    def fingerprint(self) -> str:
        return self._cache
