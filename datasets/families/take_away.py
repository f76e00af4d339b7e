"""Take-away and Nim: heaps, what may be taken, and whether the last taker wins."""

from __future__ import annotations

import random

from families.family import Fact, Family, Params, words, write

DEFAULTS = {"last_wins": True}
NOUNS = [
    ("stone", "stones"), ("match", "matches"), ("coin", "coins"), ("bean", "beans"), ("counter", "counters"),
    ("stick", "sticks"), ("marble", "marbles"), ("pebble", "pebbles"), ("candy", "candies"), ("apple", "apples"),
    ("token", "tokens"), ("cookie", "cookies"), ("nut", "nuts"), ("shell", "shells"), ("berry", "berries"),
    ("toothpick", "toothpicks"), ("button", "buttons"), ("grape", "grapes"), ("straw", "straws"), ("card", "cards"),
]  # fmt: skip

BODY = """
def get_initial_state():
    return start(heaps=HEAPS)


def get_legal_actions(state):
    return takes(state, TAKES)


def apply_action(state, action):
    state = take(state, action, TAKES)
    if takes(state, TAKES):
        return next_turn(state)
    return win(state) if LAST_WINS else lose(state)
"""


def sample(rng: random.Random) -> Params:
    kind = rng.random()
    if kind < 0.45:
        heaps = [rng.randint(5, 30)]
    elif kind < 0.6:
        heaps = [rng.randint(2, 12)] * rng.randint(2, 5)
    else:
        heaps = [rng.randint(1, 12) for _ in range(rng.randint(2, 5))]
    how = rng.random()
    if how < 0.5:
        takes: list[int] | str = list(range(1, rng.randint(2, 7) + 1))
    elif how < 0.75 or len(heaps) == 1:
        takes = sorted(rng.sample(range(1, 10), rng.choice([2, 3, 3, 4])))
    else:
        takes = "any"
    if isinstance(takes, list) and takes[0] > max(heaps):
        takes = [1, *takes[1:]]
    return {"heaps": heaps, "takes": takes, "last_wins": rng.random() < 0.6}


def program(params: Params) -> str:
    return write([{name.upper(): params[name]} for name in ("heaps", "takes", "last_wins")], BODY)


def facts(params: Params) -> list[Fact]:
    heaps, takes = params["heaps"], params["takes"]
    if len(heaps) == 1:
        size = Fact(("heap_one",), {"heap": heaps[0]})
    elif len(set(heaps)) == 1:
        size = Fact(("heaps_equal", "heaps"), {"heaps": heaps, "count": len(heaps), "heap": heaps[0]})
    else:
        size = Fact(("heaps",), {"heaps": heaps})
    if takes == "any":
        amount = Fact(("takes_any",))
    elif takes == list(range(1, len(takes) + 1)):
        keys = ("takes_upto", "takes_upto", "takes_set") if len(takes) <= 4 else ("takes_upto",)
        amount = Fact(keys, {"most": takes[-1], "takes": takes})
    else:
        amount = Fact(("takes_set",), {"takes": takes})
    last = Fact(("last_wins" if params["last_wins"] else "last_loses",), required=True)
    extra = [Fact(("one_heap",), required=False)] if len(heaps) > 1 else []
    return [size, amount, last, *extra, Fact(("turns",), required=False)]


def nouns(rng: random.Random) -> dict[str, str]:
    thing, things = rng.choice(NOUNS)
    if rng.random() < 0.35:
        # Any noun may name what is on the table.
        thing = rng.choice(words())
        things = f"{thing}s"
    return {"object": thing, "objects": things}


FAMILY = Family("take_away", DEFAULTS, sample, program, facts, nouns)
