"""Matching pennies: two hidden coins; player 0 wins when they match."""

from kit import *

CHOICES = ["H", "T"]
PAYOFFS = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]


def get_initial_state():
    """Nobody has chosen; player 0 chooses first."""
    return start(own=["picks"], picks=secrets(), played=[])


def apply_action(state, action):
    """Keeps the choice hidden; the second choice reveals both and ends the game."""
    state = pick(state, action, CHOICES)
    return end(state, table_points(state, CHOICES, PAYOFFS)) if is_revealed(state) else state


def get_legal_actions(state):
    """Heads or tails."""
    return options(state, CHOICES)
