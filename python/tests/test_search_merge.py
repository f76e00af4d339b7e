import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_programs import KUHN, TICTACTOE, game
from test_search import searched

from gamecwm.search import merge


def seeds(program, actions, simulations, count=4):
    return [searched(program, actions, simulations, seed) for seed in range(count)]


PLAIN = seeds(game(TICTACTOE), ["4"], 200)
HIDDEN = seeds(game(KUHN), ["Q", "K", "bet"], 200)


@pytest.mark.parametrize("results", [PLAIN, HIDDEN])
def test_sums_and_weighted_means(results):
    merged = merge(results)
    assert merged.keys() == results[0].keys()
    assert merged["simulations"] == sum(result["simulations"] for result in results)
    assert merged["milliseconds"] == max(result["milliseconds"] for result in results)
    for child in merged["children"]:
        same = [other for result in results for other in result["children"] if other["action"] == child["action"]]
        assert child["visits"] == sum(other["visits"] for other in same)
        if not child["exact"]:
            total = sum(other["visits"] * other["value"] for other in same)
            assert child["value"] == pytest.approx(total / child["visits"])
    assert [c["visits"] for c in merged["children"]] == sorted((c["visits"] for c in merged["children"]), reverse=True)
    assert merged["principalVariation"][0] == merged["best"]


def test_worlds_are_merged():
    worlds = merge(HIDDEN)["worlds"]
    assert worlds["sampled"] == sum(result["worlds"]["sampled"] for result in HIDDEN)
    assert worlds["distinct"] == 2
    assert worlds["source"] == "inferred"
    assert sum(example["share"] for example in worlds["examples"]) == pytest.approx(1, abs=1e-5)
    assert merge(PLAIN)["worlds"] is None


@settings(max_examples=40, deadline=None)
@given(hidden=st.booleans(), order=st.permutations(range(4)), count=st.integers(1, 4))
def test_the_order_changes_nothing(hidden, order, count):
    results = HIDDEN if hidden else PLAIN
    chosen = [results[index] for index in order[:count]]
    merged = merge(chosen)
    assert merged == merge(sorted(chosen, key=results.index))
    assert merged["best"] in {child["action"] for child in merged["children"]}


children = st.fixed_dictionaries({"visits": st.integers(0, 1000), "value": st.floats(-1, 1), "exact": st.just(False)})


@settings(max_examples=60, deadline=None)
@given(lists=st.lists(st.lists(children, min_size=3, max_size=3), min_size=2, max_size=5), data=st.data())
def test_any_statistics_in_any_order(lists, data):
    results = [
        {
            "simulations": sum(child["visits"] for child in row),
            "worlds": None,
            "best": "a",
            "children": [{"action": action, **child} for action, child in zip("abc", row, strict=True)],
            "principalVariation": ["a", "b"],
            "milliseconds": 1.0,
        }
        for row in lists
    ]
    merged = merge(results)
    assert merged == merge(data.draw(st.permutations(results)))
    assert merged["best"] == max(merged["children"], key=lambda c: (c["visits"], c["value"]))["action"]
    assert sum(child["visits"] for child in merged["children"]) == merged["simulations"]


def test_what_one_search_has_proven_is_proven():
    # X X . / O O . / . . .: X wins at once.
    proven = searched(game(TICTACTOE), ["0", "3", "1", "4"], 500)
    merged = merge([searched(game(TICTACTOE), ["0", "3", "1", "4"], 3, 7), proven])
    child = next(child for child in merged["children"] if child["action"] == "2")
    assert child["exact"]
    assert child["value"] == 1
    assert merged["best"] == "2"


def test_one_result_is_itself_and_none_is_refused():
    assert merge(PLAIN[:1]) == PLAIN[0]
    with pytest.raises(ValueError, match="no results"):
        merge([])
    with pytest.raises(ValueError, match="not of one position"):
        merge([PLAIN[0], HIDDEN[0]])


def test_a_search_that_has_not_begun_changes_nothing():
    nothing = {**PLAIN[0], "simulations": 0, "best": None, "children": [], "principalVariation": [], "worlds": None}
    merged = merge([nothing, *PLAIN])
    assert merged["children"] == merge(PLAIN)["children"]
    assert merged["best"] == merge(PLAIN)["best"]
