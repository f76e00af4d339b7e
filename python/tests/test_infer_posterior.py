"""Worlds come in proportion to their chance probability: chi-square tests against exact posteriors.

Each draw is the first of a sampler of its own, so that draws are independent. `width` 400 keeps all partial worlds of
these games (forward filtering, exact); 30 enumerates what is hidden in a world that was found; 2 leaves the Metropolis
steps alone.
"""

import math
import random
from collections import Counter

import pytest
from infer_programs import LATE, LOPSIDED, WALK, game
from search_programs import KUHN
from test_infer import GAMES, cut

from gamecwm.contract import load_game
from gamecwm.infer import Enumeration, Sampler
from gamecwm.inline import inline
from gamecwm.playout import finish


def smaller(name, **constants):
    source = (GAMES / name / "game.py").read_text(encoding="utf-8")
    for old, new in constants.values():
        assert old in source
        source = source.replace(old, new)
    return load_game(inline(source))


PROGRAMS = {
    "kuhn": game(KUHN),
    "lopsided": game(LOPSIDED),
    "late": game(LATE),
    "walk": game(WALK),
    "leduc": smaller("leduc_poker"),
    "liars_dice": smaller("liars_dice", dice=("DICE = 3", "DICE = 2"), sides=("SIDES = 6", "SIDES = 3")),
    "battleship": smaller("battleship", size=("SIZE = 4", "SIZE = 3")),
    "goofspiel": smaller("goofspiel", cards=("CARDS = 13", "CARDS = 4")),
    "quadranto": smaller("quadranto", moves=("MAX_MOVES = 4, 20", "MAX_MOVES = 4, 6")),
    "hand_of_war": smaller(
        "hand_of_war",
        suits=('SUITS = "shdc"', 'SUITS = "s"'),
        ranks=('RANKS = "JQKA"', 'RANKS = "23JQKA"'),
        hand=("HAND = 3", "HAND = 2"),
        share=("SHARE = 8", "SHARE = 3"),
    ),
}


def uncertain(name):
    """A player's history with from 2 to 200 worlds, and their exact posterior."""
    program = PROGRAMS[name]
    for seed in range(100):
        player, history = cut(program, f"{name} {seed}")
        posterior = finish(Enumeration(program, history, player, nodes=60_000).worlds())
        if posterior is not None and 2 <= len(posterior) <= 200:
            return program, player, history, posterior
    raise AssertionError(f"no decision of {name} is uncertain")


def p_value(counts, posterior):
    """Of Pearson's chi-square test (Wilson and Hilferty's approximation); rare worlds are taken together."""
    draws = sum(counts.values())
    bins = [[0.0, 0.0]]
    for world, share in sorted(posterior.items(), key=lambda entry: entry[1]):
        if bins[-1][1] >= 5:
            bins.append([0.0, 0.0])
        bins[-1][0] += counts[world]
        bins[-1][1] += share * draws
    if len(bins) > 1 and bins[-1][1] < 5:
        seen, due = bins.pop()
        bins[-1] = [bins[-1][0] + seen, bins[-1][1] + due]
    k = len(bins) - 1
    assert k >= 1, "there is nothing to tell apart"
    statistic = sum((seen - due) ** 2 / due for seen, due in bins)
    z = ((statistic / k) ** (1 / 3) - (1 - 2 / (9 * k))) / math.sqrt(2 / (9 * k))
    return math.erfc(z / math.sqrt(2)) / 2


@pytest.mark.parametrize("width", [400, 30, 2])
@pytest.mark.parametrize("name", PROGRAMS)
def test_in_proportion_to_chance(name, width):
    program, player, history, posterior = uncertain(name)
    counts = Counter(finish(Sampler(program, history, player, seed=seed, width=width).sample()) for seed in range(400))
    assert set(counts) <= set(posterior)
    assert p_value(counts, posterior) > 1e-3


@pytest.mark.parametrize("width", [400, 30, 2])
def test_one_sampler_goes_on_in_proportion(width):
    program, player, history, posterior = uncertain("liars_dice")
    sampler = Sampler(program, history, player, seed=1, width=width)
    counts = Counter(finish(sampler.sample()) for _ in range(2_000))
    assert set(counts) == set(posterior)
    assert p_value(counts, posterior) > 1e-4


def test_the_test_tells():
    """Depth first would give the two ways of the lopsided game alike: that fails."""
    program, player, history = PROGRAMS["lopsided"], 0, [({"shows": "same"}, None)]
    posterior = finish(Enumeration(program, history, player, nodes=1_000).worlds())
    assert posterior == pytest.approx({("left", "l0"): 8 / 9, ("right", "r3"): 1 / 9})
    rng = random.Random(1)
    naive = Counter(rng.choice([("left", "l0"), ("right", "r3")]) for _ in range(400))
    assert p_value(naive, posterior) < 1e-6
    right = Counter(rng.choices(list(posterior), list(posterior.values()), k=400))
    assert p_value(right, posterior) > 1e-3


def test_repeats_weigh():
    """Leduc deals: with a king in hand and nothing else seen, a queen is twice as likely as the other king."""
    program = PROGRAMS["leduc"]
    state = program.apply_action(program.apply_action(program.get_initial_state(), "deal:K"), "deal:J")
    posterior = finish(Enumeration(program, [(program.get_observations(state)[0], None)], 0, nodes=500).worlds())
    assert posterior == pytest.approx(
        {("deal:K", "deal:J"): 2 / 5, ("deal:K", "deal:Q"): 2 / 5, ("deal:K", "deal:K"): 1 / 5}
    )
