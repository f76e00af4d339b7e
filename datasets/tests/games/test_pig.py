"""Pig against OpenSpiel, and the exact chances of a turn."""

import random
from fractions import Fraction
from functools import cache

import pyspiel
from games.harness import game, play

RANDOM_GAMES = 1000
TARGET = 100
#: OpenSpiel counts rolls and holds up to a horizon; this one is never reached.
HORIZON = 1_000_000


def step(module, ours, theirs, rng):
    """Compares one state and plays one random action in both.

    Holding on nothing is legal in OpenSpiel alone, rolling on with enough to win in our rules alone.
    """
    player = theirs.current_player()
    names = {theirs.action_to_string(player, move): move for move in theirs.legal_actions()}
    assert module.get_current_player(ours) == player
    assert module.get_rewards(ours) == theirs.returns() == [0, 0]
    if theirs.is_chance_node():
        moves = {name.removeprefix("Roll "): move for name, move in names.items()}
        assert module.get_legal_actions(ours) == list(moves)
        assert all(abs(chance - 1 / len(moves)) < 1e-12 for _, chance in theirs.chance_outcomes())
    else:
        moves = {{"roll": "roll", "stop": "hold"}[name]: move for name, move in names.items()}
        only_ours = {"roll"} if ours["scores"][player] + ours["pot"] >= TARGET else set()
        only_theirs = set() if ours["pot"] else {"hold"}
        legal = set(module.get_legal_actions(ours))
        assert legal - moves.keys() == only_ours
        assert moves.keys() - legal == only_theirs
        moves = {action: move for action, move in moves.items() if action in legal}
    action = rng.choice(list(moves))
    theirs.apply_action(moves[action])
    return module.apply_action(ours, action)


def test_lock_step_with_openspiel():
    module, twin, rng = game("pig"), pyspiel.load_game(f"pig(winscore={TARGET},horizon={HORIZON})"), random.Random(1)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            ours = step(module, ours, theirs, rng)
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def chances_by_arithmetic(target):
    """total -> chance of a turn that rolls until it has `target` points or more; 0 is a lost turn."""

    @cache
    def from_total(total):
        if total >= target:
            return {total: Fraction(1)}
        chances = {0: Fraction(1, 6)}
        for face in range(2, 7):
            for end, chance in from_total(total + face).items():
                chances[end] = chances.get(end, 0) + chance / 6
        return chances

    return from_total(0)


def chances_by_playing(target):
    """The same, with the program's own states, lists and scores."""
    module = game("pig")
    chances = {}
    queue = [(module.get_initial_state(), Fraction(1))]
    while queue:
        state, chance = queue.pop()
        if module.get_current_player(state) == 1:
            banked = state["scores"][0]
            chances[banked] = chances.get(banked, 0) + chance
        elif module.get_current_player(state) == 0:
            action = "hold" if state["pot"] >= target else "roll"
            queue.append((module.apply_action(state, action), chance))
        else:
            faces = module.get_legal_actions(state)
            queue.extend((module.apply_action(state, face), chance / len(faces)) for face in faces)
    return chances


def test_chances_of_a_turn():
    for target in (1, 6, 10, 14):
        assert chances_by_playing(target) == chances_by_arithmetic(target)


def test_points_of_the_turn_alone_do_not_win():
    state = play("pig", ["roll", "6"] * 17)
    assert (state["pot"], game("pig").get_current_player(state)) == (102, 0)
