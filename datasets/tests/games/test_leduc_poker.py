"""Leduc poker against OpenSpiel, what each player sees, and how the hidden card is resampled."""

import random
from collections import Counter

import pyspiel
from games.harness import CHANCE, OVER, game, own_history, play

NAME = "leduc_poker"
GAMES = 1000
THEIR_ACTIONS = {"Fold": 0, "Call": 1, "Raise": 2}
OURS = {number: action for action, number in THEIR_ACTIONS.items()}


def their_cards(state):
    """Their chance outcomes as our actions: cards 0 to 5 are two jacks, two queens, two kings."""
    return {card: f"deal:{'JQK'[card // 2]}" for card, _ in state.chance_outcomes()}


def test_random_games_are_those_of_openspiel():
    module, rng, reference = game(NAME), random.Random(1), pyspiel.load_game("leduc_poker")
    for _ in range(GAMES):
        ours, theirs = module.get_initial_state(), reference.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            names = their_cards(theirs) if theirs.is_chance_node() else {a: OURS[a] for a in theirs.legal_actions()}
            assert sorted(module.get_legal_actions(ours)) == sorted(names.values())
            if theirs.is_chance_node():
                assert len({round(chance, 9) for _, chance in theirs.chance_outcomes()}) == 1
            number = rng.choice(list(names))
            ours = module.apply_action(ours, names[number])
            theirs.apply_action(number)
        assert module.get_current_player(ours) == OVER
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def test_the_other_card_is_hidden_until_a_showdown():
    module = game(NAME)
    for actions in (["deal:J"], ["deal:J", "deal:Q", "Raise"], ["deal:J", "deal:Q", "Raise", "Fold"]):
        first, second = module.get_observations(play(NAME, actions))
        assert first["hands"] == ["J", None]
        assert second["hands"] == [None, "Q" if len(actions) > 1 else None]
    shown = play(NAME, ["deal:J", "deal:Q", "Call", "Call", "deal:K", "Call", "Call"])
    assert [view["hands"] for view in module.get_observations(shown)] == [["J", "Q"]] * 2


def test_betting_pot_and_public_card_are_seen_by_both():
    state = play(NAME, ["deal:J", "deal:Q", "Raise", "Call", "deal:K", "Call", "Raise"])
    for view in game(NAME).get_observations(state):
        assert (view["public"], view["round"], view["bets"], view["pot"]) == ("K", 2, [0, 4], 10)
        assert view["betting"] == [["Raise", "Call"], ["Call", "Raise"]]


def test_the_hidden_card_is_resampled_by_the_copies_left():
    module = game(NAME)
    history = own_history(module, ["deal:J", "deal:J", "Call", "Call", "deal:K"], 0)
    random.seed(3)
    found = Counter(module.resample_history(history, 0)[1] for _ in range(4000))
    assert set(found) == {"deal:J", "deal:Q", "deal:K"}
    for action, share in (("deal:J", 1 / 4), ("deal:Q", 2 / 4), ("deal:K", 1 / 4)):
        assert abs(found[action] / 4000 - share) < 0.04


def test_resampling_goes_on_after_an_own_action():
    module = game(NAME)
    actions = ["deal:J", "deal:Q", "Raise", "Call", "deal:K", "Raise"]
    history = own_history(module, actions, 0)
    again = module.resample_history(history, 0)
    assert again[2:] == actions[2:]
    assert module.get_current_player(play(NAME, again)) != CHANCE
