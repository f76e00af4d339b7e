import dataclasses
import random

import pytest
from games.harness import game as reference
from search_programs import PIG, THREE, TICTACTOE, game
from test_search import searched

from gamecwm.contract import ProgramError
from gamecwm.search import Search, solve

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


def test_near_the_end_the_search_asks_the_solver():
    program, actions = game(TICTACTOE), ["0", "4"]
    plain = searched(program, actions, 10**5, solver_states=0)
    helped = searched(program, actions, 10**5)
    assert helped["simulations"] < plain["simulations"]
    exact = solve(program, actions, states=20_000)
    assert exact is not None
    proven = {child["action"]: child["value"] for child in helped["children"] if child["exact"]}
    assert proven
    assert proven == {action: exact.values_of[action][0] for action in proven}
    assert helped["best"] in exact.actions


def test_the_solver_is_asked_within_its_budget_and_can_be_interrupted():
    looks = []
    program = game(TICTACTOE)
    counted = dataclasses.replace(
        program, apply_action=lambda state, action: looks.append(action) or program.apply_action(state, action)
    )
    once = Search(counted, ["0", "4"], simulations=60, milliseconds=1e9, seed=3)
    steps = 0
    while not once.run(0):
        steps += 1
        # Between two pauses at the most one way through known positions, never a whole search of a subtree.
        assert len(looks) <= 12
        looks.clear()
    assert steps > 60
    at_once = searched(program, ["0", "4"], 60, 3)
    assert {**once.result(), "milliseconds": 0} == {**at_once, "milliseconds": 0}


def test_where_play_may_come_back_the_search_goes_on_without_the_solver():
    result = searched(game(PIG), [], 400)
    assert result["simulations"] == 400
    assert result["best"] == "roll"


#: One stone at a time from three; after the last one the taker wins 1, or 5 if luck will have it.
JACKPOT = """
def get_initial_state(): return {"left": 4, "player": 0, "prize": 0}
def apply_action(state, action):
    if state["left"] == 1: return {**state, "left": 0, "prize": int(action)}
    return {**state, "left": state["left"] - 1, "player": 1 - state["player"]}
def get_current_player(state): return -4 if not state["left"] else state["player"]
def get_player_name(player_id): return "ab"[player_id]
def get_rewards(state): return [state["prize"] - 1, 1 - state["prize"]]
def get_legal_actions(state):
    if not state["left"]: return []
    return ["0", "1", "2", "9"] if state["left"] == 1 else ["take"]
def get_observations(state): return [state, state]
"""


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("states", [0, 1000])
def test_a_win_that_can_be_bettered_is_not_taken_for_proven(seed, states):
    """Whatever order the rewards are met in: player 1 moves last and wants the smallest prize."""
    result = searched(game(JACKPOT), [], 2000, seed, solver_states=states)
    assert [child["value"] for child in result["children"]] == [pytest.approx(-1, abs=0.2)]
    reversed_roles = searched(game(JACKPOT), ["take"], 2000, seed, solver_states=states)
    assert [child["value"] for child in reversed_roles["children"]] == [pytest.approx(1, abs=0.2)]
