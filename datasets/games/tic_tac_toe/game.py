"""Tic-tac-toe: three marks in a line on a 3x3 grid."""

from kit import *

ROWS, COLS, LENGTH = 3, 3, 3


def get_initial_state():
    """An empty grid, x to move."""
    return start(board=grid(ROWS, COLS))


def apply_action(state, action):
    """Puts the mover's mark on an empty cell."""
    require(action, get_legal_actions(state))
    state, cell = place(state, action[2:-1])
    if makes_line(state, cell, LENGTH):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)


def get_legal_actions(state):
    """Every empty cell, as "x(0,0)"."""
    return [f"{mark(state)}({cell})" for cell in placements(state)]
