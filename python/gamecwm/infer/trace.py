"""One partial or whole world with the spots along it, changed in place: undone to a prefix, grown again from there."""

from __future__ import annotations

import math

from gamecwm.contract import Action
from gamecwm.infer.history import History, equal
from gamecwm.infer.model import MAX_LENGTH, Model, Spot


class Trace:
    """`spots[i]` is where `actions[i]` is taken, after `turns[i]` own decisions. Traces share spots."""

    __slots__ = ("actions", "hidden", "last", "spots", "turns", "weight", "whole")

    def __init__(self, root: Spot) -> None:
        self.spots: list[Spot] = [root]
        self.actions: list[Action] = []
        self.turns: list[int] = [0]
        #: Whether the player could not tell the action from another one, as far as was looked.
        self.hidden: list[bool] = []
        #: Logarithm of the chance probability of `actions`.
        self.weight = 0.0
        #: Whether the history is reproduced; `last` is then the last own action, if any.
        self.whole = False
        self.last: Action | None = None

    def prefix(self, length: int) -> Trace:
        """The first `length` actions, as a trace of its own."""
        part = Trace(self.spots[0])
        part.spots = self.spots[: length + 1]
        part.actions = self.actions[:length]
        part.hidden = self.hidden[:length]
        part.turns = self.turns[: length + 1]
        part.weight = sum(chance_of(spot, action) for spot, action in zip(part.spots, part.actions, strict=False))
        return part

    def add(self, action: Action, spot: Spot, *, own: bool = False, hidden: bool = False) -> None:
        """Goes on to the spot after `action`."""
        self.weight += chance_of(self.spots[-1], action)
        self.actions.append(action)
        self.hidden.append(hidden)
        self.spots.append(spot)
        self.turns.append(self.turns[-1] + own)

    def world(self) -> tuple[Action, ...]:
        """The action list of a whole world."""
        return (*self.actions, *([] if self.last is None else [self.last]))

    def key(self) -> tuple[Action, ...]:
        return tuple(self.actions)


def chance_of(spot: Spot, action: Action) -> float:
    """Logarithm of the probability of a chance outcome; 0 for a player's action."""
    return math.log(spot.outcomes[action] / len(spot.legal)) if spot.is_chance else 0.0


def pass_own(model: Model, history: History, trace: Trace) -> bool:
    """Takes the player's own decisions at the trace's end, if it is their turn there.

    False where the trace cannot go on: another observation, an action that is not legal there, the end of the game.
    """
    while len(trace.actions) < MAX_LENGTH:
        spot, turn = trace.spots[-1], trace.turns[-1]
        if spot.mover != model.player:
            return not spot.is_over and bool(spot.legal)
        if turn >= len(history) or not equal(model.see(spot), history[turn][0]):
            return False
        action = history[turn][1]
        if action is not None and action not in spot.outcomes:
            return False
        if turn == len(history) - 1:
            trace.whole, trace.last = True, action
            return True
        child = model.step(spot, action) if action is not None else None
        if action is None or child is None:
            return False
        trace.add(action, child, own=True)
    return False


def redo(model: Model, history: History, trace: Trace, actions: list[Action]) -> bool:
    """Takes these actions after the trace's end, own decisions as they come; False at the first that does not fit."""
    for action in actions:
        if not pass_own(model, history, trace):
            return False
        if trace.whole:
            return True
        spot = trace.spots[-1]
        if spot.mover == model.player or action not in spot.outcomes:
            return False
        child = model.step(spot, action)
        if child is None:
            return False
        trace.add(action, child)
    return pass_own(model, history, trace)


def replays(model: Model, history: History, world: tuple[Action, ...]) -> bool:
    """Whether a world can be played and gives the player the history, looked at without any shortcut."""
    spot, turn = model.root(), 0
    for step in range(len(world) + 1):
        action = world[step] if step < len(world) else None
        if spot is not None and spot.mover == model.player:
            if turn >= len(history) or not equal(model.see(spot), history[turn][0]) or action != history[turn][1]:
                return False
            turn += 1
        if action is None:
            break
        if spot is None or action not in spot.outcomes:
            return False
        # What comes after the player's last decision is not part of the history.
        if turn == len(history) and spot.mover == model.player:
            return step == len(world) - 1
        spot = model.step(spot, action)
    return turn == len(history)
