import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_programs import KUHN, PIG, THREE, TICTACTOE, game

from gamecwm.compare import Comparison, equal_games

LEGAL = '    return [str(cell) for cell, mark in enumerate(state["board"]) if mark == "."]'


def difference(first, second, games=20, seed=1) -> dict | None:
    comparison = Comparison(first, second, games=games, steps=200, seed=seed)
    while not comparison.run(1000):
        pass
    result = comparison.result()
    assert result["equal"] is (result["difference"] is None)
    return result["difference"]


@pytest.mark.parametrize("source", [TICTACTOE, PIG, KUHN, THREE])
def test_a_program_equals_itself(source):
    comparison = Comparison(game(source), game(source), games=10, steps=300, seed=3)
    while not comparison.run(1):
        assert comparison.progress()["total"] == 10
    assert comparison.result() == {"equal": True, "games": 10, "difference": None}
    assert equal_games(game(source), game(source))


def test_another_layout_is_no_difference():
    other = TICTACTOE.replace('"board"', '"cells"').replace('"player"', '"mover"')
    assert equal_games(game(TICTACTOE), game(other, ("[state, state]", "[{}, {}]")))


def test_order_of_actions_is_no_difference():
    assert equal_games(game(TICTACTOE), game(TICTACTOE, (LEGAL, LEGAL + "[::-1]")))


SIZES = "SIZE, LENGTH, PRIZE = 3, 3, 1"
NEXT = '"player": 1 - state["player"]'


@pytest.mark.parametrize(
    ("change", "length", "message"),
    [
        (
            (SIZES, "SIZE, LENGTH, PRIZE = 4, 3, 1"),
            0,
            "at the start: only the second program lets player 0 play 10, 11",
        ),
        ((SIZES, "SIZE, LENGTH, PRIZE = 3, 2, 1"), 3, "player 1 is to move; in the second the game is over"),
        (("[PRIZE, -PRIZE] if won == 0", "[-PRIZE, PRIZE] if won == 0"), 5, "rewards 1, -1; the second -1, 1"),
        ((LEGAL, LEGAL + " + ['4'] * (state['board'][4] == 'X')"), 1, "the second 0, 1, 2, 3, 4, 5, 6, 7, 8"),
        ((NEXT, NEXT + ' * (state["board"][8] == ".")'), 2, "player 0 is to move; in the second player 1 is to move"),
        (("    board[int(action)]", "    board[4 if action == '8' else int(action)]"), 1, "after 8: "),
        (("return [0, 0] if", "return [0, 0, 0] if"), 0, "has 2 players; the second 3"),
    ],
)
def test_mutants_give_the_shortest_difference(change, length, message):
    found = difference(game(TICTACTOE), game(TICTACTOE, change))
    assert found is not None
    assert len(found["actions"]) == length
    assert message in found["message"]
    back = difference(game(TICTACTOE, change), game(TICTACTOE))
    assert back is not None
    assert len(back["actions"]) == length


def test_a_difference_too_deep_for_the_breadth_first_search():
    # Only a full board without a line tells the two apart, so nothing can be dropped.
    draw = "return [0, 0] if won is None"
    change = (draw, f"{draw} and '.' in state['board'] else [7, 7] if won is None")
    found = difference(game(TICTACTOE), game(TICTACTOE, change), games=60)
    assert found is not None
    assert len(found["actions"]) == 9


def test_a_long_difference_is_shrunk():
    sizes = "GOAL, SIDES = 6, 3"
    first = game(PIG, (sizes, "GOAL, SIDES = 60, 3"))
    found = difference(first, game(PIG, (sizes, "GOAL, SIDES = 61, 3")), games=60)
    assert found is not None
    state = first.get_initial_state()
    for action in found["actions"]:
        assert action in first.get_legal_actions(state)
        state = first.apply_action(state, action)
    assert max(state["scores"]) == 60
    # Of the first game's 133 actions the other player keeps only what passes the turn.
    assert min(state["scores"]) == 0
    assert len(found["actions"]) < 60


def test_chance_counts_by_proportion():
    twice = game(PIG, ("for side in range(SIDES)]", "for side in range(SIDES)] * 2"))
    assert equal_games(game(PIG), twice)
    loaded = game(PIG, ("for side in range(SIDES)]", "for side in range(SIDES)] + ['1']"))
    found = difference(game(PIG), loaded)
    assert found == {
        "actions": ["roll"],
        "message": "after roll: the first program lets chance choose 1, 2, 3; the second 1, 1, 2, 3",
    }


def test_repeated_actions_of_a_player_are_a_difference():
    found = difference(game(TICTACTOE), game(TICTACTOE, (LEGAL, LEGAL + " * 2")))
    assert found is not None
    assert found["actions"] == []


@pytest.mark.parametrize(
    ("change", "length", "message"),
    [
        (
            ('    return {"board": [', "    raise ValueError('no board')\n    return {\"board\": ["),
            0,
            "at the start: the second program fails in line 5 with ValueError: no board",
        ),
        (("    board = list(state", "    1 / (action != '4')\n    board = list(state"), 1, "ZeroDivisionError"),
        (("    won = winner(state)", "    return None"), 0, "get_rewards gives None"),
        (("    won = winner(state)", "    exit()"), 0, "SystemExit"),
    ],
)
def test_exceptions_are_differences(change, length, message):
    found = difference(game(TICTACTOE), game(TICTACTOE, change))
    assert found is not None
    assert len(found["actions"]) == length
    assert message in found["message"]
    assert not equal_games(game(TICTACTOE, change), game(TICTACTOE))


def test_interruptible_and_repeatable():
    head = "def apply_action(state, action):"
    slow = (head, f"import time\n{head}\n    time.sleep(0.003)")
    comparison = Comparison(game(TICTACTOE, slow), game(TICTACTOE), games=50, steps=100, seed=1)
    started = time.perf_counter()
    assert comparison.run(5) is False
    assert time.perf_counter() - started < 0.1
    assert comparison.result()["equal"] is False  # nothing is said before the end
    mutant = game(TICTACTOE, (SIZES, "SIZE, LENGTH, PRIZE = 3, 2, 1"))
    assert difference(game(TICTACTOE), mutant, seed=9) == difference(game(TICTACTOE), mutant, seed=9)


@settings(max_examples=25, deadline=None)
@given(ways=st.lists(st.tuples(st.text("LR", min_size=3, max_size=3), st.integers(0, 9)), max_size=3))
def test_any_changed_payoff_is_found(ways):
    changed = game(THREE)
    payoffs = changed.namespace["PAYOFFS"]
    for way, payoff in ways:
        payoffs[way] = [payoff, *payoffs[way][1:]]
    same = payoffs == game(THREE).namespace["PAYOFFS"]
    found = difference(game(THREE), changed, games=100)
    assert (found is None) is same
    if found is not None:
        assert payoffs["".join(a[0].upper() for a in found["actions"])] != game(THREE).namespace["PAYOFFS"]


def test_a_rare_difference_near_the_start_is_found_by_search():
    # One of 50 first actions followed by one of 50 others: three random games will not meet it.
    wide = """
def get_initial_state():
    return {"moves": []}


def get_current_player(state):
    return -4 if len(state["moves"]) == 2 else len(state["moves"])


def get_legal_actions(state):
    return [] if len(state["moves"]) == 2 else [f"go {n}" for n in range(40)]


def apply_action(state, action):
    return {"moves": state["moves"] + [action]}


def get_rewards(state):
    return [1, 0] if state["moves"] == ["go 7", "go 31"] else [0, 0]


def get_player_name(player_id):
    return "AB"[player_id]


def get_observations(state):
    return [dict(state), dict(state)]
"""
    first, second = game(wide), game(wide, ('["go 7", "go 31"]', '["go 7", "go 32"]'))
    found = difference(first, second, games=3)
    assert found is not None
    assert found["actions"] in (["go 7", "go 31"], ["go 7", "go 32"])


def test_a_difference_that_random_play_never_meets_is_found_by_novelty():
    # Nine steps up in a row with a three in four chance to fall back each time, in another program ten.
    ladder = """
def get_initial_state():
    return {"height": 0, "steps": 0}


def get_current_player(state):
    return -4 if state["height"] == TOP or state["steps"] == 60 else 0


def get_legal_actions(state):
    return [] if get_current_player(state) == -4 else ["up", "a", "b", "c"]


def apply_action(state, action):
    return {"height": state["height"] + 1 if action == "up" else 0, "steps": state["steps"] + 1}


def get_rewards(state):
    return [state["height"]]


def get_player_name(player_id):
    return "climber"


def get_observations(state):
    return [dict(state)]


TOP = 11
"""
    first, second = game(ladder), game(ladder, ("TOP = 11", "TOP = 12"))
    found = difference(first, second, games=5)
    assert found is not None
    assert found["actions"] == ["up"] * 11
