"""Guided search for one world: grow towards the next observation, and on conflict change one earlier hidden action.

Outcomes after which the player sees the same are hidden and drawn at random; among others the one is taken that brings
the observation nearest to the next one of the history. A world whose own observation differs is never kept. Where the
two differ, one earlier hidden action is changed (a card that is used later changes places with it), what follows is
replayed, and the change is kept if the world then goes on further or looks more alike. Caps are small and grow.
"""

from __future__ import annotations

import random
from collections.abc import Generator

from gamecwm.contract import Action
from gamecwm.infer.history import History, equal
from gamecwm.infer.likeness import Target, labels, words_in
from gamecwm.infer.model import Model, Spot
from gamecwm.infer.trace import Trace, pass_own

#: Share of hidden draws that keep away from what the next observation speaks of.
SHY = 0.85
#: Up to this many outcomes are all looked at.
FEW = 8

Progress = tuple[int, float]


class Finder:
    """Finds worlds for one history."""

    def __init__(self, model: Model, history: History, root: Spot, rng: random.Random) -> None:
        self._model = model
        self._history = history
        self._root = root
        self._rng = rng
        self._targets = [Target(observation) for observation, _ in history]
        #: Depths at which the player was seen to tell no outcome from another.
        self.hidden: set[int] = set()

    def find(self) -> Generator[None, None, Trace]:
        """A whole world. Raises OutOfNodes, Impure."""
        cap = 3
        while True:
            trace = Trace(self._root)
            yield from self._grow(trace)
            while not trace.whole:
                better = yield from self._repair(trace, cap)
                if better is None:
                    break
                trace = better
            if trace.whole:
                return trace
            cap *= 2
            # A game without a free choice would never use up the budget.
            self._model.used += 1
            self._model.check()

    def _progress(self, trace: Trace) -> Progress:
        if trace.whole:
            return len(self._history) + 1, 0.0
        turn = trace.turns[-1]
        if turn >= len(self._targets):
            return -1, 0.0
        return turn, self._targets[turn].likeness(self._model.see(trace.spots[-1]))

    def _grow(self, trace: Trace) -> Generator[None, None, None]:
        while pass_own(self._model, self._history, trace) and not trace.whole:
            chosen = yield from self._choose(trace)
            if chosen is None:
                return
            trace.add(*chosen)

    def _choose(self, trace: Trace) -> Generator[None, None, tuple[Action, Spot] | None]:
        """An action of chance or of another player that leads towards the next observation, and the spot after it."""
        spot, depth = trace.spots[-1], len(trace.actions)
        order = list(dict.fromkeys(self._rng.sample(spot.legal, len(spot.legal))))
        target = self._targets[trace.turns[-1]]
        names = labels(order) if len(order) > 1 else {}
        spoken = [action for action in order if len(order) > 1 and target.speaks_of(names[action])]
        silent = [action for action in order if action not in spoken]
        order = [*spoken[:1], *silent[:1], *spoken[1:], *silent[1:]]
        tried: list[tuple[float, Action, Spot]] = []
        alike = True
        for action in order:
            yield
            child = self._model.step(spot, action)
            if child is None:
                continue
            seen = self._model.see(child)
            if child.mover == self._model.player and equal(seen, target.observation):
                return action, child
            alike = alike and (not tried or equal(seen, self._model.see(tried[0][2])))
            if alike and len(tried) == 1:
                self.hidden.add(depth)
                return (yield from self._draw(spot, spoken, silent))
            tried.append((target.likeness(seen), action, child))
            scores = {score for score, _, _ in tried}
            if len(order) > FEW and len(scores) > 1 and tried[0][0] == max(scores) and tried[0][1] in spoken:
                break
        if not tried:
            return None
        best = max(score for score, _, _ in tried)
        _, action, child = self._rng.choice([entry for entry in tried if entry[0] == best])
        return action, child

    def _draw(
        self, spot: Spot, spoken: list[Action], silent: list[Action]
    ) -> Generator[None, None, tuple[Action, Spot] | None]:
        """A hidden outcome in proportion to its chance, mostly none that the next observation speaks of."""
        shy = bool(silent) and self._rng.random() < SHY
        options = silent if shy else [*spoken, *silent]
        order = list(options)
        while order:
            yield
            action = self._rng.choices(order, [spot.outcomes[action] for action in order])[0]
            child = self._model.step(spot, action)
            if child is not None:
                return action, child
            order.remove(action)
        return None

    def _repair(self, trace: Trace, cap: int) -> Generator[None, None, Trace | None]:
        """The trace with one earlier action changed so that it gets further, or None."""
        reached = self._progress(trace)
        turn = trace.turns[-1]
        if turn >= len(self._targets):
            return None
        missing = self._targets[turn].missing(self._model.see(trace.spots[-1]))
        free = [
            i for i, spot in enumerate(trace.spots[:-1]) if spot.mover != self._model.player and len(spot.outcomes) > 1
        ]
        names = {i: labels(list(trace.spots[i].outcomes)) for i in free}
        hits = {i: bool(words_in(names[i][trace.actions[i]]) & missing) for i in free}
        free.sort(key=lambda i: (not hits[i], i not in self.hidden, -i))
        for i in free[: 4 * cap]:
            others = [action for action in trace.spots[i].outcomes if action != trace.actions[i]]
            self._rng.shuffle(others)
            others.sort(key=lambda action, i=i: -len(words_in(names[i][action]) & missing))
            for action in others[:cap]:
                changed = yield from self._change(trace, i, action)
                if changed is not None and self._progress(changed) > reached:
                    return changed
        return None

    def _change(self, trace: Trace, place: int, action: Action) -> Generator[None, None, Trace | None]:
        """The trace with another action at one place; what follows is kept where it can be."""
        model = self._model
        yield
        child = model.step(trace.spots[place], action)
        if child is None:
            return None
        changed = trace.prefix(place)
        changed.add(action, child)
        last = trace.turns[-1]
        for later in range(place + 1, len(trace.actions)):
            if trace.spots[later].mover == model.player:
                continue
            if not pass_own(model, self._history, changed):
                return changed if changed.turns[-1] >= last else None
            if changed.whole:
                return changed
            spot, old = changed.spots[-1], trace.actions[later]
            if old == action:
                old = trace.actions[place]
            open_end = changed.turns[-1] >= last
            if old not in spot.outcomes or (open_end and len(changed.actions) not in self.hidden):
                if not open_end:
                    return None
                break
            yield
            child = model.step(spot, old)
            if child is None:
                return None
            changed.add(old, child)
        yield from self._grow(changed)
        return changed
