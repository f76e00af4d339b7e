"""The command `infer`: worlds that fit, from a history that is given or of a random game."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import POKER, TIC_TAC_TOE, broken

from gamecwm.contract import load_game
from gamecwm.infer import Inference, own_history
from gamecwm.tidy import tidy


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
