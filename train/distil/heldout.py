"""Held-out tasks: texts written apart from the training wordings, with parameters kept from training."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from families import FAMILIES
from families.compose import wordings
from families.family import Family, Params, is_held_out
from families.template import SLOT, fill

from distil.prompt import prompt_of

FAMILIES_DIR = Path(__file__).parents[2] / "datasets" / "families"
TRIES = 2000


@dataclass(frozen=True)
class Task:
    """A rules text and the parameters that it describes; None where it is no game the starter knows."""

    family: str
    text: str
    params: Params | None


def held_out_texts(family: str, folder: str = "heldout") -> list[dict]:
    """The entries of heldout/<family>.json, or of another folder of texts."""
    return json.loads((FAMILIES_DIR / folder / f"{family}.json").read_text(encoding="utf-8"))


@cache
def held_out_prompts() -> frozenset[str]:
    """Every held-out text as it would be asked: training never asks the same."""
    return frozenset(prompt_of(task.text) for task in tasks())


@cache
def known_games(family: str) -> frozenset[str]:
    """The settings of the games that have names."""
    complete = FAMILIES[family].complete
    bases = [base["params"] for base in wordings(family).get("bases", [])]
    if family == "simultaneous":
        bases = [implied for base in bases if (implied := FAMILIES[family].imply(base, base))]
    return frozenset(json.dumps(complete(base), sort_keys=True) for base in bases)


@cache
def kept_apart(family: str) -> frozenset[str]:
    """The games that held-out texts describe, well-known ones excepted: training never draws them."""
    described = {json.dumps(task.params, sort_keys=True) for task in tasks() if task.family == family}
    return frozenset(described - known_games(family))


def fits(name: str, params: Params) -> bool:
    """Whether free values make a sensible game."""
    if name == "lines":
        return params["length"] <= max(params["rows"], params["cols"])
    if name == "pawn_race":
        return params["rows"] >= 2 * params["ranks"] + 1
    if name == "dice_race":
        return all(face <= params["sides"] for face in params["bust"])
    if name == "take_away":
        return params["takes"] == "any" or min(params["takes"]) <= max(params["heaps"])
    return True


def free_values(family: Family, slots: set[str], entry: Params, rng: random.Random) -> tuple[Params, Params]:
    """Values for the slots, and the parameters of the game that the text then describes."""
    fallback = None
    for _ in range(TRIES):
        drawn = family.sample(rng)
        values: Params = {name: drawn[name] for name in slots if name in drawn and name not in ("heap", "most")}
        given = dict(values)
        if "heap" in slots:
            values["heap"] = rng.randint(5, 30)
            given["heaps"] = [values["heap"]]
        if "most" in slots:
            values["most"] = rng.randint(2, 7)
            given["takes"] = list(range(1, values["most"] + 1))
        params = family.complete({**entry, **given})
        if fits(family.name, params):
            fallback = fallback or (values, params)
            if is_held_out(params):
                return values, params
    # Few free values may all hash to the training side: the setting is then kept apart by name.
    if fallback:
        return fallback
    raise ValueError(f"no held-out setting of {family.name} fits {entry}")


def in_family_order(family: Family, params: Params) -> Params:
    """The parameters in the order in which the family samples them."""
    order = list(family.sample(random.Random(0)))
    if family.name == "simultaneous":
        order = ["choices", "payoffs", "beats", "rounds"]
    return {name: params[name] for name in order if name in params}


@cache
def tasks(seed: int = 0, folder: str = "heldout") -> tuple[Task, ...]:
    """Every held-out text once, slots filled with held-out values, and the texts of no known game."""
    found: list[Task] = []
    for name, family in FAMILIES.items():
        for index, entry in enumerate(held_out_texts(name, folder)):
            rng = random.Random(f"{seed}/{name}/{index}")
            slots = {match[1] for match in SLOT.finditer(entry["text"])}
            values, params = {}, family.complete(entry["params"])
            if slots:
                values, params = free_values(family, slots, entry["params"], rng)
            text = fill(re.sub(r"[\[\]]", "", entry["text"]), values, rng)
            found.append(Task(name, text, in_family_order(family, params)))
    found += [Task("unknown", entry["text"], None) for entry in held_out_texts("unknown", folder)]
    return tuple(found)
