"""Guided search for one world: grow towards the next observation, and on conflict change one earlier hidden action.

Outcomes after which the player sees the same are hidden and drawn at random; among others the one is taken that brings
the observation nearest to the next one of the history. A world whose own observation differs is never kept. Where the
two differ, one earlier hidden action is changed (a card that is used later changes places with it), what follows is
replayed, and the change is kept if the world then goes on further or looks more alike. Caps are small and grow.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from itertools import islice

from gamecwm.contract import Action, Observation
from gamecwm.infer.history import History, equal
from gamecwm.infer.likeness import Target
from gamecwm.infer.model import Model, Spot
from gamecwm.infer.trace import Trace, pass_own

#: Share of hidden draws that keep away from what the next observation speaks of.
SHY = 0.85
#: Up to this many outcomes are all looked at.
FEW = 8

#: Most other outcomes of a place that are thought of on a conflict.
MANY = 3_000
#: Changes that are tried at first on a conflict.
TRIES = 40

Progress = tuple[int, float]
Change = dict[int, Action]


class Finder:
    """Finds worlds for one history."""

    def __init__(self, model: Model, history: History, root: Spot, rng: random.Random) -> None:
        self._model = model
        self._history = history
        self._root = root
        self._rng = rng
        self._targets = [Target(observation) for observation, _ in history]
        #: Where (own decisions and actions since, mover) the player was seen to tell no outcome from another.
        self._blind: set[tuple[int, int, int]] = set()

    def find(self) -> Generator[None, None, Trace]:
        """A whole world. Raises OutOfNodes, Impure."""
        patience = 4
        while True:
            trace = Trace(self._root)
            yield from self._grow(trace)
            beside = 0
            while not trace.whole and beside < patience:
                better = yield from self._repair(trace, TRIES << min(beside, 4))
                if better is None:
                    break
                beside = beside + 1 if self._progress(better) == self._progress(trace) else 0
                trace = better
            if trace.whole:
                return trace
            patience *= 2
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
            action, child, hidden = chosen
            trace.add(action, child, hidden=hidden)

    def _choose(self, trace: Trace) -> Generator[None, None, tuple[Action, Spot, bool] | None]:
        """An action of chance or another player towards the next observation, its spot, and whether it is hidden."""
        spot, turn = trace.spots[-1], trace.turns[-1]
        place = (turn, len(trace.actions) - trace.turns.index(turn), spot.mover)
        order = list(dict.fromkeys(self._rng.sample(spot.legal, len(spot.legal))))
        target = self._targets[trace.turns[-1]]
        names, text = spot.labels, target.text
        spoken = [action for action in order if text.says(names[action])]
        silent = [action for action in order if not text.says(names[action])]
        if place in self._blind and len(order) > 1:
            return (yield from self._draw(spot, spoken, silent))
        # One of the others shows what a wrong outcome looks like.
        order = [*silent[:1], *spoken, *silent[1:]] if spoken else silent
        tried: list[tuple[float, Action, Spot]] = []
        alike = True
        for action in order:
            yield
            child = self._model.step(spot, action)
            if child is None:
                continue
            seen = self._model.see(child)
            is_own = child.mover == self._model.player
            if is_own and equal(seen, target.observation) and seen is not None:
                return action, child, self._is_hidden(spot, action, seen)
            alike = alike and (not tried or equal(seen, self._model.see(tried[0][2])))
            if alike and len(tried) == 1:
                self._blind.add(place)
                return (yield from self._draw(spot, spoken, silent))
            tried.append((target.likeness(seen), action, child))
            if not is_own and len(tried) > max(FEW, len(spoken)) and max(score for score, _, _ in tried) > tried[0][0]:
                break
        if not tried:
            return None
        best = max(score for score, _, _ in tried)
        _, action, child = self._rng.choice([entry for entry in tried if entry[0] == best])
        return action, child, False

    def _is_hidden(self, spot: Spot, action: Action, seen: Observation) -> bool:
        """Whether another outcome, drawn at random, looks the same to the player."""
        others = [other for other in spot.outcomes if other != action]
        child = self._model.step(spot, self._rng.choice(others)) if others else None
        return child is not None and equal(self._model.see(child), seen)

    def _draw(
        self, spot: Spot, spoken: list[Action], silent: list[Action]
    ) -> Generator[None, None, tuple[Action, Spot, bool] | None]:
        """A hidden outcome in proportion to its chance, mostly none that the next observation speaks of."""
        shy = bool(silent) and self._rng.random() < SHY
        options = silent if shy else [*spoken, *silent]
        order = list(options)
        while order:
            yield
            action = self._rng.choices(order, [spot.outcomes[action] for action in order])[0]
            child = self._model.step(spot, action)
            if child is not None:
                return action, child, True
            order.remove(action)
        return None

    def _repair(self, trace: Trace, tries: int) -> Generator[None, None, Trace | None]:
        """The trace with one earlier action changed so that it gets further, or None."""
        turn = trace.turns[-1]
        if turn >= len(self._targets):
            return None
        reached = self._progress(trace)
        beside: Trace | None = None
        for change in self._suspects(trace)[:tries]:
            changed = yield from self._change(trace, change)
            if changed is None:
                continue
            progress = self._progress(changed)
            if progress > reached:
                return changed
            if progress == reached and beside is None:
                beside = changed
        return beside

    def _suspects(self, trace: Trace) -> list[Change]:
        """Other actions for one place (or for a row of places), the likeliest first.

        What is seen too much came from an action that speaks of it, what is missing from one that was not taken; or
        an earlier hidden place took it away; or it came at the wrong time.
        """
        target = self._targets[trace.turns[-1]]
        lacking, extra = target.gap(self._model.see(trace.spots[-1]))
        if lacking.is_empty and extra.is_empty:
            # Only the order is wrong.
            lacking = extra = target.text
        found: list[tuple[float, float, Change]] = []
        free = [i for i, spot in enumerate(trace.spots[:-1]) if spot.mover != self._model.player]
        for place in free:
            spot, old = trace.spots[place], trace.actions[place]
            names = spot.labels
            lost, too_much = lacking.speaks_of(names[old]), extra.speaks_of(names[old])
            bonus = 0.75 * trace.hidden[place]
            for action in islice(spot.outcomes, MANY):
                if action != old:
                    right = too_much + lacking.speaks_of(names[action])
                    swap = lost + extra.speaks_of(names[action])
                    found.append((-max(right, swap) - bonus, self._rng.random(), {place: action}))
            if lost == too_much == 1 and spot.is_chance:
                rows = [rotation(trace, place, other) for other in run_of_chance(trace, place)]
                found += [(-2.5, self._rng.random(), row) for row in rows if row]
        found.sort(key=lambda entry: entry[:2])
        return [change for _, _, change in found]

    def _change(self, trace: Trace, change: Change) -> Generator[None, None, Trace | None]:
        """The trace with other actions at some places; what follows is kept where it can be."""
        model, last = self._model, trace.turns[-1]
        lacking, _ = self._targets[last].gap(model.see(trace.spots[-1]))
        first = min(change)
        changed = trace.prefix(first)
        swapped = {change[first]: trace.actions[first]} if len(change) == 1 else {}
        for place in range(first, len(trace.actions)):
            before = trace.spots[place]
            if before.mover == model.player:
                continue
            if not pass_own(model, self._history, changed):
                return changed if changed.turns[-1] >= last else None
            if changed.whole:
                return changed
            spot, hidden = changed.spots[-1], trace.hidden[place]
            action = change.get(place, trace.actions[place])
            if action not in spot.outcomes:
                action = swapped.get(action, action)
            if hidden and not spot.is_chance and place not in change and changed.turns[-1] >= last - 1:
                # What was missing and could not be taken before is taken now.
                fresh = [a for a in spot.outcomes if a not in before.outcomes and lacking.says(spot.labels[a])]
                action = self._rng.choice(fresh) if fresh else action
            open_end = changed.turns[-1] >= last
            if open_end and not hidden and not spot.is_chance and place not in change:
                break
            if action not in spot.outcomes:
                if not open_end:
                    return None
                break
            yield
            child = model.step(spot, action)
            if child is None:
                return None
            changed.add(action, child, hidden=hidden)
        yield from self._grow(changed)
        return changed


def rotation(trace: Trace, source: int, target: int) -> Change:
    """The chance outcome at one place moved to another, those between moved by one; empty where nothing changes."""
    low, high = min(source, target), max(source, target)
    places = [i for i in range(low, high + 1) if trace.spots[i].is_chance]
    actions = [trace.actions[i] for i in places]
    moved = [actions[-1], *actions[:-1]] if target < source else [*actions[1:], actions[0]]
    return {i: new for i, new, old in zip(places, moved, actions, strict=True) if new != old}


def run_of_chance(trace: Trace, place: int) -> range:
    """The places of chance around one, without a player's in between."""
    low = high = place
    while low and trace.spots[low - 1].is_chance:
        low -= 1
    while high + 1 < len(trace.actions) and trace.spots[high + 1].is_chance:
        high += 1
    return range(low, high + 1)
