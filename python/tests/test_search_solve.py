import random

import pytest
from games.harness import game as reference
from search_programs import PIG, THREE, TICTACTOE, game
from test_search import searched

from gamecwm.contract import ProgramError
from gamecwm.search import solve

#: Three stones; take one or two; each take is followed by a coin that may put one back, at most once.
COIN = """
def get_initial_state(): return {"stones": 3, "player": 0, "coins": 1, "coin": False}
def apply_action(state, action):
    if state["coin"]:
        return {**state, "coin": False, "coins": 0, "stones": state["stones"] + (action == "back")}
    left = state["stones"] - int(action)
    return {**state, "stones": left, "player": 1 - state["player"], "coin": bool(left and state["coins"])}
def get_current_player(state):
    return -4 if not state["stones"] else -1 if state["coin"] else state["player"]
def get_player_name(player_id): return "ab"[player_id]
def get_rewards(state):
    return [0, 0] if state["stones"] else [-1, 1] if state["player"] == 0 else [1, -1]
def get_legal_actions(state):
    if not state["stones"]: return []
    if state["coin"]: return ["back", "back", "back", "stay"]
    return [str(n) for n in (1, 2) if n <= state["stones"]]
def get_observations(state): return [state, state]
"""


def test_tictactoe_is_a_draw_and_every_position_is_seen_once():
    solution = solve(game(TICTACTOE), [], states=20_000)
    assert solution is not None
    assert solution.values == (0, 0)
    assert len(solution.actions) == 9
    # Each position that is not over once, and each way to one that is.
    assert solution.states < 12_000


def test_best_actions_and_their_values():
    # X X O / O O X / . . .
    solution = solve(game(TICTACTOE), ["0", "2", "1", "3", "5", "4"], states=1000)
    assert solution is not None
    assert solution.actions == ("6",)
    assert {action: values[0] for action, values in solution.values_of.items()} == {"6": 0, "7": -1, "8": -1}


def test_chance_is_weighed_by_repeats():
    solution = solve(game(COIN), [], states=1000)
    assert solution is not None
    # Taking two leaves one: with 3/4 a coin makes it two, which loses; else the other takes the last one: also lost.
    # Taking one leaves two: with 1/4 they stay, and the other takes both; with 3/4 they are three, which loses.
    assert solution.values_of["2"] == (-1, 1)
    assert solution.values_of["1"] == (0.5, -0.5)
    assert solution.values == (0.5, -0.5)
    assert solution.actions == ("1",)


def test_three_players_general_sum():
    solution = solve(game(THREE), [], states=100)
    assert solution is not None
    assert solution.values == (3, 4, 4)
    assert solution.actions == ("left",)
    assert solution.is_unique
    tied = solve(game(THREE, ('"LRR": [9, 9, 0]', '"LRR": [1, 9, 4]')), [], states=100)
    assert tied is not None
    assert not tied.is_unique


def test_none_past_the_budget_and_where_play_may_come_back():
    assert solve(game(TICTACTOE), [], states=500) is None
    assert solve(game(PIG), [], states=100_000) is None


def test_the_end_and_illegal_actions():
    over = solve(game(TICTACTOE), ["0", "3", "1", "4", "2"], states=10)
    assert over is not None
    assert over.values == (1, -1)
    assert over.actions == ()
    with pytest.raises(ProgramError, match="action 2, '0', is not legal"):
        solve(game(TICTACTOE), ["0", "0"], states=10)


@pytest.mark.parametrize("seed", range(6))
def test_what_the_search_proves_is_what_the_solver_says(seed):
    program, rng = reference("tic_tac_toe"), random.Random(seed)
    state, actions = program.get_initial_state(), []
    for _ in range(4):
        actions.append(rng.choice(program.get_legal_actions(state)))
        state = program.apply_action(state, actions[-1])
        if program.get_current_player(state) == -4:
            return
    solution = solve(program, actions, states=5000)
    assert solution is not None
    result = searched(program, actions, 3000, seed)
    mover = program.get_current_player(state)
    proven = [child for child in result["children"] if child["exact"]]
    assert proven
    for child in proven:
        assert child["value"] == solution.values_of[child["action"]][mover]
    assert result["best"] in solution.actions
