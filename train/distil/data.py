"""Training pairs: rules texts of the families and the programs they describe, as JSON lines.

Order: parameters are drawn from each family's training side (`is_held_out` settings and those that held-out texts fix
are skipped), described in words, and paired with the kit program. One pair in sixteen is a text that is none of the
games. The same seed gives the same file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from families import FAMILIES
from families.compose import describe, wordings
from families.family import Params, is_held_out
from families.simultaneous import as_mentioned

from distil.heldout import FAMILIES_DIR, fits, held_out_prompts, kept_apart, known_games
from distil.prompt import STOP, UNKNOWN, prompt_of

UNKNOWN_SHARE = 1 / 16
NAMED_SHARE = 0.15
CHUNK = 2000


def is_training(family: str, params: Params) -> bool:
    """Whether a game is on the training side; games with names always are, since people ask for them by name."""
    text = json.dumps(params, sort_keys=True)
    return text in known_games(family) or (not is_held_out(params) and text not in kept_apart(family))


def variant(name: str, fresh: Params, rng: random.Random) -> Params:
    """A well-known game with up to two parameters changed: what people try first."""
    family = FAMILIES[name]
    base = rng.choice(wordings(name)["bases"])["params"]
    implied = family.imply(base, fresh) if family.implies else family.complete(base)
    params = {**fresh, **(implied or {})}
    for key in rng.sample(list(fresh), rng.choice([0, 0, 1, 1, 2])):
        if key in params and not family.implies:
            params[key] = fresh[key]
    return params if fits(name, params) else fresh


def pair(rng: random.Random) -> dict[str, str]:
    """One training pair."""
    if rng.random() < UNKNOWN_SHARE:
        texts = json.loads((FAMILIES_DIR / "unknown" / "training.json").read_text(encoding="utf-8"))
        return {"family": "unknown", "prompt": prompt_of(rng.choice(texts)), "completion": UNKNOWN + STOP}
    name = rng.choice(list(FAMILIES))
    family = FAMILIES[name]
    while True:
        params, named = family.sample(rng), 0.35
        if rng.random() < NAMED_SHARE:
            params, named = variant(name, params, rng), 0.9
        text = describe(family, params, rng, named)
        if name == "simultaneous":
            params = as_mentioned(text, params)
        if is_training(name, params) and prompt_of(text) not in held_out_prompts():
            return {"family": name, "prompt": prompt_of(text), "completion": family.program(params) + STOP}


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
