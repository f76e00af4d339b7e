"""Training pairs: rules texts of the families and the programs they describe, as JSON lines.

Order: parameters are drawn from each family's training side (`is_held_out` settings and those that held-out texts fix
are skipped), described in words, and paired with the kit program. One pair in twelve is a text that is none of the
games. The same seed gives the same file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from families import FAMILIES
from families.compose import describe, wordings
from families.family import Params, is_held_out

from distil.prompt import STOP, UNKNOWN, prompt_of

FAMILIES_DIR = Path(__file__).parents[2] / "datasets" / "families"
UNKNOWN_SHARE = 1 / 12
CHUNK = 2000


def held_out_texts(family: str) -> list[dict]:
    """The entries of heldout/<family>.json."""
    return json.loads((FAMILIES_DIR / "heldout" / f"{family}.json").read_text(encoding="utf-8"))


@cache
def kept_apart(family: str) -> frozenset[str]:
    """Parameter settings that a held-out text fixes by its words, those of well-known games excepted."""
    complete = FAMILIES[family].complete
    known = {json.dumps(complete(base["params"]), sort_keys=True) for base in wordings(family).get("bases", [])}
    fixed = {
        json.dumps(complete(entry["params"]), sort_keys=True)
        for entry in held_out_texts(family)
        if "{" not in entry["text"]
    }
    return frozenset(fixed - known)


def training_params(family: str, rng: random.Random) -> Params:
    """Parameters of the training side."""
    while True:
        params = FAMILIES[family].sample(rng)
        if not is_held_out(params) and json.dumps(params, sort_keys=True) not in kept_apart(family):
            return params


def pair(rng: random.Random) -> dict[str, str]:
    """One training pair."""
    if rng.random() < UNKNOWN_SHARE:
        texts = json.loads((FAMILIES_DIR / "unknown" / "training.json").read_text(encoding="utf-8"))
        return {"family": "unknown", "prompt": prompt_of(rng.choice(texts)), "completion": UNKNOWN + STOP}
    name = rng.choice(list(FAMILIES))
    params = training_params(name, rng)
    text = describe(FAMILIES[name], params, rng)
    return {"family": name, "prompt": prompt_of(text), "completion": FAMILIES[name].program(params) + STOP}


def chunk(seed: int, index: int, size: int) -> list[dict[str, str]]:
    """A block of pairs; each block has its own stream, so that blocks can be made in parallel."""
    rng = random.Random(f"{seed}/{index}")
    return [pair(rng) for _ in range(size)]


def pairs(count: int, seed: int, jobs: int) -> Iterator[dict[str, str]]:
    """`count` pairs in a fixed order, made by `jobs` processes."""
    sizes = [CHUNK] * (count // CHUNK) + ([count % CHUNK] if count % CHUNK else [])
    with ProcessPoolExecutor(jobs) as pool:
        for block in pool.map(chunk, [seed] * len(sizes), range(len(sizes)), sizes):
            yield from block


def run(out: Path, count: int, seed: int, jobs: int) -> None:
    """Writes the pairs to a JSON-lines file; the file appears only when it is whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        for number, item in enumerate(pairs(count, seed, jobs), 1):
            file.write(json.dumps(item, ensure_ascii=False) + "\n")
            if number % 10_000 == 0:
                print(f"{number}/{count} pairs", flush=True)
    part.rename(out)
    print(f"{count} pairs in {out}")
