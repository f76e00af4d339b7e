"""What a player saw and did, and the error that says that nothing fits it."""

from __future__ import annotations

from typing import Any

from gamecwm.contract import Action, Game, Observation, ProgramError, State

History = list[tuple[Observation, "Action | None"]]


class NoHistory(ProgramError):
    """No world was found: `exhausted` when it is proven that none exists, else the node budget ran out."""

    def __init__(self, message: str, *, exhausted: bool) -> None:
        super().__init__(message)
        self.exhausted = exhausted


def own_history(game: Game, actions: list[Action], player: int) -> History:
    """What `player` saw and did: one entry for each time they were to move.

    The last entry has the action None when it is their turn after `actions`.
    """
    states = [game.get_initial_state()]
    for action in actions:
        states.append(game.apply_action(states[-1], action))
    return history_of(game, states, actions, player)


def history_of(game: Game, states: list[State], actions: list[Action], player: int) -> History:
    """`own_history` where the states before and after each action are at hand."""
    return [
        (game.get_observations(state)[player], actions[step] if step < len(actions) else None)
        for step, state in enumerate(states)
        if game.get_current_player(state) == player
    ]


def checked(history: Any) -> History:
    """The history as a list of pairs. Raises ValueError for anything else."""
    pairs = [tuple(entry) for entry in history]
    if any(len(pair) != 2 or not (pair[1] is None or isinstance(pair[1], str)) for pair in pairs):
        raise ValueError("a history is a list of (observation, action or None)")
    return pairs


def equal(first: Any, second: Any) -> bool:
    """Whether two observations are the same; an object that cannot be compared is not."""
    try:
        return bool(first == second)
    except Exception:
        return False
