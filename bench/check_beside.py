"""A full check of each reference beside the paper's four tiers (bench/mutants/four_tiers.py), in one run.

PYTHONPATH=python uv run --project python python bench/check_beside.py [GAME ...]

Prints JSON: game -> {games, full, fourTiers, ratio}; processor seconds of one check. The four tiers play as many
playouts as the full check did, both with the scenarios of the game; their time limit is out of the way. Both are run
twice by turns and the better time of each is taken. Without that module our check is measured alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

from gamecwm.check import check
from gamecwm.tidy import tidy

ROOT = Path(__file__).resolve().parents[1]
GAMES = ROOT / "datasets" / "games"
TURNS = 2
NO_LIMIT = 1e6


def four_tiers() -> Any:
    """The module of the four tiers, or None."""
    sys.path.insert(0, str(ROOT / "bench" / "mutants"))
    try:
        import four_tiers as module  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    return module


def beside(name: str, other: Any) -> dict[str, Any]:
    """The times of one game."""
    folder = GAMES / name
    source = tidy((folder / "game.py").read_text(encoding="utf-8")).plain
    scenarios = json.loads((folder / "scenarios.json").read_text(encoding="utf-8"))
    imperfect = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["information"] == "imperfect"
    full, four, games = float("inf"), float("inf"), 0
    for turn in range(TURNS):
        started = process_time()
        games = check(source, seed=turn, scenarios=scenarios, milliseconds=NO_LIMIT)["games"]
        full = min(full, process_time() - started)
        if other is not None:
            started = process_time()
            other.score(source, scenarios=scenarios, imperfect=imperfect, playouts=games, seconds=NO_LIMIT, seed=turn)
            four = min(four, process_time() - started)
    result: dict[str, Any] = {"games": games, "full": round(full, 3)}
    return result if other is None else {**result, "fourTiers": round(four, 3), "ratio": round(full / four, 2)}


def main(arguments: list[str]) -> int:
    names = arguments or sorted(path.parent.name for path in GAMES.glob("*/game.py"))
    other = four_tiers()
    figures = {}
    for name in names:
        figures[name] = beside(name, other)
        print(f"  {name} {figures[name]}", file=sys.stderr, flush=True)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
