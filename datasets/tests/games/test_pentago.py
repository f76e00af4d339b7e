"""Pentago against OpenSpiel in lock step, boards included, and the turns of a quadrant by their definition."""

import random

import pyspiel
from games.harness import game, play

NAME = "pentago"
RANDOM_GAMES = 1000
#: OpenSpiel's letters for the turns: clockwise from the left edge of the top left quadrant.
TURNS = {"s": "0_CCW", "t": "0_CW", "u": "1_CCW", "v": "1_CW", "w": "3_CCW", "x": "3_CW", "y": "2_CCW", "z": "2_CW"}


def ours_of(text, player):
    """OpenSpiel's action (column letter, row from 1, turn letter) in our words."""
    return f"{'xo'[player]}({int(text[1]) - 1},{'abcdef'.index(text[0])})_rotate_{TURNS[text[2]]}"


def marks(theirs):
    """OpenSpiel's board in our marks."""
    rows = [line for line in str(theirs).splitlines() if any(digit in line for digit in "123456")]
    cells = [[cell for cell in line[3:].split() if cell in "O@."] for line in rows]
    return [["" if cell == "." else "xo"["O@".index(cell)] for cell in line[:6]] for line in cells]


def test_lock_step_with_openspiel():
    module, twin, rng = game(NAME), pyspiel.load_game(NAME), random.Random(1)
    start = twin.new_initial_state()
    names = [[ours_of(start.action_to_string(0, move), player) for move in range(288)] for player in range(2)]
    ends = set()
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            moves = {names[player][move]: move for move in theirs.legal_actions()}
            assert sorted(module.get_legal_actions(ours)) == sorted(moves)
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
            assert ours["board"] == marks(theirs)
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()
        ends.add((player, *theirs.returns()))
    assert {(0, 1, -1), (0, -1, 1), (1, 1, -1), (1, -1, 1)} <= ends


def test_a_turn_moves_the_nine_cells_of_its_quadrant_as_defined():
    for quadrant in range(4):
        top, left = quadrant // 2 * 3, quadrant % 2 * 3
        for row in range(3):
            for col in range(3):
                for way, (to_row, to_col) in (("CW", (col, 2 - row)), ("CCW", (2 - col, row))):
                    board = play(NAME, [f"x({top + row},{left + col})_rotate_{quadrant}_{way}"])["board"]
                    filled = [(r, c) for r in range(6) for c in range(6) if board[r][c]]
                    assert filled == [(top + to_row, left + to_col)]
