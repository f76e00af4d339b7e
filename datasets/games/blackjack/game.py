"""Blackjack: one deck, one gambler who may split and double, and a dealer who draws to 17."""

import random

from kit import *

RANKS, SUITS = "23456789TJQKA", "shdc"
DECK = [rank + suit for rank in RANKS for suit in SUITS]
BEST, DEALER_STANDS = 21, 17
BET, NATURAL_PAYS, SURRENDER_COSTS = 1, 1.5, 0.5
OPENING_CARDS, HOLE = 4, 3
GAMBLER, DEALER = 0, 1


def worth(card):
    """What a card counts by itself; an ace 11."""
    return 11 if card[0] == "A" else min(RANKS.index(card[0]) + 2, 10)


def value(hand):
    """The best total of a hand: aces count 1 instead of 11 as long as it is over 21."""
    total, aces = sum(worth(card) for card in hand), sum(card[0] == "A" for card in hand)
    while total > BEST and aces:
        total, aces = total - 10, aces - 1
    return total


def with_entry(entries, index, entry):
    """The list with one entry replaced."""
    return [*entries[:index], entry, *entries[index + 1 :]]


def undealt(actions):
    """The cards that these actions have not dealt."""
    dealt = {action[5:] for action in actions}
    return [card for card in DECK if card not in dealt]


def is_natural(hand):
    """Whether a hand is 21 with two cards."""
    return len(hand) == 2 and value(hand) == BEST


def payoff(state, hand, bet):
    """What one hand wins for the gambler."""
    dealer = state["dealer"]
    natural = is_natural(hand) and len(state["hands"]) == 1
    if value(hand) > BEST:
        return -bet
    if is_natural(dealer):
        return 0 if natural else -bet
    if natural:
        return NATURAL_PAYS * bet
    lead = bet if value(dealer) > BEST else value(hand) - value(dealer)
    return bet if lead > 0 else -bet if lead < 0 else 0


def settle(state):
    """Ends the game with the sum over the gambler's hands."""
    won = sum(payoff(state, hand, bet) for hand, bet in zip(state["hands"], state["bets"], strict=True))
    return end(state, [won, -won])


def give_card(state, card):
    """The card goes to the one that chance deals for; a bust ends the hand, else its owner decides."""
    if state["roller"] == DEALER:
        state = change(state, dealer=[*state["dealer"], card])
    else:
        hand = state["hands"][state["active"]]
        state = change(state, hands=with_entry(state["hands"], state["active"], [*hand, card]))
    if len(state["actions"]) < OPENING_CARDS:
        return change(state, roller=1 - state["roller"])
    if len(state["actions"]) == OPENING_CARDS:
        return change(state, turn=GAMBLER)
    if state["roller"] == GAMBLER and value(state["hands"][state["active"]]) > BEST:
        return finish_hand(state)
    return change(state, turn=state["roller"])


def finish_hand(state):
    """The next hand gets its second card; after the last the dealer plays, unless every hand is busted."""
    if state["active"] + 1 < len(state["hands"]):
        return to_chance(change(state, active=state["active"] + 1))
    if all(value(hand) > BEST for hand in state["hands"]):
        return settle(state)
    return change(state, turn=DEALER, hole_shown=True)


def split(state):
    """The pair becomes two hands with equal bets, the new one last; the current one gets its second card."""
    kept, moved = state["hands"][state["active"]]
    hands = with_entry(state["hands"], state["active"], [kept])
    return to_chance(change(state, hands=[*hands, [moved]], bets=[*state["bets"], BET]))


def get_initial_state():
    """Chance deals the gambler's first card."""
    return start(turn=-1, roller=GAMBLER, hands=[[]], bets=[BET], active=0, dealer=[], hole_shown=False, actions=[])


def apply_action(state, action):
    """Carries out a deal, or a decision of the gambler or the dealer."""
    require(action, get_legal_actions(state))
    turn, state = state["turn"], change(state, actions=[*state["actions"], action])
    if turn == -1:
        return give_card(state, action[5:])
    if action == "H":
        return to_chance(state)
    if action == "S":
        return settle(state) if turn == DEALER else finish_hand(state)
    if action == "D":
        return to_chance(change(state, bets=with_entry(state["bets"], state["active"], 2 * BET)))
    return split(state) if action == "P" else end(state, [-SURRENDER_COSTS, SURRENDER_COSTS])


def get_player_name(player_id):
    """Gambler or dealer."""
    return ["Gambler", "Dealer"][player_id]


def get_legal_actions(state):
    """Every undealt card; the dealer's forced move; or what the gambler's active hand allows."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"deal:{card}" for card in undealt(state["actions"])]
    if state["turn"] == DEALER:
        return ["H"] if value(state["dealer"]) < DEALER_STANDS else ["S"]
    hand = state["hands"][state["active"]]
    if value(hand) == BEST or state["bets"][state["active"]] > BET:
        return ["S"]
    actions = ["H", "S"]
    if len(hand) == 2:
        actions.append("D")
        if worth(hand[0]) == worth(hand[1]):
            actions.append("P")
    return [*actions, "R"] if len(state["actions"]) == OPENING_CARDS else actions


def get_observations(state):
    """The dealer sees every card; the gambler sees the hole card only once the dealer plays."""
    gambler = state
    if len(state["dealer"]) == 2 and not state["hole_shown"]:
        actions = ["deal:?" if index == HOLE else action for index, action in enumerate(state["actions"])]
        gambler = change(state, dealer=[state["dealer"][0], "?"], actions=actions)
    return [dict(gambler), dict(state)]


def resample_history(obs_action_history, player_id):
    """The actions as they went, with any undealt card as the hole card where it is hidden."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    actions = list(seen["actions"])
    if "deal:?" in actions:
        actions[HOLE] = f"deal:{random.choice(undealt(actions))}"
    return [*actions, *([action] if action else [])]
