"""Leduc poker: one hidden card each, one public card, a round of betting before it and one after."""

import random

from kit import *

DECK = ["J", "J", "Q", "Q", "K", "K"]
RANKS = ["J", "Q", "K"]
ANTE = 1
RAISE_SIZES = [2, 4]
RAISES_A_ROUND = 2


def undealt(state):
    """The cards that are in nobody's sight, one entry a copy."""
    left = list(DECK)
    for card in [*state["hands"], state["public"]]:
        if card is not None:
            left.remove(card)
    return left


def deal_card(state, card):
    """Gives the card to the first player without one, or turns it up as the public card of round two."""
    hands = list(state["hands"])
    if None not in hands:
        return change(state, public=card, round=2, bets=[0, 0], betting=[*state["betting"], []], turn=0)
    hands[hands.index(None)] = card
    return change(state, hands=hands, turn=-1 if None in hands else 0)


def stake(state, player):
    """All that a player has paid in: an equal half of the earlier chips, and the bets of this round."""
    earlier = (state["pot"] - sum(state["bets"])) // 2
    return earlier + state["bets"][player]


def pay_winner(state, winner):
    """The loser's stake goes to the winner."""
    lost = stake(state, 1 - winner)
    return end(state, [lost if player == winner else -lost for player in range(2)])


def strength(state, player):
    """A pair with the public card beats everything else, then the rank counts."""
    card = state["hands"][player]
    return card == state["public"], RANKS.index(card)


def compare_hands(state):
    """Both cards are shown and the better one wins; equal cards split."""
    state = reveal(state)
    first, second = strength(state, 0), strength(state, 1)
    return draw(state) if first == second else pay_winner(state, 0 if first > second else 1)


def put_in(state, chips):
    """The player to move pays chips into the pot."""
    paid = list(state["bets"])
    paid[state["turn"]] += chips
    return change(state, bets=paid, pot=state["pot"] + chips)


def close_round(state):
    """The public card comes next, or the showdown."""
    return change(state, turn=-1) if state["round"] == 1 else compare_hands(state)


def get_initial_state():
    """Nothing is dealt yet; both have paid the ante."""
    return start(
        own=["hands"],
        hands=[None, None],
        public=None,
        round=1,
        bets=[0, 0],
        pot=2 * ANTE,
        betting=[[]],
        turn=-1,
    )


def apply_action(state, action):
    """The state after a deal or a betting action."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return deal_card(state, action[len("deal:") :])
    due, acted = owed(state), state["betting"][-1]
    state = change(state, betting=[*state["betting"][:-1], [*acted, action]])
    if action == "Fold":
        return pay_winner(state, 1 - state["turn"])
    if action == "Raise":
        return next_turn(put_in(state, due + RAISE_SIZES[state["round"] - 1]))
    # A call ends the round, unless it is the check that opens it.
    return close_round(put_in(state, due)) if acted else next_turn(state)


def get_legal_actions(state):
    """The undealt cards, one entry a copy, or the betting actions."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"deal:{card}" for card in undealt(state)]
    raises = state["betting"][-1].count("Raise")
    return (["Fold"] if owed(state) else []) + ["Call"] + (["Raise"] if raises < RAISES_A_ROUND else [])


def resample_history(obs_action_history, player_id):
    """The same play with the other player's card drawn from those that the player cannot see."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    hands = list(seen["hands"])
    hands[1 - player_id] = random.choice(undealt(seen))
    actions = [f"deal:{card}" for card in hands] + seen["betting"][0]
    if seen["public"]:
        actions += [f"deal:{seen['public']}", *seen["betting"][1]]
    return actions + ([action] if action else [])
