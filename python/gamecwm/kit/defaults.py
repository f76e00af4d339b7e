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


def possible_actions(state: State, history: History, player: int) -> list[Any]:
    """What may come next if the player is to see this history, in random order; [None] where it is complete."""
    if not history:
        return [None]
    actions = list(get_legal_actions(state))
    if get_current_player(state) != player:
        return random.sample(actions, len(actions))
    observation, action = history[0]
    fits = get_observations(state)[player] == observation and action in [None, *actions]
    return [action] if fits else []


def resample_history(obs_action_history: History, player_id: int) -> list[str]:
    """A random full action list that fits what the player saw and did (ValueError when none is found)."""
    ways: list[Any] = [(get_initial_state(), None, [], list(obs_action_history))]
    for _ in range(100_000):
        if not ways:
            break
        state, action, actions, history = ways.pop()
        if action is not None:
            history = history[get_current_player(state) == player_id :]
            state, actions = apply_action(state, action), [*actions, action]
        options = possible_actions(state, history, player_id)
        if options == [None]:
            return actions
        ways += [(state, option, actions, history) for option in options]
    raise ValueError("no history fits these observations")
