"""Pawn race (Breakthrough, Hexapawn and relatives): men step forward, the far row wins."""

from __future__ import annotations

import random

from families.family import Fact, Family, Params, noun_pairs, words, write

DEFAULTS = {"stuck": "loses"}

BODY = """
def get_initial_state():
    return start(board=armies(ROWS, COLS, RANKS))


def get_legal_actions(state):
    return advances(state, MOVES, CAPTURES)


def apply_action(state, action):
    state, cell = advance(state, action, MOVES, CAPTURES)
    if on_far_row(state, cell) or not has_enemies(state):
        return win(state)
    state = next_turn(state)
    if get_legal_actions(state):
        return state
    return lose(state) if STUCK == "loses" else draw(state)
"""


def sample(rng: random.Random) -> Params:
    ranks = rng.choice([1, 1, 2])
    rows = rng.randint(3 if ranks == 1 else 5, 9)
    return {
        "rows": rows,
        "cols": rows if 3 <= rows and rng.random() < 0.4 else rng.randint(3, 9),
        "ranks": ranks,
        "moves": rng.choice(["straight", "diagonal", "both"]),
        "captures": rng.choice(["diagonal", "diagonal", "straight", "both"]),
        "stuck": rng.choice(["loses", "loses", "draws"]),
    }


def program(params: Params) -> str:
    head = [
        {"ROWS": params["rows"], "COLS": params["cols"], "RANKS": params["ranks"]},
        {"MOVES": params["moves"], "CAPTURES": params["captures"], "STUCK": params["stuck"]},
    ]
    return write(head, BODY)


def facts(params: Params) -> list[Fact]:
    square = params["rows"] == params["cols"]
    return [
        Fact(("size", "size_square") if square else ("size",), {"rows": params["rows"], "cols": params["cols"]}),
        Fact(("ranks_one" if params["ranks"] == 1 else "ranks_two",)),
        Fact((f"moves_{params['moves']}",)),
        Fact((f"captures_{params['captures']}",)),
        Fact(("goal",), required=False),
        Fact((f"stuck_{params['stuck']}",), required=params["stuck"] == "draws"),
        Fact(("turns",), required=False),
    ]


def nouns(rng: random.Random) -> dict[str, str]:
    man, men = rng.choice(noun_pairs("pawn_race"))
    if rng.random() < 0.35:
        # Any noun may name what is on the table.
        man = rng.choice(words())
        men = f"{man}s"
    return {"man": man, "men": men}


FAMILY = Family("pawn_race", DEFAULTS, sample, program, facts, nouns)
