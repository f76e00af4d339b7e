"""Tidy: each mend on a text that needs it, and texts that no mend makes a program."""

import pytest
from programs import DUMMY, KIT_LINES, POKER, TIC_TAC_TOE, broken

from gamecwm.check import check
from gamecwm.contract import ProgramError, load_game
from gamecwm.tidy import tidy


def kinds(tidied):
    return [mend.kind for mend in tidied.mends]


@pytest.mark.parametrize("source", [TIC_TAC_TOE, POKER, KIT_LINES], ids=["plain", "poker", "kit"])
def test_a_clean_program_is_left_alone(source):
    tidied = tidy(source)
    assert tidied.source == source and tidied.mends == []
    assert "kit" not in tidied.plain or source != KIT_LINES
    load_game(tidied.plain)


@pytest.mark.parametrize("source", [TIC_TAC_TOE, KIT_LINES], ids=["plain", "kit"])
@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Sure! Here is the game:\n\n```python\n", "```\n\nEnjoy the game!\n", "fence"),
        ("```\n", "", "fence"),
        ("", "\n```\nThis program follows the rules.\n", "fence"),
        ("~~~py\n", "~~~\n", "fence"),
        ("Here is the program you asked for.\n", "", "talk"),
        ("", "\nI hope this helps you play the game.\n", "talk"),
        ("", "\ndef get_best_action(state, depth):\n    if depth == 0:\n        return max(sco", "tail"),
        ("", "\nEXAMPLE = [1, 2,", "tail"),
    ],
)
def test_what_stands_around_the_code_is_dropped(source, before, after, kind):
    tidied = tidy(before + source + after)
    assert tidied.source == source
    assert kind in kinds(tidied)


def test_several_fenced_blocks_are_joined():
    half = TIC_TAC_TOE.index("def get_rewards")
    text = f"First:\n```python\n{TIC_TAC_TOE[:half]}```\nand then\n```python\n{TIC_TAC_TOE[half:]}```\nDone."
    assert check(tidy(text))["score"] == 1


def test_tabs_margins_and_broken_levels():
    tabbed = TIC_TAC_TOE.replace("    ", "\t")
    mixed = tabbed.replace('\tif has_line(state["board"], "o")', '    if has_line(state["board"], "o")')
    indented = "\n".join("    " + line for line in TIC_TAC_TOE.splitlines())
    crooked = broken(TIC_TAC_TOE, ("    board[int(action)]", "   board[int(action)]"))
    empty = broken(TIC_TAC_TOE, ('    return ["x", "o"][player_id]\n', ""))
    for text in (tabbed, mixed, indented, crooked):
        assert check(tidy(text))["score"] == 1
    assert "indentation" in kinds(tidy(crooked)) and "indentation" in kinds(tidy(indented))
    mended = tidy(empty)
    assert "indentation" in kinds(mended) and "pass" in mended.source


def test_typographic_characters():
    tidied = tidy(TIC_TAC_TOE.replace('["x", "o"]', "[\u201cx\u201d, \u201co\u201d]").replace("9)", "9)\u00a0"))
    assert "characters" in kinds(tidied)
    assert check(tidied)["score"] == 1


def test_missing_imports_are_added():
    assert "import random" in tidy(broken(POKER, ("import random\n", ""))).source
    lists = broken(
        TIC_TAC_TOE,
        ('list(state["board"])', 'deepcopy(state["board"])'),
        ("LINES = ", "LINES: List[list] = "),
    )
    tidied = tidy(lists)
    assert {"from copy import deepcopy", "from typing import List"} <= set(tidied.source.splitlines())
    assert tidied.source.startswith('"""Tic-tac-toe."""')
    assert check(tidied)["score"] == 1


def test_the_kit_is_imported_when_it_is_used():
    tidied = tidy(KIT_LINES.replace("from kit import *\n", ""))
    assert "from kit import *" in tidied.source
    assert check(tidied)["score"] == 1
    for mend in tidied.mends:
        assert tidied.source.splitlines()[mend.line - 1] == "from kit import *"


def test_own_names_are_no_reason_to_import():
    source = broken(TIC_TAC_TOE, ("def has_line(board, mark)", "def has_line(board, mark, grid=None, random=None)"))
    assert tidy(source).mends == []


def test_forbidden_imports_are_reported_and_stay():
    source = "import os\n" + DUMMY
    tidied = tidy(source)
    assert tidied.source == source
    assert kinds(tidied) == ["forbidden"] and tidied.mends[0].line == 1


def test_missing_trivial_functions():
    names = 'def get_player_name(player_id):\n    return ["x", "o"][player_id]\n\n\n'
    text = broken(TIC_TAC_TOE[: TIC_TAC_TOE.index("def get_observations")], (names, ""))
    tidied = tidy(text)
    assert kinds(tidied) == ["function", "function"]
    for mend in tidied.mends:
        assert tidied.source.splitlines()[mend.line - 1].startswith(f"def {mend.message.split()[1].strip(',')}(")
    assert check(tidied)["score"] == 1


def test_the_player_to_move_is_read_off_the_state():
    text = broken(
        DUMMY,
        ('{"moves": []}', '{"moves": [], "turn": 0}'),
        ('{"moves": state["moves"] + [action]}', '{"moves": state["moves"] + [action], "turn": 1}'),
    )
    begin, end = text.index("def get_current_player"), text.index("def get_player_name")
    tidied = tidy(text[:begin] + text[end:])
    assert kinds(tidied) == ["function"]
    game = load_game(tidied.plain)
    state = game.get_initial_state()
    for player, action in ((0, "a"), (1, "b")):
        assert game.get_current_player(state) == player
        state = game.apply_action(state, action)
    assert game.get_current_player(state) == -4


def test_nothing_is_guessed_where_something_may_be_hidden():
    text = POKER[: POKER.index("def get_observations")]
    assert "get_observations" not in tidy(text).source


@pytest.mark.parametrize("function", ["apply_action", "get_legal_actions"])
def test_a_state_that_is_changed_is_copied(function):
    changes = {
        "apply_action": ('    board = list(state["board"])\n', '    board = state["board"]\n'),
        "get_legal_actions": ("    return [str(cell)", '    state["board"].append("")\n    return [str(cell)'),
    }
    text = broken(TIC_TAC_TOE, changes[function])
    assert check(text)["score"] < 1
    tidied = tidy(text)
    assert kinds(tidied) == ["purity"] and function in tidied.mends[0].message
    assert "_copied(" in tidied.source.splitlines()[tidied.mends[0].line - 1]
    assert check(tidied)["score"] == 1
    assert tidy(tidied.source).mends == []


def test_a_kit_program_that_changes_its_state_is_copied():
    text = broken(KIT_LINES, ("    state, cell = place", '    state["board"][0][0] = ""\n    state, cell = place'))
    tidied = tidy(text)
    assert "purity" in kinds(tidied) and "from kit import *" in tidied.source
    assert "purity" not in {item["check"] for item in check(tidied)["findings"] if not item["passed"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("   \n\n", "empty"),
        ("I cannot write this game.\nSorry about that.", "no function"),
        ("{'rules': 3}", "no program"),
        ("# UNKNOWN GAME\n", "does not know this game"),
        ("```python\n# UNKNOWN GAME\n```", "does not know this game"),
        (
            "def get_initial_state(:\n    return {}\n\ndef b():\n    pass\n\ndef c():\n    pass\n",
            "line 1 is not Python",
        ),
        ("x = 1\n" * 60_000, "characters"),
        ("\x00\x01", "no function"),
    ],
)
def test_what_is_no_program_is_refused_in_plain_words(text, why):
    with pytest.raises(ProgramError, match=why):
        tidy(text)


def test_every_cut_of_a_program_is_a_program_or_is_refused():
    for cut in range(0, len(TIC_TAC_TOE), 7):
        try:
            tidied = tidy(TIC_TAC_TOE[:cut])
        except ProgramError as error:
            assert str(error)
        else:
            compile(tidied.plain, "cut", "exec")
