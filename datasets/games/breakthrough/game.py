"""Breakthrough: two armies of men, and the first man on the far rank wins."""

from kit import *

FILES = "abcdefgh"
SIZE, RANKS_OF_MEN = 8, 2
WHITE, BLACK = "w", "b"
SQUARES = [[f"{file}{SIZE - row}" for file in FILES] for row in range(SIZE)]
CELLS = {name: (row, col) for row, line in enumerate(SQUARES) for col, name in enumerate(line)}


def get_initial_state():
    """Black on the top ranks, White on the bottom ranks, White to move."""
    men = {BLACK: range(RANKS_OF_MEN), WHITE: range(SIZE - RANKS_OF_MEN, SIZE)}
    board = [[next((man for man in men if row in men[man]), "")] * SIZE for row in range(SIZE)]
    return start(board=board)


def apply_action(state, action):
    """Moves one man, and ends the game when it reaches the far rank or takes the last enemy."""
    require(action, get_legal_actions(state))
    source, target = CELLS[action[:2]], CELLS[action[3:]]
    man = state["board"][source[0]][source[1]]
    enemy = BLACK if man == WHITE else WHITE
    board = with_cells(state["board"], {source: "", target: man})
    state = change(state, board=board)
    if on_far_row(state, target) or not any(enemy in line for line in board):
        return win(state)
    return next_turn(state)


def get_player_name(player_id):
    """The color of the men."""
    return ["White", "Black"][player_id]


def get_legal_actions(state):
    """Every step ahead to an empty square, and every capture diagonally ahead."""
    if is_over(state):
        return []
    board, own, ahead, actions = state["board"], [WHITE, BLACK][state["turn"]], forward(state), []
    for row, col in CELLS.values():
        if board[row][col] != own:
            continue
        for to in range(max(col - 1, 0), min(col + 2, SIZE)):
            target = board[row + ahead][to]
            if not target:
                actions.append(f"{SQUARES[row][col]}-{SQUARES[row + ahead][to]}")
            elif target != own and to != col:
                actions.append(f"{SQUARES[row][col]}x{SQUARES[row + ahead][to]}")
    return actions
