"""Dice race (Pig and relatives): roll and add up, hold to bank, lose on a bust."""

from __future__ import annotations

import random

from families.family import Fact, Family, Params, write

DEFAULTS = {"players": 2, "sides": 6, "dice": 1, "bust": [1], "bust_all": False}

BODY = """
def get_initial_state():
    return start(PLAYERS, scores=[0] * PLAYERS, pot=0, dice=[])


def get_legal_actions(state):
    if is_chance(state):
        return rolls(SIDES, DICE)
    return options(state, ["roll", "hold"] if state["pot"] else ["roll"])


def apply_action(state, action):
    require(action, get_legal_actions(state))
    if action == "roll":
        return to_chance(state)
    if action == "hold":
        state = bank(state)
        return win(state) if state["scores"][state["turn"]] >= TARGET else next_turn(state)
    state = roll(state, action)
    if shows(state, BUST):
        return next_turn(lose_pot(state, BUST_ALL))
    return add_pot(state, sum(state["dice"]))
"""


def sample(rng: random.Random) -> Params:
    sides = rng.choice([6, 6, 6, 4, 8, 10, 12, 20])
    bust = [rng.choice([1, 1, 1, 2, 6, rng.randint(1, sides)])]
    if rng.random() < 0.2:
        bust = sorted(rng.sample(range(1, sides + 1), 2))
    bust_all = rng.random() < 0.25
    # Where much is lost, a high target is out of anyone's reach.
    top = 60 if bust_all or len(bust) > 1 else 200
    return {
        "players": rng.choice([2, 2, 2, 3, 4]),
        "target": min(top, rng.choice([rng.randint(10, top), 10 * rng.randint(1, top // 10), 100, 50])),
        "sides": sides,
        "dice": rng.choice([1, 1, 2]),
        "bust": [min(face, sides) for face in bust],
        "bust_all": bust_all,
    }


def program(params: Params) -> str:
    head = [
        {"PLAYERS": params["players"], "TARGET": params["target"]},
        {"SIDES": params["sides"], "DICE": params["dice"]},
        {"BUST": params["bust"], "BUST_ALL": params["bust_all"]},
    ]
    return write(head, BODY)


def facts(params: Params) -> list[Fact]:
    usual_die = params["sides"] == 6 and params["dice"] == 1
    usual_bust = params["bust"] == [1] and not params["bust_all"]
    return [
        Fact(("players",), {"players": params["players"]}, required=params["players"] != 2),
        Fact(("target",), {"target": params["target"]}),
        Fact(("die" if params["dice"] == 1 else "dice",), {"sides": params["sides"]}, required=not usual_die),
        Fact(("bust_all" if params["bust_all"] else "bust",), {"bust": params["bust"]}, required=not usual_bust),
        Fact(("bank",), required=False),
        Fact(("turns",), required=False),
    ]


FAMILY = Family("dice_race", DEFAULTS, sample, program, facts)
