"""Tiny libraries of both architectures, built here and run in Chromium through WebLLM on the software adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reference
import webllm
from modellib.build import build_library
from modellib.config import ModelConfig, load

CONFIGS = Path(__file__).parent.parent / "configs"
CONTEXT = 1024
#: 150 and 900 pass the prefill chunk of 128, so that pages and merged attention are covered.
LENGTHS = (8, 150, 900)
NEW_TOKENS = 3
TOLERANCE = 5e-3


def _probe(vocabulary: int) -> dict[str, Any]:
    random = np.random.default_rng(3)
    logits = random.normal(0, 2, vocabulary).astype(np.float32)
    logits[7] = logits[400] = logits[100]  # equal values keep their order
    return {
        "logits": logits.tolist(),
        "temperature": 2.0,
        "topP": 0.6,
        "uniforms": random.uniform(0, 1, 12).tolist(),
        "bias": {"tokens": [3, 511], "values": [2.5, -1.0]},
        "penalty": {"counts": [2, 5], "values": [0.5, 0.25, 1.5]},
        "mask": random.integers(-(2**31), 2**31, vocabulary // 32).tolist(),
    }


class Outcome:
    """One configuration built, run and probed."""

    def __init__(self, name: str, zero_point: int, folder: Path) -> None:
        self.config: ModelConfig = load(CONFIGS / f"{name}.json", zero_point)
        library = folder / "library.wasm"
        build_library(self.config, library, small=False)
        shipped, self.weights = reference.random_weights(self.config, seed=1)
        webllm.write_model(self.config, shipped, folder / "model", CONTEXT)
        random = np.random.default_rng(2)
        self.prompts = [random.integers(0, self.config.vocabulary, n).tolist() for n in LENGTHS]
        requests = [{"prompt": webllm.prompt(ids), "max_tokens": NEW_TOKENS, "temperature": 0} for ids in self.prompts]
        self.asked = _probe(self.config.vocabulary)
        _, self.runs, self.probe = webllm.complete(folder / "model", library, requests, CONTEXT, folder, self.asked)


@pytest.fixture(scope="module", params=[("tiny-llama", 7), ("tiny-qwen2", 8)], ids=lambda p: p[0])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    name, zero_point = request.param
    return Outcome(name, zero_point, tmp_path_factory.mktemp(name))


def test_logits_and_greedy_tokens_equal_numpy(outcome: Outcome) -> None:
    for ids, run in zip(outcome.prompts, outcome.runs, strict=True):
        assert len(run.tokens) == NEW_TOKENS
        expected = reference.logits(outcome.config, outcome.weights, ids + run.tokens[:-1], NEW_TOKENS)
        assert np.abs(expected - run.logits).max() < TOLERANCE
        assert expected.std() > 0.5
        assert expected.argmax(axis=1).tolist() == run.tokens


def test_bias_penalty_and_mask_change_what_they_name(outcome: Outcome) -> None:
    logits, tokens = np.array(outcome.asked["logits"], np.float32), outcome.asked["bias"]["tokens"]
    biased = logits.copy()
    biased[tokens] += outcome.asked["bias"]["values"]
    np.testing.assert_allclose(outcome.probe["biased"], biased, rtol=1e-6)
    presence, frequency, repetition = outcome.asked["penalty"]["values"]
    penalised = logits.copy()
    penalised[tokens] -= presence + frequency * np.array(outcome.asked["penalty"]["counts"])
    for token in tokens:
        penalised[token] *= 1 / repetition if penalised[token] > 0 else repetition
    np.testing.assert_allclose(outcome.probe["penalised"], penalised, rtol=1e-5)
    words = np.array(outcome.asked["mask"], np.int64)
    allowed = (words[:, None] >> np.arange(32) & 1).astype(bool).ravel()
    masked = np.array(outcome.probe["masked"], np.float32)
    np.testing.assert_array_equal(masked[allowed], logits[allowed])
    assert (masked[~allowed] < -1e38).all()


def test_softmax_sort_and_top_p_equal_numpy(outcome: Outcome) -> None:
    scaled = np.array(outcome.asked["logits"]) / outcome.asked["temperature"]
    expected = np.exp(scaled - scaled.max())
    expected /= expected.sum()
    np.testing.assert_allclose(outcome.probe["probabilities"], expected, rtol=1e-4)
    found = np.array(outcome.probe["probabilities"], np.float32)
    order = np.argsort(-found, kind="stable")
    assert outcome.probe["index"] == order.tolist()
    np.testing.assert_array_equal(np.array(outcome.probe["sorted"], np.float32), found[order])
    sums = np.cumsum(found[order])
    kept = int(np.searchsorted(sums, outcome.asked["topP"])) + 1
    drawn = [int(order[np.searchsorted(sums, u * sums[kept - 1], side="right")]) for u in outcome.asked["uniforms"]]
    assert outcome.probe["samples"] == drawn
    assert len(set(drawn)) > 3
