"""Leaks: what a player sees of the difference between two worlds that they cannot tell apart."""

from __future__ import annotations

import random
from collections.abc import Generator
from operator import ne
from typing import Any

from ..contract import OVER, Game
from ..guard import CallError, call
from ..values import clone, fingerprint
from .context import Context
from .worlds import Cut, Fit

#: Pairs that are played on, actions of each, and how often.
PAIRS, ONWARD, ONWARDS = 12, 12, 3
#: Share of the time budget after which the information tier stops.
SHARE = 0.8
#: A decision, another world that looks alike there, and how that went.
Pair = tuple[Cut, list[str], Fit]
#: Whether it passed (None: not applicable), in words, and two action lists that show a leak.
Verdict = tuple["bool | None", str, "list[str] | None", "list[str] | None"]


def leaks(context: Context, game: Game, pairs: list[Pair]) -> Generator[None, None, Verdict]:
    """Plays both worlds of pairs on, side by side: the player cannot tell them apart until something shows."""
    context.phase = "looking for leaks"
    if not pairs:
        return None, "Not applicable: no two worlds were found that a player cannot tell apart.", None, None
    for cut, world, result in pairs:
        if list(result.legal) != cut.legal():
            message = (f"Player {cut.player} has other legal actions in two worlds that look alike to them, so the "
                       "list tells what is hidden.")  # fmt: skip
            return False, message, cut.actions, world
    # Early pairs have most of the game before them.
    early = sorted(pairs, key=lambda pair: pair[0].place)[:PAIRS]
    for cut, world, _ in early:
        if not context.time_left(SHARE):
            break
        step = yield from _parted(game, cut, world)
        if step is not None:
            message = (
                f"Player {cut.player} sees two worlds apart for a moment, after {step} actions, that look alike to "
                "them at their decisions: it is shown what they may not know, or their observation forgets."
            )
            return False, message, cut.actions[:step], world[:step]
    rng = random.Random(f"{context.seed} leaks")
    for cut, world, result in early * ONWARDS:
        if not context.time_left(SHARE):
            break
        found = yield from _onward(game, cut, world, result.final, rng)
        if found:
            message, tail = found
            return False, message, [*cut.actions, *tail], [*world, *tail]
    message = f"{len(pairs)} pairs of worlds look alike to the player, with the same legal actions."
    return True, message, None, None


def _parted(game: Game, cut: Cut, world: list[str]) -> Generator[None, None, int | None]:
    """Where on the way to a cut the player sees apart two worlds that look alike there; None is well.

    Only worlds that differ in one action, and in which the same players act in turn: where cards come in another
    order, a player may well see that, and forget it when they are in the hand.
    """
    if len(world) != cut.place or sum(map(ne, world, cut.actions)) != 1:
        return None
    try:
        state, apart = call("get_initial_state", game.get_initial_state), None
        for step, node in enumerate(cut.trail.nodes[: cut.place]):
            if call("get_current_player", game.get_current_player, state) != node.player:
                return None
            seen = call("get_observations", game.get_observations, state)[cut.player]
            if apart is None and fingerprint(seen) != node.views[cut.player]:
                apart = step
            state = call("apply_action", game.apply_action, state, world[step])
            yield
    except (CallError, TypeError, IndexError):
        return None
    return apart


def _onward(
    game: Game, cut: Cut, world: list[str], other: Any, rng: random.Random
) -> Generator[None, None, tuple[str, list[str]] | None]:
    """The first thing that tells the pair apart and is then forgotten, or gives other legal actions; None is well."""
    player = cut.player
    pair = [clone(cut.trail.nodes[cut.place].state), clone(other)]
    tail: list[str] = []
    apart: list[str] | None = None
    try:
        for _ in range(ONWARD):
            movers = [call("get_current_player", game.get_current_player, state) for state in pair]
            if movers[0] != movers[1] or movers[0] == OVER:
                return None
            lists = [call("get_legal_actions", game.get_legal_actions, state) for state in pair]
            views = [fingerprint(call("get_observations", game.get_observations, state)[player]) for state in pair]
            if views[0] != views[1]:
                if movers[0] == player:
                    return None
                apart = apart or list(tail)
            elif apart is not None:
                return (f"Player {player} sees two worlds apart for a moment that look alike before and after: it is "
                        "shown what they may not know, or their observation forgets."), apart  # fmt: skip
            elif movers[0] == player and sorted(lists[0]) != sorted(lists[1]):
                return f"Player {player} has other legal actions in two worlds that look alike to them.", tail
            common = [action for action in lists[0] if action in set(lists[1])]
            if not common:
                return None
            tail.append(rng.choice(common))
            pair = [call("apply_action", game.apply_action, state, tail[-1]) for state in pair]
            yield
    except (CallError, TypeError, IndexError):
        return None
    return None
