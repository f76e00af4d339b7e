"""The libraries that ship: what made them is recorded truthfully, and at full size they compute what numpy does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import reference
import webllm
from modellib.config import ModelConfig

BUILT = sorted((Path(__file__).parent.parent / "built").glob("*.wasm"))
#: 150 passes the prefill chunk of 128.
LENGTHS = (8, 150)
NEW_TOKENS = 2
TOLERANCE = 5e-3


def test_there_are_libraries() -> None:
    assert BUILT


@pytest.mark.parametrize("library", BUILT, ids=lambda path: path.stem)
def test_record_fits_the_file(library: Path) -> None:
    record = json.loads(library.with_suffix(".json").read_text())
    content = library.read_bytes()
    assert record["bytes"] == len(content)
    assert record["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("library", BUILT, ids=lambda path: path.stem)
def test_logits_equal_numpy_at_full_size(library: Path, tmp_path: Path) -> None:
    config = ModelConfig(**json.loads(library.with_suffix(".json").read_text())["config"])
    shipped, weights = reference.random_weights(config, seed=1)
    webllm.write_model(config, shipped, tmp_path / "model", context=512)
    random = np.random.default_rng(2)
    prompts = [random.integers(0, config.vocabulary, n).tolist() for n in LENGTHS]
    requests = [{"prompt": webllm.prompt(ids), "max_tokens": NEW_TOKENS, "temperature": 0} for ids in prompts]
    _, runs, _ = webllm.complete(tmp_path / "model", library, requests, 512, tmp_path)
    for ids, run in zip(prompts, runs, strict=True):
        expected = reference.logits(config, weights, ids + run.tokens[:-1])[len(ids) - 1 :]
        assert np.abs(expected - run.logits).max() < TOLERANCE
        assert expected.argmax(axis=1).tolist() == run.tokens
