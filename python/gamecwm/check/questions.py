"""Costly probes, held against some nodes of the kept playouts: the program is asked again, and other things too."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..contract import CHANCE, OVER, Game, ProgramError
from ..guard import CallError, call, load, quiet_call
from ..playout import Node, Trail, answer
from ..shrink import Hit
from ..values import clone, fingerprint, same, text_of
from .memory import changed, load_open, memory_of
from .probes import _end
from .reorder import reordering

#: A string that is no game's action.
GARBAGE = "no such action \u2603"
#: Most actions that are tried at one node, and foreign actions that are offered to it.
OUTCOMES = 6
FOREIGN = 12
#: Another hash.
SALT = 0x5EED
#: The looks at a state, and which part of a node holds the answer.
LOOKS = {
    "get_current_player": "player",
    "get_legal_actions": "legal",
    "get_rewards": "rewards",
    "get_observations": "observations",
}


def _children_of(node: Node) -> list[str]:
    """Actions whose following states are compared: the first and the last."""
    return list(dict.fromkeys((*node.legal[:1], *node.legal[-1:])))


class Apart:
    """Whether anything differs where nothing may: all that the questions below ask one by one, asked at once.

    Another load with sets in another order and another hash, a state that was JSON, `random` elsewhere, a deeper
    stack. Where that gives the answers of the playout, no single one of them need be asked.
    """

    def __init__(self, game: Game, seed: int) -> None:
        self.other: Game | None = None
        self._seed = seed
        with suppress(ProgramError):
            self.other = load(game.source, reordering(SALT))

    def __call__(self, trail: Trail) -> bool:
        node = _end(trail)
        if node is None:
            return False
        other = self.other
        if other is None or node.json_error:
            return True
        before = random.getstate()
        random.seed(self._seed * 43 + len(trail.nodes))
        try:
            return _deeper(len(trail.nodes) % 3, lambda: _differs(other, node))
        except CallError:
            return True
        finally:
            random.setstate(before)


def _differs(other: Game, node: Node) -> bool:
    state = json.loads(node.mark)
    for name, part in LOOKS.items():
        if not same(call(name, getattr(other, name), state), getattr(node, part)):
            return True
    for action in _children_of(node):
        state = json.loads(node.mark)
        if fingerprint(call("apply_action", other.apply_action, state, action)) != node.following(action):
            return True
    return False


def _deeper(depth: int, act: Callable[[], Any]) -> Any:
    """Calls from further down the stack, so that a program that measures its depth answers differently."""
    return act() if depth == 0 else _deeper(depth - 1, act)


class Again:
    """Every function answers the same twice: from another depth of the stack, with `random` elsewhere."""

    def __init__(self, game: Game, seed: int) -> None:
        self.game = game
        self.which = "when called again"
        self._seed = seed

    def __call__(self, trail: Trail) -> Hit | None:
        node = _end(trail)
        if node is None:
            return None
        before = random.getstate()
        try:
            return self._differs(trail, node)
        finally:
            random.setstate(before)

    def _differs(self, trail: Trail, node: Node) -> Hit | None:
        if len(trail.nodes) == 1:
            for index in range(3):
                random.seed(self._seed * 31 + index)
                if _deeper(index * 7, lambda: answer(self.game, "get_initial_state")) != node.mark:
                    return Hit(
                        f"get_initial_state gives another state {self.which}; what is random must be a chance node."
                    )
        for index, (name, part) in enumerate(LOOKS.items()):
            random.seed(self._seed * 37 + index)
            if _deeper(index * 5, lambda name=name: self._again(name, node)) != fingerprint(getattr(node, part)):
                return Hit(f"{name} gives another answer {self.which}.")
        for action in _children_of(node):
            if node.following(action) != self._applied(node, action, 9):
                return Hit(f"apply_action with {text_of(action)} gives another state {self.which}.")
        return None

    def _again(self, name: str, node: Node) -> str:
        return answer(self.game, name, clone(node.state))

    def _applied(self, node: Node, action: str, depth: int) -> str:
        random.seed(self._seed * 41 + depth)
        return _deeper(depth, lambda: answer(self.game, "apply_action", clone(node.state), action))


class Reloaded(Again):
    """A second load of the program answers as the first; with `salt`, its sets stand in another order.

    It is loaded when first asked.
    """

    def __init__(self, game: Game, seed: int, salt: int | None = None) -> None:
        super().__init__(game, seed)
        self.which = "in a second load of the program" if salt is None else "when the hash seed changes (a set's order)"
        self._rewrite = None if salt is None else reordering(salt)
        self._loaded = False
        self._trouble: Hit | None = None

    def __call__(self, trail: Trail) -> Hit | None:
        if not self._loaded:
            self._loaded = True
            try:
                self.game = load(self.game.source, self._rewrite)
            except ProgramError as error:
                self._trouble = Hit(f"The program could not be loaded a second time: {error}.")
        return self._trouble or super().__call__(trail)


class Remembers:
    """A call leaves nothing behind in the module, but for what is made once, at the first call."""

    def __init__(self, game: Game) -> None:
        self.game: Game | None = None
        try:
            self.game = load_open(game.source)
        except ProgramError:
            return  # determinism says so

    def __call__(self, trail: Trail) -> Hit | None:
        node = _end(trail)
        if node is None or self.game is None:
            return None
        self._act(node.state, node.legal[:1])
        children = [state for action in node.legal[:2] if (state := self._next(node, action)) is not None]
        before = memory_of(self.game.namespace)
        for state in (node.state, *children):
            self._act(state, node.legal[:1])
        kept = changed(before, memory_of(self.game.namespace))
        if kept:
            return Hit(f"Calls change {kept} of the module: a program keeps nothing between calls.")
        return None

    def _next(self, node: Node, action: str) -> Any:
        try:
            return node.apply(action).state
        except CallError:
            return None

    def _act(self, state: Any, actions: list[str]) -> None:
        assert self.game is not None
        answer(self.game, "get_initial_state")
        for name in LOOKS:
            answer(self.game, name, clone(state))
        for action in actions:
            answer(self.game, "apply_action", clone(state), action)


class Refusal:
    """Illegal actions raise: those legal elsewhere in the game, and garbage."""

    def __init__(self, pool: list[str], seed: int) -> None:
        self.pool = pool
        self.seed = seed

    def __call__(self, trail: Trail) -> Hit | None:
        node = _end(trail)
        if node is None:
            return None
        legal = set(node.legal)
        foreign = [action for action in self.pool if action not in legal]
        chosen = random.Random(f"{self.seed} {node.mark}").sample(foreign, min(FOREIGN, len(foreign)))
        return accepts(node, [*chosen, GARBAGE])


def accepts(node: Node, actions: list[str]) -> Hit | None:
    """Whether apply_action takes one of these actions, none of which is legal here."""
    for action in actions:
        try:
            quiet_call("apply_action", node.game.apply_action, node.given(), action)
        except CallError as error:
            if error.fault.kind != "slow":
                continue
            return Hit(error.fault.message + ".", error.fault.lines)
        if node.packed is not None and not node.intact and not _takes(node, action):
            continue
        what = "a made-up action" if action == GARBAGE else text_of(action)
        return Hit(f"apply_action accepts {what}, which is not in the legal list: it must raise an error, or the list "
                   "is not complete.")  # fmt: skip
    if not node.intact:
        node.restore()
    return None


def _takes(node: Node, action: str) -> bool:
    """Whether an action is accepted in the state as it arrived, which the ones before may have changed."""
    node.restore()
    try:
        quiet_call("apply_action", node.game.apply_action, clone(node.state), action)
    except CallError:
        return False
    return True


def every_action(trail: Trail) -> Hit | None:
    """Every legal action of a player leads somewhere."""
    return _children(trail, chance=False)


def chance_outcomes(trail: Trail) -> Hit | None:
    """Every outcome of a chance node leads somewhere, and not all to the same state."""
    return _children(trail, chance=True)


def _children(trail: Trail, *, chance: bool) -> Hit | None:
    node = _end(trail)
    if node is None or not node.legal or node.player == OVER or (node.player == CHANCE) != chance:
        return None
    what = "chance outcome" if chance else "legal action"
    marks: set[str] = set()
    actions = list(dict.fromkeys(node.legal))
    # The first and the last one, and some between that are others at another node.
    shift = len(trail.nodes) % max(1, len(actions) // OUTCOMES)
    for place in dict.fromkeys((0, *range(shift, len(actions), max(1, len(actions) // OUTCOMES)), len(actions) - 1)):
        try:
            child = node.apply(actions[place])
        except CallError as error:
            return Hit(f"The {what} {text_of(actions[place])} fails: {error.fault.message}.", error.fault.lines)
        if child.faults:
            return Hit(f"The {what} {text_of(actions[place])} fails: {child.faults[0].message}.", child.faults[0].lines)
        if chance and len(marks) < 2:
            marks.add(child.mark)
    if chance and len(actions) > 1 and len(marks) == 1:
        return Hit(f"All {len(actions)} outcomes of this chance node lead to the same state.")
    return None


class RoundTrip:
    """A state that was written as JSON and read again is as good as the state."""

    def __init__(self, game: Game) -> None:
        self.game = game

    def __call__(self, trail: Trail) -> Hit | None:
        node = _end(trail)
        if node is None or node.json_error:
            return None
        state = json.loads(node.mark)
        for name, part in LOOKS.items():
            if answer(self.game, name, clone(state)) != fingerprint(getattr(node, part)):
                return Hit(f"{name} answers otherwise once the state was written as JSON and read again.")
        for action in node.legal[:2]:
            if answer(self.game, "apply_action", clone(state), action) != node.following(action):
                return Hit(f"apply_action with {text_of(action)} does something else once the state was written as "
                           "JSON and read again.")  # fmt: skip
        return None
