"""Gin rummy: one hand with knocking, layoffs, gin and undercut."""

import random
from itertools import combinations

from kit import *

RANKS = "A23456789TJQK"
SUITS = "scdh"
DECK = [rank + suit for suit in SUITS for rank in RANKS]
POINTS = {card: min(RANKS.index(card[0]) + 1, 10) for card in DECK}
HAND = 10
KNOCK = 10
BONUS = 25
WALL = 2


def runs(cards):
    """Every run of three or more in one suit."""
    found = []
    for place, card in enumerate(DECK):
        run_cards = [card]
        while run_cards[-1] in cards:
            if len(run_cards) >= 3:
                found.append(list(run_cards))
            place += 1
            if place == len(DECK) or DECK[place][1] != card[1]:
                break
            run_cards.append(DECK[place])
    return found


def sets(cards):
    """Every three or four of one rank."""
    same = [[rank + suit for suit in SUITS if rank + suit in cards] for rank in RANKS]
    return [list(part) for held in same for size in (3, 4) for part in combinations(held, size)]


def melds_in(cards):
    """Every meld that can be made of these cards."""
    return runs(cards) + sets(cards)


def worth(cards):
    """The points of these cards."""
    return sum(POINTS[card] for card in cards)


def most_melded(melds):
    """The most points that melds without a common card can hold."""
    if not melds:
        return 0
    first, rest = melds[0], melds[1:]
    apart = [meld for meld in rest if not set(meld) & set(first)]
    return max(most_melded(rest), worth(first) + most_melded(apart))


def deadwood(cards):
    """The least points that stay out of melds."""
    return worth(cards) - most_melded(melds_in(set(cards)))


def without(cards, gone):
    """These cards but for some."""
    return [card for card in cards if card not in gone]


def knock_discards(cards):
    """The cards that can be discarded from eleven so that the rest is good enough to knock."""
    melds = melds_in(set(cards))
    total = worth(cards)
    return [
        card
        for card in cards
        if total - POINTS[card] - most_melded([meld for meld in melds if card not in meld]) <= KNOCK
    ]


def meld_fit(melds, card):
    """Which meld a card can be laid off on, runs first, or None."""
    rank, suit = RANKS.index(card[0]), card[1]
    for number, meld in enumerate(melds):
        ends = (RANKS.index(meld[0][0]) - 1, RANKS.index(meld[-1][0]) + 1)
        if meld[0][0] != meld[1][0] and meld[0][1] == suit and rank in ends:
            return number
    return next((number for number, meld in enumerate(melds) if all(card[0] == other[0] for other in meld)), None)


def with_hand(state, player, cards):
    """The state with a player's hand, sorted."""
    hand = sorted(cards, key=DECK.index)
    return change(state, hands=[hand if side == player else other for side, other in enumerate(state["hands"])])


def take(state, player, card):
    """Adds a card to a hand."""
    return with_hand(state, player, [*state["hands"][player], card])


def write(state, entry):
    """Writes down an action."""
    return change(state, log=[*state["log"], entry])


def deal_card(state, card):
    """Deals ten cards to each player and the upcard; later a card of the stock to the player who draws."""
    state = change(state, stock=state["stock"] - 1)
    dealt = len(DECK) - state["stock"]
    if state["phase"] != "deal":
        player = state["drawer"]
        state = write(take(state, player, card), f"{player} deal:{card}")
        return change(state, phase="discard", turn=player)
    if dealt <= 2 * HAND:
        return take(state, (dealt - 1) // HAND, card)
    return change(write(state, f"table deal:{card}"), discards=[card], phase="start", turn=1)


def draw_phase(state, action):
    """Takes the upcard, draws from the stock, or passes the first upcard."""
    player = state["turn"]
    if action == "Draw upcard":
        state = take(state, player, state["discards"][-1])
        return change(state, discards=state["discards"][:-1], phase="discard")
    if action == "Pass" and player == 1:
        return next_turn(state)
    return change(state, phase="draw", turn=-1, drawer=player if action == "Draw stock" else 1)


def discard_phase(state, word):
    """Discards a card, or announces a knock; a discard that finds only the wall left ends the hand."""
    player = state["turn"]
    if word == "Knock":
        return change(state, phase="knock", knocker=player)
    state = with_hand(state, player, without(state["hands"][player], [word]))
    state = change(state, discards=[*state["discards"], word])
    if state["phase"] == "knock":
        return change(state, phase="meld")
    return draw(state) if state["stock"] == WALL else next_turn(change(state, phase="draw"))


def meld_phase(state, word):
    """Declares a meld; Done shows the knocker's hand and lets the other lay off, unless it is gin."""
    player = state["turn"]
    if word != "Done":
        meld = [word[place : place + 2] for place in range(0, len(word), 2)]
        state = with_hand(state, player, without(state["hands"][player], meld))
        return change(state, melds=[*state["melds"], meld])
    state = change(state, shown=[player])
    return next_turn(change(state, phase="layoff")) if state["hands"][player] else score(state)


def layoff_phase(state, word):
    """Lays a card off on a declared meld; Done leads to the score."""
    if word == "Done":
        return score(state)
    number = meld_fit(state["melds"], word)
    melds = [sorted([*meld, word], key=DECK.index) if n == number else meld for n, meld in enumerate(state["melds"])]
    state = with_hand(state, state["turn"], without(state["hands"][state["turn"]], [word]))
    return change(state, melds=melds, layoffs=[*state["layoffs"], word])


def score(state):
    """The winner gets the difference, with a bonus for gin or for the undercut."""
    knocker = state["knocker"]
    own, other = worth(state["hands"][knocker]), deadwood(state["hands"][1 - knocker])
    if not state["hands"][knocker]:
        winner, points = knocker, BONUS + other
    elif own < other:
        winner, points = knocker, other - own
    else:
        winner, points = 1 - knocker, BONUS + own - other
    return end(change(state, shown=[0, 1]), [points if player == winner else 0 for player in range(2)])


def get_initial_state():
    """Nothing is dealt; shown names the players whose hands lie open."""
    return start(
        turn=-1,
        phase="deal",
        hands=[[], []],
        discards=[],
        stock=len(DECK),
        drawer=None,
        knocker=None,
        melds=[],
        layoffs=[],
        shown=[],
        log=[],
    )


def apply_action(state, action):
    """Deals a card or carries out an action of the phase."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return deal_card(state, action.split(":")[1])
    word, phase = action.split()[-1], state["phase"]
    state = write(state, f"{state['turn']} {action}")
    if phase in ("start", "draw"):
        return draw_phase(state, action)
    if phase == "meld":
        return meld_phase(state, word)
    return layoff_phase(state, word) if phase == "layoff" else discard_phase(state, word)


def get_player_name(player_id):
    """Player 0 deals."""
    return ["Dealer", "Non-dealer"][player_id]


def get_legal_actions(state):
    """The undealt cards, or the actions of the phase."""
    if is_over(state):
        return []
    if is_chance(state):
        gone = {*state["hands"][0], *state["hands"][1], *state["discards"]}
        return [f"deal:{card}" for card in DECK if card not in gone]
    phase, hand = state["phase"], state["hands"][state["turn"]]
    if phase in ("start", "draw"):
        return ["Draw upcard", "Pass" if phase == "start" else "Draw stock"]
    if phase == "discard":
        words = [*hand, "Knock"] if knock_discards(hand) else hand
    elif phase == "knock":
        words = knock_discards(hand)
    elif phase == "meld":
        melds = [meld for meld in melds_in(set(hand)) if deadwood(without(hand, meld)) <= KNOCK]
        words = ["".join(meld) for meld in melds] + (["Done"] if worth(hand) <= KNOCK else [])
    else:
        words = [card for card in hand if meld_fit(state["melds"], card) is not None] + ["Done"]
    return [f"Action: {word}" for word in words]


def get_observations(state):
    """Everything but the other hand and what the other drew from the stock, until a hand is shown."""
    seen = []
    for player in range(2):
        drawn = f"{1 - player} deal:"
        log = [f"{drawn}?" if entry.startswith(drawn) else entry for entry in state["log"]]
        visible = {player, *state["shown"]}
        hands = [hand if side in visible else ["?"] * len(hand) for side, hand in enumerate(state["hands"])]
        seen.append(change(state, hands=hands, log=log))
    return seen


def cards_in(action):
    """The cards that an action names: of a deal, a discard or a meld."""
    word = action.replace(":", " ").split()[-1]
    cards = [word[place : place + 2] for place in range(0, len(word), 2)]
    return cards if all(card in POINTS for card in cards) else []


def origins(seen, other):
    """Where the other player's cards came from unseen: place -> card, None for a card still unknown.

    Places are -1 to -10 for the deal, else the number of the draw in the log.
    """
    found, pile, taken, entries = {-place: None for place in range(1, HAND + 1)}, [], set(), seen["log"]

    def came_unseen(card):
        """Chooses an open place for a card, unless it was taken from the pile."""
        if card in taken:
            taken.remove(card)
        else:
            found[random.choice([place for place, known in found.items() if known is None])] = card

    for place, entry in enumerate(entries):
        who, action = entry.split(" ", 1)
        cards = cards_in(action)
        if action == "deal:?":
            found[place] = None
        elif action == "Draw upcard":
            taken |= {pile.pop()} if who == str(other) else set()
        elif who == "table" or (action.startswith("Action") and len(cards) == 1):
            pile += cards
        if who == str(other) and action.startswith("Action"):
            for card in cards:
                came_unseen(card)
    for card in seen["hands"][other] if other in seen["shown"] else []:
        came_unseen(card)
    return found


def resample_history(obs_action_history, player_id):
    """The own cards and all that lay open as they were; the other's unseen cards at random where none is known."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    own, other = obs_action_history[0][0]["hands"][player_id], 1 - player_id
    actions = [entry.split(" ", 1)[1] for entry in seen["log"]]
    found = origins(seen, other)
    known = {*own, *found.values(), *(card for past in actions for card in cards_in(past))}
    rest = random.sample([card for card in DECK if card not in known], list(found.values()).count(None))
    found = {place: card or rest.pop() for place, card in found.items()}
    dealt = [found[-place] for place in range(1, HAND + 1)]
    deals = own + dealt if player_id == 0 else dealt + own
    actions = [f"deal:{found[place]}" if past == "deal:?" else past for place, past in enumerate(actions)]
    return [f"deal:{card}" for card in deals] + actions + ([action] if action else [])
