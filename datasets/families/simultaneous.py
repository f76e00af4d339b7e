"""Simultaneous choice: secret picks, a payoff table or a relation of what beats what, one or more rounds."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from families.family import Fact, Family, Params, words, write

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
    return rng.choice([0, rng.randint(0, 5), rng.randint(0, 10), rng.randint(-10, 10)])


def invented(rng: random.Random, count: int) -> list[str]:
    """Names that nobody chose for their meaning: a writer of programs must copy any word."""
    return rng.sample(words(), count)


def sample_payoffs(rng: random.Random) -> list[list[list[int]]]:
    """A 2×2 table: symmetric, zero-sum, or any."""
    kind = rng.random()
    if kind < 0.5:
        both_a, both_b, a_to_b, b_to_a = (number(rng) for _ in range(4))
        return [[[both_a, both_a], [a_to_b, b_to_a]], [[b_to_a, a_to_b], [both_b, both_b]]]
    if kind < 0.65:
        stake = rng.randint(1, 3)
        same, other = rng.choice([([stake, -stake], [-stake, stake]), ([-stake, stake], [stake, -stake])])
        return [[same, other], [other, same]]
    if kind < 0.75:
        same, other = [number(rng), number(rng)], rng.choice([[0, 0], [number(rng), number(rng)]])
        return [[same, other], [other, same]]
    if kind < 0.85:
        # Meeting games: only choosing alike pays, and each has a favourite.
        high, low, none = rng.randint(2, 6), rng.randint(0, 2), rng.choice([0, 0, -1])
        return [[[high, low], [none, none]], [[none, none], [low, high]]]
    return [[[number(rng), number(rng)] for _ in range(2)] for _ in range(2)]


@cache
def bases() -> list[Params]:
    path = Path(__file__).parent / "wordings" / "simultaneous.json"
    return [base["params"] for base in json.loads(path.read_text(encoding="utf-8"))["bases"]]


def relation(choices: list[str], pairs: list[list[str]]) -> dict[str, list[str]]:
    """What each choice beats, both in the order of the choices."""
    return {name: [other for other in choices if [name, other] in pairs] for name in choices}


def implies(base: Params, params: Params) -> Params | None:
    """A known game's name fits only with its own choices, in their order; the rounds may differ."""
    if base["choices"] != params["choices"] or ("beats" in base and "beats" not in params):
        return None
    implied = {"choices": base["choices"], "rounds": base.get("rounds", 1)}
    if "beats" in base:
        pairs = base["beats"]
        implied["beats"] = pairs if isinstance(pairs, dict) else relation(base["choices"], pairs)
    elif "beats" in params:
        return None
    if "payoffs" in base:
        if params["payoffs"] != base["payoffs"]:
            return None
        implied["payoffs"] = base["payoffs"]
    return implied


def sample(rng: random.Random) -> Params:
    rounds = rng.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    if rng.random() < 0.12:
        # Games with names are what people try first.
        base = rng.choice(bases())
        choices = base["choices"]
        if "beats" in base:
            return {"choices": choices, "beats": relation(choices, base["beats"]), "rounds": rounds}
        return {"choices": choices, "payoffs": base.get("payoffs") or sample_payoffs(rng), "rounds": rounds}
    if rng.random() < 0.55:
        choices = invented(rng, 2) if rng.random() < 0.6 else list(rng.choice(themes()[2])["choices"])
        rng.shuffle(choices)
        return {"choices": choices, "payoffs": sample_payoffs(rng), "rounds": rounds}
    theme = rng.choice(themes()[3] if rng.random() < 0.75 else themes()[5])
    choices = list(theme["choices"])
    rng.shuffle(choices)
    if rng.random() < 0.6:
        names = dict(zip(choices, invented(rng, len(choices)), strict=True))
        choices = list(names.values())
        theme = {"beats": [[names[x], names[y]] for x, y in theme["beats"]]}
    return {"choices": choices, "beats": relation(choices, theme["beats"]), "rounds": rounds}


def draw(known: Params, rng: random.Random) -> Params:
    return known if "beats" in known else {"payoffs": sample_payoffs(rng), **known}


def program(params: Params) -> str:
    if "beats" in params:
        rule, points = {"BEATS": params["beats"]}, "duel_points(state, BEATS)"
    else:
        rule, points = {"PAYOFFS": params["payoffs"]}, "table_points(state, CHOICES, PAYOFFS)"
    head = [{"CHOICES": params["choices"]}, rule, {"ROUNDS": params["rounds"]}]
    return write(head, BODY.replace("POINTS", points))


def table_fact(choices: list[str], payoffs: list[list[list[int]]]) -> Fact:
    """The table's clause: every cell, or four numbers when it is the same for both, or just same and different."""
    (aa, ab), (ba, bb) = payoffs
    slots: dict[str, Any] = {"a": choices[0], "b": choices[1]}
    for name, cell in (("aa", aa), ("ab", ab), ("ba", ba), ("bb", bb)):
        slots |= {f"{name}1": cell[0], f"{name}2": cell[1]}
    keys = ["table_asym"]
    if aa[0] == aa[1] and bb[0] == bb[1] and ab == ba[::-1]:
        keys = ["table", "table", "table", "table_asym"]
        slots |= {"aa": aa[0], "ab": ab[0], "ba": ab[1], "bb": bb[0]}
    if aa == bb and ab == ba:
        keys += ["table_same"] * 3
        slots |= {"s1": aa[0], "s2": aa[1], "d1": ab[0], "d2": ab[1]}
    return Fact(tuple(keys), slots)


def facts(params: Params) -> list[Fact]:
    choices, rounds = params["choices"], params["rounds"]
    if "beats" in params:
        pairs = [[x, y] for x in choices for y in params["beats"][x]]
        rule = [Fact(("beats",), {"beats": pairs}), Fact(("score",), required=False)]
    else:
        rule = [table_fact(choices, params["payoffs"])]
    return [
        # The rule names every choice too.
        Fact(("choices",), {"choices": choices}, required=False),
        *rule,
        Fact(("rounds_many" if rounds > 1 else "rounds_one",), {"rounds": rounds}, required=rounds > 1),
        Fact(("hidden",), required=False),
    ]


def as_mentioned(text: str, params: Params) -> Params:
    """The same game with its choices in the order in which a text first names them."""
    choices = params["choices"]
    places = {name: re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in choices}
    if any(place is None for place in places.values()):
        return params
    order = sorted(choices, key=lambda name: places[name].start())
    if "beats" in params:
        return {**params, "choices": order, "beats": relation(order, [[x, y] for x in order for y in params["beats"][x]])}
    index = [choices.index(name) for name in order]
    return {**params, "choices": order, "payoffs": [[params["payoffs"][row][col] for col in index] for row in index]}


FAMILY = Family("simultaneous", DEFAULTS, sample, program, facts, implies=implies, draw=draw)
