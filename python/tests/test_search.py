import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_programs import PIG, THREE, TICTACTOE, game

from gamecwm.contract import Game, ProgramError
from gamecwm.search import Search
from gamecwm.search.positions import key_of


def searched(program: Game, actions: list[str], simulations: int, seed: int = 1, **options) -> dict:
    search = Search(program, actions, simulations=simulations, milliseconds=1e9, seed=seed, **options)
    while not search.run(1000):
        pass
    return search.result()


def statistics(result: dict) -> dict:
    return {key: value for key, value in result.items() if key != "milliseconds"}


def test_takes_the_win_and_blocks_the_loss():
    program = game(TICTACTOE)
    win = searched(program, ["0", "3", "1", "4"], 500)
    assert win["best"] == "2"
    assert win["principalVariation"] == ["2"]
    assert win["children"][0] == {
        "action": "2",
        "visits": win["children"][0]["visits"],
        "value": 1.0,
        "exact": True,
    }
    assert searched(program, ["0", "4", "1"], 500)["best"] == "2"


def test_proves_a_small_position_and_stops():
    # X X O / O O X / . . . : X to move; only 6 and 8 are not lost at once, and both are drawn or better.
    result = searched(game(TICTACTOE), ["0", "2", "1", "3", "5", "4"], 10**6)
    assert result["simulations"] < 1000
    values = {child["action"]: child["value"] for child in result["children"]}
    assert values["7"] == values["8"] == -1  # O completes 2 4 6
    assert values["6"] == 0
    assert result["best"] == "6"


@pytest.mark.parametrize("prize", ["1", "5"])
def test_scale_of_rewards_changes_nothing(prize):
    program = game(TICTACTOE, ("SIZE, LENGTH, PRIZE = 3, 3, 1", f"SIZE, LENGTH, PRIZE = 3, 3, {prize}"))
    visits = [(child["action"], child["visits"]) for child in searched(program, ["0"], 800)["children"]]
    plain = [(child["action"], child["visits"]) for child in searched(game(TICTACTOE), ["0"], 800)["children"]]
    assert visits == plain


def pig_values(program: Game) -> dict[tuple, float]:
    """Player 0's expected reward in each decision of pig, by value iteration."""
    goal, sides = program.namespace["GOAL"], program.namespace["SIDES"]
    values: dict[tuple, float] = {}

    def worth(mine: int, other: int, turn: int) -> float:
        return values.get((mine, other, turn), 0.0)

    for _ in range(200):
        for mine in range(goal):
            for other in range(goal):
                for turn in range(2 * goal):
                    hold = 1.0 if mine + turn >= goal else -worth(other, mine + turn, 0)
                    rolls = [worth(mine, other, min(turn + side, 2 * goal - 1)) for side in range(2, sides + 1)]
                    values[mine, other, turn] = max(hold, (sum(rolls) - worth(other, mine, 0)) / sides)
    return values


def test_chance_game_comes_close_to_the_exact_value():
    program = game(PIG)
    exact = pig_values(program)[0, 0, 0]
    result = searched(program, [], 12_000)
    assert result["best"] == "roll"
    assert abs(max(child["value"] for child in result["children"]) - exact) < 0.15


def test_chance_outcomes_that_repeat_weigh():
    # Seven sides of eight are a 3: a roll is worth more than with 1, 2, 3 alike.
    sides = ("return [str(side + 1) for side in range(SIDES)]", 'return ["1", "3", "3", "3", "3", "3", "3", "3"]')
    loaded = game(PIG, sides)
    actions = ["roll", "3"]
    fair = {c["action"]: c["value"] for c in searched(game(PIG), actions, 4000)["children"]}
    weighted = {c["action"]: c["value"] for c in searched(loaded, actions, 4000)["children"]}
    assert weighted["roll"] > fair["roll"] + 0.2


def test_three_players_general_sum():
    result = searched(game(THREE), [], 3000)
    assert result["principalVariation"] == ["left", "right", "left"]
    assert {child["action"]: child["value"] for child in result["children"]} == {"left": 3, "right": 1}


def test_ties_of_a_general_sum_are_not_called_proven():
    # Player 2 is indifferent after left, right: player 1 may get 4 or 9 there, so nobody can prove that node.
    result = searched(game(THREE, ('"LRR": [9, 9, 0]', '"LRR": [1, 9, 4]')), [], 3000)
    assert result["simulations"] == 3000


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), moves=st.integers(0, 5), slices=st.lists(st.floats(0, 3), min_size=1, max_size=5))
def test_same_seed_same_statistics_however_interrupted(seed, moves, slices):
    program = game(TICTACTOE)
    actions = [str(cell) for cell in random.Random(seed).sample(range(9), moves)]
    if moves == 5 and program.namespace["winner"]({"board": marks(actions)}) is not None:
        actions.pop()
    once = searched(program, actions, 200, seed)
    search = Search(program, actions, simulations=200, milliseconds=1e9, seed=seed)
    turn = 0
    while not search.run(slices[turn % len(slices)]):
        turn += 1
        search.progress()
    assert statistics(search.result()) == statistics(once)
    assert sum(child["visits"] for child in once["children"]) == once["simulations"]
    assert {child["action"] for child in once["children"]} == {str(c) for c in range(9)} - set(actions)
    visits = [child["visits"] for child in once["children"]]
    assert visits == sorted(visits, reverse=True)
    assert all(-1 <= child["value"] <= 1 for child in once["children"])


def marks(actions: list[str]) -> list[str]:
    board = ["."] * 9
    for turn, cell in enumerate(actions):
        board[int(cell)] = "XO"[turn % 2]
    return board


def test_transpositions_prove_a_position_sooner():
    program, actions = game(TICTACTOE), ["0", "4"]
    shared = searched(program, actions, 10**5, solver_states=0)
    apart = searched(program, actions, 10**5, solver_states=0, transpositions=False)
    assert shared["simulations"] < apart["simulations"] < 10**5
    assert {c["action"]: c["value"] for c in shared["children"] if c["exact"]}.items() <= {
        "1": 0, "2": 0, "3": 0, "5": 0, "6": 0, "7": 0, "8": 0
    }.items()  # fmt: skip
    assert shared["best"] in "1235678"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(one=st.dictionaries(st.text(max_size=2), values, max_size=3), other=values)
def test_equal_keys_mean_equal_states(one, other):
    copied = json.loads(json.dumps(one))
    assert key_of(one) == key_of(copied)
    changed = {**one, "board": other}
    assert key_of(changed) != key_of(one) or changed == one
    long = {"board": [one] * 40}
    assert len(key_of(long)) <= 256
    assert key_of({"board": [one] * 39}) != key_of(long)


def test_a_state_that_is_not_plain_data_has_no_key():
    assert key_of({"board": object()}) is None


def test_different_seeds_differ():
    program = game(TICTACTOE)
    assert len({str(statistics(searched(program, [], 100, seed))) for seed in range(4)}) > 1


def test_interruptible_on_a_slow_program():
    head = "def apply_action(state, action):"
    slow = game(TICTACTOE, (head, f"import time\n{head}\n    time.sleep(0.005)"))
    search = Search(slow, [], simulations=10**6, milliseconds=1e9, seed=1)
    while not search.simulations:
        search.run(5)
    for _ in range(10):
        started = time.perf_counter()
        assert search.run(5) is False
        assert time.perf_counter() - started < 0.08
    assert search.result()["simulations"] > 0


def test_ends_by_time():
    search = Search(game(TICTACTOE), [], simulations=10**9, milliseconds=60, seed=1)
    while not search.run(20):
        pass
    result = search.result()
    assert 60 <= result["milliseconds"] < 200
    assert result["best"] is not None
    assert search.run(1000) is True
    assert search.result() == result


def test_an_action_is_named_even_where_time_ends_before_the_first_simulation():
    head = "def get_observations(state):"
    slow = game(TICTACTOE, (head, f"import time\n{head}\n    time.sleep(0.03)"))
    search = Search(slow, ["4"], simulations=100, milliseconds=5, seed=1)
    while not search.run(1):
        pass
    assert search.simulations == 0
    assert search.result()["best"] in set("01235678")


def test_nothing_to_search_at_the_end():
    result = searched(game(TICTACTOE), ["0", "3", "1", "4", "2"], 10)
    assert result["best"] is None
    assert result["children"] == result["principalVariation"] == []


def test_nothing_to_search_at_chance():
    assert searched(game(PIG), ["roll"], 10)["best"] is None


def test_of_actions_tried_alike_the_better_one_is_taken():
    result = searched(game(TICTACTOE), ["0", "4"], 7, 2)
    most = [child for child in result["children"] if child["visits"] == result["children"][0]["visits"]]
    assert len(most) > 1
    best = next(child for child in most if child["action"] == result["best"])
    assert best["value"] == max(child["value"] for child in most)


def test_zero_simulations_still_name_an_action():
    assert searched(game(TICTACTOE), ["0"], 0)["best"] in "12345678"


def test_illegal_actions_are_refused():
    with pytest.raises(ProgramError, match="action 2, '0', is not legal"):
        searched(game(TICTACTOE), ["0", "0"], 10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("    board = list(state", "    state['lost']\n    board = list(state"), "KeyError: 'lost'"),
        (("[PRIZE, -PRIZE] if", "[PRIZE] if"), "not 2 finite numbers"),
        (("    if get_current_player(state) == -4:", "    if state['player'] == 1:"), "nothing to do"),
    ],
)
def test_broken_programs_are_named(change, message):
    with pytest.raises(ProgramError, match=message) as caught:
        searched(game(TICTACTOE, change), [], 100)
    if "KeyError" in message:
        assert caught.value.line is not None


def test_a_program_with_actions_after_the_end_is_searched_by_the_end():
    loose = game(TICTACTOE, ("    if get_current_player(state) == -4:", "    if '.' not in state['board']:"))
    assert searched(loose, ["0", "3", "1", "4"], 500)["best"] == "2"


def test_cut_playouts_count_with_the_scores_so_far():
    # An endless game whose scores run: only "take" scores.
    endless = """
def get_initial_state(): return {"score": 0}
def apply_action(state, action): return {"score": state["score"] + (action == "take") / 1000}
def get_current_player(state): return 0
def get_player_name(player_id): return "one"
def get_rewards(state): return [state["score"]]
def get_legal_actions(state): return ["take", "wait"]
def get_observations(state): return [state]
"""
    assert searched(game(endless), [], 600, 3, playout_depth=10)["best"] == "take"


def test_cut_playouts_count_by_the_evaluation_that_is_given():
    endless = """
def get_initial_state(): return {"score": 0}
def apply_action(state, action): return {"score": state["score"] + (1 if action == "up" else -1)}
def get_current_player(state): return 0
def get_player_name(player_id): return "one"
def get_rewards(state): return [0]
def get_legal_actions(state): return ["up", "down"]
def get_observations(state): return [state]
"""
    for evaluate, best in ((lambda state: [state["score"]], "up"), (lambda state: [-state["score"]], "down")):
        assert searched(game(endless), [], 600, 3, playout_depth=10, evaluate=evaluate)["best"] == best


def test_the_stream_ends_with_the_result():
    search = Search(game(TICTACTOE), [], simulations=3000, milliseconds=1e9, seed=1)
    parts = list(search.stream(2.0))
    assert len(parts) > 1
    assert [part["simulations"] for part in parts] == sorted(part["simulations"] for part in parts)
    assert parts[-1] == search.result()
