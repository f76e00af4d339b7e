"""Turns, ends and rewards: the frame that every state shares.

A state is a JSON-like dict with `turn` (the player to move; -1 chance; -4 over), `rewards` (one a player) and, where
something is hidden, `own` (the keys whose entries belong to one player each). No function changes its argument.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]


def start(players: int = 2, own: list[str] | tuple[str, ...] = (), **parts: Any) -> State:
    """The first state: player 0 to move, these parts; keys named in `own` are lists with one hidden entry a player."""
    state: State = {"turn": 0, "rewards": [0.0] * players, **parts}
    return {**state, "own": list(own)} if own else state


def change(state: State, **parts: Any) -> State:
    """The state with these parts replaced."""
    return {**state, **parts}


def require(action: str, legal: list[str]) -> None:
    """Refuses an action that is not legal (ValueError)."""
    if action not in legal:
        raise ValueError(f"illegal action {action!r}")


def is_over(state: State) -> bool:
    """Whether the game has ended."""
    return state["turn"] == -4


def is_chance(state: State) -> bool:
    """Whether chance is to act."""
    return state["turn"] == -1


def mover(state: State) -> int:
    """The player to move; at a chance node the player it acts for."""
    return state["roller"] if state["turn"] == -1 else state["turn"]


def next_turn(state: State) -> State:
    """The next player to move, in order round the table."""
    return change(state, turn=(mover(state) + 1) % len(state["rewards"]))


def to_chance(state: State) -> State:
    """Chance acts next, for the player to move."""
    return change(state, turn=-1, roller=mover(state))


def end(state: State, rewards: list[float]) -> State:
    """The game ends with these rewards, one a player."""
    return change(state, turn=-4, rewards=[float(reward) for reward in rewards])


def win(state: State) -> State:
    """The player to move wins (+1), every other player loses (-1)."""
    return end(state, [1.0 if player == mover(state) else -1.0 for player in range(len(state["rewards"]))])


def lose(state: State) -> State:
    """The player to move loses (-1), every other player wins (+1)."""
    return end(state, [-1.0 if player == mover(state) else 1.0 for player in range(len(state["rewards"]))])


def draw(state: State) -> State:
    """The game ends with nothing for anyone."""
    return end(state, [0.0] * len(state["rewards"]))
