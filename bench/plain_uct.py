"""Simulations a second of a plain UCT, as a textbook has it: what the project's search is measured beside.

It sees the whole state, asks the program at every step and keeps nothing between steps but its tree. It copies no state,
for programs are pure. Needs nothing but gamecwm, so that the very same code runs in Pyodide beside CPython.
"""

from __future__ import annotations

import random
from math import log, sqrt
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.inline import inline


class Node:
    """A position of the tree."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        self.children: dict[str, Node] = {}
        self.visits = 0
        self.total = 0.0


def simulate(game: Game, root: Node, rng: random.Random) -> None:
    """One simulation: down to a new node, at random to the end, and back up."""
    node, path = root, [(root, -1)]
    while (player := game.get_current_player(node.state)) != OVER:
        legal = game.get_legal_actions(node.state)
        untried = [action for action in legal if action not in node.children]
        if player == CHANCE:
            action = rng.choice(legal)
        elif untried:
            action = rng.choice(untried)
        else:
            width = 2 * log(node.visits)
            action = max(legal, key=lambda a: upper_bound(node.children[a], width))
        is_new = action not in node.children
        if is_new:
            node.children[action] = Node(game.apply_action(node.state, action))
        node = node.children[action]
        path.append((node, player))
        if is_new:
            break
    state = node.state
    while game.get_current_player(state) != OVER:
        state = game.apply_action(state, rng.choice(game.get_legal_actions(state)))
    rewards = game.get_rewards(state)
    for visited, mover in path:
        visited.visits += 1
        visited.total += rewards[mover] if mover >= 0 else 0.0


def upper_bound(node: Node, width: float) -> float:
    """UCB1."""
    return node.total / node.visits + sqrt(width / node.visits)


def measure(source: str, seconds: float) -> dict[str, Any]:
    """Searches from the first decision for about `seconds`: {simulations, seconds, simulationsPerSecond}."""
    game = load_game(inline(source))
    state, rng = game.get_initial_state(), random.Random(1)
    while game.get_current_player(state) == CHANCE:
        state = game.apply_action(state, rng.choice(game.get_legal_actions(state)))
    root, simulations = Node(state), 0
    started = perf_counter()
    while (spent := perf_counter() - started) < seconds:
        simulate(game, root, rng)
        simulations += 1
    return {
        "simulations": simulations,
        "seconds": round(spent, 3),
        "simulationsPerSecond": round(simulations / spent),
    }
