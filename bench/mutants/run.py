"""The mutation benchmark: how many mutants of the thirty references a checker kills, ours beside the paper's four tiers.

PYTHONPATH=python:bench/mutants uv run --project python python bench/mutants/run.py [--quick] [--jobs N] ...

Prints the summary as JSON. Results are kept in .cache/mutants, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

import summary
from controls import CONTROLS
from judge import FULL, GAMES, QUICK, GameBench
from processes import side_by_side

#: Games whose mutants take longest come first, so that none is left alone at the end.
SLOW = ("chess", "gen_chess", "checkers", "backgammon", "havannah", "go", "hanabi", "gin_rummy", "y", "poker_holdem")
#: Controls are scored with the scenarios of every so many games: they are no game, so that one is like the other.
CONTROLLED = 6


def options_of(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two mutants a game, references with one seed")
    parser.add_argument("--per-game", type=int, metavar="N", help="mutants of each kind and game (1)")
    parser.add_argument("--seeds", type=int, help="seeds with which references are checked (20; quick: 1)")
    parser.add_argument("--seed", type=int, default=0, help="draws the mutants (0)")
    parser.add_argument("--games", metavar="A,B", help="only these games")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--survivors", metavar="FILE", help="also write the diffs of what survives into a file")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Runs the benchmark."""
    options = options_of(arguments)
    size = QUICK if options.quick else FULL
    if options.per_game is not None:
        size = replace(size, per_kind=options.per_game)
    if options.seeds is not None:
        size = replace(size, seeds=options.seeds)
    every = sorted(path.parent.name for path in GAMES.glob("*/game.py"))
    chosen = options.games.split(",") if options.games else every
    if unknown := set(chosen) - set(every):
        print(f"There is no game called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    benches = [GameBench(name, every.index(name), size, options.seed) for name in chosen]
    benches.sort(key=lambda bench: SLOW.index(bench.name) if bench.name in SLOW else len(SLOW))
    rows: list[dict[str, Any]] = []
    controlled = sum(bench.number % CONTROLLED == 0 for bench in benches)
    progress = Progress(sum(len(bench.drawn()) + size.seeds for bench in benches) + controlled * len(CONTROLS))

    def take(row: dict[str, Any]) -> None:
        rows.append(row)
        progress.step(row)

    side_by_side([work_of(bench, size.seeds) for bench in benches], options.jobs, take)
    if options.survivors:
        texts = {mutant.id: mutant.diff for bench in benches for mutant in bench.drawn()}
        summary.write_survivors(rows, texts, options.survivors)
    print(json.dumps(summary.summary(rows, seconds=progress.seconds())))
    return 0


def work_of(bench: GameBench, seeds: int) -> Callable[[Callable[[Any], None]], None]:
    """All rows of one game: mutants, the reference with each seed, controls."""

    def work(send: Callable[[Any], None]) -> None:
        for mutant in bench.drawn():
            send({"row": "mutant", **bench.judge(mutant)})
        for seed in range(seeds):
            send({"row": "reference", "game": bench.name, "seed": seed, **bench.ours(bench.source, seed)})
        send({"row": "reference by tiers", "game": bench.name, **bench.tiers(bench.source)})
        for name, source in CONTROLS.items() if bench.number % CONTROLLED == 0 else ():
            scores = {"ours": bench.ours(source, to_the_end=True)["score"], "tiers": bench.tiers(source)["score"]}
            send({"row": "control", "game": bench.name, "control": name, **scores})

    return work


class Progress:
    """A line on the error stream every few seconds."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.began = self.said = perf_counter()

    def seconds(self) -> float:
        """Seconds since the start."""
        return round(perf_counter() - self.began, 1)

    def step(self, row: dict[str, Any]) -> None:
        """One row more is there."""
        self.done += row["row"] != "reference by tiers"
        if perf_counter() - self.said > 5 or self.done == self.total:
            self.said = perf_counter()
            print(f"  {self.done} of {self.total} after {self.seconds():.0f} s ({row['game']})", file=sys.stderr)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Hashes of texts are compared between processes and kept.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped; what is done is kept.", file=sys.stderr)
        sys.exit(130)
