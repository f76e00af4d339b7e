# ruff: noqa: ANN001, ANN201
"""Pig as a plain module: roll to add to the turn's points, a 1 loses them, hold to keep them; first to GOAL wins."""

GOAL, SIDES = 100, 6


def get_initial_state():
    return {"scores": [0, 0], "points": 0, "player": 0, "rolling": False}


def apply_action(state, action):
    player = state["player"]
    if action == "roll":
        return {**state, "rolling": True}
    if action not in ("hold", "1"):
        return {**state, "points": state["points"] + int(action), "rolling": False}
    scores = list(state["scores"])
    if action == "hold":
        scores[player] += state["points"]
    return {"scores": scores, "points": 0, "player": 1 - player, "rolling": False}


def get_current_player(state):
    if max(state["scores"]) >= GOAL:
        return -4
    return -1 if state["rolling"] else state["player"]


def get_player_name(player_id):
    return f"Player {player_id + 1}"


def get_rewards(state):
    first, second = (score >= GOAL for score in state["scores"])
    return [int(first) - int(second), int(second) - int(first)]


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return [str(side + 1) for side in range(SIDES)] if player == -1 else ["roll", "hold"]


def get_observations(state):
    return [state, state]
