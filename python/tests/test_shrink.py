"""Shrinking: the minimum on programs whose minimum is known."""

import random

from programs import TIC_TAC_TOE, broken

from gamecwm.contract import load_game
from gamecwm.playout import play
from gamecwm.shrink import Hit, replay, shortest

COUNTER = """
SIZE = {size}


def get_initial_state():
    return {{"keys": [], "noise": 0}}


def get_current_player(state):
    return 0


def get_player_name(player_id):
    return "only"


def get_legal_actions(state):
    return ["noise", *(f"key {{n}}" for n in range(SIZE) if n == len(state["keys"]))]


def apply_action(state, action):
    if action == "noise":
        return {{**state, "noise": state["noise"] + 1}}
    if action == f"key {{SIZE - 1}}":
        raise ValueError("the last key")
    return {{**state, "keys": state["keys"] + [action]}}


def get_rewards(state):
    return [0]


def get_observations(state):
    return [dict(state)]
"""


def crash(trail):
    return Hit(trail.fault.message, trail.fault.lines) if trail.fault else None


def test_noise_is_dropped_and_order_kept():
    game = load_game(COUNTER.format(size=12))
    playout = play(game, "seed", 400)
    assert playout.outcome == "fault" and len(playout.trail.actions) > 15
    shown = shortest(game, crash, playout.trail.actions, nodes=0)
    assert shown is not None
    assert shown.actions == [f"key {n}" for n in range(12)]
    assert "the last key" in shown.hit.message


def test_breadth_first_finds_what_dropping_cannot():
    # Player o wins on the middle row: any such game has six actions, wherever the six x go.
    game = load_game(TIC_TAC_TOE)

    def o_wins(trail):
        node = trail.last
        return Hit("o wins") if node and node.rewards == [-1.0, 1.0] else None

    long = ["0", "1", "3", "2", "8", "4", "5", "7"]
    assert o_wins(replay(game, long))
    dropped, searched = (shortest(game, o_wins, long, nodes=nodes) for nodes in (0, 20_000))
    assert dropped and searched
    assert len(searched.actions) == 6 <= len(dropped.actions)


def test_a_single_bad_cell_is_two_actions_away_at_most():
    source = broken(
        TIC_TAC_TOE,
        (
            '    board = list(state["board"])\n',
            '    board = list(state["board"])\n    assert board[7] != "o" or action != "2"\n',
        ),
    )
    game = load_game(source)
    rng = random.Random(5)
    for seed in range(40):
        playout = play(game, str(rng.random()), 50)
        if playout.outcome != "fault":
            continue
        shown = shortest(game, crash, playout.trail.actions)
        assert shown is not None and len(shown.actions) == 3, seed
        assert shown.actions[1:] == ["7", "2"]


def test_a_failure_that_does_not_show_again_is_left_alone():
    assert shortest(load_game(TIC_TAC_TOE), crash, ["0", "1"]) is None
