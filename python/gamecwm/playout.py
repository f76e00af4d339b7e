"""Seeded playouts: what a program says at each state of a game, with every failure kept and none raised."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from .contract import OVER, Game, State
from .guard import CallError, Fault, call, quiet_call
from .values import clone, fingerprint, pack, same, text_and_error, text_of, unpack


def answer(game: Game, name: str, *arguments: object) -> str:
    """The fingerprint of what a function answers; of its fault where it fails."""
    try:
        return fingerprint(call(name, getattr(game, name), *arguments))
    except CallError as error:
        return json.dumps({"fault": error.fault.message})


class Node:
    """A state and what the program's functions say about it: each is called once, on the state itself.

    The state is packed when it arrives and compared after the calls, so a function that changes what it is given is
    found, and what it changed is put back. A function that failed leaves its fault in `faults` and a neutral value
    (None, or an empty list) here.

    With `careful` off nothing is compared: whoever asks for that looks at `intact` later, once for all calls, and
    plays again carefully where it says no.
    """

    __slots__ = ("_following", "_json_error", "_mark", "_views", "arrived_impurely", "careful", "different", "faults",
                 "game", "legal", "mutators", "observations", "packed", "player", "rewards", "state",
                 "view_error")  # fmt: skip

    def __init__(
        self, game: Game, state: Any, *, origin: str, arrived_impurely: bool = False, careful: bool = True
    ) -> None:
        self.game = game
        self.state: State = state
        self.careful = careful
        #: Whether apply_action changed the state before this one while making it.
        self.arrived_impurely = arrived_impurely
        self.faults: list[Fault] = []
        #: Names of the functions that change the state they look at.
        self.mutators: list[str] = []
        self.player: int | None = None
        self.legal: list[str] = []
        #: How many different actions are legal.
        self.different = 0
        self.rewards: list[float] = []
        self.observations: list[Any] = []
        self.packed = pack(state)
        self._views: list[str] | None = None
        self.view_error: str | None = None
        self._mark: str | None = None
        self._following: dict[str, str] = {}
        self._json_error: str | None = None
        if not isinstance(state, dict):
            self.faults.append(_malformed(origin, state, "a dict"))
            return
        self._look()

    @property
    def mark(self) -> str:
        """The fingerprint of the state as it arrived."""
        if self._mark is None:
            self._mark, self._json_error = text_and_error(self.state, self.packed)
        return self._mark

    @property
    def json_error(self) -> str | None:
        """Why the state is not JSON, or None."""
        return self._json_error if self.mark else None

    @property
    def views(self) -> list[str]:
        """Fingerprints of the observations, one a player; `view_error` says why one of them is not JSON."""
        if self._views is None:
            self._views = []
            for index, seen in enumerate(self.observations):
                if index and seen is self.observations[index - 1]:
                    self._views.append(self._views[-1])
                    continue
                text, error = text_and_error(seen, pack(seen))
                self.view_error = error or self.view_error
                self._views.append(text)
        return self._views

    def _look(self) -> None:
        seen = self.given()
        self.player = self._read("get_current_player", seen, _is_player, "an int", None)
        self.legal = self._read("get_legal_actions", seen, _is_actions, "a list of str", [])
        self.different = len(set(self.legal))
        self.rewards = self._read("get_rewards", seen, _is_rewards, "a list of numbers", [])
        self.observations = self._read("get_observations", seen, _is_observations, "a list of dicts", [])
        if self.careful and self.changed(seen):
            self.restore()
            self.mutators = [name for name in _LOOKS if self._mutates(name)]
            # An observation may hold the very parts that were changed and put back.
            self.observations = clone(self.observations)

    def changed(self, state: Any) -> bool:
        """Whether `state`, once this node's, is another one now."""
        if self.packed is None:
            return not same(state, self.state)
        return pack(state) != self.packed and fingerprint(state) != fingerprint(unpack(self.packed))

    @property
    def intact(self) -> bool:
        """Whether no call has changed the state since it arrived; False also where that cannot be said."""
        return self.packed is not None and not self.changed(self.state)

    def given(self) -> Any:
        """What a function gets: the state itself where a change can be seen, else a copy."""
        return self.state if self.packed is not None else clone(self.state)

    def restore(self) -> None:
        """Puts the state back as it arrived."""
        if self.packed is not None:
            self.state = unpack(self.packed)

    def _read(self, name: str, state: Any, valid: Any, wanted: str, neutral: Any) -> Any:
        try:
            value = call(name, getattr(self.game, name), state)
        except CallError as error:
            self.faults.append(error.fault)
            return neutral
        if not valid(value):
            self.faults.append(_malformed(name, value, wanted))
            return neutral
        # A list may be the program's own, which it changes later.
        return list(value) if isinstance(value, (tuple, list)) else value

    def _mutates(self, name: str) -> bool:
        seen = clone(self.state)
        with suppress(CallError):
            call(name, getattr(self.game, name), seen)
        return self.changed(seen)

    def following(self, action: str) -> str:
        """The fingerprint of what apply_action answers, asked once on a copy; of its fault where it fails."""
        if action not in self._following:
            self._following[action] = answer(self.game, "apply_action", clone(self.state), action)
        return self._following[action]

    def apply(self, action: str, *, expected: bool = True) -> Node:
        """The node after `action`. Raises CallError when apply_action fails, without a traceback if not `expected`."""
        given = self.given()
        try:
            state = (call if expected else quiet_call)("apply_action", self.game.apply_action, given, action)
        except CallError:
            if self.careful and self.changed(given):
                self.restore()
            raise
        impure = self.careful and self.changed(given)
        if impure:
            # The new state may be, or share parts with, the one that was changed: each goes its own way from here.
            state = clone(state)
            self.restore()
        return Node(self.game, state, origin="apply_action", arrived_impurely=impure, careful=self.careful)


#: The usual types of what lists hold, which is quicker to see than what every element is.
_TEXT, _NUMBER, _DICT = {str}, {int, float}, {dict}
_LOOKS = ("get_current_player", "get_legal_actions", "get_rewards", "get_observations")


def _is_player(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_actions(value: Any) -> bool:
    if not isinstance(value, (list, tuple)):
        return False
    return set(map(type, value)) <= _TEXT or all(isinstance(action, str) for action in value)


def _is_rewards(value: Any) -> bool:
    if not isinstance(value, (list, tuple)):
        return False
    return set(map(type, value)) <= _NUMBER or all(
        isinstance(reward, (int, float)) and not isinstance(reward, bool) for reward in value
    )


def _is_observations(value: Any) -> bool:
    if not isinstance(value, (list, tuple)):
        return False
    return set(map(type, value)) <= _DICT or all(isinstance(observation, dict) for observation in value)


def _malformed(name: str, value: Any, wanted: str) -> Fault:
    return Fault(
        name, "malformed", f"{name} returned {text_of(value, 80)} ({type(value).__name__}) where {wanted} belongs"
    )


@dataclass
class Trail:
    """The nodes along an action list; with a fault, the last action has no node."""

    nodes: list[Node] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    fault: Fault | None = None

    @property
    def last(self) -> Node | None:
        return self.nodes[-1] if self.nodes else None

    def prefix(self, length: int) -> Trail:
        """The trail of the first `length` actions."""
        if length >= len(self.actions):
            return self
        return Trail(self.nodes[: length + 1], self.actions[:length])


def start(game: Game, *, careful: bool = True) -> Trail:
    """The trail of no action; its fault says when there is no initial state."""
    try:
        state = call("get_initial_state", game.get_initial_state)
    except CallError as error:
        return Trail(fault=error.fault)
    return Trail([Node(game, state, origin="get_initial_state", careful=careful)])


def extend(trail: Trail, action: str) -> None:
    """Adds an action to the trail, and its node or its fault."""
    trail.actions.append(action)
    try:
        trail.nodes.append(trail.nodes[-1].apply(action))
    except CallError as error:
        trail.fault = error.fault


#: How often a player who looks for rare actions takes the rarest.
CURIOUS = 0.8

#: ended: properly, player -4 and no actions; unclear: -4 with actions; stuck: no actions and not -4;
#: limit: the step limit; fault: a call failed or gave the wrong type.
Outcome = Literal["ended", "unclear", "stuck", "limit", "fault"]


@dataclass
class Playout:
    outcome: Outcome
    trail: Trail


def outcome_of(trail: Trail, steps: int) -> Outcome | None:
    """How the trail ends; None when it can go on."""
    node = trail.last
    if trail.fault or node is None or node.faults:
        return "fault"
    if node.player == OVER:
        return "unclear" if node.legal else "ended"
    if not node.legal:
        return "stuck"
    return "limit" if len(trail.actions) >= steps else None


def walk(
    game: Game,
    seed: str,
    steps: int,
    *,
    habits: bool = False,
    rare: Counter[str] | None = None,
    careful: bool = True,
) -> Generator[Trail, None, Playout]:
    """One random playout; yields the trail after each new node and returns the playout.

    Chance outcomes are uniform over the list, so that repeats weigh. Players choose uniformly, or, with `habits`,
    by weights that each draws once per action string: such players bank, pass or press on where uniform ones dither.
    With `rare`, how often each action string was played so far (and is counted on), they mostly take the rarest.
    `careful` as of Node.
    """
    rng = random.Random(seed)
    weights: dict[int, dict[str, float]] = {}
    trail = start(game, careful=careful)
    while True:
        yield trail
        outcome = outcome_of(trail, steps)
        node = trail.last
        if outcome is not None or node is None or node.player is None:
            return Playout(outcome or "fault", trail)
        if rare is not None and node.player >= 0:
            choice = rng.choice(node.legal)
            if rng.random() < CURIOUS:
                choice = min(rng.sample(node.legal, len(node.legal)), key=lambda action: rare[action])
            rare[choice] += 1
        elif habits and node.player >= 0:
            own = weights.setdefault(node.player, {})
            for action in node.legal:
                if action not in own:
                    own[action] = 10 ** rng.uniform(-1.5, 1.5)
            choice = rng.choices(node.legal, list(map(own.__getitem__, node.legal)))[0]
        else:
            choice = rng.choice(node.legal)
        extend(trail, choice)


def play(game: Game, seed: str, steps: int, *, habits: bool = False) -> Playout:
    """One whole playout, see `walk`."""
    return finish(walk(game, seed, steps, habits=habits))


def finish(generator: Generator[Any, None, Any]) -> Any:
    """Runs a generator to its end and gives what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value
