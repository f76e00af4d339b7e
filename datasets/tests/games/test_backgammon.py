"""Backgammon against OpenSpiel by the positions that a turn can reach, and the dice that must be used."""

import random
from collections import Counter
from functools import cache

import pyspiel
from games.harness import game, games_of

#: Every reachable position is compared at every turn.
RANDOM_GAMES = games_of(1000)
OFF = None
#: Where a player's men on the bar stand, one step before the first point they enter.
BARS = (25, 0)


def position(state):
    """(points, off): player 0's men positive, from point 1."""
    return tuple(state["points"]), tuple(state["off"])


def their_position(theirs):
    points = [theirs.board(0, 24 - place) - theirs.board(1, 24 - place) for place in range(1, 25)]
    off = str(theirs).split("Scores, X: ")[1].split(", O: ")
    return tuple(points), (int(off[0]), int(off[1]))


@cache
def step_of(word, player):
    """A step of our words as (source, target)."""
    source, target = word.split("/")
    return BARS[player] if source == "bar" else int(source), OFF if target == "off" else int(target)


def steps_of(action, player):
    """The steps of one of our actions in the order of travel, in which no man leaves a point before it comes there."""
    words = [] if action == "pass" else action.split(",")
    return tuple(sorted((step_of(word, player) for word in words), key=lambda step: step[0], reverse=player == 0))


def their_steps(theirs, move):
    """The same of one of OpenSpiel's, which counts points from 0 at our point 24."""
    player, steps = theirs.current_player(), []
    for step in theirs.spiel_move_to_checker_moves(player, move):
        if step.pos >= 0:
            source = 24 - step.pos if step.pos < 24 else BARS[player]
            target = source - step.num if player == 0 else source + step.num
            steps.append((source, target if 1 <= target <= 24 else OFF))
    return tuple(sorted(steps, key=lambda step: step[0], reverse=player == 0))


def after(place, player, steps):
    """The position after the steps of a turn, each taken at its word."""
    sign, points, off = 1 - 2 * player, list(place[0]), list(place[1])
    for source, target in steps:
        if source != BARS[player]:
            points[source - 1] -= sign
        if target is OFF:
            off[player] += 1
        else:
            points[target - 1] = sign + (points[target - 1] if points[target - 1] * sign > 0 else 0)
    return tuple(points), tuple(off)


def reachable(theirs, place):
    """position -> one of OpenSpiel's moves to it."""
    player = theirs.current_player()
    return {after(place, player, their_steps(theirs, move)): move for move in theirs.legal_actions()}


def ends_of_turn(theirs, place, is_double):
    """position -> OpenSpiel's moves to it through the whole turn; a double takes two of them."""
    found = {end: [move] for end, move in reachable(theirs, place).items()}
    for half, moves in list(found.items()) if is_double else []:
        child = theirs.child(moves[0])
        if child.current_player() == theirs.current_player():
            del found[half]
            found.update({end: [*moves, move] for end, move in reachable(child, half).items()})
    return found


def roll_name(text, is_first):
    """Our roll for one of theirs; at the first they name the starter, here the higher die does."""
    dice = text.split("roll: ")[1][:2]
    if is_first:
        dice = "".join(sorted(dice, reverse="X starts" in text))
    return f"D_{dice[0]}_{dice[1]}"


def test_lock_step_with_openspiel():
    module, twin, rng, met = game("backgammon"), pyspiel.load_game("backgammon"), random.Random(16), Counter()
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            legal, player = module.get_legal_actions(ours), theirs.current_player()
            assert module.get_current_player(ours) == player
            assert position(ours) == their_position(theirs)
            action = rng.choice(legal)
            if player == -1:
                first = ours["roller"] is None
                moves = {roll_name(theirs.action_to_string(-1, move), first): move for move in theirs.legal_actions()}
                assert sorted(moves) == sorted(legal)
                assert len({chance for _, chance in theirs.chance_outcomes()}) == 1
                theirs.apply_action(moves[action])
            else:
                is_double = ours["dice"][0] == ours["dice"][1]
                ends = ends_of_turn(theirs, position(ours), is_double)
                reached = {after(position(ours), player, steps) for steps in {steps_of(turn, player) for turn in legal}}
                assert reached <= ends.keys()
                # OpenSpiel looks two steps ahead, so it may miss that a double has a longer play.
                assert is_double or reached == ends.keys()
                met[is_double, reached == ends.keys()] += 1
                for move in ends[after(position(ours), player, steps_of(action, player))]:
                    theirs.apply_action(move)
            ours = module.apply_action(ours, action)
            if player >= 0:
                assert position(ours) == their_position(theirs)
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()
    assert met[True, True] > 50 * met[True, False]


def test_the_first_roll_starts_each_player_equally():
    module = game("backgammon")
    first = module.get_initial_state()
    states = [module.apply_action(first, roll) for roll in module.get_legal_actions(first)]
    assert Counter(map(module.get_current_player, states)) == {0: 15, 1: 15}


def mirrored(action):
    """The same turn by the other player, from the other end of the board."""
    places = (step.split("/") for step in action.split(","))
    words = [[place if place in ("bar", "off", "pass") else str(25 - int(place)) for place in step] for step in places]
    return ",".join("/".join(step) for step in words)


def test_both_players_have_the_same_turns_from_their_ends():
    module, rng = game("backgammon"), random.Random(17)
    state = module.get_initial_state()
    while legal := module.get_legal_actions(state):
        player = module.get_current_player(state)
        if player >= 0:
            parts = {key: state[key][::-1] for key in ("bar", "off")}
            other = {**state, **parts, "turn": 1 - player, "points": [-count for count in reversed(state["points"])]}
            assert sorted(map(mirrored, legal)) == sorted(module.get_legal_actions(other))
        state = module.apply_action(state, rng.choice(legal))
