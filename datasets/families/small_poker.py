"""Small poker (Kuhn and relatives): one hidden card each, an ante, bets of one size."""

from __future__ import annotations

import random

from families.family import Fact, Family, Params, noun_pairs, words, write

DEFAULTS = {"copies": 1, "ante": 1, "bet": 1, "raises": 1, "low_wins": False}
#: Made-up decks, lowest card first, as children invent them.
INVENTED = [
    ["mouse", "cat", "dog"], ["leaf", "branch", "tree"], ["pond", "lake", "sea"], ["page", "squire", "king"],
    ["spark", "flame", "fire", "blaze"], ["pup", "wolf", "bear", "dragon"], ["red", "green", "blue"],
    ["low", "middle", "high"], ["bronze", "silver", "gold"], ["copper", "bronze", "silver", "gold", "platinum"],
    ["private", "sergeant", "captain", "general"], ["ant", "bee", "bird", "fox", "lion"], ["A", "B", "C", "D"],
    ["tin", "iron", "steel"], ["star", "moon", "sun"], ["farmer", "merchant", "mayor", "queen", "emperor"],
]  # fmt: skip
RAISES = {1: ("raises_one",), 2: ("raises", "raises_two"), 3: ("raises", "raises_three")}
FACES = ["2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K", "A"]

BODY = """
def get_initial_state():
    return start(turn=-1, own=["hands"], hands=secrets(), bets=[ANTE, ANTE], betting=[])


def get_legal_actions(state):
    return deals(state, RANKS * COPIES) if is_chance(state) else bets(state, RAISES)


def apply_action(state, action):
    require(action, get_legal_actions(state))
    if is_chance(state):
        return deal(state, action)
    return after_bet(bet(state, action, BET), action, RANKS, LOW_WINS)
"""


def sample(rng: random.Random) -> Params:
    size = rng.choice([3, 3, 4, 4, 5, 6])
    kind = rng.random()
    if kind < 0.12:
        ranks = list(rng.choice(INVENTED)) if rng.random() < 0.3 else rng.sample(words(), rng.choice([3, 3, 4, 5]))
    elif kind < 0.45:
        top = len(FACES) if rng.random() < 0.3 else len(FACES) - 1
        ranks = FACES[top - size : top]
    elif kind < 0.75:
        first = rng.choice([1, 1, 1, 2])
        ranks = [str(number) for number in range(first, first + size)]
    else:
        first = rng.randrange(len(FACES) - size + 1)
        ranks = FACES[first : first + size]
    return {
        "ranks": ranks,
        "copies": rng.choice([1, 1, 2]),
        "ante": rng.choice([1, 1, 1, 2, 3]),
        "bet": rng.choice([1, 1, 2, 2, 3, 4, 5]),
        "raises": rng.choice([1, 1, 2, 3]),
        "low_wins": rng.random() < 0.2,
    }


def program(params: Params) -> str:
    head = [
        {"RANKS": params["ranks"], "COPIES": params["copies"]},
        {"ANTE": params["ante"], "BET": params["bet"], "RAISES": params["raises"]},
        {"LOW_WINS": params["low_wins"]},
    ]
    return write(head, BODY)


def facts(params: Params) -> list[Fact]:
    pairs = params["copies"] == 2
    raises = params["raises"]
    return [
        Fact(("deck_pairs" if pairs else "deck",), {"ranks": params["ranks"], "doubled": params["ranks"]}),
        Fact(("deal",), required=False),
        Fact(("ante",), {"ante": params["ante"]}, required=params["ante"] != 1),
        Fact(("bet",), {"bet": params["bet"]}, required=params["bet"] != 1),
        Fact(RAISES[raises], {"raises": raises, "more": raises - 1}, required=raises != 1),
        Fact(("actions",), required=False),
        Fact(("low_wins" if params["low_wins"] else "high_wins",), required=params["low_wins"]),
        *([Fact(("tie",), required=False)] if pairs else []),
        Fact(("fold",), required=False),
    ]


def nouns(rng: random.Random) -> dict[str, str]:
    chip, chips = rng.choice(noun_pairs("small_poker"))
    if rng.random() < 0.3:
        word = rng.choice(words())
        chip, chips = word, f"{word}s"
    return {"chip": chip, "chips": chips, "card": "card"}


FAMILY = Family("small_poker", DEFAULTS, sample, program, facts, nouns)
