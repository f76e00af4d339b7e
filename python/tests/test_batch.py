"""Checks of many programs: what is found, what is kept, and runs that are stopped and go on."""

import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import DUMMY, TIC_TAC_TOE, broken

from gamecwm.cli.batch import summary_text
from gamecwm.cli.results import Results
from gamecwm.cli.targets import Misuse, find_targets

STEP = '    board = list(state["board"])\n'
HANG = broken(
    TIC_TAC_TOE, (STEP, "    while True:\n        try:\n            x = 1\n        except BaseException: pass\n")
)
QUICK = ("--games", "5", "--milliseconds", "1500", "--jobs", "2")


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "gamecwm", *map(str, arguments)], capture_output=True, text=True, timeout=120, **options
    )


@pytest.fixture
def folder(tmp_path):
    """A folder of programs: a sound one, a game folder, one that hangs and one that is not Python."""
    game = tmp_path / "programs" / "a game"
    game.mkdir(parents=True)
    (game / "game.py").write_text(TIC_TAC_TOE)
    (game / "helper.py").write_text("not a program")
    scenario = {"name": "start", "actions": [], "checks": {"legal_count": 9}}
    (game / "scenarios.json").write_text(json.dumps([scenario]))
    (tmp_path / "programs" / "dummy.py").write_text(DUMMY)
    (tmp_path / "programs" / "hang.py").write_text(HANG)
    (tmp_path / "programs" / "prose.py").write_text("Let us play!")
    (tmp_path / "programs" / "notes.txt").write_text("nothing")
    return tmp_path / "programs"


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def without_times(lines):
    """Results but for the time that they took."""
    return [{**line, "report": {**line["report"], "milliseconds": None}} for line in lines]


def test_a_folder_is_its_programs_and_their_scenarios(folder):
    targets = find_targets([str(folder)])
    assert [Path(target.name).name for target in targets] == ["game.py", "dummy.py", "hang.py", "prose.py"]
    assert [len(target.scenarios) for target in targets] == [1, 0, 0, 0]
    assert find_targets([str(folder / "a game"), str(folder / "a game" / "game.py")]) == targets[:1]
    with pytest.raises(Misuse, match="no program"):
        (folder / "empty").mkdir()
        find_targets([str(folder / "empty")])


def test_the_key_follows_from_text_scenarios_and_options(folder):
    target = find_targets([str(folder / "a game")])[0]
    key = target.key({"seed": 0})
    assert key == find_targets([str(folder / "a game")])[0].key({"seed": 0})
    assert key != target.key({"seed": 1})
    (folder / "a game" / "scenarios.json").write_text("[]")
    assert key != find_targets([str(folder / "a game")])[0].key({"seed": 0})
    (folder / "a game" / "scenarios.json").write_text("{")
    with pytest.raises(Misuse, match=r"scenarios\.json"):
        find_targets([str(folder / "a game")])


def test_every_program_gets_a_line_whatever_it_does(folder, tmp_path):
    out = tmp_path / "out.jsonl"
    done = run("check", folder, "--json", out, *QUICK)
    assert done.returncode == 1, done.stderr
    kinds = {Path(line["file"]).name: line["kind"] for line in lines_of(out)}
    assert list(kinds) == ["game.py", "dummy.py", "hang.py", "prose.py"]
    assert kinds["prose.py"] == "syntax" and kinds["hang.py"] in ("crash", "deadline", "died")
    assert "sound" not in (kinds["dummy.py"], kinds["hang.py"])
    assert "4 programs: " in done.stdout and "such as" in done.stdout
    again = run("check", folder, "--json", out, *QUICK)
    assert "4 of 4 programs were checked before" in again.stdout


def test_a_changed_program_and_other_options_are_checked_anew(folder, tmp_path):
    out = tmp_path / "out.jsonl"
    small = [folder / "dummy.py", folder / "prose.py"]
    run("check", *small, "--json", out, *QUICK)
    before = lines_of(out)
    (folder / "dummy.py").write_text(TIC_TAC_TOE)
    assert "1 of 2 programs were checked before" in run("check", *small, "--json", out, *QUICK).stdout
    after = lines_of(out)
    assert after[0]["key"] != before[0]["key"] and after[1] == before[1]
    assert "checked before" not in run("check", *small, "--json", out, *QUICK, "--seed", "1").stdout


def test_a_run_that_is_killed_goes_on_and_gives_the_same_file(folder, tmp_path):
    for number in range(6):
        (folder / f"more{number}.py").write_text(TIC_TAC_TOE + f"\n# {number}\n")
    (folder / "hang.py").unlink()
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    command = [sys.executable, "-m", "gamecwm", "check", str(folder), *QUICK, "--json"]
    assert run("check", folder, *QUICK, "--json", whole).returncode == 1
    stopped = subprocess.Popen([*command, str(cut)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while (not cut.exists() or len(cut.read_text().splitlines()) < 2) and time.monotonic() < deadline:
        time.sleep(0.02)
    stopped.send_signal(signal.SIGKILL)
    stopped.communicate()
    kept = cut.read_text().splitlines()
    assert 2 <= len(kept) < len(lines_of(whole))
    # As if it had been killed in the middle of a line.
    with cut.open("a") as stream:
        stream.write('{"file": "half a li')
    done = subprocess.run([*command, str(cut)], capture_output=True, text=True, timeout=120)
    assert f"{len(kept)} of {len(lines_of(whole))} programs were checked before" in done.stdout
    assert without_times(lines_of(cut)) == without_times(lines_of(whole))


def test_ctrl_c_ends_every_process_and_keeps_what_is_done(folder, tmp_path):
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "gamecwm", "check", str(folder), "--json", str(out), "--jobs", "4"]
    stopped = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while (not out.exists() or not out.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    stopped.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, said = stopped.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert stopped.returncode == 130
    assert "results are kept" in said and "Traceback" not in said
    assert lines_of(out)


def test_what_is_no_file_of_results_is_left_alone(folder, tmp_path):
    precious = tmp_path / "precious.jsonl"
    for text in ('{"mine": 1}\n', "not JSON\n", "[]\n"):
        precious.write_text(text)
        done = run("check", folder, "--json", precious)
        assert done.returncode == 2 and "something else than results" in done.stderr
        assert precious.read_text() == text
    assert run("check", folder, "--json", folder / "dummy.py").returncode == 2
    assert (folder / "dummy.py").read_text() == DUMMY


def test_json_lines_on_the_standard_output(folder):
    done = run("check", folder / "dummy.py", folder / "prose.py", "--json", *QUICK)
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()][1] == "syntax"
    assert "2 programs: " in done.stderr


def test_limits_of_the_process(folder):
    memory = broken(TIC_TAC_TOE, (STEP, "    x = bytes(300_000_000)\n" + STEP))
    (folder / "memory.py").write_text(memory)
    short = ("check", folder / "memory.py", "--json", "--games", "2")
    assert json.loads(run(*short, "--memory", "1024").stdout)["playable"]
    assert "MemoryError" in run(*short, "--memory", "256").stdout
    began = time.monotonic()
    done = run("check", folder / "hang.py", "--seconds", "2", "--json")
    assert time.monotonic() - began < 15
    assert json.loads(done.stdout)["score"] == 0


def test_a_person_sees_a_bar(folder):
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gamecwm", "check", str(folder / "dummy.py"), str(folder / "prose.py"), *QUICK],
        stdout=subprocess.DEVNULL, stderr=other,
    )  # fmt: skip
    process.wait(timeout=60)
    os.close(other)
    seen = os.read(main, 100_000).decode()
    os.close(main)
    assert "0/2" in seen and "2/2" in seen and "####" in seen


def test_the_summary_counts_by_kind():
    lines = [{"file": f"{n}.py", "kind": kind, "score": score} for n, (kind, score) in enumerate(
        [("sound", 1.0), ("crash", 0.0), ("crash", 0.5), ("stuck", 0.1)])]  # fmt: skip
    text = summary_text(lines).splitlines()
    assert text[0] == "4 programs: 1 sound, mean score 0.400"
    assert [line.split()[:2] for line in text[1:]] == [["2", "crash"], ["1", "stuck"]]


FILES = [f"{letter}.py" for letter in "abcdef"]


@settings(max_examples=80, deadline=None)
@given(order=st.permutations(FILES), stops=st.lists(st.integers(0, 3), max_size=4), cut=st.integers(0, 40))
def test_however_a_run_is_stopped_the_file_is_the_same(order, stops, cut):
    """Programs finish in any order, and runs end after any number of them, in the middle of a line too."""
    wanted = {file: f"key of {file}" for file in FILES}
    line = {file: {"file": file, "key": key, "kind": "sound", "report": {}} for file, key in wanted.items()}
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "out.jsonl"
        path.write_text(json.dumps({**line["a.py"], "file": "another.py"}) + "\n")
        for count in [*stops, len(FILES)]:
            results = Results(path, wanted)
            results.__enter__()
            for file in [file for file in order if file not in results.lines][:count]:
                results.add(line[file])
            if len(results.lines) < len(FILES):
                results.__exit__(KeyboardInterrupt, None, None)
                path.write_text(path.read_text() + json.dumps(line["b.py"])[:cut])
            else:
                results.__exit__(None, None, None)
        assert [found["file"] for found in lines_of(path)] == ["another.py", *FILES]
        assert lines_of(path)[1:] == list(line.values())
        assert list(Path(place).iterdir()) == [path]
