"""What a family is: parameters with defaults, a program for them, and the facts that a rules text must say."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Params = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One thing to say: the clause keys that each say it, its slots, and whether leaving it out changes the game."""

    keys: tuple[str, ...]
    slots: dict[str, Any] = field(default_factory=dict)
    required: bool = True


@dataclass(frozen=True, eq=False)
class Family:
    """A family of games.

    `sample` draws parameters, `complete` fills in defaults, `program` writes the kit program, `facts` lists what the
    rules say, `nouns` gives theme nouns for a text (slot name -> word). `implies` gives what a known game's parameters
    settle about a game (None: its name does not fit), `draw` completes partly known parameters at random.
    """

    name: str
    defaults: Params
    sample: Callable[[random.Random], Params]
    program: Callable[[Params], str]
    facts: Callable[[Params], list[Fact]]
    nouns: Callable[[random.Random], dict[str, str]] = lambda rng: {}
    implies: Callable[[Params, Params], Params | None] | None = None
    draw: Callable[[Params, random.Random], Params] | None = None

    def overlay(self, known: Params, rng: random.Random) -> Params:
        """A game drawn at random but for what is known of it."""
        return {**self.sample(rng), **known} if self.draw is None else self.draw(known, rng)

    def imply(self, base: Params, params: Params) -> Params | None:
        """What a known game's name settles: its parameters and the defaults, if at least half of them hold."""
        if self.implies is not None:
            return self.implies(base, params)
        implied = self.complete(base)
        same = sum(params.get(name) == value for name, value in implied.items())
        return implied if same * 2 >= len(implied) else None

    def complete(self, params: Params) -> Params:
        """The parameters with defaults where something is unsaid."""
        return {**self.defaults, **params}


def is_held_out(params: Params) -> bool:
    """Whether a parameter setting is kept for evaluation: one in eight, by hash, the same on every machine."""
    text = json.dumps(params, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()[0] % 8 == 0


@cache
def noun_pairs(family: str) -> list[list[str]]:
    """The theme nouns of a family's wordings, as [one, many]."""
    path = Path(__file__).parent / "wordings" / f"{family}.json"
    return json.loads(path.read_text(encoding="utf-8"))["nouns"]


@cache
def words() -> list[str]:
    """Common English words (words.txt, one a line), for names that players make up."""
    return (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()


def literal(value: Any) -> str:
    """A JSON-like value as Python source, strings in double quotes."""
    if isinstance(value, bool) or value is None:
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def constants(lines: list[dict[str, Any]]) -> str:
    """Assignments, one dict a line: {"ROWS": 3, "COLS": 3} becomes "ROWS, COLS = 3, 3"."""
    return "\n".join(f"{', '.join(line)} = {', '.join(literal(value) for value in line.values())}" for line in lines)


def write(head: list[dict[str, Any]], body: str) -> str:
    """A whole program: the kit, the constants, the functions."""
    return f"from kit import *\n\n{constants(head)}\n\n\n{body.strip()}\n"
