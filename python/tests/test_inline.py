"""Inlining: a plain module that behaves as the kit program, and carries nothing that is not used."""

import ast
import random
import types

import pytest
from programs import KIT_LINES

from gamecwm import kit
from gamecwm.contract import FUNCTIONS, ProgramError, load_game
from gamecwm.inline import inline, kit_functions
from gamecwm.kit import defaults

HIDDEN = '''
"""Matching pennies."""
from kit import *

CHOICES = ["H", "T"]


def get_initial_state():
    return start(own=["picks"], picks=secrets(), played=[], scores=[0, 0])


def get_legal_actions(state):
    return options(state, CHOICES)


def apply_action(state, action):
    state = pick(state, action, CHOICES)
    return end(state, [1, -1]) if is_revealed(state) else state
'''
OPEN = """
from kit import *

ROWS, COLS, LENGTH = 3, 3, 3


def get_initial_state():
    return start(board=grid(ROWS, COLS))


def get_legal_actions(state):
    return placements(state)


def apply_action(state, action):
    state, cell = place(state, action)
    if makes_line(state, cell, LENGTH):
        return win(state)
    return draw(state) if is_full(state) else next_turn(state)
"""


def kit_style(source):
    """The program's functions run on the kit itself, as an author would run it."""
    space = {name: getattr(kit, name) for name in kit.__all__}
    for name, value in vars(defaults).items():
        if isinstance(value, types.FunctionType) and value.__module__ == defaults.__name__:
            space[name] = types.FunctionType(value.__code__, space, name, value.__defaults__)
    space["random"] = random
    body = [node for node in ast.parse(source).body if not isinstance(node, ast.ImportFrom)]
    exec(compile(ast.Module(body, []), "<kit style>", "exec"), space)
    return types.SimpleNamespace(**{name: space[name] for name in FUNCTIONS})


@pytest.mark.parametrize("source", [HIDDEN, OPEN])
def test_both_styles_behave_alike(source):
    plain, styled = load_game(inline(source)), kit_style(source)
    rng = random.Random(1)
    for _ in range(50):
        one, other = plain.get_initial_state(), styled.get_initial_state()
        while True:
            assert one == other
            assert plain.get_observations(one) == styled.get_observations(other)
            assert plain.get_rewards(one) == styled.get_rewards(other)
            assert plain.get_current_player(one) == styled.get_current_player(other)
            legal = plain.get_legal_actions(one)
            assert legal == styled.get_legal_actions(other)
            if not legal:
                break
            action = rng.choice(legal)
            one, other = plain.apply_action(one, action), styled.apply_action(other, action)


def test_a_plain_module_needs_the_standard_library_alone():
    tree = ast.parse(inline(HIDDEN))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"random"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert ast.get_docstring(tree) == "Matching pennies."


def test_only_what_is_used_is_carried():
    text = inline(OPEN)
    assert "def makes_line" in text
    assert "def takes" not in text
    assert "def resample_history" not in text
    assert "def resample_history" in inline(HIDDEN)


def test_inlining_twice_changes_nothing():
    once = inline(OPEN)
    assert inline(once) == once


def test_a_function_of_the_programs_own_hides_no_kit_function_from_the_kit():
    own = OPEN.replace("def get_initial_state", "def run(x):\n    return x\n\n\ndef get_initial_state")
    game = load_game(inline(own))
    state = game.get_initial_state()
    for action in ["0,0", "1,0", "0,1", "1,1", "0,2"]:
        state = game.apply_action(state, action)
    assert game.get_rewards(state) == [1.0, -1.0]


def test_functions_that_a_program_writes_itself_are_kept():
    game = load_game(inline(OPEN + '\n\ndef get_player_name(player_id):\n    return "XO"[player_id]\n'))
    assert game.get_player_name(1) == "O"


def test_resampled_histories_fit_what_the_player_saw():
    game = load_game(inline(HIDDEN))
    state = game.apply_action(game.get_initial_state(), "H")
    seen = game.get_observations(state)[1]
    assert game.resample_history is not None
    random.seed(3)
    found = {tuple(game.resample_history([(seen, None)], 1)) for _ in range(40)}
    assert found == {("H",), ("T",)}


def test_an_impossible_history_is_refused():
    game = load_game(inline(HIDDEN))
    assert game.resample_history is not None
    with pytest.raises(ValueError, match="no history"):
        game.resample_history([({"turn": 7}, None)], 0)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(:\n", "not Python"),
        ("from kit import grid as g\n", "without 'as'"),
        ("from kit import chessboard\n", "no function chessboard"),
    ],
)
def test_what_cannot_be_inlined_is_explained(source, message):
    with pytest.raises(ProgramError, match=message):
        inline(source)


def test_every_kit_function_is_small_and_has_one_line_of_reference():
    reference = kit_functions()
    assert len(reference) >= len(kit.__all__)
    assert all(line.endswith(".") for line in reference.values())


def test_a_local_variable_called_like_a_kit_function_carries_nothing():
    source = KIT_LINES + "\n\ndef helper(bets):\n    deals = [pick for pick in bets]\n    return deals\n"
    assert inline(source).count("def ") == inline(KIT_LINES).count("def ") + 1
    nested = KIT_LINES + "\n\ndef helper(state):\n    return [options(choice) for choice in state]\n"
    assert "def options(" in inline(nested)
