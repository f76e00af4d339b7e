"""First-price auction: two hidden values, two sealed bids, the higher bid pays itself."""

import random

from kit import *

VALUES = [1, 2, 3, 4, 5]
BIDS = [0, 1, 2, 3, 4, 5]


def bid_names():
    """Every bid as an action."""
    return [f"bid_{bid}" for bid in BIDS]


def sell(state):
    """Shows everything; the higher bidder (player 0 when equal) gains own value minus own bid."""
    values, bids = state["values"], state["bids"]
    winner = 1 if bids[1] > bids[0] else 0
    gain = values[winner] - bids[winner]
    return end(reveal(state), [gain if player == winner else 0 for player in range(2)])


def get_initial_state():
    """Chance is to give both values."""
    return start(own=["values", "bids"], turn=-1, values=[None, None], bids=[None, None])


def apply_action(state, action):
    """Gives the values, or takes one sealed bid."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return change(state, turn=0, values=[int(digit) for digit in action])
    bids = list(state["bids"])
    bids[state["turn"]] = int(action[4:])
    state = change(state, bids=bids)
    return next_turn(state) if None in bids else sell(state)


def get_legal_actions(state):
    """Every pair of values at the chance node, else every bid."""
    if is_chance(state):
        return [f"{first}{second}" for first in VALUES for second in VALUES]
    return options(state, bid_names())


def resample_history(obs_action_history, player_id):
    """The own value and bid, with any value and any earlier bid for the other player."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    values = list(seen["values"])
    values[1 - player_id] = random.choice(VALUES)
    earlier = [random.choice(bid_names())] if player_id == 1 else []
    return ["".join(map(str, values)), *earlier, *([action] if action else [])]
