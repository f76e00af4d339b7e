"""Goofspiel against OpenSpiel, what is seen, and how the hidden bid is resampled."""

import random
from collections import Counter

import pyspiel
from games.harness import OVER, game, own_history, play, random_actions

NAME = "goofspiel"
GAMES = 1000


def test_random_games_are_those_of_openspiel():
    module, rng = game(NAME), random.Random(1)
    reference = pyspiel.load_game_as_turn_based(
        "goofspiel", {"num_cards": 13, "points_order": "random", "returns_type": "win_loss"}
    )
    for _ in range(GAMES):
        ours, theirs = module.get_initial_state(), reference.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            word = "prize" if theirs.is_chance_node() else "bid"
            numbers = theirs.legal_actions()
            assert module.get_legal_actions(ours) == [f"{word}:{number + 1}" for number in sorted(numbers)]
            if theirs.is_chance_node():
                assert all(abs(chance * len(numbers) - 1) < 1e-9 for _, chance in theirs.chance_outcomes())
            number = rng.choice(numbers)
            ours = module.apply_action(ours, f"{word}:{number + 1}")
            theirs.apply_action(number)
        # OpenSpiel plays the forced last round by itself.
        while module.get_current_player(ours) != OVER:
            (action,) = module.get_legal_actions(ours)
            ours = module.apply_action(ours, action)
        assert module.get_rewards(ours) == theirs.returns()


def test_a_game_has_39_actions_and_91_points():
    module, rng = game(NAME), random.Random(2)
    for _ in range(50):
        actions = random_actions(NAME, rng)
        state = play(NAME, actions)
        lost = sum(done["prize"] for done in state["rounds"] if done["bids"][0] == done["bids"][1])
        assert len(actions) == 39
        assert sum(state["scores"]) + lost == 91
        assert module.get_observations(state)[0]["rounds"] == state["rounds"]


def test_a_bid_is_hidden_from_the_other_player_alone():
    first, second = game(NAME).get_observations(play(NAME, ["prize:7", "bid:9"]))
    assert (first["bids"], second["bids"]) == ([9, None], [None, None])
    assert 9 not in first["hands"][0]
    assert second["hands"] == [None, list(range(1, 14))]
    assert first["prize"] == second["prize"] == 7
    shown = game(NAME).get_observations(play(NAME, ["prize:7", "bid:9", "bid:2"]))
    for view in shown:
        assert view["rounds"] == [{"prize": 7, "bids": [9, 2]}]
        assert (view["scores"], view["round"]) == ([7, 0], 2)


def test_the_hidden_bid_does_not_change_what_player_1_sees():
    module = game(NAME)
    views = [module.get_observations(play(NAME, ["prize:7", f"bid:{card}"]))[1] for card in range(1, 14)]
    assert all(view == views[0] for view in views)


def test_the_hidden_bid_is_resampled_evenly_from_the_cards_left():
    module = game(NAME)
    history = own_history(module, ["prize:7", "bid:9", "bid:2", "prize:1", "bid:4"], 1)
    random.seed(5)
    found = Counter(module.resample_history(history, 1)[-1] for _ in range(6000))
    assert set(found) == {f"bid:{card}" for card in range(1, 14) if card != 9}
    assert all(abs(times / 6000 - 1 / 12) < 0.02 for times in found.values())
