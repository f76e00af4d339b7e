"""The host of the workers: methods, shapes, and what a seat may see."""

import json

import pytest
from programs import DUMMY, KIT_LINES, POKER, TIC_TAC_TOE, broken

from gamecwm.host import Host


class Client:
    def __init__(self, source=None):
        self.host = Host()
        if source is not None:
            self.program = self.call("open", source=source)

    def steps(self, method, milliseconds=1000.0, /, **params):
        job = self.host.begin(method, json.dumps(params))
        while True:
            answer = json.loads(self.host.step(job, milliseconds))
            yield answer
            if answer["state"] != "running":
                return

    def call(self, method, **params):
        answer = list(self.steps(method, **params))[-1]
        assert answer["state"] == "done", answer
        return answer["result"]

    def error(self, method, **params):
        answer = list(self.steps(method, **params))[-1]
        assert answer["state"] == "failed", answer
        assert answer["error"]["name"] == "ProgramError"
        assert set(answer["error"]) == {"name", "message", "traceback", "line"}
        return answer["error"]


def test_open_says_what_the_program_is():
    client = Client(f"```python\n{KIT_LINES}```")
    program = client.program
    assert program["source"] == KIT_LINES and "def place" in program["plain"]
    assert [mend["kind"] for mend in program["mends"]] == ["fence"]
    assert [(item["name"], item["value"], item["line"]) for item in program["constants"]] == [
        ("ROWS", 3, 3), ("COLS", 3, 3), ("LENGTH", 3, 3)]  # fmt: skip
    assert (program["players"], program["names"]) == (2, ["Player 1", "Player 2"])
    assert program["information"] == "perfect"
    assert Client(POKER).program["information"] == "imperfect"


def test_information_is_judged_by_what_players_see():
    no_resampling = POKER[: POKER.index("def resample_history")]
    assert Client(no_resampling).program["information"] == "imperfect"
    viewers = broken(TIC_TAC_TOE, ("[dict(state), dict(state)]", '[{**state, "viewer": player} for player in (0, 1)]'))
    assert Client(viewers).program["information"] == "perfect"
    named = broken(TIC_TAC_TOE, ("[dict(state), dict(state)]", '[{**state, "you": name} for name in "xo"]'))
    assert Client(named).program["information"] == "perfect"


def test_tune_sets_constants_and_keeps_the_program():
    client = Client(KIT_LINES)
    assert "3, 5, 3" in client.call("tune", source=KIT_LINES, constants={"COLS": 5})["source"]
    assert len(client.call("position", actions=[], seat=0)["legal"]) == 9
    assert "whole number" in client.error("tune", source=KIT_LINES, constants={"COLS": 1.5})["message"]


def test_check_reports_progress_and_can_be_cancelled():
    client = Client(TIC_TAC_TOE)
    answers = list(client.steps("check", 1, seed=1, games=40, steps=100, milliseconds=8000))
    assert answers[-1]["result"]["score"] == 1
    progress = [answer["progress"] for answer in answers[:-1]]
    assert progress and all(0 <= item["done"] <= item["total"] == 46 for item in progress)
    job = client.host.begin("check", json.dumps({"seed": 1, "games": 40, "steps": 100, "milliseconds": 8000}))
    client.host.step(job, 1)
    client.host.cancel(job)
    assert json.loads(client.host.step(job, 1))["state"] == "failed"


def test_a_program_that_does_not_load_is_still_reported_on():
    client = Client()
    error = client.error("open", source=broken(TIC_TAC_TOE, ("LINES = [", "LINES = [NOWHERE, ")))
    assert "NOWHERE" in error["message"] and error["line"] == 3
    report = client.call("check", seed=0, games=5, steps=50, milliseconds=1000)
    assert report["score"] < 0.2
    assert "cannot be played" in client.error("position", actions=[], seat=0)["message"]
    client.error("open", source="no program at all")
    assert client.call("check", seed=0, games=5, steps=50, milliseconds=1000)["score"] == 0


def test_position_replays_and_takes_back():
    client = Client(TIC_TAC_TOE)
    there = client.call("position", actions=["4", "0", "8"], seat=1)
    assert (there["player"], there["actions"], len(there["legal"])) == (1, ["4", "0", "8"], 6)
    assert there["view"]["board"][4] == "x"
    back = client.call("position", actions=["4", "1"], seat=None)
    assert back["view"]["board"][:2] == ["", "o"] and back["rewards"] == [0, 0]
    over = client.call("position", actions=["0", "3", "1", "4", "2"], seat=0)
    assert (over["player"], over["legal"], over["rewards"]) == (-4, [], [1, -1])
    assert "not a legal action after 2" in client.error("position", actions=["4", "1", "4"], seat=0)["message"]
    assert "no seat 7" in client.error("position", actions=[], seat=7)["message"]


def test_a_seat_sees_no_more_than_it_may():
    client = Client(POKER)
    actions = ["deal:K", "deal:J", "p", "b"]
    first, second = (client.call("position", actions=actions, seat=seat) for seat in (0, 1))
    assert first["actions"] == ["deal:K", "?", "p", "b"]
    assert second["actions"] == ["?", "deal:J", "p", "b"]
    assert first["legal"] == ["p", "b"] and second["legal"] == []
    assert second["view"]["cards"] == ["?", "J"]
    assert first["rewards"] == []
    assert client.call("position", actions=actions, seat=None)["actions"] == actions
    over = client.call("position", actions=[*actions, "b"], seat=1)
    assert over["rewards"] == [2, -2] and over["view"]["cards"] == ["K", "J"]
    at_deal = client.call("position", actions=["deal:K"], seat=1)
    assert at_deal["player"] == -1 and at_deal["legal"] == []


def test_a_secret_choice_is_masked_until_it_is_told():
    source = broken(DUMMY, ("[dict(state), dict(state)]",
        '[{"moves": [m if len(state["moves"]) == 2 or i == p else "?" for i, m in enumerate(state["moves"])]}'
        " for p in (0, 1)]"))  # fmt: skip
    client = Client(source)
    assert client.call("position", actions=["a"], seat=1)["actions"] == ["?"]
    assert client.call("position", actions=["a"], seat=0)["actions"] == ["a"]
    assert client.call("position", actions=["a", "b"], seat=0)["actions"] == ["a", "b"]


def test_advance_depends_on_seed_and_length_alone():
    client = Client(POKER)
    dealt = client.call("advance", actions=[], seed=4)["actions"]
    assert len(dealt) == 2 and dealt == Client(POKER).call("advance", actions=[], seed=4)["actions"]
    assert client.call("advance", actions=dealt[:1], seed=4)["actions"] == dealt
    assert client.call("advance", actions=dealt, seed=4)["actions"] == dealt
    deals = {tuple(client.call("advance", actions=[], seed=seed)["actions"]) for seed in range(40)}
    assert len(deals) == 6


def test_searches_of_one_position_are_merged():
    client = Client(POKER)
    deal = client.call("advance", actions=[], seed=1)["actions"]
    search = {"actions": deal, "simulations": 60, "milliseconds": 20_000}
    results = [client.call("search", seed=seed, **search) for seed in (4, 5)]
    merged = client.call("merge", results=results)
    assert merged["simulations"] == 120
    visits = [{child["action"]: child["visits"] for child in one["children"]} for one in (*results, merged)]
    assert all(visits[2][action] == visits[0][action] + visits[1][action] for action in visits[2])
    assert merged["worlds"]["sampled"] == sum(one["worlds"]["sampled"] for one in results)
    assert client.call("merge", results=results[::-1]) == merged


def test_own_scenarios_are_part_of_a_check():
    client = Client(TIC_TAC_TOE)
    right = {"name": "x is first", "actions": [], "checks": {"current_player": 0, "legal_count": 9}}
    wrong = {"name": "o is first", "actions": [], "checks": {"current_player": 1}}
    budgets = {"seed": 0, "games": 5, "steps": 50, "milliseconds": 20_000}
    findings = client.call("check", **budgets, scenarios=[right, wrong])["findings"]
    failed = [one for one in findings if one["tier"] == "semantics" and one["passed"] is False]
    assert [one["check"] for one in failed] == ["2 o is first"], findings
    findings = client.call("check", **budgets, scenarios=[right])["findings"]
    assert not [one for one in findings if one["tier"] == "semantics" and one["passed"] is False]


def test_search_and_compare_are_jobs():
    client = Client(TIC_TAC_TOE)
    found = client.call("search", actions=["0", "3", "1", "4"], seed=1, simulations=300, milliseconds=5000)
    assert found["best"] == "2"
    assert client.call("compare", source=TIC_TAC_TOE, seed=1, games=10, steps=50)["equal"] is True
    other = broken(TIC_TAC_TOE, (", [2, 4, 6]]", "]"))
    difference = client.call("compare", source=other, seed=1, games=200, steps=50)["difference"]
    assert {"2", "4", "6"} <= set(difference["actions"])


def test_worlds_are_inferred_by_a_job():
    asked = {"seed": 3, "nodes": 5000, "worlds": 20, "exact": False, "player": None, "history": None}
    found = Client(POKER).call("infer", **asked)
    assert sum(world["share"] for world in found["worlds"]) == pytest.approx(1)
    assert found["history"][-1][1] is None
    again = Client(POKER).call("infer", **{**asked, "player": found["player"], "history": found["history"]})
    assert again["worlds"] == found["worlds"]
    none = Client(POKER).error("infer", **{**asked, "player": 0, "history": [["nothing like this", None]]})
    assert none["message"].startswith("no history fits")


def test_mutants_are_drawn_of_a_text_that_need_not_be_open():
    asked = {"source": TIC_TAC_TOE, "perKind": 1, "seed": 0, "kinds": []}
    found = Client().call("mutants", **asked)["mutants"]
    assert len({mutant["source"] for mutant in found}) == len(found) > 5
    kind = found[0]["kind"]
    assert Client().call("mutants", **{**asked, "kinds": [kind]})["mutants"] == found[:1]
    assert "there is no kind" in Client().error("mutants", **{**asked, "kinds": ["odd"]})["message"]
    assert Client().error("mutants", **{**asked, "source": "to be ("})["message"].startswith("not Python")


def test_a_crash_carries_its_line_and_traceback():
    source = broken(KIT_LINES, ("    if makes_line(", '    if action == "1,1":\n        1 / 0\n    if makes_line('))
    error = Client(source).error("position", actions=["0,0", "1,1"], seat=0)
    assert "ZeroDivisionError" in error["message"] and "1 / 0" in error["traceback"]
    assert source.splitlines()[error["line"] - 1].strip() == "1 / 0"


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("fly", {}, "no method"),
        ("check", {}, "no program is open"),
        ("open", {}, "lacks 'source'"),
        ("position", {"actions": [], "seat": 0}, "no program is open"),
    ],
)
def test_a_wrong_call_is_answered(method, params, why):
    assert why in Client().error(method, **params)["message"]


def test_a_text_that_is_no_json_is_answered():
    host = Host()
    assert json.loads(host.step(host.begin("open", "{"), 1))["state"] == "failed"
