"""Is a mutant another game than its reference? Anything that a player, chance or a caller could notice counts.

Compared are, along the lists of the reference: the player to move, the legal actions with their weights, the rewards,
what is refused, names, that nothing changes its argument, that nothing is left to chance outside chance nodes; what
each player knows; and that `resample_history` fits the mutant's own play and draws as widely as the reference's.

What a player knows is compared as information sets, not as texts: what they see now, and all that they saw and did at
their own decisions. Observations may be worded differently, but two games that a player of the reference can tell apart must be
told apart in the mutant, and no others.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from time import process_time
from typing import Any

from gamecwm.compare import equal_games
from gamecwm.contract import Game, ProgramError, State
from gamecwm.guard import CallError, call
from gamecwm.search.determinize import own_history
from gamecwm.values import clone, fingerprint, same
from reference import Decision, Node, Reference, remembered, weights, with_view

#: apply_action is called twice at every so many nodes.
TWICE_EVERY = 7


@dataclass(frozen=True)
class Verdict:
    """What tells a mutant from its reference, in a word and after which actions; or how hard it was tried."""

    difference: str | None
    actions: list[str]
    #: How it was found, or the proof that there is nothing to find.
    proof: str


class _Different(Exception):
    def __init__(self, difference: str, actions: list[str]) -> None:
        super().__init__(difference)
        self.difference = difference
        self.actions = actions


def tell_apart(reference: Reference, mutant: Game, *, seconds: float, games: int) -> Verdict:
    """Walks the reference's tree with the mutant; where nothing differs, explores small games and plays `games` more."""
    deadline = process_time() + seconds
    try:
        _names(reference, mutant)
        done = _walk(reference, mutant, deadline)
        for decision in reference.decisions:
            if process_time() < deadline:
                _resampling(mutant, decision)
        if reference.positions is not None:
            _explore(reference.game, mutant)
            return Verdict(None, [], f"every position ({reference.positions})")
    except _Different as found:
        return Verdict(found.difference, found.actions, "played side by side")
    except (CallError, ProgramError) as error:
        return Verdict("fails", [], str(error)[:200])
    if not equal_games(reference.game, mutant, games=games, seed=1, steps=300):
        return Verdict("compare", [], "gamecwm.compare")
    return Verdict(None, [], f"not told apart in {reference.games + games} games ({done} positions)")


def _names(reference: Reference, mutant: Game) -> None:
    if [call("names", mutant.get_player_name, player) for player in range(len(reference.names))] != reference.names:
        raise _Different("names", [])


def _walk(reference: Reference, mutant: Game, deadline: float) -> int:
    """The number of nodes compared."""
    first = _initial(mutant)
    knowledge: dict[int, tuple[dict[int, int], dict[int, int]]] = {
        player: ({}, {}) for player in range(len(reference.names))
    }
    stack: list[tuple[Node, State, list[int], list[str]]] = [
        (reference.root, first, [0] * len(reference.names), [])
    ]
    done = 0
    while stack and (process_time() < deadline or done < 50):
        node, state, memory, actions = stack.pop()
        done += 1
        memory = _look(node, mutant, state, memory, actions, knowledge)
        for action, child in reversed(node.children.items()):
            after = _apply(mutant, state, action, [*actions, action], twice=(done + len(actions)) % TWICE_EVERY == 0)
            remembered = list(memory)
            if node.player >= 0:
                remembered[node.player] = hash((memory[node.player], action))
            stack.append((child, after, remembered, [*actions, action]))
    return done


def _initial(mutant: Game) -> State:
    random.seed(1)
    first = call("get_initial_state", mutant.get_initial_state)
    for seed in range(2, 6):
        random.seed(seed)
        if not same(call("get_initial_state", mutant.get_initial_state), first):
            raise _Different("random", [])
    return first


def _apply(mutant: Game, state: State, action: str, actions: list[str], *, twice: bool) -> State:
    given = clone(state)
    try:
        after = call("apply_action", mutant.apply_action, given, action)
        if not same(given, state):
            raise _Different("argument changed", actions)
        if twice and not same(call("apply_action", mutant.apply_action, clone(state), action), after):
            raise _Different("random", actions)
    except CallError as error:
        raise _Different("fails", actions) from error
    return after


def _look(
    node: Node, mutant: Game, state: State, memory: list[int], actions: list[str],
    knowledge: dict[int, tuple[dict[int, int], dict[int, int]]],
) -> list[int]:  # fmt: skip
    """Compares one node; what each player remembers after it."""
    given = clone(state)
    try:
        player = call("get_current_player", mutant.get_current_player, given)
        legal = call("get_legal_actions", mutant.get_legal_actions, given)
        rewards = call("get_rewards", mutant.get_rewards, given)
        views = call("get_observations", mutant.get_observations, given)
        if not same(given, state):
            raise _Different("argument changed", actions)
        if player != node.player:
            raise _Different("player", actions)
        if weights(player, legal) != node.legal:
            raise _Different("legal actions", actions)
        if len(rewards) != len(node.rewards) or any(
            abs(one - two) > 1e-9 for one, two in zip(rewards, node.rewards, strict=True)
        ):
            raise _Different("rewards", actions)
        seen = [with_view(kept, view) for kept, view in zip(memory, views, strict=True)] if node.seen else []
    except (CallError, TypeError, ValueError, AttributeError) as error:
        raise _Different("fails", actions) from error
    for one, mark in enumerate(seen):
        there, back = knowledge[one]
        if there.setdefault(node.seen[one], mark) != mark:
            raise _Different("leak", actions)
        if back.setdefault(mark, node.seen[one]) != node.seen[one]:
            raise _Different("information missing", actions)
    for action, refused in node.refuses.items():
        if _refuses(mutant, state, action) != refused:
            raise _Different("refusal", [*actions, action])
    return remembered(player, memory, seen) if seen else memory


def _refuses(mutant: Game, state: State, action: str) -> bool:
    try:
        call("apply_action", mutant.apply_action, clone(state), action)
    except CallError:
        return True
    return False


def _resampling(mutant: Game, decision: Decision) -> None:
    """The mutant's histories fit its own play, and are drawn as widely as the reference's."""
    actions = list(decision.actions)
    if mutant.resample_history is None:
        raise _Different("resample_history", actions)
    try:
        history = own_history(mutant, actions, decision.player)
        draws: list[tuple[str, ...]] = []
        for seed in range(len(decision.draws)):
            random.seed(seed)
            given = clone(history)
            draws.append(tuple(call("resample_history", mutant.resample_history, given, decision.player)))
            if not same(given, clone(history)):
                raise _Different("argument changed", actions)
            if seed < 12 and not _fits(mutant, list(draws[-1]), decision.player, history):
                raise _Different("resample_history", actions)
    except (CallError, TypeError) as error:
        raise _Different("resample_history", actions) from error
    if _drawn_otherwise(decision.draws, draws):
        raise _Different("resample_history", actions)


def _fits(mutant: Game, actions: list[str], player: int, history: Any) -> bool:
    state = mutant.get_initial_state()
    for action in actions:
        if action not in mutant.get_legal_actions(state):
            return False
        state = mutant.apply_action(state, action)
    return fingerprint(own_history(mutant, actions, player)) == fingerprint(history)


def _drawn_otherwise(first: list[tuple[str, ...]], second: list[tuple[str, ...]]) -> bool:
    """Whether the actions at some place of the lists are spread very differently (two-sample chi-square, 8 sigma)."""
    for place in range(max(map(len, [*first, *second]), default=0)):
        one, two = (Counter(draw[place] if place < len(draw) else None for draw in draws) for draws in (first, second))
        freedom = len(one | two) - 1
        if freedom < 1:
            continue
        distance = sum((one[key] - two[key]) ** 2 / (one[key] + two[key]) for key in one | two)
        if distance > freedom + 8 * math.sqrt(2 * freedom) + 4:
            return True
    worlds, others = len(set(first)), len(set(second))
    return (worlds > 5 and others == 1) or (others > 5 and worlds == 1)


def _explore(game: Game, mutant: Game) -> None:
    """Every position of a small game, with the mutant's beside it."""
    first = (game.get_initial_state(), mutant.get_initial_state())
    seen = {fingerprint(first)}
    stack: list[tuple[tuple[State, State], list[str]]] = [(first, [])]
    while stack:
        (state, other), actions = stack.pop()
        player, legal = game.get_current_player(state), game.get_legal_actions(state)
        node = Node(player, weights(player, legal), tuple(map(float, game.get_rewards(state))), [], {})
        _look(node, mutant, other, [], actions, {})
        for action in dict.fromkeys(legal):
            after = _apply(mutant, other, action, [*actions, action], twice=False)
            pair = (game.apply_action(state, action), after)
            mark = fingerprint(pair)
            if mark not in seen:
                seen.add(mark)
                stack.append((pair, [*actions, action]))
