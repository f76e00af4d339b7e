"""Hanabi for two: cards that only the partner sees, a few clues, and five stacks to build together."""

import random

from kit import *

COLORS = "RYGBW"
RANKS = "12345"
COPIES = {"1": 3, "2": 2, "3": 2, "4": 2, "5": 1}
DECK = [f"{color},{rank}" for color in COLORS for rank in RANKS for _ in range(COPIES[rank])]
HAND = 5
MAX_CLUES = 8
FUSES = 3
PERFECT = len(COLORS) * len(RANKS)
LAST_TURNS = 2
NOTHING_KNOWN = {"color": "", "rank": "", "not": ""}


def undealt(state):
    """The cards still in the deck, one entry a copy."""
    left = list(DECK)
    for card in [*state["hands"][0], *state["hands"][1], *state["discards"]]:
        left.remove(card)
    for color, height in state["stacks"].items():
        for rank in RANKS[:height]:
            left.remove(f"{color},{rank}")
    return left


def replaced(lists, player, new):
    """A copy of a pair of lists with the player's one replaced."""
    return [new if side == player else other for side, other in enumerate(lists)]


def deal_card(state, card):
    """Deals a card to the hand that waits for it; after the opening deal the turn passes on."""
    player, deck = state["drawer"], state["deck"] - 1
    state = change(
        state,
        hands=replaced(state["hands"], player, [*state["hands"][player], card]),
        notes=replaced(state["notes"], player, [*state["notes"][player], NOTHING_KNOWN]),
        deck=deck,
        log=[*state["log"], f"{player} deal:{card}"],
    )
    dealt = len(DECK) - deck
    if dealt < 2 * HAND:
        return change(state, drawer=dealt // HAND)
    return change(state, drawer=None, turn=0 if dealt == 2 * HAND else 1 - player)


def without_card(state, slot):
    """The state without the card in this slot of the mover's hand and what was told about it."""
    player = state["turn"]
    hand, notes = list(state["hands"][player]), list(state["notes"][player])
    del hand[slot], notes[slot]
    hands, notes = replaced(state["hands"], player, hand), replaced(state["notes"], player, notes)
    return change(state, hands=hands, notes=notes)


def discard(state, card):
    """Lays a card on the discards."""
    return change(state, discards=[*state["discards"], card])


def light(state, card):
    """Puts a card on its stack if it is the next one; else it is a misplay: a fuse burns, the card is discarded."""
    color, rank = card.split(",")
    stacks = {**state["stacks"], color: int(rank)}
    if stacks[color] != state["stacks"][color] + 1:
        return discard(change(state, fuses=state["fuses"] - 1), card)
    clues = state["clues"] + 1 if rank == RANKS[-1] else state["clues"]
    return change(state, stacks=stacks, clues=min(clues, MAX_CLUES), rewards=[float(sum(stacks.values()))] * 2)


def noted(note, card, kind, told):
    """What is known of a card after a clue."""
    if told in card:
        return {**note, kind: told}
    return {**note, "not": "".join(sorted({*note["not"], told}))}


def give_clue(state, kind, told):
    """Tells the partner about every card of a color or rank."""
    partner = 1 - state["turn"]
    pairs = zip(state["notes"][partner], state["hands"][partner])
    notes = [noted(note, card, kind, told) for note, card in pairs]
    return change(state, notes=replaced(state["notes"], partner, notes), clues=state["clues"] - 1)


def carry_out(state, action):
    """Plays, discards or gives a clue, and writes down what everybody saw."""
    words, player = action.split(), state["turn"]
    if words[0] == "Reveal":
        return change(give_clue(state, words[1], words[3]), log=[*state["log"], f"{player} {action}"])
    card = state["hands"][player][int(words[1])]
    state = without_card(state, int(words[1]))
    log = [*state["log"], f"{player} {action} {card}"]
    if words[0] == "Play":
        return change(light(state, card), log=log)
    return change(discard(state, card), clues=state["clues"] + 1, log=log)


def fits(note, card):
    """Whether a card agrees with what is known of it."""
    color, rank = card.split(",")
    return note["color"] in ("", color) and note["rank"] in ("", rank) and not {color, rank} & set(note["not"])


def possible_hand(notes, deck):
    """A random hand from these cards that agrees with the notes, or None."""
    if not notes:
        return []
    for card in random.sample(deck, len(deck)):
        if fits(notes[0], card):
            rest = list(deck)
            rest.remove(card)
            others = possible_hand(notes[1:], rest)
            if others is not None:
                return [card, *others]
    return None


def get_initial_state():
    """An undealt deck; a note keeps what was told of a card: its color, its rank, and what it is not."""
    return start(
        turn=-1,
        hands=[[], []],
        notes=[[], []],
        stacks=dict.fromkeys(COLORS, 0),
        discards=[],
        clues=MAX_CLUES,
        fuses=FUSES,
        deck=len(DECK),
        drawer=0,
        last_turns=LAST_TURNS,
        log=[],
    )


def apply_action(state, action):
    """Deals a card, or carries out a turn and sees whether the game ends with it."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return deal_card(state, action.split(":")[1])
    player = state["turn"]
    last_turns = state["last_turns"] - (state["deck"] == 0)
    state = change(carry_out(state, action), last_turns=last_turns)
    if state["fuses"] == 0:
        return draw(state)
    if last_turns == 0 or sum(state["stacks"].values()) == PERFECT:
        return end(state, state["rewards"])
    if state["deck"] and len(state["hands"][player]) < HAND:
        return change(state, turn=-1, drawer=player)
    return next_turn(state)


def get_legal_actions(state):
    """The cards of the deck; else plays, discards below the most clues, and clues that match a partner's card."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"deal:{card}" for card in undealt(state)]
    player = state["turn"]
    slots, partner = range(len(state["hands"][player])), state["hands"][1 - player]
    actions = [f"Play {slot}" for slot in slots]
    if state["clues"] < MAX_CLUES:
        actions += [f"Discard {slot}" for slot in slots]
    if state["clues"]:
        held = {part for card in partner for part in card.split(",")}
        actions += [f"Reveal color {1 - player} {color}" for color in COLORS if color in held]
        actions += [f"Reveal rank {1 - player} {rank}" for rank in RANKS if rank in held]
    return actions


def get_observations(state):
    """Everything but the cards of the own hand."""
    seen = []
    for player in range(2):
        drawn = f"{player} deal:"
        log = [f"{drawn}?" if entry.startswith(drawn) else entry for entry in state["log"]]
        hands = replaced(state["hands"], player, ["?"] * len(state["hands"][player]))
        seen.append(change(state, hands=hands, log=log))
    return seen


def resample_history(obs_action_history, player_id):
    """The own cards that came to light where they were drawn, for the others any that fit the clues."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    actions = [entry.split(" ", 1)[1] for entry in seen["log"]]
    held = []
    for place, entry in enumerate(seen["log"]):
        words = entry.split()
        if entry == f"{player_id} deal:?":
            held.append(place)
        elif words[1] in ("Play", "Discard"):
            actions[place] = f"{words[1]} {words[2]}"
            if words[0] == str(player_id):
                actions[held.pop(int(words[2]))] = f"deal:{words[3]}"
    hand = possible_hand(seen["notes"][player_id], undealt(change(seen, hands=[[], seen["hands"][1 - player_id]])))
    for place, card in zip(held, hand):
        actions[place] = f"deal:{card}"
    return [*actions, action] if action else actions
