"""Plain programs that the tests check, mend and play; `broken` makes the ones that fail."""

from __future__ import annotations

TIC_TAC_TOE = '''"""Tic-tac-toe."""

LINES = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]]


def get_initial_state():
    return {"board": [""] * 9, "turn": 0}


def has_line(board, mark):
    return any(all(board[cell] == mark for cell in line) for line in LINES)


def get_current_player(state):
    board = state["board"]
    if has_line(board, "x") or has_line(board, "o") or all(board):
        return -4
    return state["turn"]


def get_player_name(player_id):
    return ["x", "o"][player_id]


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return [str(cell) for cell in range(9) if not state["board"][cell]]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    board = list(state["board"])
    board[int(action)] = "xo"[state["turn"]]
    return {"board": board, "turn": 1 - state["turn"]}


def get_rewards(state):
    if has_line(state["board"], "x"):
        return [1.0, -1.0]
    if has_line(state["board"], "o"):
        return [-1.0, 1.0]
    return [0.0, 0.0]


def get_observations(state):
    return [dict(state), dict(state)]
'''

POKER = '''"""Kuhn poker: three cards, an ante of one, one bet."""

import random

CARDS = ["J", "Q", "K"]


def get_initial_state():
    return {"cards": [], "line": []}


def get_current_player(state):
    if len(state["cards"]) < 2:
        return -1
    if "".join(state["line"]) in ("pp", "bp", "bb", "pbp", "pbb"):
        return -4
    return len(state["line"]) % 2


def get_player_name(player_id):
    return f"Player {player_id + 1}"


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    if player == -1:
        return [f"deal:{card}" for card in CARDS if card not in state["cards"]]
    return ["p", "b"]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    if action.startswith("deal:"):
        return {"cards": state["cards"] + [action[5:]], "line": []}
    return {"cards": state["cards"], "line": state["line"] + [action]}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    line = "".join(state["line"])
    if line == "bp":
        return [1.0, -1.0]
    if line == "pbp":
        return [-1.0, 1.0]
    stake = 2.0 if "b" in line else 1.0
    first, second = (CARDS.index(card) for card in state["cards"])
    return [stake, -stake] if first > second else [-stake, stake]


def get_observations(state):
    shown = get_current_player(state) == -4 and "".join(state["line"]) not in ("bp", "pbp")
    return [
        {
            "line": list(state["line"]),
            "cards": [card if shown or owner == player else "?" for owner, card in enumerate(state["cards"])],
        }
        for player in range(2)
    ]


def resample_history(obs_action_history, player_id):
    if not obs_action_history:
        return []
    observation = obs_action_history[-1][0]
    mine = observation["cards"][player_id]
    other = random.choice([card for card in CARDS if card != mine])
    cards = [mine, other] if player_id == 0 else [other, mine]
    last = obs_action_history[-1][1]
    return [f"deal:{card}" for card in cards] + observation["line"] + ([last] if last else [])
'''

DUMMY = """
def get_initial_state():
    return {"moves": []}


def get_current_player(state):
    return -4 if len(state["moves"]) == 2 else len(state["moves"])


def get_player_name(player_id):
    return "AB"[player_id]


def get_legal_actions(state):
    return [] if len(state["moves"]) == 2 else ["a", "b"]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    return {"moves": state["moves"] + [action]}


def get_rewards(state):
    return [0.0, 0.0]


def get_observations(state):
    return [dict(state), dict(state)]


def resample_history(obs_action_history, player_id):
    return ["a"] * player_id
"""

KIT_LINES = """from kit import *

ROWS, COLS, LENGTH = 3, 3, 3


def get_initial_state():
    return start(board=grid(ROWS, COLS))


def get_legal_actions(state):
    return placements(state)


def apply_action(state, action):
    state, cell = place(state, action)
    if makes_line(state, cell, LENGTH):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)
"""


def broken(source: str, *changes: tuple[str, str]) -> str:
    """The program with each old text replaced by the new one; an old text that is not there is an error."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source
