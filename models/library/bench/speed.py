"""Measures prefill and decode of libraries side by side, in Chromium on the software adapter, with random weights.

uv run --project models/library python models/library/bench/speed.py LIBRARY.wasm [OTHER.wasm …] [--rounds 2]

Every library needs the .json beside it. Tokens a second are WebLLM's own; the best of the rounds is printed, since
other load on the machine only ever slows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import reference
import webllm
from modellib.config import ModelConfig


def measure(library: Path, prompts: list[int], new_tokens: int) -> dict[str, float]:
    """Return seconds to load, and tokens a second by prompt length and of decoding."""
    config = ModelConfig(**json.loads(library.with_suffix(".json").read_text())["config"])
    shipped, _ = reference.random_weights(config, seed=1)
    random = np.random.default_rng(2)
    texts = [webllm.prompt(random.integers(0, config.vocabulary, n).tolist()) for n in prompts]
    requests = [{"prompt": text, "max_tokens": new_tokens, "temperature": 0} for text in [texts[0], *texts]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        webllm.write_model(config, shipped, folder / "model", context=2048)
        loaded, runs, _ = webllm.complete(folder / "model", library, requests, 2048, folder, want_logits=False)
    found = {"load s": loaded / 1000}
    # The first run warms the shaders up.
    for length, run in zip(prompts, runs[1:], strict=True):
        found[f"prefill of {length} tok/s"] = run.usage["extra"]["prefill_tokens_per_s"]
        found[f"decode after {length} tok/s"] = run.usage["extra"]["decode_tokens_per_s"]
    return found


def main() -> None:
    """Print a table, one column a library."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", type=Path, nargs="+")
    parser.add_argument("--prompts", type=int, nargs="+", default=[128, 400])
    parser.add_argument("--new-tokens", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    best: dict[Path, dict[str, float]] = {}
    for _ in range(chosen.rounds):
        for library in chosen.libraries:
            found = measure(library, chosen.prompts, chosen.new_tokens)
            kept = best.setdefault(library, found)
            best[library] = {k: (min if k == "load s" else max)(v, kept[k]) for k, v in found.items()}
    for what in next(iter(best.values())):
        print(f"{what:28}" + "".join(f"{best[library][what]:12.2f}" for library in chosen.libraries))


if __name__ == "__main__":
    main()
