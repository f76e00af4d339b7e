"""Hand of War: war with sixteen cards, a hand of three to choose from, and a draw pile that runs out."""

import random

from kit import *

RANKS = "JQKA"
SUITS = "shdc"
DECK = [rank + suit for rank in reversed(RANKS) for suit in SUITS]
HAND = 3
SHARE = 8


def rank(card):
    """A card's strength."""
    return RANKS.index(card[0])


def give(state, card):
    """Deals one card: first player 0's eight, then player 1's, each time the hand before the pile from its top."""
    player, place = divmod(len(state["log"]), SHARE)
    part = "hands" if place < HAND else "piles"
    lists = [list(cards) for cards in state[part]]
    lists[player].append(card)
    log = [*state["log"], f"deal:{card}"]
    return change(state, **{part: lists}, log=log, turn=0 if len(log) == len(DECK) else -1)


def refill(state):
    """Both fill their hands from the tops of their piles, player 0 first; an empty pile ends the game."""
    hands, piles = [list(hand) for hand in state["hands"]], [list(pile) for pile in state["piles"]]
    for hand, pile in zip(hands, piles):
        while len(hand) < HAND and pile:
            hand.append(pile.pop(0))
        if len(hand) < HAND:
            return finish(change(state, hands=hands, piles=piles))
    return change(state, hands=hands, piles=piles, turn=0)


def burn(state):
    """Each puts the top card of the pile into the pot unseen; without a pile or a hand the game ends."""
    if not all(state["hands"]) or not all(state["piles"]):
        return finish(state)
    return change(state, piles=[pile[1:] for pile in state["piles"]], pot=state["pot"] + 2, turn=0)


def battle(state):
    """Compares the two cards on the table."""
    first, second = map(rank, state["table"])
    state = change(state, table=[None, None], pot=state["pot"] + 2)
    if first == second:
        return burn(state)
    won = list(state["won"])
    won[second > first] += state["pot"]
    return refill(change(state, won=won, pot=0))


def finish(state):
    """The larger win pile wins."""
    lead = state["won"][0] - state["won"][1]
    return end(state, [(lead > 0) - (lead < 0), (lead < 0) - (lead > 0)])


def masked_log(state, player):
    """The actions as a player saw them: only deals into the own hand, no card that lies face down."""
    own_hand = range(player * SHARE, player * SHARE + HAND)
    deals = [deal if place in own_hand else "deal:?" for place, deal in enumerate(state["log"][: len(DECK)])]
    plays = state["log"][len(DECK) :]
    if player == 1 and state["table"][0]:
        plays[-1] = "play:?"
    return deals + plays


def get_initial_state():
    """Nothing is dealt; won, piles and the pot count for what lies in them."""
    parts = {"hands": [[], []], "piles": [[], []], "table": [None, None], "pot": 0, "won": [0, 0], "log": []}
    return start(turn=-1, **parts)


def apply_action(state, action):
    """Deals a card or plays one; player 1's card decides the battle."""
    require(action, get_legal_actions(state))
    card = action.split(":")[1]
    if is_chance(state):
        return give(state, card)
    player = state["turn"]
    hands, table = list(state["hands"]), list(state["table"])
    hands[player] = [other for other in hands[player] if other != card]
    table[player] = card
    state = change(state, hands=hands, table=table, log=[*state["log"], action])
    return next_turn(state) if player == 0 else battle(state)


def get_legal_actions(state):
    """Every undealt card, or every card in the hand of the player to move."""
    if is_over(state):
        return []
    if is_chance(state):
        dealt = {deal[5:] for deal in state["log"]}
        return [f"deal:{card}" for card in DECK if card not in dealt]
    return [f"play:{card}" for card in state["hands"][state["turn"]]]


def get_observations(state):
    """The own hand, the sizes of everything else, and the cards that were played face up."""
    return [
        {
            "turn": state["turn"],
            "rewards": list(state["rewards"]),
            "hand": list(state["hands"][player]),
            "piles": [len(pile) for pile in state["piles"]],
            "won": list(state["won"]),
            "pot": state["pot"],
            "table": [card and (card if side == player else "?") for side, card in enumerate(state["table"])],
            "log": masked_log(state, player),
        }
        for player in range(2)
    ]


def arrivals(battles):
    """For each finished battle the places of a deal (0 to 7) that are drawn into the hand after it."""
    drawn, hand, top = [], HAND, HAND
    for first, second in battles:
        hand -= 1
        need = HAND - hand if first[0] != second[0] else 0
        drawn.append(list(range(top, min(top + need, SHARE))))
        hand += need
        top += need or 1
    return drawn


def resample_history(obs_action_history, player_id):
    """The own cards where they came from, the other's played cards where they may have, the rest at random."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    plays = [entry[5:] for entry in [*seen["log"][len(DECK) :], *([action] if action else [])]]
    drawn = arrivals([pair for pair in zip(plays[0::2], plays[1::2]) if "?" not in pair])
    own = list(dict.fromkeys(card for observation, _ in obs_action_history for card in observation["hand"]))
    places = [*range(HAND), *(place for new in drawn for place in new)]
    deals = [[None] * SHARE, [None] * SHARE]
    for place, card in zip(places, own):
        deals[player_id][place] = card
    hand = list(range(HAND))
    for card, new in zip(plays[1 - player_id :: 2], drawn):
        deals[1 - player_id][hand.pop(random.randrange(len(hand)))] = card
        hand += new
    known = {card for cards in deals for card in cards}
    rest = random.sample([card for card in DECK if card not in known], sum(cards.count(None) for cards in deals))
    deals = [[card or rest.pop() for card in cards] for cards in deals]
    plays = [deals[0][random.choice(hand)] if card == "?" else card for card in plays]
    return [f"deal:{card}" for cards in deals for card in cards] + [f"play:{card}" for card in plays]
