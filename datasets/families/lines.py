"""Lines on a grid: size, length, gravity, diagonals, joined edges, misère."""

from __future__ import annotations

import random

from families.family import Fact, Family, Params, words, write

DEFAULTS = {"gravity": False, "diagonals": True, "wrap": False, "misere": False}
NOUNS = [
    ("mark", "marks"), ("stone", "stones"), ("piece", "pieces"), ("token", "tokens"), ("counter", "counters"),
    ("disc", "discs"), ("symbol", "symbols"), ("chip", "chips"), ("coin", "coins"), ("marble", "marbles"),
    ("tile", "tiles"), ("bead", "beads"), ("pebble", "pebbles"), ("shell", "shells"), ("button", "buttons"),
    ("flag", "flags"), ("checker", "checkers"), ("sticker", "stickers"), ("peg", "pegs"), ("sign", "signs"),
]  # fmt: skip

BODY = """
def get_initial_state():
    return start(board=grid(ROWS, COLS))


def get_legal_actions(state):
    return placements(state, GRAVITY)


def apply_action(state, action):
    state, cell = place(state, action, GRAVITY)
    if makes_line(state, cell, LENGTH, DIAGONALS, WRAP):
        return lose(state) if MISERE else win(state)
    return draw(state) if is_full(state) else next_turn(state)
"""


def sample(rng: random.Random) -> Params:
    """Sizes lean small; a line always fits the shorter side at least half the time."""
    rows = rng.choice([3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, rng.randint(3, 15)])
    cols = rows if rng.random() < 0.45 else rng.choice([3, 4, 5, 6, 7, 8, 9, 10, rng.randint(3, 15)])
    fits = min(rows, cols) if rng.random() < 0.8 else max(rows, cols)
    return {
        "rows": rows,
        "cols": cols,
        "length": rng.randint(3, max(3, min(6, fits))),
        "gravity": rng.random() < 0.4,
        "diagonals": rng.random() < 0.7,
        "wrap": rng.random() < 0.25,
        "misere": rng.random() < 0.3,
    }


def program(params: Params) -> str:
    head = [
        {"ROWS": params["rows"], "COLS": params["cols"], "LENGTH": params["length"]},
        {name.upper(): params[name] for name in ("gravity", "diagonals", "wrap", "misere")},
    ]
    return write(head, BODY)


def facts(params: Params) -> list[Fact]:
    square = params["rows"] == params["cols"]
    return [
        Fact(("size", "size_square") if square else ("size",), {"rows": params["rows"], "cols": params["cols"]}),
        Fact(("length",), {"length": params["length"]}),
        *(
            Fact((f"{name}_{'yes' if params[name] else 'no'}",), required=params[name] != default)
            for name, default in DEFAULTS.items()
        ),
        Fact(("draw",), required=False),
        Fact(("turns",), required=False),
    ]


def nouns(rng: random.Random) -> dict[str, str]:
    piece, pieces = rng.choice(NOUNS)
    if rng.random() < 0.35:
        # Any noun may name what is on the table.
        piece = rng.choice(words())
        pieces = f"{piece}s"
    return {"piece": piece, "pieces": pieces}


FAMILY = Family("lines", DEFAULTS, sample, program, facts, nouns)
