"""What the rewards of a game promise, declared by the program or learnt from its games, held against what was found."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from ..values import text_of
from .evidence import Evidence
from .syntax import syntax_of

#: Games that must have ended before a sum is learnt, and the share of them that must have it.
LEARNT_GAMES, LEARNT_SHARE = 40, 0.95
#: How often a player must have won in one way before it counts as the only one.
OFTEN = 3
#: Whether a law holds (None: there is none), in words, and a game that breaks it.
Verdict = tuple["bool | None", str, "list[str] | None"]
_NUMBER = r"([+-]?\d+(?:\.\d+)?)"
_RANGE = re.compile(rf"rewards?\b[^.\n]*\b(?:between|from)\s+{_NUMBER}\s+(?:and|to)\s+{_NUMBER}", re.IGNORECASE)
_ZERO_SUM = re.compile(r"(?<!not )(?<!non-)(?<!not a )\bzero[- ]sum\b", re.IGNORECASE)


def declared(source: str) -> tuple[bool, tuple[float, float] | None]:
    """Whether docstrings of the module or of get_rewards say zero-sum, and the range of rewards they name."""
    text = " ".join(ast.get_docstring(node) or "" for node in _documented(source))
    found = _RANGE.search(text)
    return bool(_ZERO_SUM.search(text)), (float(found[1]), float(found[2])) if found else None


def _documented(source: str) -> Iterator[ast.Module | ast.FunctionDef]:
    tree = syntax_of(source)[0]
    yield tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "get_rewards":
            yield node


def broken_law(evidence: Evidence, source: str) -> Verdict:
    """Whether the rewards keep what is declared or learnt (None: there is no such law), in words, and a game."""
    zero_sum, limits = declared(source)
    learnt = _learnt(evidence)
    for vector, (game, count) in evidence.finals.items():
        shown = text_of(list(vector))
        if limits and not all(limits[0] <= reward <= limits[1] for reward in vector):
            return (
                False,
                f"The program declares rewards from {limits[0]:g} to {limits[1]:g}; a game ends {shown}.",
                game,
            )
        if zero_sum and abs(sum(vector)) > 1e-6:
            return False, f"The program declares a zero-sum game, and a game ends with {shown}.", game
        if learnt is not None and abs(sum(vector) - learnt) > 1e-6:
            few = f"{count} of {evidence.ended} ended with {shown}"
            return False, f"The rewards of nearly all games sum to {learnt:g}, but {few}.", game
    lopsided = _lopsided(evidence)
    if lopsided:
        return lopsided
    if limits or zero_sum:
        return True, "The rewards are what the program declares.", None
    if learnt is not None:
        return True, f"The rewards of every finished game sum to {learnt:g}.", None
    return None, "Not applicable: no sum or range of rewards is declared, and games end with different sums.", None


def _learnt(evidence: Evidence) -> float | None:
    """The sum that nearly all games share, where more than one kind of end shows it."""
    if evidence.ended < LEARNT_GAMES:
        return None
    sums: Counter[float] = Counter()
    for vector, (_, count) in evidence.finals.items():
        sums[round(sum(vector), 6)] += count
    total, count = sums.most_common(1)[0]
    kinds = [vector for vector in evidence.finals if round(sum(vector), 6) == total and len(set(vector)) > 1]
    return total if count >= LEARNT_SHARE * evidence.ended and len(kinds) > 1 else None


def _lopsided(evidence: Evidence) -> Verdict | None:
    """Two players with one way to win each, and what the two get together is not the same."""
    wins: dict[int, list[tuple[float, ...]]] = {0: [], 1: []}
    for vector, (_, count) in evidence.finals.items():
        if len(vector) != 2:
            return None
        if vector[0] != vector[1]:
            if count < OFTEN:
                return None
            wins[0 if vector[0] > vector[1] else 1].append(vector)
    if len(wins[0]) != 1 or len(wins[1]) != 1 or abs(sum(wins[0][0]) - sum(wins[1][0])) < 1e-6:
        return None
    first, second = text_of(list(wins[0][0])), text_of(list(wins[1][0]))
    message = f"One player wins with {first}, the other with {second}: together they get more in one case."
    return False, message, evidence.finals[wins[1][0]][0]
