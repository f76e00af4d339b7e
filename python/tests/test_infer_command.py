"""The command `infer`: worlds that fit, from a history that is given or of a random game."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import POKER, TIC_TAC_TOE, broken

from gamecwm.contract import load_game
from gamecwm.infer import Inference, own_history
from gamecwm.inline import inline
from gamecwm.tidy import tidy

GAMES = Path(__file__).parents[2] / "datasets" / "games"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "gamecwm", "infer", *map(str, arguments)], capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def poker(tmp_path):
    path = tmp_path / "poker.py"
    path.write_text(POKER)
    return path


def test_a_random_history_gives_worlds_that_fit_it(poker):
    done = run(poker, "--seed", 3, "--worlds", 20, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    game = load_game(tidy(POKER).plain)
    assert found["history"][-1][1] is None
    assert abs(sum(world["share"] for world in found["worlds"]) - 1) < 1e-9
    for world in found["worlds"]:
        assert json.loads(json.dumps(own_history(game, world["actions"], found["player"]))) == found["history"]
    again = json.loads(run(poker, "--seed", 3, "--worlds", 20, "--json").stdout)
    assert {**again, "milliseconds": 0} == {**found, "milliseconds": 0}


def test_a_given_history_and_all_its_worlds(poker, tmp_path):
    found = json.loads(run(poker, "--seed", 3, "--json").stdout)
    history = tmp_path / "history.json"
    history.write_text(json.dumps(found["history"]))
    done = run(poker, "--history", history, "--player", found["player"], "--exact", "--json")
    exact = json.loads(done.stdout)
    assert exact["history"] == found["history"]
    drawn = {tuple(world["actions"]) for world in found["worlds"]}
    assert drawn <= {tuple(world["actions"]) for world in exact["worlds"]}
    assert abs(sum(world["share"] for world in exact["worlds"]) - 1) < 1e-9
    assert "worlds fit" in run(poker, "--history", history, "--player", found["player"], "--exact").stdout


def test_no_world_is_said_in_words(poker, tmp_path):
    history = tmp_path / "history.json"
    history.write_text(json.dumps([[{"nothing": "like this"}, None]]))
    done = run(poker, "--history", history, "--player", 0)
    assert done.returncode == 1 and done.stderr.startswith("No worlds: no history fits")


def test_broken_programs_and_misuse(poker, tmp_path):
    file = tmp_path / "game.py"
    for line, word in (("    raise KeyError('no')\n", "KeyError"), ("    while True: pass\n", "did not answer")):
        step = '    board = list(state["board"])\n'
        file.write_text(broken(TIC_TAC_TOE, (step, line)))
        done = run(file, "--seed", 5, "--player", 1, "--seconds", 4)
        assert done.returncode == 1 and word in done.stderr and "Traceback" not in done.stderr
    (tmp_path / "history.json").write_text("[1, 2]")
    for arguments in (["--history", tmp_path / "history.json", "--player", "0"], ["--worlds", "0"],
                      ["--history", tmp_path / "nothing.json", "--player", "0"]):  # fmt: skip
        assert run(poker, *arguments).returncode == 2
    (tmp_path / "history.json").write_text("[]")
    assert run(poker, "--history", tmp_path / "history.json").returncode == 2


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), slice_length=st.sampled_from([0.01, 1.0, 50.0]))
def test_the_same_seed_gives_the_same_worlds_however_it_is_sliced(seed, slice_length):
    game = load_game(tidy(POKER).plain)

    def result(milliseconds):
        job = Inference(game, seed=seed, nodes=5000, worlds=4, exact=False, player=None, history=None)
        while not job.run(milliseconds):
            assert job.progress()["total"] == 4
        return {**job.result(), "milliseconds": 0}

    found = result(slice_length)
    assert found == result(1000.0)
    for world in found["worlds"]:
        actions = world["actions"]
        assert [list(entry) for entry in own_history(game, actions, found["player"])] == found["history"]


def without_resample(name, folder):
    """A reference game whose own `resample_history` is taken out, as generated programs come."""
    text = (GAMES / name / "game.py").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    own = next(n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == "resample_history")
    path = folder / "game.py"
    path.write_text("".join([*lines[: own.lineno - 1], *lines[own.end_lineno :]]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["kuhn_poker", "leduc_poker", "liars_dice", "goofspiel", "battleship", "gin_rummy", "hanabi"]
)
def test_programs_without_a_function_of_their_own_are_inferred(name, tmp_path):
    path = without_resample(name, tmp_path)
    done = run(path, "--seed", 5, "--worlds", 4, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    reference = load_game(inline((GAMES / name / "game.py").read_text(encoding="utf-8")))
    assert found["worlds"]
    for world in found["worlds"]:
        state = reference.get_initial_state()
        for action in world["actions"]:
            assert action in reference.get_legal_actions(state)
            state = reference.apply_action(state, action)
        seen = own_history(reference, world["actions"], found["player"])
        assert json.loads(json.dumps(seen)) == found["history"]


@pytest.mark.parametrize(("name", "carried_in"), [("kuhn_poker", True), ("liars_dice", None)])
def test_programs_without_a_function_of_their_own_are_checked(name, carried_in, tmp_path):
    """Kit programs get the kit's default, which is then checked; of others the worlds are inferred."""
    path = without_resample(name, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "gamecwm", "check", str(path), "--json"], capture_output=True, text=True, timeout=100
    )
    found = {f["check"]: f for f in json.loads(done.stdout)["findings"] if f["tier"] == "information"}
    assert found["consistency"]["passed"] is carried_in, found["consistency"]["message"]
    assert found["variety"]["passed"] is carried_in, found["variety"]["message"]
    assert found["leaks"]["passed"] is True, found["leaks"]["message"]
