"""Y on a triangle of side 5: the first to join all three sides with one chain wins."""

from kit import *

SIDE = 5
MARKS = "BW"
NEIGHBORS = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)]


def chain(board, cell):
    """All cells joined to this one by stones of its color."""
    color, joined, queue = board[cell[0]][cell[1]], {cell}, [cell]
    while queue:
        a, b = queue.pop()
        for step_a, step_b in NEIGHBORS:
            near = a + step_a, b + step_b
            if min(near) >= 0 and sum(near) < SIDE and near not in joined and board[near[0]][near[1]] == color:
                joined.add(near)
                queue.append(near)
    return joined


def joins_all_sides(cells):
    """Whether these cells touch the sides a = 0, b = 0 and a + b = SIDE - 1."""
    return any(a == 0 for a, _ in cells) and any(b == 0 for _, b in cells) and any(sum(c) == SIDE - 1 for c in cells)


def get_initial_state():
    """An empty triangle: row a has the cells b = 0 to SIDE - 1 - a."""
    return start(board=[[""] * (SIDE - a) for a in range(SIDE)])


def apply_action(state, action):
    """Places a stone; the chain it belongs to wins if it touches all sides."""
    require(action, get_legal_actions(state))
    cell = parse_cell(action)
    state = change(state, board=with_cells(state["board"], {cell: MARKS[state["turn"]]}))
    return win(state) if joins_all_sides(chain(state["board"], cell)) else next_turn(state)


def get_player_name(player_id):
    """Black moves first."""
    return ["Black", "White"][player_id]


def get_legal_actions(state):
    """Every empty cell as "a,b"."""
    return placements(state)
