"""Go on a small board: capture, simple ko, area score."""

from kit import *

SIZE, KOMI = 9, 6.5
STONES = ["B", "W"]
NEIGHBORS = {
    (row, col): [
        (row + down, col + right)
        for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1))
        if 0 <= row + down < SIZE and 0 <= col + right < SIZE
    ]
    for row in range(SIZE)
    for col in range(SIZE)
}

PLACES = {f"place_{row}_{col}": (row, col) for row, col in NEIGHBORS}
ACTIONS = {"pass", *PLACES}


def region(board, cell):
    """The joined cells that hold the same as this one, and the contents of the cells around them, by cell."""
    same, cells, around, waiting = board[cell[0]][cell[1]], {cell}, {}, [cell]
    while waiting:
        for near in NEIGHBORS[waiting.pop()]:
            found = board[near[0]][near[1]]
            if found != same:
                around[near] = found
            elif near not in cells:
                cells.add(near)
                waiting.append(near)
    return cells, around


def count_liberties(board, cell, counted):
    """The liberties of the group on this cell; what was counted is kept for all its cells."""
    if cell not in counted:
        cells, around = region(board, cell)
        counted.update(dict.fromkeys(cells, list(around.values()).count("")))
    return counted[cell]


def put_stone(board, cell, stone):
    """The board after the stone is placed and the groups that it captures are removed, and how many stones they had."""
    board, captured = with_cells(board, {cell: stone}), set()
    for near in NEIGHBORS[cell]:
        if board[near[0]][near[1]] not in ("", stone) and near not in captured:
            cells, around = region(board, near)
            if "" not in around.values():
                captured |= cells
    return with_cells(board, dict.fromkeys(captured, "")), len(captured)


def may_place(state, cell, counted):
    """Whether a stone may go on this empty cell: it keeps a liberty, or captures without repeating the ko."""
    board, stone = state["board"], STONES[state["turn"]]
    for row, col in NEIGHBORS[cell]:
        if not board[row][col]:
            return True
    around = [(near, board[near[0]][near[1]]) for near in NEIGHBORS[cell]]
    if any(found == stone and count_liberties(board, near, counted) > 1 for near, found in around):
        return True
    captures = any(found != stone and count_liberties(board, near, counted) == 1 for near, found in around)
    return captures and put_stone(board, cell, stone)[0] != state["previous"]


def area(board, stone):
    """A color's stones and the empty cells of the regions that touch only that color."""
    points, counted = sum(line.count(stone) for line in board), set()
    for row, col in NEIGHBORS:
        if not board[row][col] and (row, col) not in counted:
            cells, around = region(board, (row, col))
            counted |= cells
            if set(around.values()) == {stone}:
                points += len(cells)
    return points


def pass_turn(state):
    """The other player's turn; after two passes in a row the end, and the larger area wins."""
    state = change(state, passes=state["passes"] + 1)
    if state["passes"] < 2:
        return next_turn(state)
    black, white = (area(state["board"], stone) for stone in STONES)
    return end(state, [1, -1] if black > white + KOMI else [-1, 1])


def place_stone(state, cell):
    """The other player's turn after a placement; refuses an occupied point, suicide and the ko."""
    turn, is_occupied = state["turn"], state["board"][cell[0]][cell[1]]
    board, captured = put_stone(state["board"], cell, STONES[turn])
    if is_occupied or "" not in region(board, cell)[1].values() or board == state["previous"]:
        raise ValueError(f"no stone may be placed on {cell}")
    captures = [count + captured if player == turn else count for player, count in enumerate(state["captures"])]
    return next_turn(change(state, board=board, captures=captures, passes=0))


def get_initial_state():
    """An empty board, Black to move."""
    return start(board=grid(SIZE, SIZE), previous=None, captures=[0, 0], passes=0)


def apply_action(state, action):
    """Passes, or places a stone and removes what it captures; two passes in a row end the game."""
    require(action, [] if is_over(state) else ACTIONS)
    after = pass_turn(state) if action == "pass" else place_stone(state, PLACES[action])
    return change(after, previous=state["board"])


def get_player_name(player_id):
    """The color of the stones."""
    return ["Black", "White"][player_id]


def get_legal_actions(state):
    """Every cell where a stone may go, and the pass."""
    if is_over(state):
        return []
    board, counted = state["board"], {}
    free = [place for place, (row, col) in PLACES.items() if not board[row][col]]
    return [*(place for place in free if may_place(state, PLACES[place], counted)), "pass"]
