"""The play tier and the measures; what a report holds beside its findings."""

import json

import pytest
from programs import POKER, TIC_TAC_TOE, broken
from test_check_controls import LUCK

from gamecwm.check import check
from gamecwm.check.findings import PAPER_TIERS
from gamecwm.check.play import CHECKS


def tier(report):
    return {item["check"]: item for item in report["findings"] if item["tier"] == "play"}


def test_looking_ahead_beats_random_play():
    report = check(TIC_TAC_TOE, seed=1)
    found = tier(report)
    assert set(found) == set(CHECKS)
    assert {item["passed"] for item in found.values()} == {True}
    measures = report["measures"]
    assert set(measures) == {"branching", "length_mean", "length_longest", "first_player_edge", "search_edge"}
    assert 5 < measures["length_mean"] <= measures["length_longest"] <= 9
    assert 0 < measures["search_edge"] <= 1 and -1 <= measures["first_player_edge"] <= 1
    json.dumps(report, allow_nan=False)


def test_luck_alone_costs_nothing_but_says_so():
    # The coin decides, but who calls it decides too: looking ahead helps nobody.
    source = broken(
        LUCK,
        ('if state["coin"] == "heads" else', 'if (state["coin"] == "heads") == (state["moves"] == ["a", "a"]) else'),
    )
    report = check(source, seed=1)
    found = tier(report)
    assert found["search_edge"]["passed"] is None and "no edge" in found["search_edge"]["message"]
    assert found["decisions_matter"]["passed"] is True
    assert report["score"] == 1


def test_decisions_without_effect_are_found():
    item = tier(check(LUCK, seed=1))["decisions_matter"]
    assert item["passed"] is False and item["counterexample"] is not None


def test_a_game_that_one_player_always_wins_is_found():
    item = tier(
        check(
            broken(
                TIC_TAC_TOE, ("[1.0, -1.0]", "[1.0, 0.5]"), ("[-1.0, 1.0]", "[1.0, 0.5]"), ("[0.0, 0.0]", "[0.1, 0.0]")
            ),
            seed=1,
        )
    )
    assert item["open_at_start"]["passed"] is False


def test_search_needs_worlds():
    source = broken(
        POKER, ('    return [f"deal:{card}" for card in cards]', '    return [] and [f"deal:{card}" for card in cards]')
    )
    assert tier(check(source, seed=1, games=20))["search_edge"]["passed"] is False


@pytest.mark.parametrize("source", ["", TIC_TAC_TOE])
def test_the_score_of_the_published_evaluator_stands_beside_ours(source):
    report = check(source, games=10)
    paper = report["paper"]
    assert set(paper["tiers"]) == set(PAPER_TIERS)
    judged = [share for share in paper["tiers"].values() if share is not None]
    assert paper["score"] == sum(judged) / len(judged)
    assert (report["measures"] is None) == (source == "")
