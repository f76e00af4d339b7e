"""Backgammon against OpenSpiel by the positions that a turn can reach, and the dice that must be used."""

import random
from collections import Counter

import pyspiel
from games.harness import game

# Every reachable position is compared at every turn, and as many games as that allows in a few seconds.
RANDOM_GAMES = 16


def position(state):
    """(points, off): player 0's men positive, from point 1."""
    return tuple(state["points"]), tuple(state["off"])


def their_position(theirs):
    points = [theirs.board(0, 24 - place) - theirs.board(1, 24 - place) for place in range(1, 25)]
    off = str(theirs).split("Scores, X: ")[1].split(", O: ")
    return tuple(points), (int(off[0]), int(off[1]))


def after(state, action):
    """The position after a turn, read from the words of the action alone."""
    player = state["turn"]
    sign = 1 - 2 * player
    points, off = list(state["points"]), list(state["off"])
    for source, place in (step.split("/") for step in action.split(",") if step != "pass"):
        if source != "bar":
            points[int(source) - 1] -= sign
        if place == "off":
            off[player] += 1
        else:
            points[int(place) - 1] = sign + (points[int(place) - 1] if points[int(place) - 1] * sign > 0 else 0)
    return tuple(points), tuple(off)


def ends_of_turn(theirs):
    """position -> a state of OpenSpiel after the whole turn; a double takes two actions."""
    player, found, seen = theirs.current_player(), {}, set()
    queue = [theirs]
    while queue:
        state = queue.pop()
        for move in state.legal_actions():
            child = state.child(move)
            place = their_position(child)
            if child.is_terminal() or child.current_player() != player:
                found[place] = child
            elif place not in seen:
                seen.add(place)
                queue.append(child)
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
                ends = ends_of_turn(theirs)
                reached = {after(ours, turn) for turn in legal}
                assert reached <= ends.keys()
                double = ours["dice"][0] == ours["dice"][1]
                # OpenSpiel looks two steps ahead, so it may miss that a double has a longer play.
                assert double or reached == ends.keys()
                met[double, reached == set(ends)] += 1
                theirs = ends[after(ours, action)]
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
