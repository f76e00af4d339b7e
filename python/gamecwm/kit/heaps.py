"""Heaps of objects that players take from."""

from __future__ import annotations

from typing import Any

from gamecwm.kit.turns import change, is_over, require

State = dict[str, Any]


def amounts(heap: int, allowed: list[int] | str) -> list[int]:
    """How many may be taken from a heap of this size; allowed is a list of numbers or "any"."""
    if isinstance(allowed, str):
        return list(range(1, heap + 1))
    return [number for number in allowed if number <= heap]


def takes(state: State, allowed: list[int] | str) -> list[str]:
    """Every take: "take 2", or "take 2 from heap 1" when there are several heaps (counted from 1)."""
    if is_over(state):
        return []
    heaps = state["heaps"]
    ending = len(heaps) > 1
    return [
        f"take {number} from heap {index + 1}" if ending else f"take {number}"
        for index, heap in enumerate(heaps)
        for number in amounts(heap, allowed)
    ]


def take(state: State, action: str, allowed: list[int] | str) -> State:
    """Carries out a take."""
    require(action, takes(state, allowed))
    words = action.split()
    heaps = list(state["heaps"])
    heaps[int(words[4]) - 1 if len(words) > 2 else 0] -= int(words[1])
    return change(state, heaps=heaps)
