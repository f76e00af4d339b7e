"""Tic-tac-toe against OpenSpiel, the number of its games and positions, and its value."""

import random
from functools import cache

import pyspiel
from games.harness import game

RANDOM_GAMES = 1000
GAMES_IN_ALL, WON_BY_X, WON_BY_O, DRAWN = 255168, 131184, 77904, 46080
POSITIONS = 5478


def test_lock_step_with_openspiel():
    module, twin, rng = game("tic_tac_toe"), pyspiel.load_game("tic_tac_toe"), random.Random(1)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            moves = {"{}({},{})".format("xo"[player], *divmod(move, 3)): move for move in theirs.legal_actions()}
            assert module.get_legal_actions(ours) == list(moves)
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def test_every_game_and_the_value():
    module = game("tic_tac_toe")
    states = {}

    @cache
    def explore(board):
        """Games won by x, won by o and drawn from a position, and its value for x."""
        state = states[board]
        if module.get_current_player(state) == -4:
            reward = module.get_rewards(state)[0]
            return reward == 1, reward == -1, reward == 0, reward
        results = []
        for action in module.get_legal_actions(state):
            after = module.apply_action(state, action)
            key = tuple(map(tuple, after["board"]))
            states.setdefault(key, after)
            results.append(explore(key))
        won, lost, drawn, values = zip(*results, strict=True)
        return sum(won), sum(lost), sum(drawn), (max, min)[state["turn"]](values)

    first = module.get_initial_state()
    key = tuple(map(tuple, first["board"]))
    states[key] = first
    won, lost, drawn, value = explore(key)
    assert (won, lost, drawn) == (WON_BY_X, WON_BY_O, DRAWN)
    assert won + lost + drawn == GAMES_IN_ALL
    assert len(states) == POSITIONS
    assert value == 0
