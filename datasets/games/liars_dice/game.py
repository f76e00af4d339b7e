"""Liar's dice: hidden dice, rising bids on all of them together, ones are wild, one challenge decides."""

import random

from kit import *

DICE = 3
SIDES = 6
WILD = 1


def is_rolling(state):
    """Whether a die is still to be rolled."""
    return len(state["dice"][1]) < DICE


def is_higher(quantity, face, bids):
    """Whether a bid beats the last one."""
    return not bids or [quantity, face] > read_bid(bids[-1])


def read_bid(bid):
    """The quantity and the face of a bid."""
    return [int(number) for number in bid.split(":")[1:]]


def count_dice(state, face):
    """How many dice of both sides show the face, wild ones included."""
    return sum(die in (face, WILD) for die in state["dice"][0] + state["dice"][1])


def roll_die(state, face):
    """Adds a die to the first side that has too few."""
    first, second = state["dice"]
    thrown = [[*first, face], second] if len(first) < DICE else [first, [*second, face]]
    state = change(state, dice=thrown)
    return state if is_rolling(state) else change(state, turn=0)


def challenge(state):
    """All dice are counted: the bidder wins if there are as many as the bid says."""
    quantity, face = read_bid(state["bids"][-1])
    return lose(state) if count_dice(state, face) >= quantity else win(state)


def get_initial_state():
    """No die is rolled yet."""
    return start(dice=[[], []], bids=[], turn=-1)


def apply_action(state, action):
    """The state after a roll, a bid or a challenge."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return roll_die(state, int(action[len("roll:") :]))
    if action == "liar":
        return challenge(state)
    return next_turn(change(state, bids=[*state["bids"], action]))


def get_legal_actions(state):
    """The six faces, or every higher bid and the challenge."""
    if is_over(state):
        return []
    sides, bids = range(1, SIDES + 1), state["bids"]
    if is_chance(state):
        return [f"roll:{face}" for face in sides]
    higher = [f"bid:{q}:{f}" for q in range(1, 2 * DICE + 1) for f in sides if is_higher(q, f, bids)]
    return higher + (["liar"] if bids else [])


def get_observations(state):
    """The other side's dice are face down until the game is over."""
    first, second = state["dice"]
    if is_over(state):
        return [state, state]
    return [change(state, dice=[first, ["?"] * len(second)]), change(state, dice=[["?"] * len(first), second])]


def resample_history(obs_action_history, player_id):
    """The same bids with the other player's dice rolled anew."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    thrown = [random.randint(1, SIDES) if die == "?" else die for hand in seen["dice"] for die in hand]
    return [f"roll:{die}" for die in thrown] + seen["bids"] + ([action] if action else [])
