"""Whether a game hides anything from a player to move."""

from __future__ import annotations

import random
from collections.abc import Generator

from gamecwm.contract import OVER, Action, Game, State

#: Random playouts, and the states of each, that are looked at.
PLAYOUTS, STATES = 3, 40
#: States at which pairs of actions are compared, and pairs at each.
TRIALS, PAIRS = 60, 3
#: Actions after which two ways have to have come to the player's turn.
FOLLOWED = 8

_known: dict[str, bool] = {}


def hides_information(game: Game) -> Generator[None, None, bool]:
    """True when some player has to decide without knowing what happened. Yields often; the answer is remembered.

    An observation that holds every key of the state with its value hides nothing. Where one lacks something, a game
    with `resample_history` is taken at its word. Of any other, pairs of actions are tried: it hides something when a
    player who did not act sees the same at their next turn after both, though the states differ.
    """
    if game.source not in _known:
        if len(_known) >= 256:
            _known.clear()
        _known[game.source] = yield from _looks(game)
    return _known[game.source]


def _looks(game: Game) -> Generator[None, None, bool]:
    rng = random.Random("secrecy")
    trials = 0
    for _ in range(PLAYOUTS):
        state = game.get_initial_state()
        for step in range(STATES):
            yield
            legal = game.get_legal_actions(state)
            if not legal or game.get_current_player(state) == OVER:
                break
            if _lacks_something(game, state):
                if game.resample_history is not None:
                    return True
                if trials < TRIALS and (step < 6 or rng.random() < 0.25):
                    trials += 1
                    if (yield from _confuses(game, state, legal, rng)):
                        return True
            state = game.apply_action(state, rng.choice(legal))
    return False


def _lacks_something(game: Game, state: State) -> bool:
    return any(
        key not in observation or observation[key] != value
        for observation in game.get_observations(state)
        for key, value in state.items()
    )


def _confuses(game: Game, state: State, legal: list[Action], rng: random.Random) -> Generator[None, None, bool]:
    """Whether somebody takes two of these actions for one."""
    mover = game.get_current_player(state)
    actions = sorted(set(legal))
    if len(actions) < 2:
        return False
    for _ in range(PAIRS):
        first, second = (game.apply_action(state, action) for action in rng.sample(actions, 2))
        yield
        if first == second:
            continue
        seen = zip(game.get_observations(first), game.get_observations(second), strict=False)
        for player, (one, other) in enumerate(seen):
            if player != mover and one == other and (yield from _stays_alike(game, first, second, player, rng)):
                return True
    return False


def _stays_alike(
    game: Game, first: State, second: State, player: int, rng: random.Random
) -> Generator[None, None, bool]:
    """Whether a player sees the same at their next turn in two states, others acting alike in both."""
    for _ in range(FOLLOWED):
        yield
        turn, other = game.get_current_player(first), game.get_current_player(second)
        if turn == player == other:
            return bool(game.get_observations(first)[player] == game.get_observations(second)[player])
        common = sorted(set(game.get_legal_actions(first)) & set(game.get_legal_actions(second)))
        if turn != other or turn == OVER or not common:
            return False
        action = rng.choice(common)
        first, second = game.apply_action(first, action), game.apply_action(second, action)
    return False
