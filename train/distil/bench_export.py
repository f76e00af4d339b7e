"""`train bench-export`: exports random weights of Qwen2.5-3B's dimensions; time, memory, difference of logits.

Each step runs in a process of its own, whose peak resident memory the system reports. About 6 GB of checkpoint and up
to 4 GB of output at a time go to a temporary folder, which is removed.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from distil.checkpoint import Checkpoint, to_bfloat16
from distil.export import gguf_name
from distil.gguf_file import write_gguf
from distil.groups import ACTIVATION
from distil.logits import compare, forward
from distil.merge import Merged
from distil.mlc import CHUNK, MlcWeights, write_weights
from distil.shapes import Shape, shape_of

#: The limit that exports of this size keep.
LIMIT_GB = 12.0
#: config.json of Qwen2.5-3B.
CONFIG = {
    "model_type": "qwen2",
    "hidden_size": 2048,
    "intermediate_size": 11008,
    "num_hidden_layers": 36,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1000000.0,
    "tie_word_embeddings": True,
    "eos_token_id": 2,
}
#: The smallest tokenizer that a GGUF file can carry; the model's other tokens are filled in as unused.
TOKENIZER = {
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]},
    "pre_tokenizer": {"type": "Digits", "individual_digits": True},
    "added_tokens": [],
}
RANK = 16
#: The logits that those of every format are compared with.
REFERENCE = "logits.npy"


def random_tensors(path: Path, sizes: dict[str, tuple[int, ...]], seed: int) -> None:
    """A safetensors file in bfloat16, seeded: matrices of spread 0.02, vectors around 1; written in pieces."""
    head, offset = {}, 0
    for name, size in sizes.items():
        nbytes = 2 * int(np.prod(size, dtype=np.int64))
        head[name] = {"dtype": "BF16", "shape": list(size), "data_offsets": [offset, offset + nbytes]}
        offset += nbytes
    text = json.dumps(head).encode()
    random = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for size in sizes.values():
            left = int(np.prod(size, dtype=np.int64))
            while left:
                count = min(left, CHUNK)
                value = random.standard_normal(count, np.float32) * np.float32(0.02)
                to_bfloat16(value + np.float32(len(size) == 1)).tofile(file)
                left -= count


def prepare(folder: Path, shape: Shape) -> None:
    """A base checkpoint and a LoRA adapter on the seven projections."""
    sizes = {}
    for parameter in shape.parameters():
        for source in parameter.sources:
            rows = shape.rows(source) if len(parameter.sources) > 1 else parameter.shape[0]
            sizes[source] = (rows, *parameter.shape[1:])
    random_tensors(folder / "model.safetensors", sizes, 0)
    pairs: dict[str, tuple[int, ...]] = {}
    for name, size in sizes.items():
        if "_proj.weight" in name:
            stem = f"base_model.model.{name.removesuffix('.weight')}"
            pairs |= {f"{stem}.lora_A.weight": (RANK, size[1]), f"{stem}.lora_B.weight": (size[0], RANK)}
    random_tensors(folder / "adapter_model.safetensors", pairs, 1)
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": 2 * RANK, "bias": "none"}
    (folder / "adapter_config.json").write_text(json.dumps(settings), encoding="utf-8")


def to_mlc(folder: Path, shape: Shape, form: str) -> dict[str, Any]:
    weights = Merged(Checkpoint(folder), folder)
    return {"shards": len(write_weights(weights, shape, folder / form, form, say=lambda _: None))}


def to_gguf(folder: Path, shape: Shape, form: str) -> dict[str, Any]:
    texts = {"tokenizer": TOKENIZER, "tokenizer_config": {}, "config": CONFIG, "generation": {}}
    weights = Merged(Checkpoint(folder), folder)
    write_gguf(weights, shape, texts, folder / form, "bench", form, say=lambda _: None)
    return {"files": len(list((folder / form).glob("*.gguf")))}


class GgufRows:
    """The weights of written GGUF files, by Hugging Face name; Qwen2's rows lie as in the checkpoint."""

    def __init__(self, folder: Path, shape: Shape) -> None:
        import gguf

        readers = [gguf.GGUFReader(path) for path in sorted(folder.glob("*.gguf"))]
        tensors = {tensor.name: tensor for reader in readers for tensor in reader.tensors}
        self._tensors = {source: tensors[gguf_name(source)] for source in shape.sources()}

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        import gguf

        tensor = self._tensors[name]
        return gguf.quants.dequantize(tensor.data[start:stop], tensor.tensor_type).astype(np.float32)


def sample(shape: Shape) -> list[int]:
    return [int(token) for token in np.random.default_rng(2).integers(0, shape.vocabulary, 16)]


def reference_logits(folder: Path, shape: Shape) -> dict[str, Any]:
    np.save(folder / REFERENCE, forward(shape, Merged(Checkpoint(folder), folder), sample(shape)))
    return {}


def logits(folder: Path, shape: Shape, form: str) -> dict[str, Any]:
    weights = MlcWeights(folder / form, shape) if form in ACTIVATION else GgufRows(folder / form, shape)
    return asdict(compare(np.load(folder / REFERENCE), forward(shape, weights, sample(shape))))


def _step(pipe: Any, act: Callable[..., dict[str, Any]], *args: Any) -> None:
    began = time.perf_counter()
    found = act(*args)
    # Linux counts KiB, macOS bytes
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    pipe.send({"seconds": round(time.perf_counter() - began, 1), "peak_gb": round(peak, 2), **found})


def measured(act: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """Runs it in a fresh process; its result with seconds and peak memory in GB."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_step, args=(theirs, act, *args))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        raise RuntimeError("the step ended without a result; its message is above") from None
    finally:
        process.join()
    return found


def steps_of(target: str) -> list[tuple[str, Callable[..., dict[str, Any]], str]]:
    """Title, function and format of what is measured of a target; an export to GGUF always begins anew."""
    kind, form = target.split("-")
    if kind == "gguf":
        return [(target, to_gguf, form), (f"logits of {target}", logits, form)]
    return [(target, to_mlc, form), (f"{target} again", to_mlc, form), (f"logits of {target}", logits, form)]


def run(layers: int, where: Path | None, targets: list[str]) -> dict[str, dict[str, Any]]:
    """Every step's figures; raises RuntimeError when one takes more memory than the limit."""
    shape = shape_of(CONFIG | {"num_hidden_layers": layers})
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        print(f"writing a random checkpoint of {layers} layers", flush=True)
        prepare(folder, shape)

        def measure(title: str, act: Callable[..., dict[str, Any]], *args: Any) -> None:
            found[title] = measured(act, folder, shape, *args)
            print(f"{title}: {json.dumps(found[title])}", flush=True)

        measure("logits of the checkpoint", reference_logits)
        for target in targets:
            for title, act, form in steps_of(target):
                measure(title, act, form)
            shutil.rmtree(folder / target.split("-")[1])
    worst = max(step["peak_gb"] for step in found.values())
    print(f"most memory: {worst} GB (limit {LIMIT_GB} GB)")
    if worst > LIMIT_GB:
        raise RuntimeError(f"an export took {worst} GB of memory, more than {LIMIT_GB} GB")
    return found
