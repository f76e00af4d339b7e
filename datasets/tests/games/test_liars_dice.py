"""Liar's dice against OpenSpiel, exact chances of every bid, what is seen, and how dice are resampled."""

import random
from collections import Counter
from itertools import product
from math import comb

import pyspiel
import pytest
from games.harness import OVER, game, own_history, play

NAME = "liars_dice"
GAMES = 1000
DICE, SIDES = 6, 6


def their_face(face):
    """OpenSpiel's sixes are wild, our ones: a rolled die is mapped by swapping the two."""
    return {1: 6, 6: 1}.get(face, face)


def test_random_games_are_those_of_openspiel():
    module, rng = game(NAME), random.Random(1)
    reference = pyspiel.load_game("liars_dice(numdice=3)")
    compared = 0
    for _ in range(GAMES):
        ours, theirs, bid = module.get_initial_state(), reference.new_initial_state(), None
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            if theirs.is_chance_node():
                outcomes = theirs.chance_outcomes()
                names = {f"roll:{their_face(int(theirs.action_to_string(-1, a)[-1]))}": a for a, _ in outcomes}
                assert all(abs(chance - 1 / SIDES) < 1e-9 for _, chance in outcomes)
            else:
                texts = {a: theirs.action_to_string(theirs.current_player(), a) for a in theirs.legal_actions()}
                names = {"liar" if t == "Liar" else f"bid:{t.replace('-', ':')}": a for a, t in texts.items()}
            assert sorted(module.get_legal_actions(ours)) == sorted(names)
            # Challenges are drawn more often than uniformly, so that games end at low bids too.
            action = "liar" if "liar" in names and rng.random() < 0.3 else rng.choice(list(names))
            bid = action if action.startswith("bid") else bid
            ours = module.apply_action(ours, action)
            theirs.apply_action(names[action])
        assert module.get_current_player(ours) == OVER
        assert module.get_legal_actions(ours) == []
        # Bids on the faces 1 and 6 count otherwise there; the exact chances below cover those.
        if bid[-1] not in "16":
            compared += 1
            assert module.get_rewards(ours) == theirs.returns()
    assert compared > GAMES / 3


@pytest.mark.parametrize("face", range(1, SIDES + 1))
def test_bids_are_true_as_often_as_the_binomial_says(face):
    count, hits, chance = game(NAME).namespace["count_dice"], Counter(), 1 if face == 1 else 2
    for dice in product(range(1, SIDES + 1), repeat=DICE):
        hits[count({"dice": [list(dice[:3]), list(dice[3:])]}, face)] += 1
    assert hits == {k: comb(DICE, k) * chance**k * (SIDES - chance) ** (DICE - k) for k in range(DICE + 1)}


@pytest.mark.parametrize(("quantity", "face"), [(1, 1), (2, 1), (1, 6), (3, 6), (4, 3)])
def test_the_challenge_counts_at_least(quantity, face):
    module, rng = game(NAME), random.Random(2)
    for _ in range(300):
        dice = [rng.randint(1, SIDES) for _ in range(DICE)]
        state = play(NAME, [*(f"roll:{die}" for die in dice), f"bid:{quantity}:{face}", "liar"])
        matching = dice.count(face) + (dice.count(1) if face != 1 else 0)
        assert module.get_rewards(state) == ([1, -1] if matching >= quantity else [-1, 1])


def test_the_other_sides_dice_are_hidden_until_the_challenge():
    module, rolls = game(NAME), [f"roll:{die}" for die in (1, 2, 3, 4, 5, 6)]
    first, second = module.get_observations(play(NAME, [*rolls, "bid:2:3"]))
    assert (first["dice"], second["dice"]) == ([[1, 2, 3], ["?"] * 3], [["?"] * 3, [4, 5, 6]])
    assert first["bids"] == second["bids"] == ["bid:2:3"]
    shown = play(NAME, [*rolls, "bid:2:3", "liar"])
    assert [view["dice"] for view in module.get_observations(shown)] == [[[1, 2, 3], [4, 5, 6]]] * 2


def test_hidden_dice_are_resampled_evenly():
    module = game(NAME)
    history = own_history(module, [*(f"roll:{die}" for die in (1, 2, 3, 4, 5, 6)), "bid:2:3"], 1)
    random.seed(4)
    found = Counter(tuple(module.resample_history(history, 1)[:3]) for _ in range(6000))
    assert len(found) == SIDES**3
    for position in range(3):
        faces = Counter()
        for roll, times in found.items():
            faces[roll[position]] += times
        assert all(abs(times / 6000 - 1 / SIDES) < 0.025 for times in faces.values())
