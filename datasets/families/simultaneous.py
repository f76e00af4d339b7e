"""Simultaneous choice: secret picks, a payoff table or a relation of what beats what, one or more rounds."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

from families.family import Fact, Family, Params, write

DEFAULTS = {"rounds": 1}

BODY = """
def get_initial_state():
    return start(own=["picks"], picks=secrets(), played=[], scores=[0, 0])


def get_legal_actions(state):
    return options(state, CHOICES)


def apply_action(state, action):
    state = pick(state, action, CHOICES)
    if not is_revealed(state):
        return state
    return end_after(add_points(state, POINTS), ROUNDS)
"""


@cache
def themes() -> dict[int, list[dict[str, Any]]]:
    """The written themes by number of choices."""
    path = Path(__file__).parent / "wordings" / "simultaneous.json"
    found = json.loads(path.read_text(encoding="utf-8"))["themes"]
    return {size: [theme for theme in found if len(theme["choices"]) == size] for size in (2, 3, 5)}


def number(rng: random.Random) -> int:
    return rng.choice([rng.randint(0, 5), rng.randint(-5, 10)])


def sample_payoffs(rng: random.Random) -> list[list[list[int]]]:
    """A 2×2 table: symmetric, zero-sum, or any."""
    kind = rng.random()
    if kind < 0.6:
        both_a, both_b, a_to_b, b_to_a = (number(rng) for _ in range(4))
        return [[[both_a, both_a], [a_to_b, b_to_a]], [[b_to_a, a_to_b], [both_b, both_b]]]
    if kind < 0.75:
        stake = rng.randint(1, 3)
        same, other = rng.choice([([stake, -stake], [-stake, stake]), ([-stake, stake], [stake, -stake])])
        return [[same, other], [other, same]]
    return [[[number(rng), number(rng)] for _ in range(2)] for _ in range(2)]


def sample(rng: random.Random) -> Params:
    rounds = rng.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    if rng.random() < 0.5:
        choices = list(rng.choice(themes()[2])["choices"])
        rng.shuffle(choices)
        return {"choices": choices, "payoffs": sample_payoffs(rng), "rounds": rounds}
    theme = rng.choice(themes()[3] if rng.random() < 0.85 else themes()[5])
    choices = list(theme["choices"])
    rng.shuffle(choices)
    beats = {name: [y for y in choices if [name, y] in theme["beats"]] for name in choices}
    return {"choices": choices, "beats": beats, "rounds": rounds}


def program(params: Params) -> str:
    if "beats" in params:
        rule, points = {"BEATS": params["beats"]}, "duel_points(state, BEATS)"
    else:
        rule, points = {"PAYOFFS": params["payoffs"]}, "table_points(state, CHOICES, PAYOFFS)"
    head = [{"CHOICES": params["choices"]}, rule, {"ROUNDS": params["rounds"]}]
    return write(head, BODY.replace("POINTS", points))


def table_fact(choices: list[str], payoffs: list[list[list[int]]]) -> Fact:
    """The table's clause: four numbers when it is the same for both players, eight otherwise."""
    (aa, ab), (ba, bb) = payoffs
    slots: dict[str, Any] = {"a": choices[0], "b": choices[1]}
    for name, cell in (("aa", aa), ("ab", ab), ("ba", ba), ("bb", bb)):
        slots |= {f"{name}1": cell[0], f"{name}2": cell[1]}
    if aa[0] == aa[1] and bb[0] == bb[1] and ab == ba[::-1]:
        return Fact(("table", "table", "table_asym"), {**slots, "aa": aa[0], "ab": ab[0], "ba": ab[1], "bb": bb[0]})
    return Fact(("table_asym",), slots)


def facts(params: Params) -> list[Fact]:
    choices, rounds = params["choices"], params["rounds"]
    if "beats" in params:
        pairs = [[x, y] for x in choices for y in params["beats"][x]]
        rule = [Fact(("beats",), {"beats": pairs}), Fact(("score",), required=False)]
    else:
        rule = [table_fact(choices, params["payoffs"])]
    return [
        # Said before the rule, so that the order of the choices is the order of first mention.
        Fact(("choices",), {"choices": choices}),
        *rule,
        Fact(("rounds_many" if rounds > 1 else "rounds_one",), {"rounds": rounds}, required=rounds > 1),
        Fact(("hidden",), required=False),
    ]


FAMILY = Family("simultaneous", DEFAULTS, sample, program, facts)
