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


def target(own, foe, source, die):
    """Where a man from this place goes with a die: 0 when it is borne off, None when it may not go."""
    place = source - die
    if place > 0:
        return place if foe[place] < 2 else None
    if any(own[HOME + 1 :]) or (place < 0 and any(own[source + 1 :])):
        return None
    return 0


def steps(own, foe, die):
    """(source, target) for every single step with this die; men on the bar come first."""
    sources = [BAR] if own[BAR] else [place for place in range(1, BAR) if own[place]]
    found = ((source, target(own, foe, source, die)) for source in sources)
    return [(source, place) for source, place in found if place is not None]


def moved(own, source, place):
    """The own men after a step."""
    own = list(own)
    own[source] -= 1
    own[place] += 1
    return own


def plays(own, foe, dice):
    """Every way to play the dice in this order, as far as they go, as lists of steps."""
    if not dice or own[0] == MEN:
        return [[]]
    found = []
    for source, place in steps(own, foe, dice[0]):
        # A man that is hit cannot come back within the turn, so the target is simply free from now on.
        free = [*foe[:place], 0, *foe[place + 1 :]] if place and foe[place] else foe
        found += [[(source, place), *rest] for rest in plays(moved(own, source, place), free, dice[1:])]
    return found or [[]]


def turns(state):
    """All full plays of the roll: as many dice as can be used, of two different dice that cannot both the larger."""
    player, (first, second) = state["turn"], state["dice"]
    own, foe = from_own_side(state, player)
    if first == second:
        found = plays(own, foe, [first] * 4)
    else:
        found = plays(own, foe, [first, second]) + plays(own, foe, [second, first])
    most = max(map(len, found))
    found = [play for play in found if len(play) == most]
    if most == 1 and first != second:
        return [[step] for step in steps(own, foe, max(first, second))] or found
    return found


def written(play, player):
    """A play as an action."""
    return ",".join(f"{name(source, player)}/{name(place, player)}" for source, place in play) or "pass"


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
    return list(dict.fromkeys(written(play, state["turn"]) for play in turns(state)))
