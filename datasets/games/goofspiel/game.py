"""Goofspiel: thirteen prizes turn up in a random order, each goes to the higher of two hidden bids."""

import random

from kit import *

CARDS = 13


def cards_left(played):
    """The cards from 1 up that were not played."""
    return [card for card in range(1, CARDS + 1) if card not in played]


def prizes_left(state):
    """The prizes that have not turned up."""
    return cards_left([done["prize"] for done in state["rounds"]])


def award_prize(state, first, second):
    """Both bids are shown, and the higher takes the prize; equal bids lose it."""
    prize = state["prize"]
    scores = list(state["scores"])
    if first != second:
        scores[0 if first > second else 1] += prize
    rounds = [*state["rounds"], {"prize": prize, "bids": [first, second]}]
    state = change(state, scores=scores, rounds=rounds, bids=[None, None], prize=None, turn=-1)
    return finish(state) if len(rounds) == CARDS else change(state, round=len(rounds) + 1)


def finish(state):
    """More points win."""
    first, second = state["scores"]
    return end(state, [(first > second) - (first < second), (second > first) - (second < first)])


def get_initial_state():
    """Full hands, and the first prize to turn up."""
    hand = list(range(1, CARDS + 1))
    return start(
        own=["hands", "bids"],
        hands=[hand, list(hand)],
        bids=[None, None],
        prize=None,
        round=1,
        scores=[0, 0],
        rounds=[],
        turn=-1,
    )


def apply_action(state, action):
    """The state after a prize turns up or a bid is laid face down."""
    require(action, get_legal_actions(state))
    card = int(action.split(":")[1])
    if is_chance(state):
        return change(state, prize=card, turn=0)
    player, hands = state["turn"], list(state["hands"])
    hands[player] = [other for other in hands[player] if other != card]
    state = change(state, hands=hands)
    if player == 0:
        return change(state, bids=[card, None], turn=1)
    return award_prize(state, state["bids"][0], card)


def get_legal_actions(state):
    """The prizes left in the deck, or the cards left in the mover's hand."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"prize:{prize}" for prize in prizes_left(state)]
    return [f"bid:{card}" for card in state["hands"][state["turn"]]]


def resample_history(obs_action_history, player_id):
    """The same rounds; the first player's hidden bid is drawn from the cards that player has left."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    actions = []
    for done in seen["rounds"]:
        actions += [f"prize:{done['prize']}", *(f"bid:{card}" for card in done["bids"])]
    actions.append(f"prize:{seen['prize']}")
    if player_id == 1:
        actions.append(f"bid:{random.choice(cards_left([done['bids'][0] for done in seen['rounds']]))}")
    return actions + ([action] if action else [])
