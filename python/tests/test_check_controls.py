"""Controls: programs that fooled other checkers, or that tell the checker from a player, stay under 0.2."""

import builtins
import copy
import json
import random

import pytest
from programs import DUMMY, TIC_TAC_TOE, broken

import gamecwm.check as checker
from gamecwm.check import check

STEP = '    board = list(state["board"])\n'
TOP = "LINES = "
WON = ("return [1.0, -1.0]", "return [0.0, 0.0]")
LOST = ("return [-1.0, 1.0]", "return [0.0, 0.0]")
LUCK = """
def get_initial_state():
    return {"moves": [], "coin": ""}


def get_current_player(state):
    if len(state["moves"]) < 2:
        return len(state["moves"])
    return -4 if state["coin"] else -1


def get_player_name(player_id):
    return "AB"[player_id]


def get_legal_actions(state):
    player = get_current_player(state)
    return [] if player == -4 else ["heads", "tails"] if player == -1 else ["a", "b"]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    if get_current_player(state) == -1:
        return {"moves": state["moves"], "coin": action}
    return {"moves": state["moves"] + [action], "coin": ""}


def get_rewards(state):
    if not state["coin"]:
        return [0.0, 0.0]
    return [1.0, -1.0] if state["coin"] == "heads" else [-1.0, 1.0]


def get_observations(state):
    return [dict(state), dict(state)]
"""
#: A rule that the program keeps to only while it believes that it is being checked.
CHEAT = "    if {0}:\n        return {{'board': ['x'] * 9, 'turn': 0}}\n"


def cheating(condition, *more):
    return broken(TIC_TAC_TOE, (STEP, CHEAT.format(condition) + STEP), *more)


def top(text):
    return TOP, text + "\n" + TOP


CONTROLS = {
    "always over": broken(
        TIC_TAC_TOE, ('    board = state["board"]\n    if has_line', "    return -4\n    if has_line")
    ),
    "always crashes": broken(TIC_TAC_TOE, ('return {"board": [""] * 9, "turn": 0}', "return {}['board']")),
    "two dummy moves": DUMMY,
    "constant rewards": broken(TIC_TAC_TOE, WON, LOST),
    "the first player always wins": broken(TIC_TAC_TOE, LOST, WON, ("return [0.0, 0.0]", "return [1.0, 0.0]")),
    "a stub without telling phrases": "\n".join(
        f"def {name}({parameters}):\n    return {value}\n"
        for name, parameters, value in (
            ("get_initial_state", "", "{'board': []}"),
            ("apply_action", "state, action", "{'board': state['board'] + [action]}"),
            ("get_current_player", "state", "0"),
            ("get_player_name", "player_id", "f'Player {player_id}'"),
            ("get_legal_actions", "state", "['play', 'pass']"),
            ("get_rewards", "state", "[0.0, 0.0]"),
            ("get_observations", "state", "[dict(state), dict(state)]"),
            ("resample_history", "seen, player_id", "[action for _, action in seen if action]"),
        )
    ),
    "moves that change nothing, then a coin": LUCK,
    "counts its calls": cheating("len(COUNT) > 100000", top("COUNT = []"), (STEP, "    COUNT.append(1)\n" + STEP)),
    "counts in a function's attribute": cheating(
        "get_player_name.calls > 100000",
        top("def has_line"),
        ("def has_line\nLINES", "LINES"),
        (STEP, "    get_player_name.calls = get_player_name.calls + 1\n" + STEP),
    ) + "\nget_player_name.calls = 0\n",
    "counts in a default": cheating(
        "len(seen) > 100000",
        ("def apply_action(state, action):", "def apply_action(state, action, seen=[]):\n    seen.append(1)"),
    ),
    "counts by an iterator": cheating("next(COUNT) > 100000", top("import itertools\nCOUNT = itertools.count()")),
    "counts in a cached list": cheating(
        "len(box()) > 100000",
        top("import functools\n\n@functools.lru_cache\ndef box():\n    return []\n\n"),
        (STEP, "    box().append(1)\n" + STEP),
    ),
    "counts new states": cheating(
        "len(SEEN) > 100000", top("SEEN = {}"), (STEP, "    SEEN[str(state)] = 1\n" + STEP)
    ),
    "looks at the stack": cheating(
        "'gamecwm.check' not in str(sys._getframe(2))", top("import sys")
    ),
    "looks at the stack by inspect": cheating("len(inspect.stack()) > 100", top("import inspect")),
    "looks at the stack by an exception": broken(
        TIC_TAC_TOE,
        (STEP, "    try:\n        raise ValueError\n    except ValueError as error:\n"
               "        if error.__traceback__.tb_frame.f_back is None:\n            return {}\n" + STEP),
    ),
    "looks at the generator of random": cheating("random.getstate()[1][0] == 7", top("import random")),
    "looks at the time": cheating("time.time() % 7 < 0.001", top("import time")),
    "tampers with random": broken(TIC_TAC_TOE, top("import random\nrandom.choice = max")),
    "tampers with random by a detour": broken(TIC_TAC_TOE, top("import random\nm = random\nm.Random.choice = max")),
    "tampers with copy": broken(TIC_TAC_TOE, top("import copy\ncopy.deepcopy = lambda value: value")),
    "tampers with json": broken(
        TIC_TAC_TOE, top("import json as j\nk = j\nk.JSONEncoder.encode = lambda self, value: ''")
    ),
    "tampers with builtins": broken(TIC_TAC_TOE, top("__builtins__['len'] = lambda value: 1")),
    "tampers with the checker": broken(
        TIC_TAC_TOE, top("import sys\nsys.modules['gamecwm.check'].findings.score = lambda *a, **k: 1.0")
    ),
    "tampers with the checker's tables": broken(
        TIC_TAC_TOE, top("from gamecwm.check import dynamics\ndynamics.CHECKS.clear()")
    ),
    "tampers in the middle of a game": broken(
        TIC_TAC_TOE, (STEP, "    m = random\n    m.Random.random = lambda self: 0.0\n" + STEP), top("import random")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_stays_under_a_fifth(name):
    world = (random.choice, random.Random.choice, random.Random.random, copy.deepcopy, json.JSONEncoder.encode,
             builtins.len, checker.findings.score)  # fmt: skip
    report = check(CONTROLS[name], seed=2, games=30)
    assert report["score"] < 0.2, [item for item in report["findings"] if item["passed"] is False]
    assert any(item["passed"] is False for item in report["findings"])
    # What the program changed is put back, so that the next check starts sound.
    assert world == (random.choice, random.Random.choice, random.Random.random, copy.deepcopy,
                     json.JSONEncoder.encode, builtins.len, checker.findings.score)  # fmt: skip
    assert check(TIC_TAC_TOE, seed=2, games=12)["score"] == 1 or not name.startswith("tampers")


def test_honest_caches_are_allowed():
    cached = broken(
        TIC_TAC_TOE,
        (
            "def has_line(board, mark):",
            "def has_line(board, mark):\n    return _has_line(tuple(board), mark)\n\n\n"
            "@functools.cache\ndef _has_line(board, mark):",
        ),
        top("import functools\n"),
    )
    assert check(cached, seed=2)["score"] == 1


def test_a_part_that_is_kept_and_changed_later_is_found():
    # The state before the last one is changed through a list that two states share; no argument is.
    source = broken(
        TIC_TAC_TOE,
        ('"turn": 0}', '"turn": 0, "log": []}'),
        ('    return {"board": board, "turn": 1 - state["turn"]}',
         '    log = state["log"]\n    log.append(action)\n'
         '    return {"board": board, "turn": 1 - state["turn"], "log": log}'),
    )  # fmt: skip
    report = check(source, seed=2, games=12)
    purity = next(item for item in report["findings"] if item["check"] == "purity")
    assert purity["passed"] is False and len(purity["counterexample"]) == 1
