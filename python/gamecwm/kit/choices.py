"""Choices made in secret and revealed together, and the points they give."""

from __future__ import annotations

from typing import Any

from gamecwm.kit.turns import change, end, is_over, next_turn, require

State = dict[str, Any]


def secrets(players: int = 2) -> list[None]:
    """One empty secret choice a player."""
    return [None] * players


def options(state: State, choices: list[str]) -> list[str]:
    """The choices, while the game goes on."""
    return [] if is_over(state) else list(choices)


def pick(state: State, action: str, choices: list[str]) -> State:
    """Keeps the mover's secret choice; once all have chosen they move to `played` and player 0 is next."""
    require(action, options(state, choices))
    picks = list(state["picks"])
    picks[state["turn"]] = action
    if None in picks:
        return next_turn(change(state, picks=picks))
    return change(state, picks=[None] * len(picks), played=[*state["played"], picks], turn=0)


def is_revealed(state: State) -> bool:
    """Whether a round of choices has just been completed."""
    return not any(state["picks"]) and bool(state["played"])


def table_points(state: State, choices: list[str], payoffs: list) -> list[float]:
    """The last round's points from a table: row of player 0's choice, column of player 1's."""
    first, second = state["played"][-1]
    return payoffs[choices.index(first)][choices.index(second)]


def duel_points(state: State, beats: dict[str, list[str]]) -> list[float]:
    """The last round's points: 1 for the winner, -1 for the loser, 0 for neither."""
    first, second = state["played"][-1]
    if second in beats.get(first, []):
        return [1, -1]
    return [-1, 1] if first in beats.get(second, []) else [0, 0]


def add_points(state: State, points: list[float]) -> State:
    """Adds one number to each player's score."""
    return change(state, scores=[score + more for score, more in zip(state["scores"], points, strict=True)])


def end_after(state: State, rounds: int) -> State:
    """Ends the game with the scores as rewards once this many rounds are played."""
    return end(state, state["scores"]) if len(state["played"]) >= rounds else state
