"""The prisoner's dilemma: each player cooperates or defects, without knowing what the other does."""

from kit import *

CHOICES = ["C", "D"]
PAYOFFS = [[[3, 3], [0, 5]], [[5, 0], [1, 1]]]


def get_initial_state():
    """Nobody has chosen; player 0 chooses first."""
    return start(own=["picks"], picks=secrets(), played=[])


def apply_action(state, action):
    """Keeps the choice hidden; the second choice reveals both and ends the game."""
    state = pick(state, action, CHOICES)
    return end(state, table_points(state, CHOICES, PAYOFFS)) if is_revealed(state) else state


def get_legal_actions(state):
    """Cooperate or defect."""
    return options(state, CHOICES)
