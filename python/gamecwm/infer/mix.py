"""From one world that fits to one drawn in proportion: Metropolis steps, and enumeration of what is hidden.

Where the hidden places of a world have few combinations, all of them are enumerated with everything else held fixed
(one Gibbs step over the block, exact for these places). Otherwise hidden actions are replaced, or change places, and
the new world is kept by the rule of Metropolis et al. (1953); both proposals are symmetric. Now and then the end of a
world is played anew, which is corrected as by Hastings (1970). So the share of a world tends to its probability. No
proposal needs to know what an action means.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator

from gamecwm.contract import Action
from gamecwm.infer.exact import Worlds
from gamecwm.infer.history import History
from gamecwm.infer.model import Model
from gamecwm.infer.trace import Trace, pass_own, redo

#: Proposals for each hidden place, and most of all in a sample.
HIDDEN, MOST = 4, 80
#: Ends of the world that are played anew in a sample.
ANEW = 12
#: Nodes after which a sample makes no further proposal.
NODES = 800


class Mixer:
    """A Markov chain over the worlds of one length that fit a history, started at one of them."""

    def __init__(self, model: Model, history: History, trace: Trace, rng: random.Random, *, width: int) -> None:
        self._model = model
        self._history = history
        self._rng = rng
        self._width = width
        self._trace = trace
        self._places = places = [i for i, spot in enumerate(trace.spots[:-1]) if spot.mover != model.player]
        # Chosen once: places that changed with the chain would bend its probabilities. The last card of a deck has
        # one outcome, and yet can change places with another.
        self._hidden = [
            i for i in places if trace.hidden[i] or (trace.spots[i].is_chance and len(trace.spots[i].outcomes) == 1)
        ]
        self._open = [i for i in places if i not in self._hidden and len(trace.spots[i].outcomes) > 1]
        self._movable = {i: self._hidden if i in self._hidden else self._open for i in places}
        self._block: Worlds | None = None
        self._blocked = len(self._hidden) == 0

    def sample(self) -> Generator[None, None, tuple[tuple[Action, ...], bool]]:
        """The world after some steps, and whether the chain moved at all. Raises OutOfNodes, Impure."""
        stop = self._model.used + NODES
        moved = False
        for place in self._agenda():
            if self._model.used >= stop:
                break
            before = self._trace.actions
            accepted = yield from (self._replay_end() if place < 0 else self._propose(place))
            accepted = accepted and self._trace.actions != before
            moved = moved or accepted
            if accepted and (place < 0 or place in self._open):
                self._block = None
        if not self._blocked and self._block is None:
            yield from self._enumerate()
        if self._block is not None:
            return self._block.draw(self._rng), True
        return self._trace.world(), moved

    def _agenda(self) -> list[int]:
        """Places to be proposed for, in random order."""
        hidden = self._hidden if self._block is None else []
        some = min(len(hidden) * HIDDEN, MOST)
        few = min(len(self._open), MOST // 8 if hidden else 1)
        # With replacement: a fixed number of turns for each place would make the chain periodic.
        places = [*self._rng.choices(hidden or [0], k=some), *self._rng.choices(self._open or [0], k=few)]
        places += [-1] * (ANEW if self._places and self._block is None else 0)
        self._rng.shuffle(places)
        return places

    def _enumerate(self) -> Generator[None, None, None]:
        """Finds all worlds that differ in hidden places alone, unless they are too many."""
        pins: list[Action | None] = list(self._trace.actions)
        for place in self._hidden:
            pins[place] = None
        block = Worlds(self._model, self._history, width=self._width, pins=pins)
        if (yield from block.search()) and block.ends:
            self._block = block
        else:
            self._blocked = True

    def _replay_end(self) -> Generator[None, None, bool]:
        """One Metropolis-Hastings step: the world from a place on played anew, chance as it falls, others uniformly."""
        trace, rng = self._trace, self._rng
        first = rng.choice(self._places)
        changed, odds = trace.prefix(first), 1.0
        while pass_own(self._model, self._history, changed) and not changed.whole:
            yield
            spot = changed.spots[-1]
            action = rng.choice(spot.legal if spot.is_chance else list(spot.outcomes))
            child = self._model.step(spot, action)
            if child is None or len(changed.actions) >= len(trace.actions):
                return False
            odds *= 1 if spot.is_chance else len(spot.outcomes)
            changed.add(action, child)
        if not changed.whole or changed.turns != trace.turns:
            return False
        for spot in trace.spots[first:-1]:
            if not spot.is_chance and spot.mover != self._model.player:
                odds /= len(spot.outcomes)
        if rng.random() >= odds:
            return False
        changed.hidden = trace.hidden
        self._trace = changed
        return True

    def _propose(self, place: int) -> Generator[None, None, bool]:
        """One Metropolis step at a place; whether the world changed."""
        yield
        trace, rng = self._trace, self._rng
        spot, old = trace.spots[place], trace.actions[place]
        alike = [i for i in self._movable[place] if i != place and trace.spots[i].mover == spot.mover]
        others = [action for action in spot.outcomes if action != old]
        if alike and rng.random() < 0.5:
            other = rng.choice(alike)
            change = {place: trace.actions[other], other: old}
        elif others:
            change = {place: rng.choice(others)}
        else:
            return False
        first = min(change)
        if change[first] not in trace.spots[first].outcomes or change[first] == trace.actions[first]:
            return False
        free = [
            change.get(i, trace.actions[i])
            for i in range(first, len(trace.actions))
            if trace.spots[i].mover != self._model.player
        ]
        changed = trace.prefix(first)
        if not redo(self._model, self._history, changed, free) or not changed.whole:
            return False
        if len(changed.actions) != len(trace.actions):
            return False
        if rng.random() >= math.exp(min(0.0, changed.weight - trace.weight)):
            return False
        changed.hidden = trace.hidden
        self._trace = changed
        return True
