import dataclasses
import random
import time

import pytest
from games.harness import GAMES, meta
from games.harness import game as reference
from search_programs import KUHN, ROCK_PAPER_SCISSORS, TICTACTOE, game
from test_search import searched, statistics

from gamecwm.contract import ProgramError
from gamecwm.search import Search, determinize, hides_information, own_history


def drained(job):
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def share(result: dict, action: str) -> float:
    visits = {child["action"]: child["visits"] for child in result["children"]}
    return visits[action] / sum(visits.values())


def test_own_history():
    program = game(KUHN)
    assert own_history(program, ["K", "J", "pass", "bet"], 0) == [
        ({"card": "K", "bets": ""}, "pass"),
        ({"card": "K", "bets": "pb"}, None),
    ]
    assert own_history(program, ["K", "J", "pass", "bet"], 1) == [({"card": "J", "bets": "p"}, "bet")]


#: Programs that hide something and say nothing of how histories may be found.
SILENT = {"kuhn": KUHN, "rock, paper, scissors": ROCK_PAPER_SCISSORS}


def silenced(source: str) -> str:
    return source[: source.index("def resample_history")]


def test_finds_whether_anything_is_hidden():
    for source in SILENT.values():
        assert drained(hides_information(game(source))) is True
        assert drained(hides_information(game(silenced(source)))) is True
    # Nothing is hidden where the observations are the state, whatever functions the program has.
    shown = TICTACTOE + "\ndef resample_history(obs_action_history, player_id):\n    return []\n"
    assert drained(hides_information(game(shown))) is False
    assert statistics(searched(game(shown), ["4"], 300)) == statistics(searched(game(TICTACTOE), ["4"], 300))


def test_observations_that_leave_out_what_follows_from_them_hide_nothing():
    board = game(TICTACTOE, ("return [state, state]", "return [{'cells': ''.join(state['board'])}] * 2"))
    assert drained(hides_information(board)) is False
    own = "return [{'cells': ''.join(state['board'])} if p == state['player'] else {} for p in (0, 1)]"
    assert drained(hides_information(game(TICTACTOE, ("return [state, state]", own)))) is False
    assert searched(board, ["4"], 50)["worlds"] is None


@pytest.mark.parametrize("name", [folder.name for folder in sorted(GAMES.iterdir()) if (folder / "meta.json").exists()])
def test_the_thirty_games_hide_what_they_say(name):
    assert drained(hides_information(reference(name))) is (meta(name)["information"] == "imperfect")


@pytest.mark.parametrize("name", ["kuhn_poker", "leduc_poker", "liars_dice", "matching_pennies", "quadranto"])
def test_hidden_games_are_recognised_without_resample_history(name):
    program = dataclasses.replace(reference(name), resample_history=None, source=f"{name}, silenced")
    assert drained(hides_information(program)) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Q", "J"], ["Q", "K"]),
        (["Q", "J", "pass", "bet"], ["Q", "K", "pass", "bet"]),
        (["J", "Q", "bet"], ["K", "Q", "bet"]),
        (["J", "Q", "pass"], ["K", "Q", "pass"]),
    ],
)
@pytest.mark.parametrize("source", [KUHN, silenced(KUHN)], ids=["told", "silent"])
def test_the_hidden_card_changes_nothing(one, other, source):
    program = game(source)
    first = searched(program, one, 1500, seed=5)
    assert statistics(first) == statistics(searched(program, other, 1500, seed=5))
    assert first["worlds"]["distinct"] == 2
    assert {tuple(world["actions"]) for world in first["worlds"]["examples"]} == {tuple(one), tuple(other)}
    assert sum(world["share"] for world in first["worlds"]["examples"]) == pytest.approx(1, abs=1e-5)
    assert first["principalVariation"] == [first["best"]]


def test_the_hidden_choice_changes_nothing():
    program = game(ROCK_PAPER_SCISSORS)
    results = [statistics(searched(program, [choice], 900, seed=2)) for choice in ("paper", "rock", "scissors")]
    assert results[0] == results[1] == results[2]
    assert results[0]["worlds"]["distinct"] == 3


#: Three players choose in turn, unseen; the odd one out wins.
ODD_ONE_OUT = """
def get_initial_state(): return {"choices": []}
def apply_action(state, action): return {"choices": state["choices"] + [action]}
def get_current_player(state): return -4 if len(state["choices"]) == 3 else len(state["choices"])
def get_player_name(player_id): return "abc"[player_id]
def get_rewards(state):
    choices = state["choices"]
    if len(choices) < 3 or len(set(choices)) == 1: return [0, 0, 0]
    return [2 if choices.count(choice) == 1 else -1 for choice in choices]
def get_legal_actions(state): return [] if len(state["choices"]) == 3 else ["left", "right"]
def get_observations(state):
    return [{"turn": len(state["choices"]), "mine": state["choices"][p:p + 1]} for p in range(3)]
"""


def test_three_players_with_secrets():
    program = game(ODD_ONE_OUT)
    last = searched(program, ["left", "right"], 2000)
    assert last["worlds"]["distinct"] == 4
    assert statistics(last) == statistics(searched(program, ["right", "right"], 2000))
    for actions in ([], ["left"], ["left", "left"]):
        result = searched(program, actions, 4000)
        # Nobody wins more than the two others lose together, and nobody is sure to be the odd one out.
        assert all(-1 <= child["value"] < 1.5 for child in result["children"])
        assert result["worlds"]["distinct"] == 2 ** len(actions)


def test_interruptible_where_a_slow_program_hides_something():
    head = "def apply_action(state, action):"
    slow = game(KUHN, (head, f"import time\n{head}\n    time.sleep(0.003)"))
    search = Search(slow, ["Q", "K", "bet"], simulations=10**6, milliseconds=1e9, seed=1)
    longest = 0.0
    while search.simulations < 20:
        started = time.perf_counter()
        search.run(5)
        longest = max(longest, time.perf_counter() - started)
    assert longest < 0.2


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
    assert result["worlds"]["distinct"] == 1
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


def unlisted(monkeypatch):
    """Takes the exact enumeration away, as if the game were too large for it."""
    monkeypatch.setattr(determinize, "EXACT_NODES", 1)


def test_worlds_of_the_program_are_used_where_they_cannot_be_listed(monkeypatch):
    unlisted(monkeypatch)
    worlds = searched(game(KUHN), ["Q", "K", "bet"], 1500)["worlds"]
    assert worlds["source"] == "program"
    assert worlds["distinct"] == 2
    assert worlds["sampled"] > 8
    assert worlds["rejected"] == 0


def test_worlds_that_do_not_fit_are_rejected_and_counted(monkeypatch):
    unlisted(monkeypatch)
    # Half of the sampled histories give the player another card.
    line = "    other = random"
    sloppy = game(KUHN, (line, f"    now = {{**now, 'card': random.choice([now['card'], 'J'])}}\n{line}"))
    search = Search(sloppy, ["Q", "K", "bet"], simulations=1500, milliseconds=1e9, seed=1)
    while not search.run(1000):
        pass
    assert search.rejected > 0
    assert search.result()["worlds"]["rejected"] == search.rejected
    assert search.result()["best"] == "bet"


@pytest.mark.parametrize(
    "change",
    [
        ("    now = obs", "    return []\n    now = obs"),
        ("    now = obs", "    return ['K', 'K']\n    now = obs"),
        ("    now = obs", "    return None\n    now = obs"),
        ("    now = obs", "    raise KeyError('deck')\n    now = obs"),
        ("    now = obs", "    while True: pass\n    now = obs"),
        ("    now = obs", "    return ['J', 'K', 'bet']\n    now = obs"),
    ],
)
def test_a_wrong_stuck_or_one_sided_program_gives_way_to_synthesised_worlds(change, monkeypatch):
    unlisted(monkeypatch)
    result = searched(game(KUHN, change), ["Q", "K", "bet"], 400)
    assert result["worlds"]["source"] == "inferred"
    assert result["worlds"]["distinct"] == 2
    assert result["best"] == "bet"


def test_no_world_is_an_error_that_says_so():
    # The player sees a card that is in no deck: nothing fits, whoever is asked.
    torn = ("cards[p] if p < len(cards) else None", "str(time.perf_counter())")
    program = game(KUHN.replace("import random", "import random, time"), torn)
    with pytest.raises(ProgramError, match="without looking at what is hidden"):
        searched(program, ["Q", "K", "bet"], 100)


def test_worlds_are_limited(monkeypatch):
    unlisted(monkeypatch)
    assert searched(game(ROCK_PAPER_SCISSORS), ["rock"], 300, worlds=2)["worlds"]["sampled"] <= 2
