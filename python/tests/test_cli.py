"""The command line, run as a person runs it, and the limits of its child process."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from programs import DUMMY, KIT_LINES, POKER, TIC_TAC_TOE, broken

from gamecwm.cli.process import DeadlineError, DiedError, ProgramProcess
from gamecwm.contract import ProgramError

STEP = '    board = list(state["board"])\n'


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "gamecwm", *map(str, arguments)], capture_output=True, text=True, timeout=60, **options
    )


@pytest.fixture
def file(tmp_path):
    def write(source, name="game.py"):
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        return path

    return write


def test_check_tells_a_good_program(file):
    done = run("check", file(TIC_TAC_TOE))
    assert done.returncode == 0 and "Score 1.00" in done.stdout and "FAIL" not in done.stdout
    report = json.loads(run("check", file(POKER), "--json", "--seed", 5, "--games", 20).stdout)
    assert (report["score"], report["seed"], report["games"], report["mends"]) == (1, 5, 20, [])


def test_check_tells_a_bad_program(file):
    done = run("check", file(broken(TIC_TAC_TOE, (STEP, STEP + '    assert action != "4"\n'))))
    assert done.returncode == 1
    assert "FAIL crash: line" in done.stdout and "shown by: 4" in done.stdout
    report = json.loads(run("check", file(DUMMY), "--json").stdout)
    assert report["score"] < 0.4
    done = run("check", file("Let us play!"), "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["score"] == 0


def test_misuse_is_answered(file, tmp_path):
    for arguments in ([], ["check"], ["check", tmp_path / "nothing.py"], ["check", file(DUMMY), "--games", "-1"],
                      ["fly"], ["play", file(TIC_TAC_TOE), "--seat", "2"]):  # fmt: skip
        done = run(*arguments)
        assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr


def test_tidy_prints_the_plain_module(file):
    done = run("tidy", file(f"Here:\n```python\n{KIT_LINES}```"))
    assert done.returncode == 0 and "fence" in done.stderr
    assert "import kit" not in done.stdout and "def place(" in done.stdout
    assert run("check", file(done.stdout)).returncode == 0
    assert run("tidy", file("Sorry, I cannot.")).returncode == 1


def test_compare_gives_the_telling_actions(file):
    first, second = file(TIC_TAC_TOE, "a.py"), file(broken(TIC_TAC_TOE, (", [0, 4, 8]", "")), "b.py")
    assert run("compare", first, first).returncode == 0
    done = run("compare", first, second, "--games", 200)
    assert done.returncode == 1
    actions = json.loads(done.stdout.splitlines()[-1].removeprefix("Actions: "))
    assert {"0", "4", "8"} <= set(actions)


def test_play_takes_a_match_to_its_end(file):
    done = run("play", file(TIC_TAC_TOE), "--simulations", 50, input="0\nnonsense\nu\n0\n1\n1\n1\n1\n1\n1\n1\n1\n")
    assert done.returncode == 0 and "The game is over." in done.stdout
    assert "'nonsense' is no action here" in done.stdout
    assert run("play", file(POKER), "--seat", 1, "--simulations", 50, input="q\n").returncode == 0


HOSTILE = {
    "endless loop": "while True:\n        pass",
    "loop that eats errors": "while True:\n        try:\n            x = 1\n        except BaseException: pass",
    "memory": "return [0] * 10**9",
    "much memory slowly": "x = []\n    while True:\n        x.append('y' * 10**6)",
    "recursion": "return apply_action(state, action)",
    "exit": "raise SystemExit(0)",
    "hard exit": "import os\n    os._exit(0)",
    "broken interpreter": "import os\n    os.abort()",
    "big loop in C": "return sum(range(10**12))",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_program_ends_in_a_report(name, file):
    source = broken(TIC_TAC_TOE, (STEP, f"    {HOSTILE[name]}\n"))
    began = time.monotonic()
    done = run("check", file(source), "--json", "--games", "5", "--milliseconds", "1500")
    assert done.returncode == 1, done.stderr
    assert time.monotonic() - began < 45
    report = json.loads(done.stdout)
    assert report["score"] < 0.2
    crash = next(item for item in report["findings"] if item["check"] == "crash")
    assert crash["passed"] is False and len(crash["message"]) > 20


REACHING = {
    "socket": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 1)",
    "raw socket": "import _socket\n_socket.socket().connect(('127.0.0.1', {port}))",
    "write": "open({path!r}, 'w').write('x')",
    "os.open": "import os\nos.write(os.open({path!r}, os.O_WRONLY | os.O_CREAT), b'x')",
    "subprocess": "import subprocess\nsubprocess.run(['touch', {path!r}])",
    "fork": "import os\nos.fork()\nopen({path!r}, 'w')",
    "remove": "import os\nos.remove({keep!r})",
    "fork_exec": "import os\nos.posix_spawn('/usr/bin/touch', ['touch', {path!r}], {{}})",
}


@pytest.mark.parametrize("name", REACHING)
def test_network_disk_and_processes_are_out_of_reach(name, file, tmp_path):
    import socket

    keep, path = tmp_path / "keep", tmp_path / "made"
    keep.write_text("here")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        code = REACHING[name].format(port=server.getsockname()[1], path=str(path), keep=str(keep))
        with ProgramProcess(cpu_seconds=20) as process, pytest.raises(ProgramError) as error:
            process.call("open", {"source": TIC_TAC_TOE + "\n" + code}, seconds=20)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "may not" in str(error.value)
    assert keep.exists() and not path.exists()


def test_the_process_is_ended_at_its_deadline():
    loop = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"
    with ProgramProcess() as process:
        began = time.monotonic()
        with pytest.raises(DeadlineError):
            process.call("open", {"source": DUMMY + loop}, seconds=0.5)
        assert time.monotonic() - began < 5
        assert gone(process.identity)
        with pytest.raises(DiedError):
            process.call("open", {"source": DUMMY}, seconds=5)


def gone(identity):
    try:
        os.kill(identity, 0)
    except ProcessLookupError:
        return True
    return False


def children_of(identity):
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in map(str.split, listed.splitlines()) if int(parent) == identity]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_check_leaves_nothing_behind(number, file):
    source = broken(TIC_TAC_TOE, (STEP, "    x = 0\n    while x < 10**5:\n        x += 1\n" + STEP))
    parent = subprocess.Popen(
        [sys.executable, "-m", "gamecwm", "check", str(file(source)), "--milliseconds", "60000"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 10
    while not (children := children_of(parent.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    parent.send_signal(number)
    parent.communicate(timeout=10)
    assert children
    if number == signal.SIGINT:
        assert parent.returncode == 130
    deadline = time.monotonic() + 5
    while not all(map(gone, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert all(map(gone, children))
