"""Histories of one game with hidden information, found in three ways: share solved and CPU seconds each.

uv run --project python python bench/inference.py FOLDER [--histories N]

The ways: `gamecwm.infer`; the program's own `resample_history`; the kit's default, which goes depth first. Every one
gets the same histories, cut at random decisions of random playouts, and LIMIT seconds of processor time each. Solved is
what replays and gives the player the very same history.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import signal
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.infer import History, own_history, resample
from gamecwm.inline import inline
from gamecwm.kit import defaults

#: Seconds of processor time for each history.
LIMIT = 2.0
LONGEST = 400


class OutOfTime(BaseException):
    """The limit of one history has passed."""


def cut(game: Game, seed: str) -> tuple[History, int]:
    """A random player's history at a random decision of theirs, or right after it."""
    rng = random.Random(seed)
    while True:
        actions: list[str] = []
        decisions: dict[int, list[int]] = {}
        state = game.get_initial_state()
        while len(actions) < LONGEST and game.get_current_player(state) != OVER:
            mover = game.get_current_player(state)
            if mover != CHANCE:
                decisions.setdefault(mover, []).append(len(actions))
            actions.append(rng.choice(game.get_legal_actions(state)))
            state = game.apply_action(state, actions[-1])
        if decisions:
            player = rng.choice(sorted(decisions))
            end = rng.choice(decisions[player]) + rng.randrange(2)
            return own_history(game, actions[:end], player), player


def fits(game: Game, world: Any, history: History, player: int) -> bool:
    """Whether a world can be played and gives the history."""
    state = game.get_initial_state()
    for action in world:
        if action not in game.get_legal_actions(state):
            return False
        state = game.apply_action(state, action)
    found = own_history(game, list(world), player)
    if history and history[-1][1] is not None and len(found) > len(history):
        found.pop()
    return found == history


def with_default(game: Game) -> Callable[[History, int], list[str]]:
    """The kit's depth-first default for this program."""
    module = {**vars(defaults), **game.namespace}
    names = ("consistent", "first_consistent", "resample_history")
    for name in names:
        function = getattr(defaults, name)
        module[name] = type(function)(function.__code__, module, name, function.__defaults__)
    return module["resample_history"]


def attempt(game: Game, find: Callable[[], Any], history: History, player: int) -> tuple[bool, float]:
    """Whether a history is solved within the limit, and the seconds it took."""
    started = process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, LIMIT)
        try:
            world = find()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        spent = process_time() - started
        return fits(game, world, history, player), spent
    except (Exception, OutOfTime):
        return False, process_time() - started


def measure(source: str, histories: int) -> dict[str, dict[str, float]]:
    """{way: {solved, median, p95}} for `infer`, `own` and `depthFirst`; seconds of processor time."""
    game = load_game(inline(source))
    own, default = game.resample_history, with_default(game)
    results: dict[str, list[tuple[bool, float]]] = {"infer": [], "own": [], "depthFirst": []}
    for seed in range(histories):
        history, player = cut(game, f"inference {seed}")
        random.seed(seed)
        ways: dict[str, Callable[[], Any]] = {
            "infer": lambda: resample(game, history, player, seed=seed),  # noqa: B023
            "depthFirst": lambda: default(history, player),  # noqa: B023
        }
        if own is not None:
            ways["own"] = lambda: own(copy.deepcopy(history), player)  # noqa: B023
        for way, find in ways.items():
            results[way].append(attempt(game, find, history, player))
    return {way: summary(entries) for way, entries in results.items() if entries}


def summary(entries: list[tuple[bool, float]]) -> dict[str, float]:
    """Share solved, median and 95th percentile of the seconds."""
    times = sorted(spent for _, spent in entries)
    return {
        "solved": round(sum(solved for solved, _ in entries) / len(entries), 4),
        "median": round(statistics.median(times), 5),
        "p95": round(times[min(len(times) - 1, int(0.95 * len(times)))], 5),
        "times": [round(spent, 5) for spent in times],
    }


def stop(number: int, frame: Any) -> None:
    """Ends an attempt."""
    raise OutOfTime


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Histories of one game, found in three ways.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--histories", type=int, default=40)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGPROF, stop)
    print(json.dumps(measure((options.folder / "game.py").read_text(encoding="utf-8"), options.histories)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
