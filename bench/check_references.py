"""False alarms: every reference of datasets/games must score exactly 1 with its scenarios, for many seeds.

PYTHONPATH=python uv run --project python python bench/check_references.py [--seeds N] [--first S] [GAME ...]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import process_time

from gamecwm.check import check
from gamecwm.tidy import tidy

GAMES = Path(__file__).resolve().parents[1] / "datasets" / "games"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description="Checks the references with many seeds; any failed check is an alarm."
    )
    parser.add_argument("games", nargs="*", metavar="GAME")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(arguments)
    names = options.games or sorted(
        path.parent.name for path in GAMES.glob("*/game.py")
    )
    alarms = 0
    for name in names:
        program = tidy((GAMES / name / "game.py").read_text(encoding="utf-8"))
        scenarios = json.loads(
            (GAMES / name / "scenarios.json").read_text(encoding="utf-8")
        )
        started, worst = process_time(), 1.0
        for seed in range(options.first, options.first + options.seeds):
            report = check(program, seed=seed, scenarios=scenarios, milliseconds=60_000)
            worst = min(worst, report["score"])
            for finding in report["findings"]:
                if finding["passed"] is False:
                    alarms += 1
                    print(
                        f"{name}, seed {seed}: {finding['check']}: {finding['message']}",
                        flush=True,
                    )
        seconds = (process_time() - started) / options.seeds
        print(
            f"{name:24} lowest score {worst:.3f}   {seconds:6.2f} s a check", flush=True
        )
    print(
        f"{alarms} false alarms in {len(names)} games with {options.seeds} seeds each."
    )
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
