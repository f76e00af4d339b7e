"""Pentago: place a mark, turn a quadrant, make five in line."""

from kit import *

SIZE, HALF, LENGTH = 6, 3, 5
TURNS = [f"rotate_{quadrant}_{way}" for quadrant in range(4) for way in ("CW", "CCW")]
LINES = [
    [(row + step * down, col + step * right) for step in range(LENGTH)]
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
    for row in range(SIZE - (LENGTH - 1) * down)
    for col in range(SIZE)
    if 0 <= col + (LENGTH - 1) * right < SIZE
]


def placings(state):
    """The mover's mark on every empty cell, as "x(0,0)"."""
    return [f"{mark(state)}({cell})" for cell in placements(state)]


def rotate(board, quadrant, way):
    """The board with one quadrant turned a quarter, CW or CCW."""
    top, left = quadrant // 2 * HALF, quadrant % 2 * HALF
    cells = [line[left : left + HALF] for line in board[top : top + HALF]]
    turned = zip(*cells[::-1], strict=True) if way == "CW" else list(zip(*cells, strict=True))[::-1]
    board = list(board)
    for row, line in enumerate(turned, top):
        board[row] = [*board[row][:left], *line, *board[row][left + HALF :]]
    return board


def has_five(board, mark):
    """Whether a mark stands five in line anywhere."""
    return any(all(board[row][col] == mark for row, col in line) for line in LINES)


def get_initial_state():
    """An empty board."""
    return start(board=grid(SIZE, SIZE))


def apply_action(state, action):
    """Places the mark, turns the quadrant, and only then looks for lines."""
    placing, _, turn = action.partition("_")
    require(placing, placings(state))
    require(turn, TURNS)
    own, enemy = mark(state), "ox"[state["turn"]]
    _, quadrant, way = turn.split("_")
    board = rotate(with_cells(state["board"], {parse_cell(placing[2:-1]): own}), int(quadrant), way)
    state = change(state, board=board)
    fives = has_five(board, own), has_five(board, enemy)
    if fives == (True, False):
        return win(state)
    if fives == (False, True):
        return lose(state)
    return draw(state) if all(fives) or is_full(state) else next_turn(state)


def get_legal_actions(state):
    """The mark on every empty cell, each with every turn of a quadrant."""
    return [f"{placing}_{turn}" for placing in placings(state) for turn in TURNS]
