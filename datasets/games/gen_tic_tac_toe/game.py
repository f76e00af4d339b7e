"""Generalised tic-tac-toe: four marks in a line on a 6x6 grid."""

from kit import *

ROWS, COLS, LENGTH = 6, 6, 4
CELLS = [f"{row},{col}" for row in range(ROWS) for col in range(COLS)]


def get_initial_state():
    """An empty grid, x to move."""
    return start(board=grid(ROWS, COLS))


def apply_action(state, action):
    """Puts the mover's mark on an empty cell."""
    require(action, CELLS)
    state, cell = place(state, action)
    if makes_line(state, cell, LENGTH):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)


def get_legal_actions(state):
    """Every empty cell, as "0,0"."""
    return placements(state)
