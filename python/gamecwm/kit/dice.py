"""Dice, and points that are risked before they are banked."""

from __future__ import annotations

from itertools import product
from typing import Any

from gamecwm.kit.turns import change, mover

State = dict[str, Any]


def rolls(sides: int, dice: int = 1) -> list[str]:
    """Every equally likely roll, as "rolled 3" or "rolled 3 5"."""
    faces = [str(face) for face in range(1, sides + 1)]
    return ["rolled " + " ".join(roll) for roll in product(faces, repeat=dice)]


def faces(action: str) -> list[int]:
    """The faces of a roll."""
    return [int(word) for word in action.split()[1:]]


def roll(state: State, action: str) -> State:
    """Shows the dice of a roll and gives the turn back to the player who rolled."""
    return change(state, dice=faces(action), turn=mover(state))


def shows(state: State, faces: list[int]) -> bool:
    """Whether any die of the last roll shows one of these faces."""
    return any(face in faces for face in state["dice"])


def add_pot(state: State, points: int) -> State:
    """Adds points to those at risk this turn."""
    return change(state, pot=state["pot"] + points)


def bank(state: State) -> State:
    """The mover keeps the points at risk."""
    scores = list(state["scores"])
    scores[mover(state)] += state["pot"]
    return change(state, scores=scores, pot=0)


def lose_pot(state: State, everything: bool = False) -> State:
    """The points at risk are lost; with everything the mover's banked score too."""
    scores = list(state["scores"])
    if everything:
        scores[mover(state)] = 0
    return change(state, scores=scores, pot=0)
