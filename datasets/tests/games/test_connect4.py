"""Connect Four against OpenSpiel, and the number of positions after each of the first plies."""

import random

import pyspiel
from games.harness import game

RANDOM_GAMES = 1000
#: Distinct positions after 0, 1, 2, ... stones (OEIS A212693).
POSITIONS = [1, 7, 49, 238, 1120, 4263, 16422]


def test_lock_step_with_openspiel():
    module, twin, rng = game("connect4"), pyspiel.load_game("connect_four"), random.Random(1)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            assert module.get_legal_actions(ours) == [f"{'xo'[player]}{column}" for column in theirs.legal_actions()]
            column = rng.choice(theirs.legal_actions())
            ours = module.apply_action(ours, f"{'xo'[player]}{column}")
            theirs.apply_action(column)
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def test_positions_after_each_ply():
    module = game("connect4")
    layer = {"": module.get_initial_state()}
    found = [1]
    for _ in POSITIONS[1:]:
        moves = [(state, action) for state in layer.values() for action in module.get_legal_actions(state)]
        after = [module.apply_action(state, action) for state, action in moves]
        layer = {str(state["board"]): state for state in after}
        found.append(len(layer))
    assert found == POSITIONS
