import random

import pytest
from search_programs import KUHN, ROCK_PAPER_SCISSORS, TICTACTOE, game
from test_search import searched, statistics

from gamecwm.contract import ProgramError
from gamecwm.search import Search, hides_information, own_history


def drained(job):
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def share(result: dict, action: str) -> float:
    return next(c["visits"] for c in result["children"] if c["action"] == action) / result["simulations"]


def test_own_history():
    program = game(KUHN)
    assert own_history(program, ["K", "J", "pass", "bet"], 0) == [
        ({"card": "K", "bets": ""}, "pass"),
        ({"card": "K", "bets": "pb"}, None),
    ]
    assert own_history(program, ["K", "J", "pass", "bet"], 1) == [({"card": "J", "bets": "p"}, "bet")]


def test_finds_whether_anything_is_hidden():
    assert drained(hides_information(game(KUHN), [], 1)) is True
    assert drained(hides_information(game(ROCK_PAPER_SCISSORS), [], 1)) is True
    # Nothing is hidden where the observations are the state, whatever functions the program has.
    shown = TICTACTOE + "\ndef resample_history(obs_action_history, player_id):\n    return []\n"
    assert drained(hides_information(game(shown), [], 1)) is False
    assert statistics(searched(game(shown), ["4"], 300)) == statistics(searched(game(TICTACTOE), ["4"], 300))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Q", "J"], ["Q", "K"]),
        (["Q", "J", "pass", "bet"], ["Q", "K", "pass", "bet"]),
        (["J", "Q", "bet"], ["K", "Q", "bet"]),
        (["J", "Q", "pass"], ["K", "Q", "pass"]),
    ],
)
def test_the_hidden_card_changes_nothing(one, other):
    program = game(KUHN)
    first = searched(program, one, 1500, seed=5)
    assert statistics(first) == statistics(searched(program, other, 1500, seed=5))
    assert first["worlds"] == 2
    assert first["principalVariation"] == [first["best"]]


def test_the_hidden_choice_changes_nothing():
    program = game(ROCK_PAPER_SCISSORS)
    results = [statistics(searched(program, [choice], 900, seed=2)) for choice in ("paper", "rock", "scissors")]
    assert results[0] == results[1] == results[2]
    assert results[0]["worlds"] == 3


def test_dominated_actions_in_kuhn_poker_are_left():
    program = game(KUHN)
    king = searched(program, ["Q", "K", "bet"], 2000)
    assert king["best"] == "bet"
    assert share(king, "bet") > 0.85
    jack = searched(program, ["Q", "J", "bet"], 2000)
    assert jack["best"] == "pass"
    assert share(jack, "pass") > 0.85


def test_the_first_of_two_hidden_choices_is_mixed():
    program = game(ROCK_PAPER_SCISSORS)
    result = searched(program, [], 6000)
    assert result["worlds"] == 1
    for action in ("paper", "rock", "scissors"):
        assert share(result, action) > 0.15
    # An opponent who saw the choice would make each of them lose.
    assert all(abs(child["value"]) < 0.3 for child in result["children"])
    assert len({searched(program, [], 400, seed)["best"] for seed in range(12)}) == 3


def test_the_random_generator_of_others_is_left_alone():
    random.seed(11)
    expected = random.Random(11).random()
    searched(game(KUHN), ["Q", "K", "bet"], 100)
    assert random.random() == expected


def test_worlds_that_do_not_fit_are_rejected_and_counted():
    # Half of the sampled histories give the player another card.
    line = "    other = random"
    sloppy = game(KUHN, (line, f"    now = {{**now, 'card': random.choice([now['card'], 'J'])}}\n{line}"))
    search = Search(sloppy, ["Q", "K", "bet"], simulations=1500, milliseconds=1e9, seed=1)
    while not search.run(1000):
        pass
    assert search.rejected > 0
    assert search.result()["best"] == "bet"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("    now = obs", "    return []\n    now = obs"), "ends before the player's turn"),
        (("    now = obs", "    return ['K', 'K']\n    now = obs"), "not legal"),
        (("    now = obs", "    return None\n    now = obs"), "no list of actions"),
        (("    now = obs", "    raise KeyError('deck')\n    now = obs"), "KeyError"),
        (("== 0 else [other, now", "== 9 else [other, now"), "not legal|something else"),
    ],
)
def test_no_world_is_an_error_that_says_so(change, reason):
    with pytest.raises(ProgramError, match="without looking at what is hidden") as caught:
        actions = ["Q", "K"] if "== 9" in change[1] else ["Q", "K", "bet"]
        searched(game(KUHN, change), actions, 100)
    assert caught.match(reason)


def test_worlds_are_limited():
    assert searched(game(ROCK_PAPER_SCISSORS), ["rock"], 300, worlds=2)["worlds"] <= 2
