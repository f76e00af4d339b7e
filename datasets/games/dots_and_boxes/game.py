"""Dots and boxes on 3x3 dots: whoever draws the fourth side of a box owns it and moves again."""

from kit import *

ROWS, COLS = 2, 2
# On the board dots stand on even rows and columns, boxes on odd ones, and edges between the dots.
EDGES = {f"h_{row}_{col}": (2 * row, 2 * col + 1) for row in range(ROWS + 1) for col in range(COLS)} | {
    f"v_{row}_{col}": (2 * row + 1, 2 * col) for row in range(ROWS) for col in range(COLS + 1)
}
SIDES = {
    (row, col): [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)]
    for row in range(1, 2 * ROWS, 2)
    for col in range(1, 2 * COLS, 2)
}


def boxes_closed(board, edge):
    """The boxes beside an edge whose four sides are drawn."""
    return [box for box, sides in SIDES.items() if edge in sides and all(board[row][col] for row, col in sides)]


def get_initial_state():
    """Dots without edges; player 0 to move."""
    dots = {(row, col): "+" for row in range(0, 2 * ROWS + 1, 2) for col in range(0, 2 * COLS + 1, 2)}
    return start(board=with_cells(grid(2 * ROWS + 1, 2 * COLS + 1), dots), scores=[0, 0])


def apply_action(state, action):
    """Draws an edge; closing boxes wins them and gives another turn."""
    require(action, get_legal_actions(state))
    edge = EDGES[action]
    board = with_cells(state["board"], {edge: "-" if action[0] == "h" else "|"})
    closed = boxes_closed(board, edge)
    if not closed:
        return next_turn(change(state, board=board))
    scores = list(state["scores"])
    scores[state["turn"]] += len(closed)
    state = change(state, board=with_cells(board, dict.fromkeys(closed, mark(state))), scores=scores)
    if sum(scores) < len(SIDES):
        return state
    lead = scores[0] - scores[1]
    return end(state, [(lead > 0) - (lead < 0), (lead < 0) - (lead > 0)])


def get_legal_actions(state):
    """Every edge that is not drawn; none are left when the game is over."""
    return [action for action, (row, col) in EDGES.items() if not state["board"][row][col]]
