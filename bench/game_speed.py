"""Simulations a second of plain UCT on a game program, as it is or beside an earlier one.

Plain UCT knows the whole state, so that games with hidden information are measured by their forward functions as the
others are, not by how fast worlds are sampled. Needs nothing but gamecwm, so that the very same code runs in Pyodide
beside CPython.
"""

from __future__ import annotations

import json
import random
import sys
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, Game, load_game
from gamecwm.inline import inline
from gamecwm.search import Search

#: Whole simulations that are waited for, however long they take.
LEAST = 3


def open_game(source: str) -> Game:
    """The loaded program."""
    return load_game(inline(source))


def first_decision(game: Game) -> list[str]:
    """Chance outcomes, seeded, up to the first decision."""
    actions: list[str] = []
    state, rng = game.get_initial_state(), random.Random(1)
    while game.get_current_player(state) == CHANCE:
        actions.append(rng.choice(game.get_legal_actions(state)))
        state = game.apply_action(state, actions[-1])
    return actions


def measure(source: str, seconds: float) -> dict[str, Any]:
    """Searches for about `seconds`: {simulations, seconds, simulationsPerSecond, searches}.

    The clock stops with the last whole simulation, of which there are three at least. A position that is proven sooner
    is searched anew. Raises ProgramError when the program fails.
    """
    game = open_game(source)
    actions = first_decision(game)
    simulations = earlier = searches = 0
    spent = 0.0
    started = perf_counter()
    while spent < seconds or simulations < LEAST:
        search = Search(game, actions, simulations=10**9, milliseconds=1e9, seed=searches, hidden=False)
        searches += 1
        while not search.finished and (spent < seconds or simulations < LEAST):
            search.run(5)
            if earlier + search.simulations > simulations:
                simulations, spent = earlier + search.simulations, perf_counter() - started
        earlier = simulations
    return {
        "simulations": simulations,
        "seconds": round(spent, 3),
        "simulationsPerSecond": round(simulations / spent, 2),
        "searches": searches,
    }


def compare(before: str, after: str, seconds: float, rounds: int) -> dict[str, float]:
    """Two programs by turns, in one process: the best of each, simulations a second, and after divided by before."""
    best = {"before": 0.0, "after": 0.0}
    for _ in range(rounds):
        for name, source in (("before", before), ("after", after)):
            best[name] = max(best[name], measure(source, seconds)["simulationsPerSecond"])
    return {**best, "gain": round(best["after"] / best["before"], 2)}


if __name__ == "__main__":
    request = json.loads(sys.stdin.read())
    print(json.dumps(compare(request["before"], request["after"], request["seconds"], request["rounds"])))
