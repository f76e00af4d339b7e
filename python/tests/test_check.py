"""The checker: what passes, what each check fails on, and the controls that must score low."""

from collections import Counter

import pytest
from programs import DUMMY, KIT_LINES, POKER, TIC_TAC_TOE, broken

from gamecwm.check import TIERS, Check, check, dynamics, probes
from gamecwm.check.dynamics import CHECKS as DYNAMICS
from gamecwm.check.static import CHECKS as STATIC
from gamecwm.contract import load_game
from gamecwm.playout import Trail, play

EVERY = {name for tier in TIERS for name in tier.CHECKS}

STEP = '    board = list(state["board"])\n'
REFUSE_NOTHING = ('    if action not in get_legal_actions(state):\n        raise ValueError("illegal action")\n', "")
END = '    return {"board": board, "turn": 1 - state["turn"]}'


def failed(report):
    return {finding["check"] for finding in report["findings"] if finding["passed"] is False}


def finding(report, name):
    return next(item for item in report["findings"] if item["check"] == name)


@pytest.mark.parametrize("source", [TIC_TAC_TOE, POKER, KIT_LINES], ids=["tic-tac-toe", "poker", "kit"])
def test_a_clean_program_scores_one(source):
    report = check(source, seed=3)
    assert failed(report) == set()
    assert report["score"] == 1
    assert report["playable"] and report["games"] == 60
    assert {item["check"] for item in report["findings"]} == EVERY


def test_the_same_seed_gives_the_same_report():
    source = broken(TIC_TAC_TOE, (END, '    state["turn"] = 5\n' + END))
    first, second = (check(source, seed=11) for _ in range(2))
    first.pop("milliseconds"), second.pop("milliseconds")
    assert first == second


def test_a_check_is_run_a_little_at_a_time():
    job = Check(TIC_TAC_TOE, seed=1, games=30)
    steps, dones = 1, [0]
    while not job.run(1):
        steps += 1
        dones.append(job.progress()["done"])
        assert job.progress()["total"] == 36
    assert steps > 3 and dones == sorted(dones) and max(dones) > 5
    slowly, at_once = job.result(), check(TIC_TAC_TOE, seed=1, games=30)
    assert slowly["findings"] == at_once["findings"]


def test_findings_can_be_read_before_the_end():
    job = Check(FAILING["unused"], seed=1)
    assert job.findings() == ()
    while not any(item.check == "unused" for item in job.findings()):
        assert not job.run(1)
    early = job.findings()
    while not job.run(100):
        pass
    assert job.findings()[: len(early)] == early and len(job.findings()) == len(job.result()["findings"])


@pytest.mark.parametrize("name", ["terminal", "stuck", "effect", "purity", "rewards", "player_ids", "legal_actions"])
def test_one_look_at_a_node_misses_nothing(name):
    seen = Counter()
    for index in range(30):
        trail, shown = play(load_game(FAILING[name]), f"{index}", 40).trail, Trail()
        for place, node in enumerate(trail.nodes):
            shown.nodes.append(node)
            found = any(dynamics.AT_EVERY_NODE[check][0](shown) for check in dynamics.AT_EVERY_NODE)
            seen[found] += 1
            assert probes.unremarkable(shown) != found
            shown.actions += trail.actions[place : place + 1]
    assert seen[True] and seen[False]


def test_a_time_budget_is_kept_and_said():
    report = check(TIC_TAC_TOE, games=100_000, milliseconds=600)
    assert report["milliseconds"] < 4000
    assert 0 < report["games"] < 100_000
    assert f"Time ran out after {report['games']} games" in finding(report, "crash")["message"]


def test_no_game_is_no_success():
    report = check(TIC_TAC_TOE, games=0)
    assert report["score"] < 0.2 and not report["playable"]
    assert set(DYNAMICS) <= failed(report)


ALWAYS_OVER = broken(TIC_TAC_TOE, ('    board = state["board"]\n    if has_line', "    return -4\n    if has_line"))
ENDLESS = broken(
    DUMMY,
    ('-4 if len(state["moves"]) == 2 else len(state["moves"])', "0"),
    ('[] if len(state["moves"]) == 2 else ["a", "b"]', '["a", "b"]'),
    ('{"moves": state["moves"] + [action]}', "dict(state)"),
)
CONTROLS = {
    "always over": ALWAYS_OVER,
    "always crashes": broken(TIC_TAC_TOE, ('return {"board": [""] * 9, "turn": 0}', "return {}['board']")),
    "crashes at the first move": broken(TIC_TAC_TOE, (STEP, "    board = state['cells']\n")),
    "endless": ENDLESS,
    "no legal action": broken(
        TIC_TAC_TOE, ("return [str(cell) for cell in range(9) if not state", "return [] and [state")
    ),
    "not Python": "Tic-tac-toe is a game for two players.\nThey take turns.",
    "empty": "",
    "a stub": "def get_initial_state():\n    return {}\n",
    "one move only": broken(DUMMY, ('else ["a", "b"]', 'else ["a"]')),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_scores_under_a_fifth(name):
    report = check(CONTROLS[name])
    assert report["score"] < 0.2
    assert not report["playable"]
    assert failed(report)


#: check -> a program made to fail it.
FAILING = {
    "syntax": "def get_initial_state(:\n    pass\n",
    "imports": broken(TIC_TAC_TOE, ("LINES = ", "import os\n\nLINES = ")),
    "builtins": broken(TIC_TAC_TOE, (STEP, STEP + "    if action == 'never':\n        open('x')\n")),
    "loads": TIC_TAC_TOE + "\nraise SystemExit\n",
    "functions": broken(TIC_TAC_TOE, ("def get_rewards(", "def rewards(")),
    "arities": broken(TIC_TAC_TOE, ("def get_player_name(player_id)", "def get_player_name()"), ("[player_id]", "[0]")),
    "returns": broken(TIC_TAC_TOE, ("return [0.0, 0.0]", "return (cell for cell in '12')")),
    "names": broken(TIC_TAC_TOE, ('return ["x", "o"][player_id]', 'return ["x", None][player_id]')),
    "crash": broken(TIC_TAC_TOE, (STEP, STEP + "    if action == '4' and board[0] == 'x':\n        1 / 0\n")),
    "stuck": broken(
        TIC_TAC_TOE, ('if not state["board"][cell]]', 'if not state["board"][cell] and cell != 3]'), REFUSE_NOTHING
    ),
    "terminal": broken(TIC_TAC_TOE, ("    if get_current_player(state) == -4:\n        return []\n", "")),
    "ends": ENDLESS,
    "unused": TIC_TAC_TOE + "\nLIMIT = 9\n",
    "hidden_actions": broken(
        TIC_TAC_TOE,
        ("range(9) if not state", "range(8) if not state"),
        ("if action not in get_legal_actions(state)", "if not action.isdigit() or state['board'][int(action)]"),
        ("or all(board)", "or all(board[:8])"),
    ),
    "effect": broken(TIC_TAC_TOE, (STEP, "    if action == '4':\n        return dict(state)\n" + STEP)),
    "purity": broken(TIC_TAC_TOE, ('list(state["board"])', 'state["board"]')),
    "determinism": broken(
        TIC_TAC_TOE, ("LINES = ", "import random\n\nLINES = "), ('"turn": 0}', '"turn": 0, "bonus": random.random()}')
    ),
    "memory": broken(TIC_TAC_TOE, (STEP, "    COUNT.append(1)\n" + STEP), ("LINES = ", "COUNT = []\nLINES = ")),
    "tampering": broken(TIC_TAC_TOE, ("LINES = ", "import random as r\n\nvars(r)['choice'] = max\nLINES = ")),
    "hash_order": broken(
        TIC_TAC_TOE,
        ("return [str(cell) for cell in range(9)", "return [cell for cell in {*'012345678'}"),
        ('state["board"][cell]]', 'state["board"][int(cell)]]'),
    ),
    "processes": broken(TIC_TAC_TOE, ('"turn": 0}', '"turn": 0, "salt": "salt".__hash__()}')),
    "reward_sum": broken(TIC_TAC_TOE, ("return [1.0, -1.0]", "return [2.0, -1.0]")),
    "round_trip": broken(
        TIC_TAC_TOE,
        ('return {"board": [""] * 9, "turn": 0}', 'return {"board": ("",) * 9, "turn": 0}'),
        (END, '    return {"board": tuple(board), "turn": 1 - state["turn"]}'),
        ("    return any(all(", "    board = board + ()\n    return any(all("),
    ),
    "legal_actions": broken(TIC_TAC_TOE, ("range(9) if", "[0, *range(9)] if")),
    "illegal_actions": broken(TIC_TAC_TOE, REFUSE_NOTHING),
    "player_ids": broken(
        TIC_TAC_TOE, ('    return state["turn"]\n', '    return state["turn"] + 1\n'), ('"xo"[', '"xox"[')
    ),
    "rewards": broken(TIC_TAC_TOE, ("return [1.0, -1.0]", 'return [float("nan"), -1.0]')),
    "rewards_vary": broken(TIC_TAC_TOE, ("return [1.0, -1.0]", "return [0.0, 0.0]"), ("[-1.0, 1.0]", "[0.0, 0.0]")),
    "state": broken(TIC_TAC_TOE, ('"turn": 0}', '"turn": 0, "seen": {1, 2}}')),
    "observations": broken(TIC_TAC_TOE, ("return [dict(state), dict(state)]", "return [dict(state)]")),
    "chance": broken(
        POKER,
        ('if action.startswith("deal:"):', 'if action.startswith("deal:"):\n        ["J", "K"].index(action[5:])'),
    ),
    "chance_varies": broken(
        POKER,
        ('for card in CARDS if card not in state["cards"]]', 'for card in CARDS if card not in state["cards"]][:1]'),
    ),
    "everyone_moves": broken(
        TIC_TAC_TOE,
        ("return [1.0, -1.0]", "return [1.0, -1.0, 0.0]"),
        ("return [-1.0, 1.0]", "return [-1.0, 1.0, 0.0]"),
        ("return [0.0, 0.0]", "return [0.0] * 3"),
        ("[dict(state), dict(state)]", "[dict(state)] * 3"),
        ('["x", "o"]', '["x", "o", "nobody"]'),
    ),
    "choice": broken(TIC_TAC_TOE, ('if not state["board"][cell]]', 'if not state["board"][cell]][:1]')),
}


@pytest.mark.parametrize("name", FAILING)
def test_each_check_fails_where_it_should(name):
    report = check(FAILING[name])
    item = finding(report, name)
    assert item["passed"] is False, item
    assert report["score"] < 1
    assert len(item["message"]) > 10


def test_too_few_games_in_the_time_are_a_finding():
    slow = broken(TIC_TAC_TOE, (STEP, "    sum(range(400_000))\n" + STEP))
    assert finding(check(slow, milliseconds=400), "effort")["passed"] is False


def test_every_check_has_a_program_that_fails_it():
    assert set(FAILING) | {"effort"} == {*STATIC, *DYNAMICS}


def test_counterexamples_are_the_shortest():
    assert finding(check(FAILING["crash"]), "crash")["counterexample"] == ["0", "4"]
    purity = finding(check(FAILING["purity"]), "purity")
    assert len(purity["counterexample"]) == 1
    assert finding(check(FAILING["determinism"]), "determinism")["counterexample"] == []
    assert len(finding(check(FAILING["rewards"]), "rewards")["counterexample"]) == 5


def test_lines_are_those_of_the_tidied_program():
    source = broken(KIT_LINES, ("    return placements(state)", "    return placements(state['nothing'])"))
    report = check(source)
    line = finding(report, "crash")["line"]
    assert "placements(state['nothing'])" in source.splitlines()[line - 1]


@pytest.mark.parametrize(
    "trick", ["raise SystemExit(0)", "raise KeyboardInterrupt", "f = lambda: f()\n    f()", "raise MemoryError"]
)
def test_whatever_a_program_raises_is_a_finding(trick):
    report = check(broken(TIC_TAC_TOE, (STEP, f"    {trick}\n")))
    crash = finding(report, "crash")
    assert crash["passed"] is False and crash["line"] is not None
    assert len(crash["counterexample"]) == 1


def test_hidden_state_shared_between_loads_is_found():
    source = broken(
        TIC_TAC_TOE,
        (STEP, "    COUNT.append(1)\n" + STEP),
        ("LINES = ", "COUNT = []\nLINES = "),
        (END, '    return {"board": board, "turn": 1 - state["turn"], "count": len(COUNT)}'),
    )
    assert "determinism" in failed(check(source))


def test_random_play_that_rarely_ends_by_itself_is_given_habits():
    source = broken(
        DUMMY,
        ('-4 if len(state["moves"]) == 2 else', '-4 if "stop" in state["moves"] else'),
        ('else len(state["moves"])', 'else len(state["moves"]) % 2'),
        (
            '[] if len(state["moves"]) == 2 else ["a", "b"]',
            '[] if "stop" in state["moves"] else [f"go {n}" for n in range(400)] + ["stop"]',
        ),
        ("return [0.0, 0.0]", 'return [len(state["moves"]) % 3, 0.0]'),
    )
    assert check(source, steps=200, games=16, milliseconds=3000)["playable"]


LONG = broken(
    DUMMY,
    ('-4 if len(state["moves"]) == 2 else len(state["moves"])', '-4 if state["left"] == 0 else state["left"] % 2'),
    ('[] if len(state["moves"]) == 2 else ["a", "b"]', '["a", "b"] if state["left"] else []'),
    ('{"moves": []}', '{"left": 900, "lead": 0}'),
    ('{"moves": state["moves"] + [action]}',
     '{"left": state["left"] - 1, "lead": state["lead"] + (1 if action == "a" else -1)}'),
    ("return [0.0, 0.0]", 'return [1.0, -1.0] if state["lead"] > 0 else [-1.0, 1.0]'),
)  # fmt: skip


def test_a_game_longer_than_the_step_limit_is_no_false_alarm():
    report = check(LONG[: LONG.index("def resample_history")], games=15)
    assert failed(report) == set(), report["findings"]
    assert report["score"] == 1
    assert "9 of 12" in finding(report, "ends")["message"]


#: Everybody always gets the same, and every step takes long.
FLAT = broken(TIC_TAC_TOE, ("return [1.0, -1.0]", "return [0.0, 0.0]"), ("[-1.0, 1.0]", "[0.0, 0.0]"))
SLOW = broken(FLAT, (STEP, "    sum(range(400_000))\n" + STEP))


def test_that_games_end_alike_is_not_said_before_rare_actions_were_looked_for():
    found = {item["check"]: item for item in check(SLOW, milliseconds=1500)["findings"]}
    assert found["rewards_vary"]["passed"] is None
    assert "time ran out" in found["rewards_vary"]["message"]
    assert found["effort"]["passed"] is False
    assert {item["check"]: item for item in check(FLAT)["findings"]}["rewards_vary"]["passed"] is False
