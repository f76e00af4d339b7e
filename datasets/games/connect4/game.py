"""Connect Four: stones drop into seven columns, and four in a line win."""

from kit import *

ROWS, COLS, LENGTH = 6, 7, 4
GRAVITY = True


def get_initial_state():
    """An empty grid, x to move."""
    return start(board=grid(ROWS, COLS))


def apply_action(state, action):
    """Drops the mover's stone into a column that is not full."""
    require(action, get_legal_actions(state))
    state, cell = place(state, action[1:], GRAVITY)
    if makes_line(state, cell, LENGTH):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)


def get_legal_actions(state):
    """Every column with room, as "x0"."""
    return [f"{mark(state)}{col}" for col in placements(state, GRAVITY)]
