"""Histories at decisions of the playouts, and the worlds that are claimed to fit them."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass

from ..contract import Game
from ..guard import CallError, call
from ..infer import History
from ..playout import Trail
from ..shrink import Hit
from ..values import clone, fingerprint, pack, unpack

#: Longest history that resample_history may give.
LONGEST = 10_000


@dataclass
class Cut:
    """A decision of a playout: who decides, after how many actions."""

    trail: Trail
    place: int
    player: int

    @property
    def actions(self) -> list[str]:
        return self.trail.actions[: self.place]

    def own_places(self) -> list[int]:
        """Where the player was to move, up to and with this decision."""
        nodes = self.trail.nodes[: self.place + 1]
        return [place for place, node in enumerate(nodes) if node.player == self.player]

    def history(self, *, done: bool = False) -> History:
        """What resample_history gets, copied; with `done` the action taken here is the last entry's."""
        places = self.own_places()
        actions: list[str | None] = [self.trail.actions[place] for place in places[:-1]]
        actions.append(self.trail.actions[self.place] if done and self.place < len(self.trail.actions) else None)
        seen = [clone(self.trail.nodes[place].observations[self.player]) for place in places]
        return list(zip(seen, actions, strict=True))

    def legal(self) -> list[str]:
        return sorted(self.trail.nodes[self.place].legal)


def cuts_of(trails: list[Trail]) -> list[Cut]:
    """Every decision of sound playouts."""
    return [
        Cut(trail, place, node.player)
        for trail in trails
        for place, node in enumerate(trail.nodes)
        if node.player is not None and 0 <= node.player < len(node.observations) and not node.faults and node.legal
    ]


def resampled(game: Game, cut: Cut, seed: str, *, done: bool = False) -> tuple[list[str] | None, Hit | None]:
    """What the program's resample_history says, its randomness driven by the seed; or what is wrong with it."""
    assert game.resample_history is not None
    before = random.getstate()
    random.seed(seed)
    history = cut.history(done=done)
    packed = pack(history)
    try:
        actions = call("resample_history", game.resample_history, history, cut.player)
    except CallError as error:
        return None, Hit(error.fault.message + ".", error.fault.lines)
    finally:
        random.setstate(before)
    if packed is not None and pack(history) != packed and fingerprint(history) != fingerprint(unpack(packed)):
        return None, Hit("resample_history changed the history that it was given; it may only look at it.")
    if not isinstance(actions, (list, tuple)) or not all(isinstance(action, str) for action in actions):
        return None, Hit("resample_history does not return a list of actions.")
    if len(actions) > LONGEST:
        return None, Hit(f"resample_history returns more than {LONGEST} actions.")
    return list(actions), None


@dataclass
class Fit:
    """How a claimed world went: its states as far as they are legal, or what does not fit."""

    complaint: str | None = None
    lines: tuple[int, ...] = ()
    states: int = 0
    final: object = None
    legal: tuple[str, ...] = ()


def fit(game: Game, cut: Cut, actions: list[str], *, done: bool = False) -> Generator[None, None, Fit]:
    """Plays a claimed world and holds it against the history at a cut; yields after each action."""
    own, player = cut.own_places(), cut.player
    nodes, taken = cut.trail.nodes, cut.trail.actions
    turn = 0
    try:
        state = call("get_initial_state", game.get_initial_state)
        for step in range(len(actions) + 1):
            yield
            action = actions[step] if step < len(actions) else None
            mover = call("get_current_player", game.get_current_player, state)
            if mover == player:
                wrong = None
                seen = call("get_observations", game.get_observations, state)[player]
                if done and action is None and turn == len(own):
                    break  # two turns in a row: the history ends after the first
                if turn >= len(own):
                    wrong = "it lets the player move once more"
                elif fingerprint(seen) != nodes[own[turn]].views[player]:
                    wrong = f"after {step} of its actions the player sees something else than at turn {turn + 1}"
                elif action != (taken[own[turn]] if turn < len(own) - 1 or done else None):
                    wrong = f"its action {step + 1} is not what the player did"
                if wrong:
                    return Fit(wrong, states=step)
                turn += 1
            if action is None:
                break
            if action not in call("get_legal_actions", game.get_legal_actions, state):
                return Fit(f"its action {step + 1}, {action!r:.80}, is not legal", states=step)
            state = call("apply_action", game.apply_action, state, action)
        if turn < len(own):
            return Fit("it ends before the player's turn", states=len(actions))
        legal = () if done else tuple(sorted(call("get_legal_actions", game.get_legal_actions, state)))
    except CallError as error:
        return Fit(error.fault.message, error.fault.lines)
    except (TypeError, IndexError, KeyError):
        return Fit("the program answers with values of the wrong type")
    return Fit(None, (), len(actions), state, legal)
