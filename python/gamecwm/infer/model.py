"""A game program's forward functions, called with care and counted: the only way in which worlds are built."""

from __future__ import annotations

import marshal
from collections import Counter
from collections.abc import Callable
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, Observation, State
from gamecwm.guard import CallError, call
from gamecwm.infer.likeness import labels
from gamecwm.values import clone, fingerprint

#: Longest world in actions.
MAX_LENGTH = 10_000
#: The first calls are all looked at for purity, later ones now and then.
CAREFUL, EVERY = 60, 61
_UNSEEN: Any = object()


class OutOfNodes(Exception):
    """The node budget is used up."""


class Impure(Exception):
    """A function changed the state that it was given: states have to be copied from here on."""


class Spot:
    """A state on the way of a world: who is to move, and (when asked) what is legal and what the player sees."""

    __slots__ = ("_labels", "_legal", "_model", "_outcomes", "mover", "seen", "state")

    def __init__(self, model: Model, state: State, mover: int) -> None:
        self.state = state
        self.mover = mover
        self.seen: Any = _UNSEEN
        self._model = model
        self._legal: list[Action] | None = None
        self._outcomes: dict[Action, int] | None = None
        self._labels: dict[Action, str] | None = None

    @property
    def legal(self) -> list[Action]:
        """The program's list; empty where it fails. Raises Impure. Many spots are left before they are asked."""
        if self._legal is None:
            self._legal = self._model.legal(self.state)
        return self._legal

    @property
    def outcomes(self) -> dict[Action, int]:
        """Distinct legal actions with how often each is listed."""
        if self._outcomes is None:
            legal = self.legal
            self._outcomes = dict.fromkeys(legal, 1)
            if len(self._outcomes) < len(legal):
                self._outcomes = Counter(legal)
        return self._outcomes

    @property
    def labels(self) -> dict[Action, str]:
        """What tells each legal action from the others."""
        if self._labels is None:
            self._labels = labels(list(self.outcomes))
        return self._labels

    @property
    def is_chance(self) -> bool:
        return self.mover == CHANCE

    @property
    def is_over(self) -> bool:
        return self.mover == OVER


class Model:
    """Forward functions for one player. States are kept by reference until a function is seen to change one.

    Every `step` uses one node of `budget`. Whatever a program raises makes the state a dead end.
    """

    def __init__(self, game: Game, player: int) -> None:
        self.game = game
        self.player = player
        self.used = 0
        self.budget = 0
        self.copying = False
        self._calls = 0

    def root(self) -> Spot | None:
        """The first spot; None when there is no initial state."""
        try:
            return self._spot(call("get_initial_state", self.game.get_initial_state))
        except CallError:
            return None

    def step(self, spot: Spot, action: Action) -> Spot | None:
        """The spot after a legal action, None for a dead end. Raises OutOfNodes, Impure."""
        self.check()
        self.used += 1
        try:
            return self._spot(self._ask("apply_action", self.game.apply_action, spot.state, action))
        except CallError:
            return None

    def check(self) -> None:
        """Raises OutOfNodes when the budget is used up."""
        if self.used >= self.budget:
            raise OutOfNodes

    def _spot(self, state: State) -> Spot | None:
        mover = self._ask("get_current_player", self.game.get_current_player, state)
        return Spot(self, state, mover) if isinstance(mover, int) else None

    def legal(self, state: State) -> list[Action]:
        """What is legal there; nothing where the program fails."""
        try:
            legal = self._ask("get_legal_actions", self.game.get_legal_actions, state)
        except CallError:
            return []
        if not isinstance(legal, (list, tuple)) or any(kind is not str for kind in set(map(type, legal))):
            return []
        return list(legal)

    def see(self, spot: Spot) -> Observation | None:
        """What the player sees there, None where the program fails."""
        if spot.seen is _UNSEEN:
            try:
                every = self._ask("get_observations", self.game.get_observations, spot.state)
                spot.seen = every[self.player]
            except (CallError, TypeError, IndexError, KeyError):
                spot.seen = None
        return spot.seen

    def _ask(self, name: str, function: Callable[..., Any], state: State, *more: Any) -> Any:
        self._calls += 1
        if self.copying:
            return call(name, function, clone(state), *more)
        if self._calls > CAREFUL and self._calls % EVERY:
            return call(name, function, state, *more)
        before = fingerprint(state)
        try:
            return call(name, function, state, *more)
        finally:
            if fingerprint(state) != before:
                self.copying = True
                raise Impure


def state_key(state: State) -> object:
    """A value that is equal only for equal states; states of unknown objects are equal to none."""
    try:
        return marshal.dumps(state, 2)
    except (ValueError, TypeError):
        return object()
