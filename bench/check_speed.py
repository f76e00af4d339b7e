"""Full checks a second, as the page runs them: seeded playouts, questions, shrinking, score.

uv run --project python python bench/check_speed.py [--seconds S] PROGRAM ...

`measure` needs nothing but gamecwm, so that the very same code can be run in Pyodide beside CPython.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from gamecwm.check import Check
from gamecwm.tidy import tidy


def measure(source: str, seconds: float) -> dict[str, Any]:
    """Checks one program again and again, at least twice: {checks, seconds, checksPerSecond, score}.

    The seed changes with each check. Mending is not counted, and the time budget is never the limit. The first check
    warms up and is not counted.
    """
    program = tidy(source)
    checks = 0
    score = 0.0
    started = perf_counter()
    while checks < 2 or perf_counter() - started < seconds:
        check = Check(program, seed=checks, milliseconds=1e9)
        while not check.run(1000):
            pass
        checks += 1
        if checks == 1:
            score = check.result()["score"]
            started = perf_counter()
    spent = perf_counter() - started
    return {
        "checks": checks - 1,
        "seconds": round(spent, 3),
        "checksPerSecond": round((checks - 1) / spent, 2),
        "score": score,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Full checks a second.")
    parser.add_argument("programs", nargs="+", type=Path, metavar="PROGRAM")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each program")
    options = parser.parse_args(arguments)
    for path in options.programs:
        result = measure(path.read_text(encoding="utf-8"), options.seconds)
        print(
            f"{path.stem:24} {result['checksPerSecond']:>8} checks/s   score {result['score']:.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
