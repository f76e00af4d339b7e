"""Constants: what is read, and that setting one changes nothing else."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamecwm.constants import read_constants, set_constants

SOURCE = '''"""A game — with a dash before the constants."""
from kit import *

ROWS, COLS, LENGTH = 6, 7, 4  # the board
GRAVITY: bool = True
NAMES = ["kürbis", 'apfel']   # not touched
PAYOFFS = [[(3, 3), (0, 5)], [(5, 0), (1, 1)]]
BEATS = {"rock": ["scissors"], "paper": ["rock"]}
LOW = -3
SHARE = .5
AREA = ROWS * COLS
PAIRS = {(0, 1): 2}
lower = 3
TWICE = 1
TWICE = 2


def get_initial_state():
    return {}


LATE = 9
'''


def values(source):
    return {constant["name"]: constant["value"] for constant in read_constants(source)}


def test_reads_literals_above_the_first_function():
    assert values(SOURCE) == {
        "ROWS": 6, "COLS": 7, "LENGTH": 4, "GRAVITY": True, "NAMES": ["kürbis", "apfel"],
        "PAYOFFS": [[[3, 3], [0, 5]], [[5, 0], [1, 1]]], "BEATS": {"rock": ["scissors"], "paper": ["rock"]},
        "LOW": -3, "SHARE": 0.5,
    }  # fmt: skip
    lines = SOURCE.splitlines()
    for constant in read_constants(SOURCE):
        assert constant["name"] in lines[constant["line"] - 1]


def test_sets_in_place():
    changed = set_constants(SOURCE, {"COLS": 9, "NAMES": ["x", "y", "z"], "LOW": 5, "GRAVITY": False})
    assert changed == SOURCE.replace("6, 7, 4", "6, 9, 4").replace("[\"kürbis\", 'apfel']", "['x', 'y', 'z']").replace(
        "LOW = -3", "LOW = 5"
    ).replace("= True", "= False")


def test_tuples_stay_tuples():
    changed = set_constants(SOURCE, {"PAYOFFS": [[[1, 2], [0, 5]], [[5, 0], [1, 1]]]})
    assert "[[(1, 2), (0, 5)], [(5, 0), (1, 1)]]" in changed


def test_an_equal_value_changes_no_byte():
    assert set_constants(SOURCE, values(SOURCE)) == SOURCE


def test_crlf_and_odd_line_ends_survive():
    source = "A = 1\r\nB = 'é'; C = 3\r\n\fD = 4\r\n"
    assert set_constants(source, {"C": 30, "D": 40}) == "A = 1\r\nB = 'é'; C = 30\r\n\fD = 40\r\n"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("NOTHING", 1, "no constant NOTHING"),
        ("AREA", 1, "no constant AREA"),
        ("ROWS", "6", "a number"),
        ("ROWS", True, "a number"),
        ("ROWS", 6.5, "a whole number"),
        ("ROWS", 1e300, "too large"),
        ("GRAVITY", 1, "true or false"),
        ("NAMES", "x", "a list"),
        ("NAMES", [1], "a text"),
        ("NAMES", [], "not be empty"),
        ("BEATS", {"rock": 3}, "a list"),
        ("NAMES", ["x" * 20_000], "longer than"),
    ],
)
def test_what_does_not_fit_is_refused(name, value, why):
    with pytest.raises(ValueError, match=why):
        set_constants(SOURCE, {name: value})


def test_a_text_that_is_no_python_is_refused():
    with pytest.raises(ValueError, match="not Python"):
        read_constants("def (")


scalars = st.one_of(st.integers(-(2**50), 2**50), st.text(max_size=20), st.booleans())


@given(st.lists(scalars, min_size=1, max_size=5), st.data())
def test_any_value_of_a_kind_can_be_set_and_read_back(old, data):
    source = "# é\n" + "\n".join(f"K{index} = {value!r} # {index}" for index, value in enumerate(old)) + "\n"
    kinds = {bool: st.booleans(), int: st.integers(-(2**50), 2**50), str: st.text(max_size=30)}
    new = {f"K{index}": data.draw(kinds[type(value)]) for index, value in enumerate(old)}
    changed = set_constants(source, new)
    assert values(changed) == new
    assert set_constants(changed, values(source)).count("#") >= source.count("#") - sum(str(v).count("#") for v in old)
    ast.parse(changed)
