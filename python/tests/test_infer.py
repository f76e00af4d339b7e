"""Worlds fit, seeds reproduce, and a refusal tells the truth."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from infer_programs import FAILING, HOSTILE, IMPURE, LATE, LOPSIDED, WALK, game
from search_programs import KUHN

from gamecwm import search
from gamecwm.contract import OVER, load_game
from gamecwm.infer import Enumeration, NoHistory, Sampler, own_history, resample
from gamecwm.inline import inline
from gamecwm.playout import finish
from gamecwm.values import clone

GAMES = Path(__file__).parents[2] / "datasets" / "games"
IMPERFECT = (
    *("matching_pennies", "prisoners_dilemma", "blackjack", "kuhn_poker", "first_price_auction", "liars_dice"),
    *("goofspiel", "battleship", "leduc_poker", "negotiation", "poker_holdem", "hanabi", "gin_rummy", "quadranto"),
    "hand_of_war",
)
SMALL = {"kuhn": KUHN, "lopsided": LOPSIDED, "late": LATE, "walk": WALK, "impure": IMPURE}


def reference(name):
    return load_game(inline((GAMES / name / "game.py").read_text(encoding="utf-8")))


def playout(program, rng, limit=200):
    """A random action list, and where each player decided."""
    actions, decisions, state = [], {}, clone(program.get_initial_state())
    while len(actions) < limit and program.get_current_player(state) != OVER:
        mover = program.get_current_player(state)
        if mover >= 0:
            decisions.setdefault(mover, []).append(len(actions))
        actions.append(rng.choice(program.get_legal_actions(state)))
        state = program.apply_action(clone(state), actions[-1])
    return actions, decisions


def cut(program, seed):
    """A player, and what they know at a random decision of theirs or right after it."""
    rng = random.Random(seed)
    decisions = {}
    while not decisions:
        actions, decisions = playout(program, rng)
    player = rng.choice(sorted(decisions))
    actions = actions[: rng.choice(decisions[player]) + rng.randrange(2)]
    return player, history_after(program, actions, player)


def history_after(program, actions, player):
    """`own_history` of a program that may change its arguments; every action must be legal."""
    history, state = [], program.get_initial_state()
    for action in [*actions, None]:
        if program.get_current_player(clone(state)) == player:
            history.append((program.get_observations(clone(state))[player], action))
        if action is not None:
            assert action in program.get_legal_actions(clone(state))
            state = program.apply_action(clone(state), action)
    return history


def fits(program, world, player, history):
    """Whether a world gives the history; the turn that may follow the last own action is not part of it."""
    found = history_after(program, world, player)
    if history and history[-1][1] is not None and len(found) > len(history) and found[-1][1] is None:
        found.pop()
    return found == history


@pytest.mark.parametrize("name", SMALL)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), width=st.sampled_from([2, 20, 400]))
def test_every_world_replays_and_reproduces_the_history(name, seed, width):
    program = game(SMALL[name])
    player, history = cut(program, seed)
    sampler = Sampler(program, history, player, seed=seed, width=width)
    for _ in range(4):
        world = finish(sampler.sample())
        assert fits(program, world, player, history)


@pytest.mark.parametrize("name", IMPERFECT)
def test_the_games_of_the_data_set(name):
    program = reference(name)
    for seed in range(3):
        player, history = cut(program, f"{name} {seed}")
        sampler = Sampler(program, history, player, seed=seed, nodes=20_000)
        assert fits(program, finish(sampler.sample()), player, history)
        assert sampler.nodes_used <= 20_000 + 1_000


def test_the_programs_own_function_is_never_used():
    def never(history, player):
        raise AssertionError

    program = load_game(KUHN)
    object.__setattr__(program, "resample_history", never)
    assert resample(program, [({"card": "K", "bets": ""}, None)], 0) in (["K", "J"], ["K", "Q"])


def test_ends_where_the_history_ends():
    program = load_game(KUHN)
    assert resample(program, [], 0) == []
    assert resample(program, [({"card": "K", "bets": ""}, "bet")], 0)[2:] == ["bet"]
    assert resample(program, [({"card": "J", "bets": "p"}, "bet")], 1)[1:] == ["J", "pass", "bet"]


@pytest.mark.parametrize("name", ["kuhn", "lopsided", "walk", "impure"])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_proof_that_nothing_fits(name, seed):
    program = game(SMALL[name])
    player, history = cut(program, seed)
    rng = random.Random(seed)
    place = rng.randrange(len(history))
    other = rng.choice([({"never": "seen"}, history[place][1]), (history[place][0], "no such action")])
    broken = [*history[:place], other, *history[place + 1 :]]
    with pytest.raises(NoHistory) as refused:
        resample(program, broken, player)
    assert refused.value.exhausted
    assert "all were tried" in str(refused.value)
    assert finish(Enumeration(program, broken, player, nodes=50_000).worlds()) == {}


def test_a_budget_that_ran_out_is_no_proof():
    program = reference("poker_holdem")
    player, history = cut(program, 3)
    broken = [({**history[0][0], "pot": -1}, history[0][1]), *history[1:]]
    sampler = Sampler(program, broken, player, seed=1, nodes=1_500)
    for _ in range(2):
        with pytest.raises(NoHistory) as refused:
            finish(sampler.sample())
        assert not refused.value.exhausted
    assert sampler.nodes_used <= 3_100
    assert finish(Enumeration(program, history, player, nodes=500).worlds()) is None


@pytest.mark.parametrize("name", ["hand_of_war", "battleship", "quadranto"])
def test_seeds_reproduce(name):
    program = reference(name)
    player, history = cut(program, "seeds")

    def worlds(seed):
        sampler = Sampler(program, history, player, seed=seed)
        return [finish(sampler.sample()) for _ in range(3)]

    assert worlds(4) == worlds(4)
    assert len({tuple(worlds(seed)) for seed in range(4)}) > 1


def test_gives_way_often_and_can_be_dropped():
    program = reference("hanabi")
    player, history = cut(program, 1)
    sampler = Sampler(program, history, player, seed=1)
    job, before, longest = sampler.sample(), 0, 0
    for _ in job:
        longest = max(longest, sampler.nodes_used - before)
        before = sampler.nodes_used
    assert longest <= 120
    job = sampler.sample()
    next(job)
    job.close()
    assert fits(program, finish(sampler.sample()), player, history)


def test_what_fails_is_a_dead_end():
    program = game(FAILING)
    history = [({"shows": "same"}, None)]
    assert resample(program, history, 0) == ["right", "r3"]
    assert finish(Enumeration(program, history, 0, nodes=1000).worlds()) == {("right", "r3"): 1.0}
    with pytest.raises(NoHistory) as refused:
        resample(program, [({"shows": "r9"}, None)], 0)
    assert refused.value.exhausted


def test_hostile_sizes_end_with_the_budget():
    sampler = Sampler(game(HOSTILE), [({}, None)], 0, seed=1, nodes=300)
    with pytest.raises(NoHistory) as refused:
        finish(sampler.sample())
    assert not refused.value.exhausted
    assert sampler.nodes_used <= 302


def test_the_history_of_search_is_the_same_function():
    assert search.own_history is own_history
