"""Simulations a second of the tree search, from the first decision of each game.

    uv run --project python python bench/search_speed.py [--seconds S] [--json] [PROGRAM ...]

PROGRAM is a plain or kit-style program; without one, the programs in bench/programs are measured. `measure` needs
nothing but gamecwm, so that the very same code can be run in Pyodide beside CPython.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, load_game
from gamecwm.inline import inline
from gamecwm.search import Search

PROGRAMS = Path(__file__).parent / "programs"


def measure(source: str, seconds: float) -> dict[str, Any]:
    """Searches one program for about `seconds`: {simulations, seconds, simulationsPerSecond, searches}.

    Several searches share the time, as moves of a match would: a fifth of it each, less where the position is proven
    sooner. Small trees are full early, and a simulation inside a full tree asks nothing of the program: such figures
    (Kuhn poker's) speak of the search alone. Raises ProgramError when the program fails.
    """
    game = load_game(inline(source))
    actions: list[str] = []
    state = game.get_initial_state()
    rng = random.Random(1)
    while game.get_current_player(state) == CHANCE:
        actions.append(rng.choice(game.get_legal_actions(state)))
        state = game.apply_action(state, actions[-1])
    simulations = searches = 0
    started = perf_counter()
    while (spent := perf_counter() - started) < seconds:
        milliseconds = min(seconds - spent, seconds / 5) * 1000
        search = Search(game, actions, simulations=10**9, milliseconds=milliseconds, seed=searches)
        while not search.run(50):
            pass
        simulations += search.simulations
        searches += 1
    return {
        "simulations": simulations,
        "seconds": round(spent, 3),
        "simulationsPerSecond": round(simulations / spent),
        "searches": searches,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Simulations a second of the tree search.")
    parser.add_argument("programs", nargs="*", type=Path, metavar="PROGRAM", default=sorted(PROGRAMS.glob("*.py")))
    parser.add_argument("--seconds", type=float, default=2.0, help="for each program")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    results = {path.stem: measure(path.read_text(encoding="utf-8"), options.seconds) for path in options.programs}
    if options.json:
        print(
            json.dumps({"python": platform.python_version(), "platform": sys.platform, "programs": results}, indent=2)
        )
        return 0
    for name, result in results.items():
        print(f"{name:24} {result['simulationsPerSecond']:>9,} simulations/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
