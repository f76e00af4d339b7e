"""False alarms: every reference of datasets/games must score exactly 1 with its scenarios, for many seeds.

PYTHONPATH=python uv run --project python python bench/check_references.py [--seeds N] [--first S] [GAME ...]

Prints JSON: {games, seeds, first, checks, alarms: [{game, seed, check, message}], lowest, secondsACheck}; what goes on is
said on the error stream. Ends with 1 where there is an alarm.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

from gamecwm.check import check
from gamecwm.tidy import tidy

GAMES = Path(__file__).resolve().parents[1] / "datasets" / "games"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks the references with many seeds; any failed check is an alarm.")
    parser.add_argument("games", nargs="*", metavar="GAME")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(arguments)
    names = options.games or sorted(path.parent.name for path in GAMES.glob("*/game.py"))
    seeds = range(options.first, options.first + options.seeds)
    alarms: list[dict[str, Any]] = []
    lowest, spent = 1.0, 0.0
    for name in names:
        worst, found, seconds = checked(name, seeds)
        alarms += found
        lowest, spent = min(lowest, worst), spent + seconds
        print(
            f"  {name:24} lowest score {worst:.3f}   {seconds / len(seeds):6.2f} s a check", file=sys.stderr, flush=True
        )
    checks = len(names) * len(seeds)
    print(json.dumps({
        "games": len(names), "seeds": len(seeds), "first": options.first, "checks": checks, "alarms": alarms,
        "lowest": lowest, "secondsACheck": round(spent / checks, 3),
    }))  # fmt: skip
    return 1 if alarms or lowest < 1 else 0


def checked(name: str, seeds: range) -> tuple[float, list[dict[str, Any]], float]:
    """The lowest score of a reference, its alarms, and the processor seconds."""
    program = tidy((GAMES / name / "game.py").read_text(encoding="utf-8"))
    scenarios = json.loads((GAMES / name / "scenarios.json").read_text(encoding="utf-8"))
    started, worst, alarms = process_time(), 1.0, []
    for seed in seeds:
        report = check(program, seed=seed, scenarios=scenarios, milliseconds=60_000)
        worst = min(worst, report["score"])
        for finding in report["findings"]:
            if finding["passed"] is False:
                alarms.append({"game": name, "seed": seed, "check": finding["check"], "message": finding["message"]})
                print(f"  {alarms[-1]}", file=sys.stderr, flush=True)
    return worst, alarms, process_time() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
