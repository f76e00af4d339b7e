"""The shortest action list that still shows a failure.

First delta debugging (Zeller and Hildebrandt 2002) on the list that showed it: pieces are dropped, and of what is left
the actions that are no longer legal. Then one breadth-first search over the game for all failures at once, within a
node budget: what it finds is the shortest there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from .contract import Game
from .playout import Trail, extend, finish, start


@dataclass(frozen=True)
class Hit:
    """A failure seen at the end of a trail."""

    message: str
    #: Lines of the plain module, innermost first.
    lines: tuple[int, ...] = ()


#: Looks at the end of a trail only: its last node, and the action that led there.
Probe = Callable[[Trail], "Hit | None"]


@dataclass(frozen=True)
class Shown:
    """A failure with the action list that shows it."""

    actions: list[str]
    hit: Hit


#: Nodes that one failure may cost in delta debugging, and all failures together in the breadth-first search.
DELTA_NODES = 4000
SEARCH_NODES = 1500


def replay(game: Game, actions: list[str]) -> Trail:
    """The trail of these actions; those that are not legal where they come are left out. Stops at a fault."""
    trail = start(game)
    for action in actions:
        node = trail.last
        if node is None or trail.fault:
            break
        if action in node.legal:
            extend(trail, action)
    return trail


def first_hit(trail: Trail, probe: Probe) -> Shown | None:
    """The shortest prefix of the trail that shows the failure."""
    for length in range(len(trail.actions) + 1):
        part = trail.prefix(length)
        hit = probe(part)
        if hit:
            return Shown(list(part.actions), hit)
    return None


def shrink(
    game: Game, failures: Mapping[str, tuple[Probe, list[str]]], *, nodes: int = SEARCH_NODES
) -> Generator[None, None, dict[str, Shown]]:
    """Shrinks each failure (name -> its probe and a list that showed it); yields often, so that a caller may stop.

    A failure that its list does not show again (a program with a will of its own) is missing from the answer.
    """
    shown: dict[str, Shown] = {}
    for name, (probe, actions) in failures.items():
        found = yield from _delta(game, probe, actions)
        if found:
            shown[name] = found
    yield from _breadth_first(game, {name: failures[name][0] for name in shown}, shown, nodes)
    return shown


def shortest(game: Game, probe: Probe, actions: list[str], *, nodes: int = SEARCH_NODES) -> Shown | None:
    """One failure, shrunk without a pause."""
    return finish(shrink(game, {"failure": (probe, actions)}, nodes=nodes)).get("failure")


def _delta(game: Game, probe: Probe, actions: list[str]) -> Generator[None, None, Shown | None]:
    best = first_hit(replay(game, actions), probe)
    yield
    if best is None:
        return None
    budget = DELTA_NODES
    size = max(1, len(best.actions) // 2)
    while best.actions and budget > 0:
        shorter = None
        for begin in range(0, len(best.actions), size):
            trail = replay(game, best.actions[:begin] + best.actions[begin + size :])
            budget -= len(trail.nodes)
            found = first_hit(trail, probe)
            yield
            if found and len(found.actions) < len(best.actions):
                shorter = found
                break
        if shorter:
            best = shorter
            size = min(size, max(1, len(best.actions) // 2))
        elif size == 1:
            break
        else:
            size //= 2
    return best


def _breadth_first(
    game: Game, probes: dict[str, Probe], shown: dict[str, Shown], nodes: int
) -> Generator[None, None, None]:
    """Replaces what is shown by the first hits in order of length."""
    open_probes = dict(probes)
    queue = deque([start(game)])
    seen: set[str] = set()
    while queue and nodes > 0 and open_probes:
        trail = queue.popleft()
        for name in [name for name in open_probes if len(shown[name].actions) <= len(trail.actions)]:
            del open_probes[name]
        for name, probe in list(open_probes.items()):
            hit = probe(trail)
            if hit:
                shown[name] = Shown(list(trail.actions), hit)
                del open_probes[name]
        yield
        node = trail.last
        if trail.fault or node is None or node.mark in seen:
            continue
        seen.add(node.mark)
        for action in dict.fromkeys(node.legal):
            if nodes <= 0:
                break
            child = Trail(list(trail.nodes), list(trail.actions))
            extend(child, action)
            queue.append(child)
            nodes -= 1
