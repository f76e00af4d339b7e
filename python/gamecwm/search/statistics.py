"""What a search's statistics say: the best action, and the statistics of several searches taken together."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from math import fsum, inf
from typing import Any

#: With hidden information, actions with a smaller share of the top action's visits were only tried, not meant.
MIX_FLOOR = 0.1
#: Visits for each action at which the mean policy counts as known: with fewer it is sharpened towards the top action.
MIX_VISITS = 50
#: Worlds shown as examples.
EXAMPLES = 8

Child = dict[str, Any]
Result = dict[str, Any]


def best_pure(children: list[Child]) -> str | None:
    """The most visited action, of equals the one of larger value; a proven win goes before the others, a proven loss
    behind them."""
    if not children:
        return None
    proven = all(child["exact"] for child in children)
    values = [child["value"] for child in children if child["visits"]]
    low, high = min(values, default=inf), max(values, default=-inf)

    def rank(child: Child) -> tuple[float, int, float]:
        first = 0.0
        if child["exact"] and low != high:
            first = child["value"] if proven else float(child["value"] >= high) - float(child["value"] <= low)
        return first, child["visits"], child["value"]

    return max(children, key=rank)["action"]


def mixture(children: list[Child]) -> dict[str, float]:
    """The mean policy of a search with hidden information: probabilities by action.

    In proportion to the visits, raised to a power that comes to 1 as they grow: of few visits most were made to
    explore. Actions that were hardly tried are left out.
    """
    visits = sum(child["visits"] for child in children)
    if not visits:
        return {child["action"]: 1 / len(children) for child in children}
    top = max(child["visits"] for child in children)
    power = 1 + MIX_VISITS * len(children) / visits
    weights = {c["action"]: (c["visits"] / top) ** power for c in children if c["visits"] >= MIX_FLOOR * top}
    total = fsum(weights.values())
    return {action: weight / total for action, weight in weights.items()}


def best_mixed(children: list[Child], seed: str) -> str | None:
    """An action drawn from the mean policy."""
    if not children:
        return None
    policy = sorted(mixture(children).items())
    return random.Random(seed).choices([a for a, _ in policy], [weight for _, weight in policy])[0]


def merge(results: list[Result]) -> Result:
    """The statistics of several searches of one position with different seeds, in the shape of one (root parallel).

    Visits and simulations are summed, values are means weighted by visits or what any search has proven, the time is
    the longest. Worlds: sampled and rejected are summed, distinct is the largest (what the searches share is not
    known), the shares of the examples are means weighted by the worlds sampled. The best action follows the same rule
    as that of one search. The order of the results changes nothing. Raises ValueError without results, or when they
    are of different positions.
    """
    if not results:
        raise ValueError("there are no results to merge")
    if len(results) == 1:
        return results[0]
    searched = [result for result in results if result["children"]] or results
    names = {child["action"] for child in searched[0]["children"]}
    if any({child["action"] for child in result["children"]} != names for result in searched):
        raise ValueError("the results have different actions: they are not of one position")
    if len({result["worlds"] is None for result in searched}) > 1:
        raise ValueError("only some of the results have worlds: they are not of one position")
    children = _merged_children([result["children"] for result in searched])
    worlds = None if searched[0]["worlds"] is None else _merged_worlds([result["worlds"] for result in searched])
    if worlds is None:
        best = best_pure(children)
    else:
        best = best_mixed(children, json.dumps([[child["action"], child["visits"]] for child in children]))
    return {
        "simulations": sum(result["simulations"] for result in results),
        "worlds": worlds,
        "best": best,
        "children": children,
        "principalVariation": _longest_line(searched, best),
        "milliseconds": max(result["milliseconds"] for result in results),
    }


def _merged_children(lists: list[list[Child]]) -> list[Child]:
    by_action: dict[str, list[Child]] = defaultdict(list)
    for children in lists:
        for child in children:
            by_action[child["action"]].append(child)
    merged = []
    for action, same in by_action.items():
        visits = sum(child["visits"] for child in same)
        proven = [child["value"] for child in same if child["exact"]]
        value = fsum(child["value"] * child["visits"] for child in same) / visits if visits else 0.0
        merged.append(
            {"action": action, "visits": visits, "value": max(proven) if proven else value, "exact": bool(proven)}
        )
    return sorted(merged, key=lambda child: (-child["visits"], child["action"]))


def _merged_worlds(worlds: list[dict[str, Any]]) -> dict[str, Any]:
    sampled = sum(world["sampled"] for world in worlds)
    shares: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for world in worlds:
        for example in world["examples"]:
            shares[tuple(example["actions"])].append(example["share"] * world["sampled"])
    examples = sorted(
        ((fsum(parts) / sampled, actions) for actions, parts in shares.items()), key=lambda e: (-e[0], e[1])
    )
    return {
        "sampled": sampled,
        "distinct": max(world["distinct"] for world in worlds),
        "rejected": sum(world["rejected"] for world in worlds),
        "source": "program" if any(world["source"] == "program" for world in worlds) else "inferred",
        "examples": [{"actions": list(actions), "share": share} for share, actions in examples[:EXAMPLES]],
    }


def _longest_line(results: list[Result], best: str | None) -> list[str]:
    """Of the variations that start with the best action, the one of the largest search; else the action alone."""
    lines = [
        (result["simulations"], result["principalVariation"])
        for result in results
        if result["principalVariation"][:1] == [best]
    ]
    return list(max(lines)[1]) if lines else [] if best is None else [best]
