"""What a search's statistics say: the best action, and the statistics of several searches taken together."""

from __future__ import annotations

import random
from math import inf
from typing import Any

#: With hidden information, actions with a smaller share of the top action's visits were only tried, not meant.
MIX_FLOOR = 0.1

Child = dict[str, Any]


def best_pure(children: list[Child]) -> str | None:
    """The most visited action, but a proven win goes before and a proven loss behind the others."""
    if not children:
        return None
    proven = all(child["exact"] for child in children)
    values = [child["value"] for child in children if child["visits"]]
    low, high = min(values, default=inf), max(values, default=-inf)

    def rank(child: Child) -> tuple[float, int]:
        if not child["exact"] or low == high:
            return 0.0, child["visits"]
        if proven:
            return child["value"], child["visits"]
        return float(child["value"] >= high) - float(child["value"] <= low), child["visits"]

    return max(children, key=rank)["action"]


def best_mixed(children: list[Child], seed: str) -> str | None:
    """An action drawn in proportion to its visits; those with few were only tried and are left out."""
    if not children:
        return None
    top = max(child["visits"] for child in children)
    meant = [child for child in children if child["visits"] >= MIX_FLOOR * top]
    return random.Random(seed).choices(meant, [max(child["visits"], 1) for child in meant])[0]["action"]
