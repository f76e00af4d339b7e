"""Backgammon for one point: whole turns as one action, no cube, no gammons."""

from kit import *

MEN = 15
BAR = 25
HOME = 6
SETUP = {24: 2, 13: 5, 8: 3, 6: 5}
FACES = [1, 2, 3, 4, 5, 6]
FIRST_ROLLS = [f"D_{a}_{b}" for a in FACES for b in FACES if a != b]
ROLLS = [f"D_{a}_{b}" for a in FACES for b in FACES]


def from_own_side(state, player):
    """The player's and the other's men by the player's distance to bearing off: 0 is off, 25 the own bar."""
    points = [-count for count in reversed(state["points"])] if player else state["points"]
    own = [state["off"][player], *(max(0, count) for count in points), state["bar"][player]]
    return own, [0, *(max(0, -count) for count in points), 0]


def name(place, player):
    """A place as it is written in actions: the points count from player 0's side."""
    if place == BAR:
        return "bar"
    return str(place if player == 0 else BAR - place) if place > 0 else "off"


NAMES = [[name(place, player) for place in range(BAR + 1)] for player in range(2)]


def steps(own, foe, die):
    """(source, target) for every single step with this die, target 0 when borne off; men on the bar come first."""
    sources = [BAR] if own[BAR] else [place for place in range(1, BAR) if own[place]]
    found = [(source, source - die) for source in sources if source > die and foe[source - die] < 2]
    # Only men that all stand in the home board are borne off, by a higher die only from the hindmost place.
    if sources and sources[-1] <= HOME:
        found = [(source, 0) for source in sources if source == die or source == sources[-1] < die] + found
    return found


def moved(own, source, place):
    """The own men after a step."""
    own = list(own)
    own[source] -= 1
    own[place] += 1
    return own


def plays(own, foe, dice, names, known):
    """Every way to play the dice in this order, as far as they go, each step written with a comma behind it.

    A man that is hit cannot come back within the turn, so the foe stays as it is. Known: what was found before, for the
    steps of a double lead to the same men in many orders.
    """
    key = tuple(own), len(dice)
    if key not in known:
        known[key] = []
        for source, place in steps(own, foe, dice[0]):
            step = f"{names[source]}/{names[place]},"
            rests = plays(moved(own, source, place), foe, dice[1:], names, known) if dice[1:] else [""]
            known[key] += [step + rest for rest in rests]
    return known[key] or [""]


def orders(dice):
    """The dice of the turn in each order in which they may be played."""
    return [dice * 2] if dice[0] == dice[1] else [dice, dice[::-1]]


def turns(state):
    """All full plays of the roll: as many dice as can be used, of two different dice that cannot both the larger."""
    dice, names = state["dice"], NAMES[state["turn"]]
    own, foe = from_own_side(state, state["turn"])
    found = {play: play.count(",") for order in orders(dice) for play in plays(own, foe, order, names, {})}
    most = max(found.values())
    if most == 1 and steps(own, foe, max(dice)):
        found = dict.fromkeys(plays(own, foe, [max(dice)], names, {}), 1)
    return [play[:-1] or "pass" for play, count in found.items() if count == most]


def plays_all(state, action):
    """Whether an action uses every die, which makes it legal without a look at the others."""
    names, (own, foe) = NAMES[state["turn"]], from_own_side(state, state["turn"])
    for order in orders(state["dice"]):
        men, words = own, action.split(",")
        for die, word in zip(order, words):
            step = [step for step in steps(men, foe, die) if f"{names[step[0]]}/{names[step[1]]}" == word]
            if not step:
                break
            men = moved(men, *step[0])
        else:
            if len(words) == len(order):
                return True
    return False


def move_men(state, action):
    """Carries out the steps of an action, hitting single men."""
    player = state["turn"]
    sign = 1 if player == 0 else -1
    points, bar, off = list(state["points"]), list(state["bar"]), list(state["off"])
    for step in action.split(",") if action != "pass" else []:
        source, place = step.split("/")
        if source == "bar":
            bar[player] -= 1
        else:
            points[int(source) - 1] -= sign
        if place == "off":
            off[player] += 1
        elif points[int(place) - 1] == -sign:
            bar[1 - player] += 1
            points[int(place) - 1] = sign
        else:
            points[int(place) - 1] += sign
    return change(state, points=points, bar=bar, off=off, dice=[])


def get_initial_state():
    """points[0] is point 1: men of player 0 count up, those of player 1 down; roller is who plays the next roll."""
    points = [0] * 24
    for place, count in SETUP.items():
        points[place - 1] += count
        points[24 - place] -= count
    return start(turn=-1, roller=None, points=points, bar=[0, 0], off=[0, 0], dice=[])


def apply_action(state, action):
    """Rolls the dice, the higher of the first roll starting, or plays a whole turn."""
    if is_over(state) or is_chance(state) or not plays_all(state, action):
        require(action, get_legal_actions(state))
    if is_chance(state):
        dice = [int(face) for face in action.split("_")[1:]]
        starter = int(dice[0] < dice[1])
        return change(state, dice=dice, turn=starter if state["roller"] is None else state["roller"])
    state = move_men(state, action)
    return win(state) if state["off"][state["turn"]] == MEN else change(state, turn=-1, roller=1 - state["turn"])


def get_legal_actions(state):
    """The rolls, without doubles for the first; else every full play, or pass when nothing can move."""
    if is_over(state):
        return []
    if is_chance(state):
        return list(FIRST_ROLLS if state["roller"] is None else ROLLS)
    return turns(state)
