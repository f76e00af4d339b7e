"""How long one `run(5)` of the search takes at most, beside the longest single call of the program, on every game.

    python bench/interruption.py [GAME ...]

Processor time, so that other work on the machine does not count. What goes beyond the 5 ms asked for is the work between
two pauses of the search; no pause can be made inside a call of the program.
"""

from __future__ import annotations

import dataclasses
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.inline import inline
from gamecwm.search import Search

GAMES = Path(__file__).parents[1] / "datasets" / "games"
#: Milliseconds asked for, and in all for each position.
SLICE, BUDGET = 5.0, 700.0


class Watch:
    """A game whose calls are timed."""

    def __init__(self, game: Game) -> None:
        self.longest = 0.0
        names = ("apply_action", "get_current_player", "get_rewards", "get_legal_actions", "get_observations")
        self.game = dataclasses.replace(game, **{name: self._timed(getattr(game, name)) for name in names})

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = process_time()
            try:
                return function(*arguments)
            finally:
                self.longest = max(self.longest, process_time() - started)

        return timed


def positions(game: Game) -> list[list[str]]:
    """The first decision, and two further on in a random game."""
    rng, found = random.Random(3), []
    state, actions = game.get_initial_state(), []
    decisions = 0
    while (player := game.get_current_player(state)) != OVER and len(found) < 3:
        if player != CHANCE:
            if decisions in (0, 6, 20):
                found.append(list(actions))
            decisions += 1
        actions.append(rng.choice(game.get_legal_actions(state)))
        state = game.apply_action(state, actions[-1])
    return found


def measure(name: str) -> dict[str, float]:
    """{run, call}: milliseconds of the longest run and of the longest call in it."""
    watch = Watch(load_game(inline((GAMES / name / "game.py").read_text(encoding="utf-8"))))
    worst = {"run": 0.0, "call": 0.0}
    for actions in positions(watch.game):
        search = Search(watch.game, actions, simulations=10**9, milliseconds=BUDGET, seed=1)
        done = False
        while not done:
            watch.longest, started = 0.0, process_time()
            done = search.run(SLICE)
            spent = (process_time() - started) * 1000
            if spent > worst["run"]:
                worst = {"run": round(spent, 1), "call": round(watch.longest * 1000, 1)}
    return worst


def main(names: list[str]) -> int:
    for name in names or sorted(path.parent.name for path in GAMES.glob("*/game.py")):
        found = measure(name)
        print(f"{name:20} longest run({SLICE:.0f}) {found['run']:6.1f} ms, longest call in it {found['call']:6.1f} ms")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
