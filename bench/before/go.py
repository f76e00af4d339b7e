# ruff: noqa: F821
"""Go on a small board: capture, simple ko, area score."""

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


def start(players=2, own=(), **parts):
    """The first state: player 0 to move, these parts; keys named in `own` are lists with one hidden entry a player."""
    state: State = {'turn': 0, 'rewards': [0.0] * players, **parts}
    return {**state, 'own': list(own)} if own else state


def change(state, **parts):
    """The state with these parts replaced."""
    return {**state, **parts}


def require(action, legal):
    """Refuses an action that is not legal (ValueError)."""
    if action not in legal:
        raise ValueError(f'illegal action {action!r}')


def is_over(state):
    """Whether the game has ended."""
    return state['turn'] == -4


def mover(state):
    """The player to move; at a chance node the player it acts for."""
    return state['roller'] if state['turn'] == -1 else state['turn']


def next_turn(state):
    """The next player to move, in order round the table."""
    return change(state, turn=(mover(state) + 1) % len(state['rewards']))


def end(state, rewards):
    """The game ends with these rewards, one a player."""
    return change(state, turn=-4, rewards=[float(reward) for reward in rewards])


def grid(rows, cols):
    """An empty grid."""
    return [[''] * cols for _ in range(rows)]


def mark(state):
    """The mark of the player to move: x for player 0, o for player 1."""
    return 'xo'[state['turn']]


def with_cells(board, cells):
    """A copy of the grid with these cells set."""
    rows = {row for row, _ in cells}
    board = [list(line) if row in rows else line for row, line in enumerate(board)]
    for (row, col), value in cells.items():
        board[row][col] = value
    return board


def parse_cell(text):
    """The cell named "row,col" (ValueError when it is not)."""
    row, col = text.split(',')
    return (int(row), int(col))


def landing(board, col):
    """The lowest empty cell of a column (ValueError when there is none)."""
    return (max((row for row, line in enumerate(board) if not line[col])), col)


def place(state, action, gravity=False):
    """Puts the mover's mark on the cell of the action, or drops it into the column; gives the state and the cell."""
    board = state['board']
    cell = landing(board, int(action)) if gravity else parse_cell(action)
    name = f'{cell[1]}' if gravity else f'{cell[0]},{cell[1]}'
    if is_over(state) or action != name or min(cell) < 0 or board[cell[0]][cell[1]]:
        raise ValueError(f'illegal action {action!r}')
    return (change(state, board=with_cells(board, {cell: mark(state)})), cell)


def view(state, player):
    """What a player may know: everything but the other players' entries under the keys in `own`."""
    seen = {key: value for key, value in state.items() if key != 'own'}
    for key in state.get('own', []):
        seen[key] = [value if index == player else None for index, value in enumerate(state[key])]
    return seen


def get_current_player(state):
    """The player to move; -1 at a chance node; -4 when the game is over."""
    return state['turn']


def get_rewards(state):
    """One reward a player."""
    return list(state['rewards'])


def get_observations(state):
    """One observation a player."""
    return [view(state, player) for player in range(len(state['rewards']))]


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


def count_liberties(board):
    """The liberties of the group on each stone's cell."""
    liberties = {}
    for row, col in NEIGHBORS:
        if board[row][col] and (row, col) not in liberties:
            cells, around = region(board, (row, col))
            liberties.update(dict.fromkeys(cells, list(around.values()).count("")))
    return liberties


def put_stone(board, cell, stone):
    """The board after the stone is placed and the groups that it captures are removed, and how many stones they had."""
    board, captured = with_cells(board, {cell: stone}), set()
    for near in NEIGHBORS[cell]:
        if board[near[0]][near[1]] not in ("", stone) and near not in captured:
            cells, around = region(board, near)
            if "" not in around.values():
                captured |= cells
    return with_cells(board, dict.fromkeys(captured, "")), len(captured)


def may_place(state, cell, liberties):
    """Whether a stone may go on this empty cell: it keeps a liberty, or captures without repeating the ko."""
    board, stone = state["board"], STONES[state["turn"]]
    captures = False
    for near in NEIGHBORS[cell]:
        found = board[near[0]][near[1]]
        if not found or (found == stone and liberties[near] > 1):
            return True
        captures = captures or (found != stone and liberties[near] == 1)
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
    require(action, [] if is_over(state) else ["pass", *PLACES])
    after = pass_turn(state) if action == "pass" else place_stone(state, PLACES[action])
    return change(after, previous=state["board"])


def get_player_name(player_id):
    """The color of the stones."""
    return ["Black", "White"][player_id]


def get_legal_actions(state):
    """Every cell where a stone may go, and the pass."""
    if is_over(state):
        return []
    board, liberties = state["board"], count_liberties(state["board"])
    free = [place for place, (row, col) in PLACES.items() if not board[row][col]]
    return [*(place for place in free if may_place(state, PLACES[place], liberties)), "pass"]
