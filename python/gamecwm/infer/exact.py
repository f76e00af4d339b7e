"""Forward filtering and backward sampling: every world, where the game is small enough to hold them.

Partial worlds that end in the same state after the same own decisions have the same future, so they are kept once,
with the sum of their chance probabilities (the forward pass of a hidden Markov model). Worlds are drawn from the last
layer to the first in proportion to these sums, which is exact.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator, Iterator

from gamecwm.contract import Action
from gamecwm.infer.history import History, equal
from gamecwm.infer.model import MAX_LENGTH, Model, Spot, state_key

#: After so many partial worlds of a layer the width of the next is foretold; how many times too wide is given up.
PROMISING, HOPELESS = 3, 4
#: The same after so many actions of a layer's first world, of which less is known.
GLIMPSE, FAR_TOO_WIDE = 32, 32


class Knot:
    """Partial worlds that end in one state: the logarithm of their probability, and where they come from."""

    __slots__ = ("parents", "spot", "turn", "ways", "weight")

    def __init__(self, spot: Spot, turn: int) -> None:
        self.spot = spot
        self.turn = turn
        self.weight = -math.inf
        self.ways = 0
        self.parents: list[tuple[Knot, Action, float]] = []

    def reach(self, parent: Knot, action: Action, chance: float) -> None:
        """Adds the ways that come over `parent`."""
        self.parents.append((parent, action, chance))
        self.weight = add_logs(self.weight, parent.weight + chance)
        self.ways += parent.ways


def add_logs(first: float, second: float) -> float:
    """log(exp(first) + exp(second))."""
    high, low = (first, second) if first >= second else (second, first)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


class Worlds:
    """All worlds that give a player a history, by layers of equal length.

    `width` bounds the partial worlds of a layer. With `pins`, an action or None (any) for each step, only the worlds
    of that length are found that have these actions.
    """

    def __init__(
        self,
        model: Model,
        history: History,
        *,
        width: int | None = None,
        pins: list[Action | None] | None = None,
    ) -> None:
        self._model = model
        self._history = history
        self._width = width
        self._pins = pins
        self._depth = 0
        #: Partial worlds of the layer at work.
        self._size = 0
        self._is_hopeless = False
        #: Where worlds end, with the last own action (None when the player is to move).
        self.ends: list[tuple[Knot, Action | None]] = []

    def search(self) -> Generator[None, None, bool]:
        """Finds all worlds; False when a layer grows too wide or too deep. Raises OutOfNodes, Impure."""
        root = self._model.root()
        first = Knot(root, 0) if root else None
        layer = []
        if first:
            first.weight, first.ways = 0.0, 1
            layer = [first]
        if not self._history and first:
            self.ends.append((first, None))
            return True
        for self._depth in range(MAX_LENGTH):
            if not layer:
                return True
            following: dict[object, Knot] = {}
            self._size = len(layer)
            for done, knot in enumerate(layer, 1):
                yield
                yield from self._expand(knot, following)
                if self._is_hopeless or self._is_too_wide(len(following), done):
                    return False
            layer = list(following.values())
        return False

    def _is_too_wide(self, found: int, done: int) -> bool:
        """Whether a layer has, or after a few of its partial worlds promises to have, far too many."""
        if self._width is None:
            return False
        return found > self._width or (done >= PROMISING and found / done * self._size > HOPELESS * self._width)

    def _expand(self, knot: Knot, following: dict[object, Knot]) -> Generator[None, None, None]:
        spot, turn = knot.spot, knot.turn
        options: list[tuple[Action, float]] = []
        if spot.mover == self._model.player:
            action = self._decide(knot)
            if action is None:
                return
            options, turn = [(action, 0.0)] if self._pin() in (None, action) else [], turn + 1
        elif not spot.is_over:
            options = self._options(spot)
        before = len(following)
        for tried, (action, chance) in enumerate(options):
            if tried == GLIMPSE and self._width is not None:
                foretold = (len(following) - before) / tried * len(options) * self._size
                if foretold > FAR_TOO_WIDE * self._width:
                    self._is_hopeless = True
                    return
            child = self._model.step(spot, action)
            yield
            if child is None:
                continue
            key = (turn, state_key(child.state))
            if key not in following:
                following[key] = Knot(child, turn)
            following[key].reach(knot, action, chance)
            if self._width is not None and len(following) > self._width:
                return

    def _pin(self) -> Action | None:
        return self._pins[self._depth] if self._pins is not None and self._depth < len(self._pins) else None

    def _options(self, spot: Spot) -> list[tuple[Action, float]]:
        """The actions that may follow, with the logarithm of their chance."""
        pin = self._pin()
        counts = spot.outcomes
        if pin is not None:
            counts = {pin: counts[pin]} if pin in counts else {}
        if not spot.is_chance:
            return [(action, 0.0) for action in counts]
        total = len(spot.legal)
        logs = {n: math.log(n / total) for n in set(counts.values())}
        return [(action, logs[n]) for action, n in counts.items()]

    def _decide(self, knot: Knot) -> Action | None:
        """The player's own action there; None where the world ends, or is not one."""
        history, turn = self._history, knot.turn
        if turn >= len(history) or not equal(self._model.see(knot.spot), history[turn][0]):
            return None
        action = history[turn][1]
        if action is not None and action not in knot.spot.outcomes:
            return None
        if turn == len(history) - 1:
            if self._pins is not None and self._depth != len(self._pins):
                return None
            self.ends.append((knot, action))
            return None
        return action

    def count(self) -> int:
        """How many worlds there are."""
        return sum(knot.ways for knot, _ in self.ends)

    def draw(self, rng: random.Random) -> tuple[Action, ...]:
        """One world, in proportion to its chance probability. There must be one."""
        highest = max(knot.weight for knot, _ in self.ends)
        knot, last = rng.choices(self.ends, [math.exp(knot.weight - highest) for knot, _ in self.ends])[0]
        actions = [] if last is None else [last]
        while knot.parents:
            weights = [math.exp(parent.weight + chance - knot.weight) for parent, _, chance in knot.parents]
            knot, action, _ = rng.choices(knot.parents, weights)[0]
            actions.append(action)
        return tuple(reversed(actions))

    def all(self) -> Iterator[tuple[tuple[Action, ...], float]]:
        """Every world with its share of the probability of all."""
        highest = max((knot.weight for knot, _ in self.ends), default=0.0)
        total = sum(math.exp(knot.weight - highest) for knot, _ in self.ends)
        for end, last in self.ends:
            waiting: list[tuple[Knot, tuple[Action, ...], float]] = [(end, () if last is None else (last,), 0.0)]
            while waiting:
                knot, actions, chance = waiting.pop()
                if not knot.parents:
                    yield actions, math.exp(chance + knot.weight - highest) / total
                waiting += [(parent, (action, *actions), chance + p) for parent, action, p in knot.parents]
