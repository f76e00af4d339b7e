"""Dots and boxes against OpenSpiel, and its value against a second solver."""

import random
from functools import cache

import pyspiel
from games.harness import game

RANDOM_GAMES = 1000


def action_name(text):
    """ "P1(h,0,1)" as "h_0_1"."""
    return "_".join(text[text.index("(") + 1 : -1].split(","))


def test_lock_step_with_openspiel():
    module, rng = game("dots_and_boxes"), random.Random(1)
    twin = pyspiel.load_game("dots_and_boxes(num_rows=2,num_cols=2)")
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            moves = {action_name(theirs.action_to_string(player, move)): move for move in theirs.legal_actions()}
            assert sorted(module.get_legal_actions(ours)) == sorted(moves)
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_legal_actions(ours) == []
        assert module.get_rewards(ours) == theirs.returns()


def solve_by_sets():
    """The most boxes by which the player to move can lead from here on, over sets of edges named by their midpoints."""
    edges = frozenset((row, col) for row in range(5) for col in range(5) if (row + col) % 2)
    boxes = [frozenset({(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)}) for r in (1, 3) for c in (1, 3)]

    @cache
    def lead(drawn):
        best = None
        for edge in edges - drawn:
            after = drawn | {edge}
            closed = sum(edge in box and box <= after for box in boxes)
            value = closed + lead(after) if closed else -lead(after)
            best = value if best is None else max(best, value)
        return best or 0

    return lead(frozenset())


def solve_by_playing():
    """The lead in boxes of player 0 with best play, by the program's own states."""
    module = game("dots_and_boxes")
    known = {}

    def lead_to_come(state):
        key = (module.get_current_player(state), tuple(bool(cell) for row in state["board"] for cell in row))
        if key not in known:
            best = None
            for action in module.get_legal_actions(state):
                after = module.apply_action(state, action)
                gained = [new - old for new, old in zip(after["scores"], state["scores"], strict=True)]
                value = gained[0] - gained[1] + lead_to_come(after)
                best = value if best is None else (max, min)[key[0]](best, value)
            known[key] = best or 0
        return known[key]

    return lead_to_come(module.get_initial_state())


def test_the_first_player_wins_by_two_boxes_with_best_play():
    assert solve_by_playing() == solve_by_sets() == 2
