"""Mutants: which changes are made, that they are drawn by the seed, and the command that lists them."""

import argparse
import ast
import json
import random
from pathlib import Path

import pytest
from programs import POKER, TIC_TAC_TOE

from gamecwm.cli import mutants as command
from gamecwm.cli.commands import Misuse
from gamecwm.contract import ProgramError, load_game
from gamecwm.inline import inline
from gamecwm.mutate import KINDS, mutants

GAMES = Path(__file__).parents[2] / "datasets" / "games"
EVERY = 10_000
#: What every program has.
FRAME = "\ndef get_initial_state():\n    pass\n\ndef apply_action():\n    pass\n"


def reference(name):
    return (GAMES / name / "game.py").read_text(encoding="utf-8")


def changed_lines(mutant):
    """The lines that were taken away and those that were added, stripped."""
    lines = mutant.diff.splitlines()[2:]
    return [line[1:].strip() for line in lines if line[0] == "-"], [
        line[1:].strip() for line in lines if line[0] == "+"
    ]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("comparison", "return a < b", {"return a <= b", "return a > b"}),
        ("comparison", "return a not in b", {"return a in b"}),
        ("condition-negated", "return 1 if f(a) else 2", {"return 1 if not f(a) else 2"}),
        ("and-or", "return a and b", {"return a or b"}),
        ("and-or", "return any(a)", {"return all(a)"}),
        ("arithmetic", "return a + b", {"return a - b"}),
        ("arithmetic", "return [a] + b", set()),
        ("arithmetic", "return max(a, b)", {"return min(a, b)"}),
        ("off-by-one", "return a[1]", {"return a[2]", "return a[0]"}),
        ("off-by-one", "return range(a)", {"return range(1, a)", "return range(a - 1)"}),
        ("off-by-one", "return 1 - a", set()),
        ("element-dropped", "return [a, b]", {"return [a]", "return [b]"}),
        ("branch-dropped", "return a if b else 3", {"return a", "return 3"}),
        ("branch-dropped", "return [x for x in a if b]", {"return [x for x in a]"}),
        ("return-value", "return a == b", {"return True", "return False"}),
        ("player-swapped", "return 1 - a", {"return a"}),
        ("player-swapped", "return win(a)", {"return lose(a)"}),
        ("ending", "return draw(a)", {"return next_turn(a)"}),
        ("update-dropped", "return change(a, x=1, y=b)", {"return change(a, x=1)", "return change(a, y=b)"}),
        ("argument-mutated", "return change(a, x=b)", {"return a.update(x=b) or a"}),
        ("argument-mutated", "return [*a['x'], b]", {"return a['x'].append(b) or a['x']"}),
    ],
)
def test_a_statement_is_changed(kind, before, after):
    source = f"def function(a, b):\n    {before}\n{FRAME}"
    found = mutants(source, per_kind=EVERY, kinds=(kind,))
    assert {added[0] for _, added in map(changed_lines, found)} == after
    assert all(mutant.line == 2 for mutant in found)


def test_module_constants_and_legal_actions_are_changed():
    connect4 = reference("connect4")
    constants = {changed_lines(mutant)[1][0] for mutant in mutants(connect4, per_kind=EVERY, kinds=("constant",))}
    assert {"ROWS, COLS, LENGTH = (7, 7, 4)", "ROWS, COLS, LENGTH = (6, 7, 3)"} <= constants
    openings = [load_game(inline(connect4)).get_legal_actions(load_game(inline(connect4)).get_initial_state())]
    for kind in ("legal-dropped", "legal-duplicated"):
        for mutant in mutants(connect4, per_kind=EVERY, kinds=(kind,)):
            game = load_game(inline(mutant.source))
            openings.append(game.get_legal_actions(game.get_initial_state()))
    every, *changed = [len(opening) for opening in openings]
    assert every == 7 and sorted(changed) == [6, 6, 8]


@pytest.mark.parametrize("name", ["kuhn_poker", "goofspiel"])
def test_mutants_are_programs_drawn_by_the_seed(name):
    source = reference(name)
    drawn = mutants(source, per_kind=2, seed=3)
    assert drawn == mutants(source, per_kind=2, seed=3)
    assert {mutant.id for mutant in drawn} != {mutant.id for mutant in mutants(source, per_kind=2, seed=4)}
    texts = [mutant.source for mutant in drawn]
    assert len(set(texts)) == len(texts) and ast.unparse(ast.parse(source)) + "\n" not in texts
    assert [mutant.kind for mutant in drawn] == sorted((mutant.kind for mutant in drawn), key=KINDS.index)
    assert all(1 <= mutant.line <= len(source.splitlines()) for mutant in drawn)
    for mutant in drawn:
        removed, added = changed_lines(mutant)
        assert removed or added
        compile(inline(mutant.source), "<mutant>", "exec")


def test_every_kind_is_found_in_the_references():
    found = {kind for name in ("kuhn_poker", "battleship", "hanabi") for kind in
             {mutant.kind for mutant in mutants(reference(name), per_kind=1)}}  # fmt: skip
    assert found == set(KINDS)


def test_plain_programs_have_mutants_too():
    assert len({mutant.kind for mutant in mutants(TIC_TAC_TOE, per_kind=1)}) > 8
    assert len({mutant.kind for mutant in mutants(POKER, per_kind=1)}) > 8


def test_chance_is_hidden():
    source = reference("kuhn_poker")
    random.seed(1)
    for mutant in mutants(source, per_kind=EVERY, kinds=("chance-hidden",)):
        game = load_game(inline(mutant.source))
        states = [game.get_initial_state() for _ in range(20)]
        if game.get_current_player(states[0]) == -1:
            states = [game.apply_action(states[0], "JQ") for _ in range(20)]
        assert all(game.get_current_player(state) == 0 for state in states)


def test_misuse_is_named():
    with pytest.raises(ValueError, match="no kind of mutant called typo"):
        mutants("x = 1", per_kind=1, kinds=("typo",))
    with pytest.raises(ProgramError, match="not Python"):
        mutants("x = = 1", per_kind=1)


def options(*arguments):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    return parser.parse_args(["mutants", *map(str, arguments)])


def test_the_command_lists_and_writes(tmp_path, capsys):
    assert command.run(options(GAMES / "pig", "--diff")) == 0
    listed = capsys.readouterr().out
    assert "legal-duplicated-" in listed and "+    return actions + actions[:1]" in listed
    assert command.run(options(GAMES / "pig" / "game.py", "--json", "--kind", "constant", "--per-kind", 2)) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["constant"] * 2
    assert command.run(options(GAMES / "pig", "--out", tmp_path / "made", "--kind", "and-or", "--kind", "ending")) == 0
    written = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert len(written) == 2 * len(capsys.readouterr().out.splitlines()) > 0
    assert any(name.startswith("ending-") and name.endswith(".diff") for name in written)


def test_the_command_refuses_what_it_cannot_do(tmp_path, capsys):
    with pytest.raises(Misuse, match="no kind"):
        command.run(options(GAMES / "pig", "--kind", "typo"))
    with pytest.raises(Misuse, match="cannot be read"):
        command.run(options(tmp_path))
    (tmp_path / "game.py").write_text("not a program")
    assert command.run(options(tmp_path)) == 1
    assert "not Python" in capsys.readouterr().err
