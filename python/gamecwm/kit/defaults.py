"""The contract's functions that a program may leave out; they are carried into its plain module.

Their bodies call the program's own functions, which are found where the plain module is run.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from gamecwm.kit.views import view

State = dict[str, Any]
History = list[tuple[dict[str, Any], "str | None"]]

if TYPE_CHECKING:

    def get_initial_state() -> State: ...
    def get_legal_actions(state: State) -> list[str]: ...
    def apply_action(state: State, action: str) -> State: ...


def get_current_player(state: State) -> int:
    """The player to move; -1 at a chance node; -4 when the game is over."""
    return state["turn"]


def get_player_name(player_id: int) -> str:
    """A player's name, counted from 1."""
    return f"Player {player_id + 1}"


def get_rewards(state: State) -> list[float]:
    """One reward a player."""
    return list(state["rewards"])


def get_observations(state: State) -> list[dict[str, Any]]:
    """One observation a player."""
    return [view(state, player) for player in range(len(state["rewards"]))]


def consistent(state: State, history: History, player: int, budget: list[int]) -> list[str] | None:
    """A random action list from the state that gives the player this history, or None; the budget counts nodes."""
    if not history:
        return []
    budget[0] -= 1
    actions = list(get_legal_actions(state))
    random.shuffle(actions)
    if get_current_player(state) == player:
        observation, action = history[0]
        if get_observations(state)[player] != observation:
            return None
        if action is None:
            return []
        actions, history = [action] if action in actions else [], history[1:]
    return first_consistent(state, actions, history, player, budget)


def first_consistent(
    state: State, actions: list[str], history: History, player: int, budget: list[int]
) -> list[str] | None:
    """The first of these actions that leads to a consistent list, followed by that list; None when none does."""
    for action in actions:
        if budget[0] <= 0:
            return None
        rest = consistent(apply_action(state, action), history, player, budget)
        if rest is not None:
            return [action, *rest]
    return None


def resample_history(obs_action_history: History, player_id: int) -> list[str]:
    """A random full action list that fits what the player saw and did (ValueError when none is found)."""
    actions = consistent(get_initial_state(), list(obs_action_history), player_id, [100_000])
    if actions is None:
        raise ValueError("no history fits these observations")
    return actions
