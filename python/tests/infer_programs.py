"""Small plain programs with hidden information, for the tests of inference."""

from gamecwm.contract import Game, load_game

NAMES = """
def get_player_name(player_id):
    return f"Player {player_id}"

def get_rewards(state):
    return [0.0, 0.0]
"""

#: Going left shows "same" for certain, going right in one of eight cases: left is eight times as likely.
LOPSIDED = (
    """
def get_initial_state():
    return {"path": []}

def get_current_player(state):
    return 0 if len(state["path"]) == 2 else -4 if len(state["path"]) > 2 else -1

def get_legal_actions(state):
    if len(state["path"]) == 1 and state["path"][0] == "right":
        return [f"r{n}" for n in range(8)]
    return [["left", "right"], ["l0"], ["stop"], []][len(state["path"])]

def apply_action(state, action):
    return {"path": [*state["path"], action]}

def get_observations(state):
    shows = len(state["path"]) >= 2 and (state["path"][1] if state["path"][1] not in ("l0", "r3") else "same")
    return [{"shows": shows}, {}]
"""
    + NAMES
)

#: Player 1 gets five of nine cards unseen; two turns later they lie open, under other names than in the deals.
LATE = (
    """
CARDS, HAND = 9, 5

def get_initial_state():
    return {"hand": [], "turns": 0}

def get_current_player(state):
    return -1 if len(state["hand"]) < HAND else 0 if state["turns"] < 3 else -4

def get_legal_actions(state):
    if get_current_player(state) == -1:
        return [f"deal {n}" for n in range(CARDS) if n not in state["hand"]]
    return ["wait"] if state["turns"] < 3 else []

def apply_action(state, action):
    if action == "wait":
        return {**state, "turns": state["turns"] + 1}
    return {**state, "hand": [*state["hand"], int(action[5:])]}

def get_observations(state):
    seen = [chr(97 + card) for card in sorted(state["hand"])] if state["turns"] == 2 else []
    return [{"open": seen, "turns": state["turns"]}, {"open": seen}]
"""
    + NAMES
)

#: Player 1 walks unseen on a line of seven; player 0 sees in which half. The state keeps the way: no two are equal.
WALK = (
    """
SIZE, TURNS = 7, 4

def get_initial_state():
    return {"way": [], "turns": 0, "player": -1}

def get_current_player(state):
    return state["player"]

def get_legal_actions(state):
    if state["player"] == -1:
        return [f"at {cell}" for cell in range(SIZE)]
    if state["player"] == 0:
        return ["look"]
    return ["left"] * (state["way"][-1] > 0) + ["right"] * (state["way"][-1] < SIZE - 1) + ["stay"]

def apply_action(state, action):
    if action == "look":
        return {**state, "turns": state["turns"] + 1, "player": 1}
    step = int(action[3:]) if action[:3] == "at " else state["way"][-1] + {"left": -1, "right": 1, "stay": 0}[action]
    return {**state, "way": [*state["way"], step], "player": 0 if state["turns"] < TURNS else -4}

def get_observations(state):
    half = None if not state["way"] else "low" if state["way"][-1] < SIZE // 2 else "high"
    return [{"half": half, "turns": state["turns"]}, state]
"""
    + NAMES
)

#: Two cards for each of two players out of six, with keys of all kinds; `apply_action` changes its argument.
IMPURE = (
    """
def get_initial_state():
    return {"x": {0: [], 1: []}, "passed": 0}

def get_current_player(state):
    if len(state["x"][1]) < 2:
        return -1
    return -4 if state["passed"] == 4 else state["passed"] % 2

def get_legal_actions(state):
    if get_current_player(state) == -1:
        return [str(n) for n in range(6) if n not in state["x"][0] + state["x"][1]]
    return [] if state["passed"] == 4 else ["p"]

def apply_action(state, action):
    if action == "p":
        state["passed"] += 1
    else:
        state["x"][0 if len(state["x"][0]) < 2 else 1].append(int(action))
    return state

def get_observations(state):
    last = state["x"][1][-1:] if state["passed"] > 1 else []
    return [{(0, "mine"): tuple(state["x"][0]), None: last, 3.5: {"n": state["passed"]}}, {"y": state["x"][1]}]
"""
    + NAMES
)

#: Fails after some of its deals, has a chance node of 20,000 outcomes, and then chance goes on without end.
HOSTILE = (
    """
def get_initial_state():
    return {"n": 0, "first": None}

def get_current_player(state):
    return -1

def get_legal_actions(state):
    return [f"c{n}" for n in range(20000)] if state["n"] == 0 else ["on"]

def apply_action(state, action):
    if action != "on" and int(action[1:]) % 3 == 0:
        raise SystemExit("no")
    return {"n": state["n"] + 1, "first": state["first"] or action}

def get_observations(state):
    return [{}, {}]
"""
    + NAMES
)

FAILING = LOPSIDED.replace(
    'return {"path": [*state["path"], action]}',
    'if action == "left":\n        raise ValueError("broken")\n    return {"path": [*state["path"], action]}',
)


def game(source: str) -> Game:
    return load_game(source)
