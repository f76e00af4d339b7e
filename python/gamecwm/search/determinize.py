"""Worlds: whole histories, sampled by the program's `resample_history`, that fit what one player knows.

The searching player's knowledge is their own observations and actions. Nothing else of the true history is used:
two histories that this player cannot tell apart give the same worlds for the same seed.

Known limit (of single-observer information-set MCTS): all worlds hold the searching player's own secrets, so in the
tree opponents learn to answer them as if they knew. Values are on the low side and bluffs are undervalued.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Generator

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State
from gamecwm.infer import History, history_of, own_history

__all__ = ["History", "Worlds", "hides_information", "history_of", "own_history"]

#: Longest sampled history that is replayed.
MAX_LENGTH = 10_000


def hides_information(game: Game, states: list[State], seed: int) -> Generator[None, None, bool]:
    """True when a game with `resample_history` keeps anything from a player, in `states` or in a few random playouts.

    An observation that holds every key of the state with its value hides nothing. Any other is taken as hiding, which
    costs a perfect-information game some speed and never gives a secret away. Yields after each state.
    """
    if game.resample_history is None:
        return False
    for state in states:
        if _hides(game, state):
            return True
        yield
    rng = random.Random(f"{seed} hides")
    for _ in range(4):
        state = game.get_initial_state()
        for _ in range(60):
            if _hides(game, state):
                return True
            yield
            legal = game.get_legal_actions(state)
            if not legal:
                break
            state = game.apply_action(state, rng.choice(legal))
    return False


def _hides(game: Game, state: State) -> bool:
    return any(
        key not in observation or observation[key] != value
        for observation in game.get_observations(state)
        for key, value in state.items()
    )


class Worlds:
    """A pool of states that the searching player cannot tell from the true one.

    Each attempt asks the program for one history and replays it: it counts only if every action is legal and the
    player's observations, own actions and legal actions now are the very ones of the true history. A world that comes
    up again stays in the pool again, so that likely worlds are drawn more often.
    """

    def __init__(
        self, game: Game, history: History, player: int, legal: list[Action], *, seed: int, limit: int
    ) -> None:
        self.attempts = 0
        self.rejected = 0
        self.limit = limit
        self._game = game
        self._history = history
        self._player = player
        self._legal = Counter(legal)
        self._seed = seed
        self._distinct: set[tuple[Action, ...]] = set()
        self._accepted = 0
        self._complaint = ""

    @property
    def distinct(self) -> int:
        """Different histories accepted so far."""
        return len(self._distinct)

    def due(self, simulations: int) -> bool:
        """Whether a new world is wanted: early ones at once, later ones now and then, for sampling can be slow."""
        if self._accepted >= self.limit or self.attempts >= 4 * self.limit:
            return False
        return simulations >= (self.attempts if self.attempts < 8 else 16 * (self.attempts - 7))

    def sample(self) -> Generator[None, None, tuple[tuple[Action, ...], State] | None]:
        """One attempt: the history and the state it ends in, or None if it does not fit. Yields between steps.

        Raises ProgramError when `limit` attempts found no world at all.
        """
        try:
            actions = self._resample()
        except (Exception, SystemExit, GeneratorExit) as error:
            actions, state = (), None
            self._complaint = f"it raises {type(error).__name__}: {error}"
        else:
            state = yield from self._replay(actions)
        self.attempts += 1
        if state is None:
            self.rejected += 1
            if not self._accepted and self.attempts >= self.limit:
                raise ProgramError(
                    f"search cannot play player {self._player} without looking at what is hidden: resample_history "
                    f"gave no history that fits in {self.attempts} attempts ({self._complaint:.300})"
                )
            return None
        self._accepted += 1
        self._distinct.add(actions)
        return actions, state

    def _resample(self) -> tuple[Action, ...]:
        """Asks the program, its randomness driven by the seed and the attempt alone."""
        assert self._game.resample_history is not None
        before = random.getstate()
        random.seed(f"{self._seed} world {self.attempts}")
        try:
            actions = self._game.resample_history(copy.deepcopy(self._history), self._player)
        finally:
            random.setstate(before)
        if not isinstance(actions, (list, tuple)) or not all(isinstance(action, str) for action in actions):
            raise TypeError("it gives no list of actions")
        if len(actions) > MAX_LENGTH:
            raise ValueError(f"it gives more than {MAX_LENGTH} actions")
        return tuple(actions)

    def _replay(self, actions: tuple[Action, ...]) -> Generator[None, None, State | None]:
        """The state after a sampled history, None (and a complaint) where it differs from what the player knows."""
        game, player = self._game, self._player
        turn = 0
        state = game.get_initial_state()
        for step in range(len(actions) + 1):
            yield
            action = actions[step] if step < len(actions) else None
            mover = game.get_current_player(state)
            if mover == player:
                if turn >= len(self._history) or game.get_observations(state)[player] != self._history[turn][0]:
                    return self._reject(f"after {step} of its actions the player sees something else")
                if action != self._history[turn][1]:
                    return self._reject(f"action {step + 1} is not what the player did")
                turn += 1
            if action is None:
                break
            if mover == OVER or action not in game.get_legal_actions(state):
                return self._reject(f"its action {step + 1}, {action!r:.80}, is not legal")
            state = game.apply_action(state, action)
        if turn != len(self._history) or game.get_current_player(state) in (CHANCE, OVER):
            return self._reject("it ends before the player's turn")
        if Counter(game.get_legal_actions(state)) != self._legal:
            return self._reject("it leaves the player other legal actions")
        return state

    def _reject(self, complaint: str) -> None:
        self._complaint = complaint
