"""The mutation benchmark: what counts as another game, the four tiers and their weaknesses, ended processes."""

import importlib
import json
import sys
import time
from pathlib import Path

import pytest

from gamecwm.contract import load_game
from gamecwm.inline import inline

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench" / "mutants"))
controls, equivalence, four_tiers, processes, reference, summary = map(
    importlib.import_module, ("controls", "equivalence", "four_tiers", "processes", "reference", "summary")
)


#: Players see how many actions there were, not which.
BLIND = """def get_observations(state):
    return [{**view(state, player), "betting": len(state["betting"]), "bets": []} for player in range(2)]


"""


def source_of(name):
    return (ROOT / "datasets" / "games" / name / "game.py").read_text(encoding="utf-8")


def scenarios_of(name):
    return json.loads((ROOT / "datasets" / "games" / name / "scenarios.json").read_text(encoding="utf-8"))


def known(name, nodes=300):
    game = load_game(inline(source_of(name)))
    lists = [scenario["actions"] for scenario in scenarios_of(name)]
    return reference.Builder(game, lists, nodes=nodes, seconds=60, seed=0).build(explore=True)


@pytest.fixture(scope="module")
def kuhn():
    return known("kuhn_poker", nodes=400)


@pytest.fixture(scope="module")
def dice():
    return known("liars_dice")


def difference(made, name, *changes):
    source = source_of(name)
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    return equivalence.tell_apart(made, load_game(inline(source)), seconds=60, games=2)


@pytest.mark.parametrize("name", ["kuhn_poker", "matching_pennies", "pig", "connect4"])
def test_a_reference_is_itself(name):
    made = known(name, nodes=200)
    verdict = difference(made, name)
    assert verdict.difference is None
    small = name in ("kuhn_poker", "matching_pennies")
    assert verdict.proof.startswith("every position" if small else "not told apart in")


def test_words_do_not_make_another_game(dice):
    assert difference(dice, "liars_dice", ('["?"]', '["hidden"]'), ('die == "?"', 'die == "hidden"')).difference is None


@pytest.mark.parametrize(
    ("found", "before", "after"),
    [
        ("legal actions", '["Call", "Raise"]', '["Call"]'),
        ("rewards", "ANTE, RAISE = 1, 1", "ANTE, RAISE = 1, 2"),
        ("player", "turn=0, hands", "turn=1, hands"),
        ("refusal", "require(action, get_legal_actions(state))", "pass"),
        ("argument changed", "return change(state, turn=0", "return state.update(turn=5) or change(state, turn=0"),
        ("argument changed", "hands = list(seen[\"hands\"])", 'hands = seen["hands"]'),
        ("leak", 'own=["hands"]', "own=[]"),
        ("information missing", "def resample_history", BLIND + "def resample_history"),
        ("resample_history", "random.choice([card for card in RANKS if card not in hands])", '"K"'),
        ("resample_history", "random.choice([card for card in RANKS if card not in hands])",
         "[card for card in RANKS if card not in hands][0]"),
        ("random", 'return start(own=["hands"]', 'return start(noise=random.random(), own=["hands"]'),
        ("fails", 'if action == "Fold"', 'if action == "Fold" and 1 / 0'),
        ("names", "def resample_history", "def get_player_name(player):\n    return 'me'\n\ndef resample_history"),
    ],
)  # fmt: skip
def test_other_games_are_told_apart(kuhn, found, before, after):
    verdict = difference(kuhn, "kuhn_poker", (before, after))
    assert verdict.difference == found, verdict


def test_the_four_tiers_give_references_full_marks_and_stubs_far_too_much():
    source, scenarios = inline(source_of("kuhn_poker")), scenarios_of("kuhn_poker")
    assert four_tiers.score(source, scenarios=scenarios, imperfect=True)["score"] == 1
    over = four_tiers.score(controls.CONTROLS["always over"], scenarios=scenarios, imperfect=True)
    assert over["dynamics"] == 1 and over["score"] > 0.5
    crash = four_tiers.score(controls.CONTROLS["always crashing"], scenarios=None, imperfect=True)
    assert crash["information"] == 1 and 0 < crash["dynamics"] < 1
    stub = source.replace('return ["".join(hands)', '# TODO\n    pass  # placeholder\n    return ["".join(hands)')
    assert four_tiers.score(stub, scenarios=scenarios, imperfect=True)["score"] == 1
    said = source.replace('"""The betting as it went', '"""A placeholder for the betting as it went')
    assert four_tiers.score(said, scenarios=scenarios, imperfect=True)["static"] < 1
    wrong = source.replace('["Call", "Raise"]', '["Call"]')
    told = four_tiers.score(wrong, scenarios=scenarios, imperfect=True)
    assert told["semantics"] < 1 and told["dynamics"] == 1


def test_a_child_is_limited_and_ended():
    assert processes.in_child(lambda: 6 * 7, seconds=5)["done"] == 42
    assert "ValueError" in processes.in_child(lambda: int("x"), seconds=5)["died"]
    started = time.perf_counter()
    assert processes.in_child(lambda: time.sleep(60), seconds=0.05)["died"].startswith("not done")
    assert time.perf_counter() - started < 10
    assert "MemoryError" in processes.in_child(lambda: bytearray(1 << 32), seconds=5)["died"]
    assert "PermissionError" in processes.in_child(lambda: Path("/tmp/never").write_text("x"), seconds=5)["died"]


def test_pieces_run_side_by_side_and_fail_loudly():
    rows = []
    processes.side_by_side([lambda send, n=n: send({"n": n}) for n in range(5)], 2, rows.append)
    assert sorted(row["n"] for row in rows) == [0, 1, 2, 3, 4]
    with pytest.raises(RuntimeError, match="failed"):
        processes.side_by_side([lambda send: int("x")], 2, rows.append)


def test_the_summary_counts():
    judged = {"with": True, "without": False, "seconds": 1.0}
    row = {"row": "mutant", "game": "pig", "kind": "and-or", "difference": "player", "proof": ""}
    rows = [
        {**row, "ours": judged, "tiers": {**judged, "with": False}},
        {**row, "difference": None, "proof": "every position (9)", "ours": None, "tiers": None},
        {"row": "reference", "game": "pig", "with": True, "failed": {"play": ["search_edge"]}},
    ]
    made = summary.summary(rows, seconds=2.0)
    assert made["all"] == {"mutants": 1, "ours": 1, "oursWithout": 0, "tiers": 0, "tiersWithout": 0}
    assert made["equivalent"] == {"everyPosition": 1, "notToldApart": 0}
    assert made["references"]["alarms"] == {"pig: play/search_edge": 1}
