"""`train bench-export`: exports random weights of Qwen2.5-3B's dimensions and measures time and memory.

Each step runs in a process of its own, whose peak resident memory the system reports. About 6 GB of checkpoint and as
much output go to a temporary folder, which is removed.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
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
from distil.gguf_file import write_gguf
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


def logits(folder: Path, shape: Shape, form: str) -> dict[str, Any]:
    tokens = [int(token) for token in np.random.default_rng(2).integers(0, shape.vocabulary, 16)]
    reference = forward(shape, Merged(Checkpoint(folder), folder), tokens)
    return asdict(compare(reference, forward(shape, MlcWeights(folder / form, shape), tokens)))


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


def run(layers: int, where: Path | None) -> dict[str, dict[str, Any]]:
    """Every step's figures; raises RuntimeError when one takes more memory than the limit."""
    shape = shape_of(CONFIG | {"num_hidden_layers": layers})
    found = {}
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        print(f"writing a random checkpoint of {layers} layers")
        prepare(folder, shape)
        steps = {
            "mlc-q4f16_1": (to_mlc, "q4f16_1"),
            "mlc-q4f16_1 again": (to_mlc, "q4f16_1"),
            "logits of it": (logits, "q4f16_1"),
            "mlc-q4f32_1": (to_mlc, "q4f32_1"),
            "gguf-q4_0": (to_gguf, "q4_0"),
            "gguf-q8_0": (to_gguf, "q8_0"),
        }
        for title, (act, form) in steps.items():
            found[title] = measured(act, folder, shape, form)
            print(f"{title}: {json.dumps(found[title])}")
    worst = max(step["peak_gb"] for step in found.values())
    print(f"most memory: {worst} GB (limit {LIMIT_GB} GB)")
    if worst > LIMIT_GB:
        raise RuntimeError(f"an export took {worst} GB of memory, more than {LIMIT_GB} GB")
    return found
