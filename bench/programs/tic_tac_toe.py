# ruff: noqa: ANN001, ANN201
"""Tic-tac-toe as a plain module: three in a row on a board of three by three."""

ROWS, COLS, LENGTH = 3, 3, 3

LINES = [
    [(r + dr * k) * COLS + c + dc * k for k in range(LENGTH)]
    for r in range(ROWS)
    for c in range(COLS)
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1))
    if r + dr * (LENGTH - 1) < ROWS and 0 <= c + dc * (LENGTH - 1) < COLS
]


def get_initial_state():
    return {"board": [None] * (ROWS * COLS), "player": 0, "winner": None}


def apply_action(state, action):
    board = list(state["board"])
    player = state["player"]
    cell = int(action)
    board[cell] = player
    won = any(cell in line and all(board[other] == player for other in line) for line in LINES)
    return {"board": board, "player": 1 - player, "winner": player if won else None}


def get_current_player(state):
    return -4 if state["winner"] is not None or None not in state["board"] else state["player"]


def get_player_name(player_id):
    return "XO"[player_id]


def get_rewards(state):
    return {None: [0, 0], 0: [1, -1], 1: [-1, 1]}[state["winner"]]


def get_legal_actions(state):
    if state["winner"] is not None:
        return []
    return [str(cell) for cell, mark in enumerate(state["board"]) if mark is None]


def get_observations(state):
    return [state, state]
