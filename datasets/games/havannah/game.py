"""Havannah on a hexagonal board of side 10: a bridge, a fork or a ring wins."""

from kit import *

SIDE = 10
WIDTH = 2 * SIDE - 1
MARKS = "xo"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEPS = [(1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)]


def letters_of(row):
    """The letters (as numbers from 0) of the cells of a row, which counts from 1."""
    return range(max(0, SIDE - row), min(WIDTH, 3 * SIDE - 1 - row))


ROWS = range(1, WIDTH + 1)
CELLS = {f"{LETTERS[c]}{row}": (row - 1, place) for row in ROWS for place, c in enumerate(letters_of(row))}


def around(name):
    """The six neighbors of a cell in circular order, as places on the board; None beyond the edge."""
    c, row = LETTERS.index(name[0]), int(name[1:])
    near = [(c + across, row + up) for across, up in STEPS]
    return [CELLS.get(f"{LETTERS[c]}{row}") if 0 <= c < WIDTH else None for c, row in near]


def edges(name):
    """Which of the six edge lines a cell lies on: one for a side, two for a corner."""
    c, row = LETTERS.index(name[0]), int(name[1:])
    lines = [c == 0, c == WIDTH - 1, row == 1, row == WIDTH, c + row == SIDE, c + row == 3 * SIDE - 2]
    return [number for number, on in enumerate(lines) if on]


AROUND = {place: around(name) for name, place in CELLS.items()}
EDGES = {place: edges(name) for name, place in CELLS.items()}


def region(board, start_place, is_inside):
    """The places joined to this one whose marks are inside, as far as is_inside(mark) says."""
    joined, queue = {start_place}, [start_place]
    while queue:
        for near in AROUND[queue.pop()]:
            if near and near not in joined and is_inside(board[near[0]][near[1]]):
                joined.add(near)
                queue.append(near)
    return joined


def is_bridge_or_fork(chain):
    """Whether a chain holds two corners or touches three sides; corners belong to no side."""
    touched = [EDGES[place] for place in chain if EDGES[place]]
    corners = sum(len(lines) == 2 for lines in touched)
    return corners >= 2 or len({lines[0] for lines in touched if len(lines) == 1}) >= 3


def owns(board, mark, places):
    """Which of these places hold this mark."""
    return [place is not None and board[place[0]][place[1]] == mark for place in places]


def is_ring(board, mark, place):
    """Whether the stone on this place closes a loop around at least one cell, whatever lies on it."""
    own = owns(board, mark, AROUND[place])
    if any(all(owns(board, mark, AROUND[near])) for near in [place, *AROUND[place]] if near in AROUND):
        return True
    # Where the own neighbors stand side by side, the stone parts no cells from each other.
    if sum(own[i] and not own[i - 1] for i in range(6)) < 2:
        return False
    outside = [near for near, is_own in zip(AROUND[place], own) if near and not is_own]
    regions = (region(board, near, lambda other: other != mark) for near in outside)
    return any(not any(EDGES[inside] for inside in cells) for cells in regions)


def get_initial_state():
    """An empty board: one list for each row 1, 2, .., its cells by letter."""
    return start(board=[[""] * len(letters_of(row)) for row in ROWS])


def apply_action(state, action):
    """Places a stone, which wins by a bridge, a fork or a ring."""
    place, mark = CELLS.get(action), MARKS[state["turn"]]
    if is_over(state) or not place or state["board"][place[0]][place[1]]:
        raise ValueError(f"illegal action {action!r}")
    board = with_cells(state["board"], {place: mark})
    state = change(state, board=board)
    if is_bridge_or_fork(region(board, place, lambda other: other == mark)) or is_ring(board, mark, place):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)


def get_legal_actions(state):
    """Every empty cell, by letter and row."""
    board = state["board"]
    return [] if is_over(state) else [name for name, (row, place) in CELLS.items() if not board[row][place]]
