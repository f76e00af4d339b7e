"""Checkers against OpenSpiel and known perft counts, and the order of the tests for the end."""

import random
from itertools import pairwise

import pyspiel
import pytest
from games.harness import OVER, game

NAME = "checkers"
GAMES = 1000
THEIR_QUIET_LIMIT = 40
#: Leaf counts of English draughts from the start, as published by several move generators.
PERFT = [7, 49, 302, 1469, 7361, 36768]


def their_square(row, col):
    return f"{'abcdefgh'[col]}{8 - row}"


def their_steps(action):
    """OpenSpiel's single steps and jumps that make up an action of ours."""
    numbers = [int(word) for word in action.split("_")[1:]]
    squares = [their_square(row, col) for row, col in zip(numbers[::2], numbers[1::2], strict=True)]
    return [first + second for first, second in pairwise(squares)]


def their_actions(state):
    return {state.action_to_string(state.current_player(), action): action for action in state.legal_actions()}


def whole_moves(state):
    """Every whole turn of theirs as a tuple of steps: jumps go on as long as the same player is to move."""
    player = state.current_player()
    found = set()
    for text, action in their_actions(state).items():
        after = state.child(action)
        if after.current_player() == player:
            found |= {(text, *rest) for rest in whole_moves(after)}
        else:
            found.add((text,))
    return found


def test_random_games_are_those_of_openspiel():
    module, rng, reference = game(NAME), random.Random(1), pyspiel.load_game("checkers")
    ended = 0
    for _ in range(GAMES):
        ours, theirs = module.get_initial_state(), reference.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            legal = module.get_legal_actions(ours)
            assert len(legal) == len(set(legal))
            assert {tuple(their_steps(action)) for action in legal} == whole_moves(theirs)
            action = rng.choice(legal)
            ours = module.apply_action(ours, action)
            for step in their_steps(action):
                theirs.apply_action(their_actions(theirs)[step])
        if module.get_current_player(ours) == OVER:
            ended += 1
            assert module.get_rewards(ours) == theirs.returns()
        else:
            assert ours["moves_without_capture"] == THEIR_QUIET_LIMIT
            assert theirs.returns() == [0, 0]
    assert ended > GAMES / 2


def leaves(module, state, depth):
    legal = module.get_legal_actions(state)
    if depth == 1:
        return len(legal)
    return sum(leaves(module, module.apply_action(state, action), depth - 1) for action in legal)


@pytest.mark.parametrize(("depth", "count"), enumerate(PERFT, start=1))
def test_perft(depth, count):
    assert leaves(game(NAME), game(NAME).get_initial_state(), depth) == count


def position(pieces, turn=0, quiet=0):
    board = [[""] * 8 for _ in range(8)]
    for (row, col), piece in pieces.items():
        board[row][col] = piece
    return {"turn": turn, "rewards": [0.0, 0.0], "board": board, "moves_without_capture": quiet}


def test_the_draw_is_tested_before_a_blocked_opponent():
    # The black man on (3, 0) is blocked by the men on (4, 1) and (5, 2) once one of them has come.
    pieces = {(3, 0): "b", (5, 0): "r", (5, 2): "r"}
    blocked = game(NAME).apply_action(position(pieces, quiet=10), "move_5_0_4_1")
    assert game(NAME).get_rewards(blocked) == [1, -1]
    drawn = game(NAME).apply_action(position(pieces, quiet=79), "move_5_0_4_1")
    assert (drawn["turn"], game(NAME).get_rewards(drawn)) == (OVER, [0, 0])


def test_the_last_capture_wins_and_resets_the_count():
    pieces = {(3, 2): "b", (4, 1): "r"}
    state = game(NAME).apply_action(position(pieces, quiet=79), "jump_4_1_2_3")
    assert (state["turn"], state["moves_without_capture"]) == (OVER, 0)
    assert game(NAME).get_rewards(state) == [1, -1]


def test_a_promotion_does_not_reset_the_count():
    state = game(NAME).apply_action(position({(1, 2): "r", (5, 6): "b"}, quiet=20), "move_1_2_0_1")
    assert (state["board"][0][1], state["moves_without_capture"]) == ("R", 21)


def test_a_king_may_go_round_pass_over_its_first_square_and_go_on():
    ring = {(1, 4): "b", (1, 6): "b", (3, 4): "b", (3, 6): "b"}
    round_trips = {"jump_2_3_0_5_2_7_4_5_2_3", "jump_2_3_4_5_2_7_0_5_2_3"}
    assert set(game(NAME).get_legal_actions(position({(2, 3): "R", **ring}))) == round_trips
    legal = game(NAME).get_legal_actions(position({(2, 3): "R", **ring, (1, 2): "b"}))
    assert set(legal) == {f"{trip}_0_1" for trip in round_trips} | {"jump_2_3_0_1"}


def test_both_see_the_whole_position():
    state = game(NAME).get_initial_state()
    for seen in game(NAME).get_observations(state):
        assert (seen["board"], seen["turn"], seen["moves_without_capture"]) == (state["board"], 0, 0)
