"""A full check of each reference beside the paper's four tiers (bench/mutants/four_tiers.py), in one run.

PYTHONPATH=python uv run --project python python bench/check_beside.py [GAME ...]

Prints JSON: `games`, game -> {games, full, fourTiers, bare, steps, ratio, bareRatio, perStep, overhead}, and `median` of
the last four. Processor seconds of one check in this process. The four tiers play as many playouts as the full check
did, both with the scenarios of the game; their time limit is out of the way. `bare` is loading the program and calling,
for as many uniform playouts, only what no playout can do without: no checker that plays the games at all is quicker.
`outOfReach` names the games whose bare playouts alone take over half of the time of the four tiers. All are run by turns
and the best time of each is taken; what one of them compiled is forgotten before the next.

The full check plays more than its playouts: pairs of games, worlds, look-ahead. `steps` counts the calls of
apply_action of all three; `perStep` is the full check's time for a step over the four tiers', `overhead` over the bare
playouts'.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from types import FrameType
from typing import Any

from gamecwm.check import check
from gamecwm.contract import OVER, PROGRAM_FILE, compiled, load_game
from gamecwm.tidy import tidy

ROOT = Path(__file__).resolve().parents[1]
GAMES = ROOT / "datasets" / "games"
TURNS = 3
STEPS = 500
RATIOS = ("ratio", "bareRatio", "perStep", "overhead")
NO_LIMIT = 1e6
#: The bar: the full check takes at most this part of the four tiers' time.
BAR = 0.5

sys.path.insert(0, str(ROOT / "bench" / "mutants"))
import four_tiers  # noqa: E402  # pyright: ignore[reportMissingImports]


def bare(source: str, playouts: int, seed: int) -> None:
    """Uniform playouts with nothing checked."""
    game, rng = load_game(source), random.Random(seed)
    for _ in range(playouts):
        state = game.get_initial_state()
        for _ in range(STEPS):
            player, legal = game.get_current_player(state), game.get_legal_actions(state)
            game.get_observations(state)
            if player == OVER or not legal:
                game.get_rewards(state)
                break
            state = game.apply_action(state, rng.choice(legal))


def steps_of(work: Callable[[], None]) -> int:
    """How often the program's apply_action is called."""
    steps = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal steps
        code = frame.f_code
        steps += event == "call" and code.co_name == "apply_action" and code.co_filename == PROGRAM_FILE

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps


def beside(name: str) -> dict[str, Any]:
    """The times of one game."""
    folder = GAMES / name
    source = tidy((folder / "game.py").read_text(encoding="utf-8")).plain
    scenarios = json.loads((folder / "scenarios.json").read_text(encoding="utf-8"))
    imperfect = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["information"] == "imperfect"
    games, best = 0, dict.fromkeys(("full", "fourTiers", "bare"), float("inf"))

    def full() -> None:
        nonlocal games
        games = check(source, seed=turn, scenarios=scenarios, milliseconds=NO_LIMIT)["games"]

    def four() -> None:
        four_tiers.score(source, scenarios=scenarios, imperfect=imperfect, playouts=games, seconds=NO_LIMIT, seed=turn)

    works: dict[str, Callable[[], None]] = {"full": full, "fourTiers": four, "bare": lambda: bare(source, games, turn)}
    for turn in range(TURNS):
        for key, work in works.items():
            compiled.cache_clear()
            started = process_time()
            work()
            best[key] = min(best[key], process_time() - started)
    steps = {key: steps_of(work) for key, work in works.items()}
    step = {key: best[key] / steps[key] for key in best}
    return {
        "games": games,
        **{key: round(seconds, 3) for key, seconds in best.items()},
        "steps": steps,
        "ratio": round(best["full"] / best["fourTiers"], 2),
        "bareRatio": round(best["bare"] / best["fourTiers"], 2),
        "perStep": round(step["full"] / step["fourTiers"], 2),
        "overhead": round(step["full"] / step["bare"], 2),
    }


def main(arguments: list[str]) -> int:
    figures: dict[str, dict[str, Any]] = {}
    for name in arguments or sorted(path.parent.name for path in GAMES.glob("*/game.py")):
        figures[name] = beside(name)
        print(f"  {name} {figures[name]}", file=sys.stderr, flush=True)
    medians = {key: round(median(row[key] for row in figures.values()), 2) for key in RATIOS}
    out = [name for name, row in figures.items() if row["bareRatio"] > BAR]
    print(json.dumps({"median": medians, "bar": BAR, "outOfReach": out, "games": figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
