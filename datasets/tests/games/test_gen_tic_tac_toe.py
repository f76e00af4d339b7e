"""Generalised tic-tac-toe against OpenSpiel, and its lines against a second count of them."""

import random
from itertools import product

import pyspiel
from games.harness import game

RANDOM_GAMES = 1000
SIZE, LENGTH = 6, 4


def test_lock_step_with_openspiel():
    module, rng = game("gen_tic_tac_toe"), random.Random(1)
    twin = pyspiel.load_game(f"mnk(m={SIZE},n={SIZE},k={LENGTH})")
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            moves = {theirs.action_to_string(player, move)[2:-1]: move for move in theirs.legal_actions()}
            assert module.get_legal_actions(ours) == list(moves)
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def windows():
    """Every four cells in a straight line."""
    for row, col, (down, right) in product(range(SIZE), range(SIZE), [(0, 1), (1, 0), (1, 1), (1, -1)]):
        cells = {(row + step * down, col + step * right) for step in range(LENGTH)}
        if all(0 <= r < SIZE and 0 <= c < SIZE for r, c in cells):
            yield cells


def test_each_of_the_lines_wins_with_its_last_stone_and_not_before():
    module, rng, lines = game("gen_tic_tac_toe"), random.Random(2), list(windows())
    assert len(lines) == 2 * 6 * 3 + 2 * 3 * 3
    for line in lines:
        own = rng.sample(sorted(line), LENGTH)
        free = sorted(set(product(range(SIZE), repeat=2)) - line)
        other = rng.sample(free, LENGTH - 1)
        state = module.get_initial_state()
        stones = [stone for pair in zip(own, other, strict=False) for stone in pair] + own[-1:]
        for turn, (row, col) in enumerate(stones):
            assert module.get_current_player(state) == turn % 2
            assert module.get_rewards(state) == [0, 0]
            state = module.apply_action(state, f"{row},{col}")
        assert module.get_current_player(state) == -4
        assert module.get_rewards(state) == [1, -1]


def test_random_games_end_as_a_second_judge_says():
    module, rng, lines = game("gen_tic_tac_toe"), random.Random(3), list(windows())
    for _ in range(300):
        cells = list(product(range(SIZE), repeat=2))
        rng.shuffle(cells)
        state, stones = module.get_initial_state(), ([], [])
        for turn, (row, col) in enumerate(cells):
            player = turn % 2
            stones[player].append((row, col))
            state = module.apply_action(state, f"{row},{col}")
            won = any(line <= set(stones[player]) for line in lines)
            over = won or turn == SIZE * SIZE - 1
            assert (module.get_current_player(state) == -4) == over
            assert module.get_rewards(state) == ([1 - 2 * player, 2 * player - 1] if won else [0, 0])
            if over:
                break
