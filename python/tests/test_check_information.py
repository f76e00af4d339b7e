"""The information tier: consistent and varied worlds, leaks with both worlds of the pair, what each player sees."""

import pytest
from programs import DUMMY, POKER, TIC_TAC_TOE, broken

from gamecwm.check import check
from gamecwm.check.distribution import suspicion
from gamecwm.check.information import CHECKS
from gamecwm.contract import load_game
from gamecwm.search.determinize import own_history

CARDS = 'mine = observation["cards"][player_id]\n'
RESAMPLE = POKER[POKER.index("def resample_history") :]
#: The fold shows the cards for a moment to the player who is not to move.
PEEK = (
    '"cards": [card if shown or owner == player',
    '"cards": [card if shown or owner == player or peeks(state, player)',
)


def report_of(source, **options):
    return check(source, seed=5, **{"games": 40, **options})


def tier(report):
    return {item["check"]: item for item in report["findings"] if item["tier"] == "information"}


def test_every_check_answers():
    assert set(tier(report_of(POKER))) == set(CHECKS)


def test_a_right_program_passes_all_that_applies():
    found = tier(report_of(POKER))
    assert {check: item["passed"] for check, item in found.items()} == dict.fromkeys(CHECKS, True)
    assert "all worlds are known" in found["variety"]["message"]


def test_perfect_information_has_no_worlds_to_ask_for():
    found = tier(report_of(TIC_TAC_TOE))
    assert found["legal_known"]["passed"] is True
    for name in ("consistency", "variety", "leaks", "own_information"):
        assert found[name]["passed"] is None and "no information is hidden" in found[name]["message"]


@pytest.mark.parametrize(
    ("change", "check_name"),
    [
        # A stub, another own card, an action that is not legal, a crash, only the end of a game right.
        ((RESAMPLE, "def resample_history(obs_action_history, player_id):\n    return []\n"), "consistency"),
        ((CARDS, 'mine = next(c for c in CARDS if c != observation["cards"][player_id])\n'), "consistency"),
        (("else [other, mine]", "else [mine, mine]"), "consistency"),
        ((CARDS, CARDS + "    1 / 0\n"), "consistency"),
        ((CARDS, CARDS + "    if not observation['line']:\n        return []\n"), "consistency"),
        # It shortens the history that it is given, or changes an observation in it.
        (
            (
                "observation = obs_action_history[-1][0]",
                "observation = obs_action_history[-1][0]\n    del obs_action_history[:-1]",
            ),
            "consistency",
        ),
        ((CARDS, CARDS + "    observation['cards'][1 - player_id] = mine\n"), "consistency"),
        # Always the same world, and one world far too often.
        (("random.choice([card", "min([card"), "variety"),
        (("random.choice([card", "max([random.choice('JQK') for _ in range(4)] and [card"), "variety"),
    ],
)
def test_a_wrong_resample_history_is_found(change, check_name):
    report = report_of(broken(POKER, change))
    item = tier(report)[check_name]
    assert item["passed"] is False, item
    assert report["score"] < 1
    assert isinstance(item["counterexample"], list)


def test_a_skewed_distribution_is_found():
    skewed = broken(POKER, ("random.choice([card for card in CARDS if card != mine])",
                            "random.choices([card for card in CARDS if card != mine], [9, 1])[0]"))  # fmt: skip
    item = tier(report_of(skewed))["variety"]
    assert item["passed"] is False and "proportions" in item["message"]


def test_consistency_is_asked_at_every_decision():
    # Wrong only at the first decision of the second player, right wherever a game is over.
    source = broken(
        POKER, (CARDS, CARDS + "    if len(obs_action_history) == 1 and player_id == 1:\n        mine = 'J'\n")
    )
    item = tier(report_of(source))["consistency"]
    assert item["passed"] is False
    assert len(item["counterexample"]) == 3


LEAKING = broken(
    POKER,
    ('    return ["p", "b"]', '    return ["p", "b", "x"] if state["cards"][1 - player] == "K" else ["p", "b"]'),
    ('in ("pp",', 'in ("pp", "x", "px", "bx", "pbx",'),
)


@pytest.mark.parametrize("source", [LEAKING, LEAKING.replace(RESAMPLE, "")], ids=["own worlds", "inferred worlds"])
def test_a_legal_set_that_tells_what_is_hidden_shows_both_worlds(source):
    item = tier(report_of(source))["leaks"]
    assert item["passed"] is False, item
    game = load_game(source)
    first, second = item["counterexample"], item["twin"]
    assert first != second
    states = []
    for actions in (first, second):
        state = game.get_initial_state()
        for action in actions:
            assert action in game.get_legal_actions(state)
            state = game.apply_action(state, action)
        states.append(state)
    player = game.get_current_player(states[0])
    assert own_history(game, first, player) == own_history(game, second, player)
    assert game.get_legal_actions(states[0]) != game.get_legal_actions(states[1])


def test_what_is_shown_for_a_moment_is_a_leak():
    source = broken(
        POKER,
        PEEK,
        ("def get_observations", "def peeks(state, player):\n    turn = get_current_player(state)\n"
         "    return len(state['line']) > 0 and turn >= 0 and turn != player\n\n\ndef get_observations"),
    )  # fmt: skip
    item = tier(report_of(source))["leaks"]
    assert item["passed"] is False and "for a moment" in item["message"]
    assert item["twin"] is not None and item["twin"] != item["counterexample"]


def test_what_is_shown_before_the_first_decision_is_a_leak():
    source = broken(
        POKER,
        ("if shown or owner == player else", "if shown or owner == player or len(state['cards']) == 1 else"),
        ("shown = ", "shown = len(state['line']) == 9 or "),
    )
    item = tier(report_of(source))["leaks"]
    assert item["passed"] is False and "for a moment, after 1 actions" in item["message"], item
    assert len(item["counterexample"]) == len(item["twin"]) == 1 and item["counterexample"] != item["twin"]


def test_without_resample_history_worlds_are_inferred():
    found = tier(report_of(POKER.replace(RESAMPLE, "")))
    assert found["consistency"]["passed"] is None and found["variety"]["passed"] is None
    assert found["leaks"]["passed"] is True and "pairs of worlds" in found["leaks"]["message"]


def test_an_own_card_that_is_not_shown_is_missed():
    source = broken(
        POKER, ("if shown or owner == player else", "if shown or owner == player == 0 else"), (RESAMPLE, "")
    )
    item = tier(report_of(source))["own_information"]
    assert item["passed"] is False and "player 1" in item["message"]


def test_legal_actions_must_follow_from_what_is_seen():
    source = broken(TIC_TAC_TOE, ("return [dict(state), dict(state)]", 'return [{"turn": state["turn"]}] * 2'))
    item = tier(report_of(source))["legal_known"]
    assert item["passed"] is False and item["counterexample"] != item["twin"]


def test_a_program_without_a_game_fails_them_all():
    assert all(item["passed"] is False for item in tier(report_of("")).values())
    assert tier(report_of(DUMMY))["consistency"]["passed"] is False


def test_draws_are_judged_by_their_number_and_their_shares():
    worlds = {("a",): 0.5, ("b",): 0.25, ("c",): 0.25}
    fair = [("a",)] * 30 + [("b",)] * 15 + [("c",)] * 15
    assert suspicion(fair, worlds, strict=True) is None
    assert "same one" in suspicion([("a",)] * 60, worlds, strict=False)
    assert "proportions" in suspicion([("a",)] * 2 + [("b",)] * 29 + [("c",)] * 29, worlds, strict=True)
    assert suspicion([("a",)] * 2 + [("b",)] * 29 + [("c",)] * 29, worlds, strict=False) is None
    many = {(str(number),): 1 / 200 for number in range(200)}
    few = [(str(number % 10),) for number in range(60)]
    assert "different worlds" in suspicion(few, many, strict=True)


#: Three rounds of one point or none; the score decides when it is over.
RACE = """
def get_initial_state():
    return {"score": 0, "turn": 0}


def get_current_player(state):
    return -4 if state["turn"] == 6 or state["score"] == 2 else state["turn"] % 2


def get_player_name(player_id):
    return f"Player {player_id + 1}"


def get_legal_actions(state):
    return [] if get_current_player(state) == -4 else ["step", "wait"]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    return {"score": state["score"] + (action == "step"), "turn": state["turn"] + 1}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    return [1.0, -1.0] if (state["score"] == 2) == (state["turn"] % 2) else [-1.0, 1.0]


def get_observations(state):
    return [dict(state), dict(state)]
"""


def test_with_perfect_information_what_follows_must_be_seen():
    assert tier(report_of(RACE))["legal_known"]["passed"] is True
    unseen = broken(RACE, ("[dict(state), dict(state)]", '[{"turn": state["turn"]}, {"turn": state["turn"]}]'))
    item = tier(report_of(unseen))["legal_known"]
    assert item["passed"] is False and "what decides that is not shown" in item["message"]
    assert item["counterexample"] != item["twin"] and item["counterexample"][-1] == item["twin"][-1]
