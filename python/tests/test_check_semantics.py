"""Scenarios: legality included, one finding each, and never passed for want of something to check."""

import pytest
from programs import POKER, TIC_TAC_TOE, broken

from gamecwm.check import check
from gamecwm.check.semantics import JUDGES, SCENARIOS, refusal

WON = ["0", "3", "1", "4", "2"]


def scenario(actions, **checks):
    return {"name": "a scenario", "actions": actions, "checks": checks}


def run(source, *scenarios):
    report = check(source, games=4, scenarios=scenarios)
    return [item for item in report["findings"] if item["tier"] == "semantics"], report


RIGHT = [
    scenario([], terminal=False, current_player=0, legal_count=9, legal_includes=["0", "8"], rewards=[0, 0]),
    scenario(["4"], legal_excludes=["4"], refuses=["4", "9", "pass"]),
    scenario(WON, terminal=True, winner=0, rewards=[1, -1], rewards_sign=[1, -1], legal_count=0),
    scenario(["0", "1", "2", "4", "3", "5", "7", "6", "8"], winner="draw"),
    scenario(["0"], winner=None),
]


def test_right_scenarios_pass():
    found, report = run(TIC_TAC_TOE, *RIGHT)
    assert [item["passed"] for item in found] == [True] * len(RIGHT)
    assert {name for item in RIGHT for name in item["checks"]} == set(JUDGES)
    assert found[0]["check"] == "1 a scenario"
    assert report["score"] == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (scenario([], terminal=True), "not over"),
        (scenario(WON, terminal=False), "is over"),
        (scenario([], current_player=1), "is 0, not 1"),
        (scenario([], legal_count=8), "is 9, not 8"),
        (scenario([], legal_includes=["9"]), "should be legal"),
        (scenario([], legal_excludes=["0"]), "should not be legal"),
        (scenario([], refuses=["0"]), "accepts '0'"),
        (scenario(WON, rewards=[0, 1]), "rewards are"),
        (scenario(WON, rewards=[1, -1, 0]), "rewards are"),
        (scenario(WON, rewards_sign=[-1, 1]), "signs"),
        (scenario(WON, winner=1), "winner is 0"),
        (scenario(["0", "0"], terminal=False), "is not legal"),
    ],
)
def test_a_wrong_scenario_fails_and_shows_its_actions(wrong, message):
    (item,), report = run(TIC_TAC_TOE, wrong)
    assert item["passed"] is False and message in item["message"]
    assert item["counterexample"] == (["0"] if wrong["actions"] == ["0", "0"] else wrong["actions"])
    assert report["score"] < 1


@pytest.mark.parametrize(
    "empty",
    [
        "text",
        {"name": "no actions", "checks": {"terminal": True}},
        scenario([]),
        scenario([], colour="red"),
        scenario([], terminal="yes"),
        scenario([], legal_count=-1),
        scenario([], legal_includes=[]),
        scenario([], rewards=[]),
        scenario([1], terminal=False),
    ],
)
def test_a_scenario_that_checks_nothing_is_refused(empty):
    assert refusal(empty)
    (item,), _ = run(TIC_TAC_TOE, empty)
    assert item["passed"] is None and item["message"].startswith("Refused")


def test_without_scenarios_nothing_is_passed():
    (item,), _ = run(TIC_TAC_TOE)
    assert item["passed"] is None and "no scenario" in item["message"]
    (item,), _ = run("", scenario([], terminal=False))
    assert item["passed"] is False


def test_the_number_of_scenarios_is_bounded():
    found, _ = run(TIC_TAC_TOE, *[scenario([], terminal=False)] * (SCENARIOS + 5))
    assert len(found) == SCENARIOS + 1
    assert found[-1]["passed"] is None and f"of {SCENARIOS + 5}" in found[-1]["message"]


def test_a_crash_in_a_scenario_is_a_finding_with_its_line():
    source = broken(
        TIC_TAC_TOE, ('    board = list(state["board"])\n', '    board = list(state["board"])\n    1 / 0\n')
    )
    (item,), _ = run(source, scenario(["0"], terminal=False))
    assert item["passed"] is False and "ZeroDivisionError" in item["message"] and item["line"]


def test_chance_outcomes_are_part_of_a_scenario():
    found, _ = run(POKER, scenario(["deal:K", "deal:J", "b", "b"], rewards=[2, -2], winner=0))
    assert [item["passed"] for item in found] == [True]
