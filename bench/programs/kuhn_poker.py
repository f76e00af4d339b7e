# ruff: noqa: ANN001, ANN201
"""Kuhn poker as a plain module: one hidden card each, an ante of 1, one bet of 1."""

import random

CARDS = ["J", "Q", "K"]
ENDS = ("pp", "pbp", "pbb", "bp", "bb")


def get_initial_state():
    return {"cards": [], "bets": ""}


def apply_action(state, action):
    if len(state["cards"]) < 2:
        return {"cards": [*state["cards"], action], "bets": ""}
    return {"cards": state["cards"], "bets": state["bets"] + action[0]}


def get_current_player(state):
    if len(state["cards"]) < 2:
        return -1
    return -4 if state["bets"] in ENDS else len(state["bets"]) % 2


def get_player_name(player_id):
    return f"Player {player_id + 1}"


def get_rewards(state):
    bets = state["bets"]
    if bets not in ENDS:
        return [0, 0]
    if bets == "bp":
        return [1, -1]
    if bets == "pbp":
        return [-1, 1]
    first, second = (CARDS.index(card) for card in state["cards"])
    stake = 1 if bets == "pp" else 2
    return [stake, -stake] if first > second else [-stake, stake]


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return [card for card in CARDS if card not in state["cards"]] if player == -1 else ["pass", "bet"]


def get_observations(state):
    cards = state["cards"]
    return [{"card": cards[p] if p < len(cards) else None, "bets": state["bets"]} for p in (0, 1)]


def resample_history(obs_action_history, player_id):
    now = obs_action_history[-1][0]
    other = random.choice([card for card in CARDS if card != now["card"]])
    cards = [now["card"], other] if player_id == 0 else [other, now["card"]]
    return cards + [{"p": "pass", "b": "bet"}[bet] for bet in now["bets"]]
