"""Heads-up limit hold'em with raises of two on every street and stacks of a hundred."""

import random

from kit import *

RANKS = "23456789TJQKA"
SUITS = "cdhs"
DECK = [rank + suit for rank in RANKS for suit in SUITS]
STACK = 100
BLINDS = [1, 2]
RAISE = 2
STREETS = ["pre-flop", "flop", "turn", "river"]
BOARD_CARDS = [0, 3, 4, 5]
FIRST_TO_ACT = [0, 1, 1, 1]


def straight_top(ranks):
    """The highest rank that tops five in a row, or -1; the ace also counts below the two."""
    have = {*ranks, -1} if len(RANKS) - 1 in ranks else set(ranks)
    return max((top for top in have if all(top - down in have for down in range(5))), default=-1)


def strength(cards):
    """The best five of these cards as a tuple: the greater, the better."""
    ranks = sorted((RANKS.index(card[0]) for card in cards), reverse=True)
    suits = [card[1] for card in cards]
    suited = [suit for suit in SUITS if suits.count(suit) >= 5]
    flush = sorted((RANKS.index(card[0]) for card in cards if card[1] in suited), reverse=True)
    (most, first), (more, second) = sorted(((ranks.count(rank), rank) for rank in set(ranks)), reverse=True)[:2]
    rest = [rank for rank in ranks if rank != first]
    if straight_top(flush) >= 0:
        return 8, straight_top(flush)
    if most == 4:
        return 7, first, rest[0]
    if most == 3 and more >= 2:
        return 6, first, second
    if flush:
        return 5, *flush[:5]
    if straight_top(ranks) >= 0:
        return 4, straight_top(ranks)
    if most == 3:
        return 3, first, *rest[:2]
    if more == 2:
        return 2, first, second, next(rank for rank in rest if rank != second)
    return most - 1, first, *rest[: 5 - most]


def undealt(state):
    """The cards that nobody holds and that are not on the board."""
    gone = {*state["hands"][0], *state["hands"][1], *state["board"]}
    return [card for card in DECK if card not in gone]


def deal_card(state, card):
    """Deals two cards to each player, later the board; the street's first player is next when it is complete."""
    hands, board = state["hands"], state["board"]
    if len(hands[1]) < 2:
        player = int(len(hands[0]) == 2)
        hands = [[*hand, card] if side == player else hand for side, hand in enumerate(hands)]
    else:
        board = [*board, card]
    street = STREETS.index(state["phase"])
    ready = len(hands[1]) == 2 and len(board) == BOARD_CARDS[street]
    return change(state, hands=hands, board=board, turn=FIRST_TO_ACT[street] if ready else -1)


def pay(state, amount):
    """The player to move puts chips into the pot."""
    player = state["turn"]
    bets, stacks = list(state["bets"]), list(state["stacks"])
    bets[player] += amount
    stacks[player] -= amount
    return change(state, bets=bets, stacks=stacks, pot=sum(bets))


def next_street(state):
    """Deals the next street, or shows the hands and gives the loser's bets to the winner."""
    street = STREETS.index(state["phase"]) + 1
    if street < len(STREETS):
        return change(state, phase=STREETS[street], betting=[*state["betting"], []], acted=0, turn=-1)
    state = reveal(change(state, phase="showdown"))
    first, second = (strength(hand + state["board"]) for hand in state["hands"])
    if first == second:
        return draw(state)
    loser = int(first > second)
    lost = state["bets"][loser]
    return end(state, [-lost if player == loser else lost for player in range(2)])


def get_initial_state():
    """The blinds are paid; no card is dealt."""
    return start(
        own=["hands"],
        turn=-1,
        phase=STREETS[0],
        hands=[[], []],
        board=[],
        stacks=[STACK - blind for blind in BLINDS],
        bets=list(BLINDS),
        pot=sum(BLINDS),
        betting=[[]],
        acted=0,
    )


def apply_action(state, action):
    """Deals a card, or carries out a betting action."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return deal_card(state, action.split(":")[1])
    betting = [*state["betting"][:-1], [*state["betting"][-1], action]]
    state = change(state, betting=betting, acted=1 if action == "Raise" else state["acted"] + 1)
    if action == "Fold":
        return fold(state)
    if action == "Raise":
        return next_turn(pay(state, owed(state) + RAISE))
    state = pay(state, owed(state))
    return next_street(state) if state["acted"] >= 2 else next_turn(state)


def get_player_name(player_id):
    """The button posts the small blind."""
    return ["Button", "Big blind"][player_id]


def get_legal_actions(state):
    """The undealt cards, or the betting actions: a raise needs more chips than are owed."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"deal:{card}" for card in undealt(state)]
    actions = ["Fold", "Call"] if owed(state) else ["Check"]
    return [*actions, "Raise"] if state["stacks"][state["turn"]] > owed(state) else actions


def resample_history(obs_action_history, player_id):
    """The own cards and the board as they fell, any two unseen cards for the other player."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    own, board = seen["hands"][player_id], seen["board"]
    other = random.sample([card for card in DECK if card not in own and card not in board], 2)
    actions = [f"deal:{card}" for card in ([*own, *other] if player_id == 0 else [*other, *own])]
    for street, betting in enumerate(seen["betting"]):
        fresh = board[BOARD_CARDS[street - 1] : BOARD_CARDS[street]] if street else []
        actions += [f"deal:{card}" for card in fresh] + betting
    return [*actions, action] if action else actions
