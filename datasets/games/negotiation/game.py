"""Negotiation: two players who value books, hats and balls differently propose how to share them."""

import random
from itertools import product

from kit import *

POOL = [2, 2, 2]
VALUES = [0, 1, 2, 3]
MAX_PROPOSALS = 10
DEALS = [f"v0_{a}_{b}_{c}_v1_{d}_{e}_{f}" for a, b, c, d, e, f in product(VALUES, repeat=6)]
SHARES = ["propose_" + "_".join(map(str, share)) for share in product(*(range(number + 1) for number in POOL))]


def numbers(action):
    """The single digits of an action, in order."""
    return [int(word) for word in action.split("_") if word.isdigit()]


def shares(state):
    """What each player would get under the proposal on the table."""
    proposal = state["proposals"][-1]
    rest = [number - taken for number, taken in zip(POOL, proposal["takes"])]
    return [proposal["takes"], rest] if proposal["player"] == 0 else [rest, proposal["takes"]]


def worth(share, values):
    """The value of a share to a player."""
    return sum(number * value for number, value in zip(share, values))


def get_initial_state():
    """The values are still to be drawn; they are each player's own secret until the end."""
    return start(own=["values"], turn=-1, values=[None, None], proposals=[], outcome=None)


def apply_action(state, action):
    """Draws the values, makes a proposal, or ends the talk."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        values = numbers(action)
        return change(state, values=[values[:3], values[3:]], turn=0)
    if action.startswith("propose"):
        proposal = {"player": state["turn"], "takes": numbers(action)}
        return next_turn(change(state, proposals=[*state["proposals"], proposal]))
    state = reveal(change(state, outcome=action))
    return draw(state) if action == "reject" else end(state, list(map(worth, shares(state), state["values"])))


def get_legal_actions(state):
    """The draws of values; later every share while proposals are left, accept if there is one, and reject."""
    if is_over(state):
        return []
    if is_chance(state):
        return list(DEALS)
    talk = ["accept", "reject"] if state["proposals"] else ["reject"]
    return SHARES + talk if len(state["proposals"]) < MAX_PROPOSALS else talk


def resample_history(obs_action_history, player_id):
    """The own values, any values for the other player, and all proposals as they were made."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    values = [own or random.choices(VALUES, k=len(POOL)) for own in seen["values"]]
    deal = "v0_{}_{}_{}_v1_{}_{}_{}".format(*values[0], *values[1])
    talk = ["propose_{}_{}_{}".format(*proposal["takes"]) for proposal in seen["proposals"]]
    return [deal, *talk, action] if action else [deal, *talk]
