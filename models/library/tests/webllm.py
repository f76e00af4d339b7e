"""Runs a library in Chromium through WebLLM, with random weights and a tokenizer of numbered words."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modellib.config import ModelConfig
from modellib.weights import Weights, chat_config, write_shards

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """One completion: the tokens drawn, the logits (n, V) each was drawn from, milliseconds, WebLLM's usage."""

    tokens: list[int]
    logits: NDArray
    milliseconds: float
    usage: dict[str, Any]


def write_model(config: ModelConfig, weights: Weights, folder: Path, context: int) -> None:
    """Write a model folder; token i is the word ``ti``."""
    folder.mkdir(parents=True, exist_ok=True)
    write_shards(config, weights, folder)
    (folder / "mlc-chat-config.json").write_text(json.dumps(chat_config(config, context)))
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {f"t{i}": i for i in range(config.vocabulary)},
            "unk_token": "t0",
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))


def prompt(ids: list[int]) -> str:
    """Return the text of tokens."""
    return " ".join(f"t{i}" for i in ids)


def complete(
    model: Path,
    library: Path,
    requests: list[dict[str, Any]],
    context: int,
    scratch: Path,
    probe: dict[str, Any] | None = None,
    want_logits: bool = True,
    runner: str = "chromium.mjs",
) -> tuple[float, list[Run], dict[str, Any]]:
    """Return (milliseconds to load, one run a request, what the probe found).

    Requests are WebLLM's completion requests; a probe calls the functions on logits (see chromium.mjs).

    Raises:
        AssertionError: Chromium or WebLLM failed; the message holds what they wrote.
    """
    job, answer = scratch / "job.json", scratch / "answer.json"
    asked = {"model": str(model), "library": str(library.resolve()), "requests": requests, "context": context}
    job.write_text(json.dumps({**asked, "wantLogits": want_logits, "probe": probe}))
    command = ["node", str(HERE / runner), str(job), str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr[-6000:]
    found = json.loads(answer.read_text())
    runs = [
        Run(
            run["tokens"],
            np.array([np.frombuffer(base64.b64decode(text), np.float32) for text in run["logits"]]),
            run["ms"],
            run["usage"],
        )
        for run in found["runs"]
    ]
    return found["loadMs"], runs, found.get("probe") or {}
