"""Mutants of a game program: copies with one small error each, for measuring what a checker sees.

The program's own text is changed (a kit program stays a kit program), so that an error is one that its writer could
have made. Mutation operators and the question whether a mutant is equivalent are those of mutation testing (DeMillo,
Lipton and Sayward 1978).
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from ..contract import ProgramError
from . import games, operators
from .sites import Site, spots

#: Every kind of mutant, in the order of the tables.
KINDS = (
    *games.OPERATORS,
    "rewards-unsigned",
    "chance-hidden",
    "information-missing",
    "observation-wrong",
    "resample-stub",
    "resample-wrong",
    *operators.OPERATORS,
)


@dataclass(frozen=True)
class Mutant:
    """A program with one error. `line` is that of the original text (1-based); `diff` is between normalised texts."""

    id: str
    kind: str
    line: int
    source: str
    diff: str


def sites(tree: ast.Module) -> Iterator[Site]:
    """Every possible change of a parsed program."""
    for spot in spots(tree):
        for kind, operator in games.OPERATORS.items():
            for replacement in operator(spot):
                yield Site(kind, spot.line, spot, replacement)
        for kind, operator in operators.OPERATORS.items():
            for replacement in operator(spot):
                yield Site(games.in_own_kind(kind, spot), spot.line, spot, replacement)
    yield from games.program_sites(tree)


def mutants(source: str, *, per_kind: int, seed: int = 0, kinds: tuple[str, ...] = KINDS) -> list[Mutant]:
    """At most `per_kind` mutants of each kind, drawn with the seed, in the order of the kinds.

    Every mutant can be loaded as far as syntax goes, and no two are the same text. Raises ProgramError for a text that
    is not Python, ValueError for a kind that does not exist.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ValueError(f"there is no kind of mutant called {unknown[0]}; the kinds are {', '.join(KINDS)}")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ProgramError(f"not Python: {error}", getattr(error, "lineno", None)) from error
    plain = ast.unparse(tree) + "\n"
    by_kind: dict[str, list[Site]] = {kind: [] for kind in KINDS}
    for site in sites(tree):
        by_kind[site.kind].append(site)
    seen = {plain}
    drawn: list[Mutant] = []
    for kind in KINDS:
        if kind not in kinds:
            continue
        found = by_kind[kind]
        random.Random(f"{seed} {kind}").shuffle(found)
        drawn += _first(found, tree, plain, per_kind, seen)
    return drawn


def _first(found: list[Site], tree: ast.Module, plain: str, number: int, seen: set[str]) -> list[Mutant]:
    """The first `number` mutants of these sites that are programs and not yet seen."""
    drawn: list[Mutant] = []
    for site in found:
        if len(drawn) >= number:
            break
        text = site.text(tree)
        if text in seen:
            continue
        seen.add(text)
        try:
            compile(text, "<mutant>", "exec")
        except (SyntaxError, ValueError):
            continue
        name = f"{site.kind}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        drawn.append(Mutant(name, site.kind, site.line, text, _diff(plain, text)))
    return drawn


def _diff(plain: str, text: str) -> str:
    lines = difflib.unified_diff(plain.splitlines(), text.splitlines(), "program", "mutant", lineterm="", n=1)
    return "\n".join(lines) + "\n"


__all__ = ["KINDS", "Mutant", "mutants", "sites"]
