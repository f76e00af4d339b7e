"""The prisoner's dilemma against OpenSpiel, and what each player sees."""

import random
from itertools import product

import pyspiel
from games.harness import game, own_history, play

RANDOM_GAMES = 1000
ROW_PAYOFFS, COLUMN_PAYOFFS = [[3, 0], [5, 1]], [[3, 5], [0, 1]]


def test_lock_step_with_openspiel():
    module, rng = game("prisoners_dilemma"), random.Random(1)
    matrix = pyspiel.create_matrix_game("pd", "pd", ["C", "D"], ["C", "D"], ROW_PAYOFFS, COLUMN_PAYOFFS)
    twin = pyspiel.convert_to_turn_based(matrix)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns() == [0, 0]
            moves = {theirs.action_to_string(player, move): move for move in theirs.legal_actions()}
            assert module.get_legal_actions(ours) == list(moves)
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def test_a_choice_is_hidden_until_both_are_made():
    module = game("prisoners_dilemma")
    cooperates, defects = (module.get_observations(play("prisoners_dilemma", [choice])) for choice in "CD")
    assert cooperates[0] != defects[0]
    assert cooperates[1] == defects[1] != module.get_observations(module.get_initial_state())[1]
    for player in (0, 1):
        states = [play("prisoners_dilemma", list(both)) for both in product("CD", repeat=2)]
        ends = [module.get_observations(state)[player] for state in states]
        assert all(ends.count(end) == 1 for end in ends)


def test_resampled_histories_are_all_that_fit_and_no_others():
    module = game("prisoners_dilemma")
    random.seed(1)
    found = {tuple(module.resample_history(own_history(module, ["C"], 1), 1)) for _ in range(50)}
    assert found == {("C",), ("D",)}
    assert module.resample_history(own_history(module, [], 0), 0) == []
