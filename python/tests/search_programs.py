"""Small plain programs for the tests of search and comparison."""

from gamecwm.contract import Game, load_game

TICTACTOE = """
SIZE, LENGTH, PRIZE = 3, 3, 1

def get_initial_state():
    return {"board": ["."] * (SIZE * SIZE), "player": 0}

def lines(state):
    board = state["board"]
    for start in range(SIZE * SIZE):
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
            r, c = divmod(start, SIZE)
            if 0 <= r + dr * (LENGTH - 1) < SIZE and 0 <= c + dc * (LENGTH - 1) < SIZE:
                yield {board[(r + dr * k) * SIZE + c + dc * k] for k in range(LENGTH)}

def winner(state):
    for marks in lines(state):
        if len(marks) == 1 and "." not in marks:
            return "XO".index(marks.pop())
    return None

def apply_action(state, action):
    board = list(state["board"])
    board[int(action)] = "XO"[state["player"]]
    return {"board": board, "player": 1 - state["player"]}

def get_current_player(state):
    return -4 if winner(state) is not None or "." not in state["board"] else state["player"]

def get_player_name(player_id):
    return "XO"[player_id]

def get_rewards(state):
    won = winner(state)
    return [0, 0] if won is None else [PRIZE, -PRIZE] if won == 0 else [-PRIZE, PRIZE]

def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return [str(cell) for cell, mark in enumerate(state["board"]) if mark == "."]

def get_observations(state):
    return [state, state]
"""

#: Roll to add to the turn's points (a 1 loses them) or hold to keep them; first to GOAL wins.
PIG = """
GOAL, SIDES = 6, 3

def get_initial_state():
    return {"scores": [0, 0], "turn": 0, "player": 0, "rolling": False}

def apply_action(state, action):
    scores, turn, player = list(state["scores"]), state["turn"], state["player"]
    if action == "roll":
        return {**state, "rolling": True}
    if action == "hold":
        scores[player] += turn
        return {"scores": scores, "turn": 0, "player": 1 - player, "rolling": False}
    if action == "1":
        return {"scores": scores, "turn": 0, "player": 1 - player, "rolling": False}
    return {"scores": scores, "turn": turn + int(action), "player": player, "rolling": False}

def get_current_player(state):
    if max(state["scores"]) >= GOAL:
        return -4
    return -1 if state["rolling"] else state["player"]

def get_player_name(player_id):
    return f"player {player_id}"

def get_rewards(state):
    if max(state["scores"]) < GOAL:
        return [0, 0]
    return [1, -1] if state["scores"][0] >= GOAL else [-1, 1]

def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return [str(side + 1) for side in range(SIDES)] if player == -1 else ["hold", "roll"]

def get_observations(state):
    return [state, state]
"""

KUHN = """
import random

def get_initial_state():
    return {"cards": [], "bets": ""}

def apply_action(state, action):
    if len(state["cards"]) < 2:
        return {"cards": state["cards"] + [action], "bets": ""}
    return {"cards": state["cards"], "bets": state["bets"] + action[0]}

def over(state):
    return state["bets"] in ("pp", "bp", "bb", "pbp", "pbb")

def get_current_player(state):
    if len(state["cards"]) < 2:
        return -1
    return -4 if over(state) else len(state["bets"]) % 2

def get_player_name(player_id):
    return f"player {player_id}"

def get_rewards(state):
    if not over(state):
        return [0, 0]
    bets, (one, two) = state["bets"], ["JQK".index(card) for card in state["cards"]]
    if bets == "bp":
        return [1, -1]
    if bets == "pbp":
        return [-1, 1]
    stake = 2 if bets.endswith("bb") else 1
    return [stake, -stake] if one > two else [-stake, stake]

def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return [card for card in "JQK" if card not in state["cards"]] if player == -1 else ["pass", "bet"]

def get_observations(state):
    cards = state["cards"]
    return [{"card": cards[p] if p < len(cards) else None, "bets": state["bets"]} for p in (0, 1)]

def resample_history(obs_action_history, player_id):
    now = obs_action_history[-1][0]
    other = random.choice([card for card in "JQK" if card != now["card"]])
    cards = [now["card"], other] if player_id == 0 else [other, now["card"]]
    return cards + [{"p": "pass", "b": "bet"}[bet] for bet in now["bets"]]
"""

#: Player 0 chooses, player 1 chooses without seeing it.
ROCK_PAPER_SCISSORS = """
import random
ACTIONS = ["paper", "rock", "scissors"]

def get_initial_state():
    return {"choices": []}

def apply_action(state, action):
    return {"choices": state["choices"] + [action]}

def get_current_player(state):
    return -4 if len(state["choices"]) == 2 else len(state["choices"])

def get_player_name(player_id):
    return f"player {player_id}"

def get_rewards(state):
    if len(state["choices"]) < 2:
        return [0, 0]
    lead = (ACTIONS.index(state["choices"][1]) - ACTIONS.index(state["choices"][0])) % 3
    return [[0, 0], [1, -1], [-1, 1]][lead]

def get_legal_actions(state):
    return [] if len(state["choices"]) == 2 else list(ACTIONS)

def get_observations(state):
    if len(state["choices"]) == 2:
        return [state, state]
    return [{"mine": state["choices"][p:p + 1]} for p in (0, 1)]

def resample_history(obs_action_history, player_id):
    return [random.choice(ACTIONS)] if player_id else []
"""

#: Three players in turn take "left" or "right"; payoffs by the eight ends, general sums.
#: Player 2 takes the larger third number, so player 1 chooses between [2, 1, 5] and [3, 4, 4] after left, between
#: [9, 0, 3] and [1, 2, 6] after right; player 0 then gets 3 by left and 1 by right.
THREE = """
PAYOFFS = {
    "LLL": [8, 8, 1], "LLR": [2, 1, 5], "LRL": [3, 4, 4], "LRR": [9, 9, 0],
    "RLL": [9, 0, 3], "RLR": [9, 9, 2], "RRL": [9, 9, 0], "RRR": [1, 2, 6],
}

def get_initial_state():
    return {"way": ""}

def apply_action(state, action):
    return {"way": state["way"] + action[0].upper()}

def get_current_player(state):
    return -4 if len(state["way"]) == 3 else len(state["way"])

def get_player_name(player_id):
    return f"player {player_id}"

def get_rewards(state):
    return PAYOFFS.get(state["way"], [0, 0, 0])

def get_legal_actions(state):
    return [] if len(state["way"]) == 3 else ["left", "right"]

def get_observations(state):
    return [state, state, state]
"""


def game(source: str, *changes: tuple[str, str]) -> Game:
    """A loaded program with texts replaced; each must occur."""
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return load_game(source)
