"""Kuhn poker: three cards, one round of betting, one raise."""

import random

from kit import *

RANKS = ["J", "Q", "K"]
ANTE, RAISE = 1, 1


def pay(state, action):
    """Calls what is owed, and adds the raise to it."""
    paid = list(state["bets"])
    paid[state["turn"]] += owed(state) + (RAISE if action == "Raise" else 0)
    return change(state, bets=paid)


def get_initial_state():
    """Chance is to deal."""
    return start(own=["hands"], turn=-1, hands=[None, None], bets=[ANTE, ANTE], betting=[])


def apply_action(state, action):
    """Deals, or carries out one action of the betting."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return change(state, turn=0, hands=list(action))
    state = change(state, betting=[*state["betting"], action])
    if action == "Fold":
        return fold(state)
    state = pay(state, action)
    is_closed = action == "Call" and len(state["betting"]) > 1
    return showdown(state, RANKS) if is_closed else next_turn(state)


def get_legal_actions(state):
    """The deals; or fold and call when something is owed, else call (a check) and raise."""
    if is_over(state):
        return []
    if is_chance(state):
        return [first + second for first in RANKS for second in RANKS if first != second]
    return ["Fold", "Call"] if owed(state) else ["Call", "Raise"]


def resample_history(obs_action_history, player_id):
    """The betting as it went, after a deal that gives the other player one of the two cards left."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    hands = list(seen["hands"])
    hands[1 - player_id] = random.choice([card for card in RANKS if card not in hands])
    return ["".join(hands), *seen["betting"], *([action] if action else [])]
