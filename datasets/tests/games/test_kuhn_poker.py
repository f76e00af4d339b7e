"""Kuhn poker against OpenSpiel over the whole tree, and its value -1/18 by exact best responses."""

import json
from fractions import Fraction
from functools import partial
from itertools import product

import pyspiel
import pytest
from games.harness import game

NAME = "kuhn_poker"
THIRD = Fraction(1, 3)


def test_lock_step_with_openspiel_over_the_whole_tree():
    module, ends = game(NAME), 0
    for deal in module.get_legal_actions(module.get_initial_state()):
        twin = pyspiel.load_game(NAME).new_initial_state()
        for card in deal:
            twin.apply_action("JQK".index(card))
        ends += walk(module, module.apply_action(module.get_initial_state(), deal), twin)
    assert ends == 6 * 5


def walk(module, ours, theirs):
    """Compares everything below two states; gives the number of ends."""
    assert module.get_current_player(ours) == theirs.current_player()
    assert module.get_rewards(ours) == theirs.returns()
    actions = module.get_legal_actions(ours)
    assert len(actions) == len(theirs.legal_actions())
    if theirs.is_terminal():
        return 1
    ends = 0
    for action in actions:
        puts_chip = action == "Raise" or (action == "Call" and "Fold" in actions)
        ends += walk(module, module.apply_action(ours, action), theirs.child(int(puts_chip)))
    return ends


def test_the_deals_are_those_of_two_draws_without_replacement():
    module = game(NAME)
    deals = module.get_legal_actions(module.get_initial_state())
    assert sorted(deals) == sorted(a + b for a, b in product("JQK", repeat=2) if a != b)


def first_strategy(alpha):
    """The equilibrium family of player 0: chances of putting in a chip, by card, at the opening and facing a raise."""
    return {"J": (alpha, 0), "Q": (0, alpha + THIRD), "K": (3 * alpha, 1)}


#: The one equilibrium strategy of player 1: after a check, and facing a raise.
SECOND_STRATEGY = {"J": (THIRD, 0), "Q": (0, THIRD), "K": (1, 1)}


def mixed(module, player, strategy, state):
    """The chance of each action of a strategy at a state."""
    actions = module.get_legal_actions(state)
    is_facing_raise = "Fold" in actions
    aggressive = Fraction(strategy[state["hands"][player]][is_facing_raise])
    chip = "Call" if is_facing_raise else "Raise"
    return {action: aggressive if action == chip else 1 - aggressive for action in actions}


def value(module, state, policies):
    """The exact expected reward of player 0."""
    player = module.get_current_player(state)
    if player == -4:
        return Fraction(module.get_rewards(state)[0])
    actions = module.get_legal_actions(state)
    chances = dict.fromkeys(actions, Fraction(1, len(actions))) if player == -1 else policies[player](state)
    return sum(p * value(module, module.apply_action(state, a), policies) for a, p in chances.items() if p)


def information_sets(module, state, player, found):
    """The player's information sets, as the observation's text, with their legal actions."""
    if module.get_current_player(state) == player:
        found[json.dumps(module.get_observations(state)[player])] = module.get_legal_actions(state)
    for action in module.get_legal_actions(state):
        information_sets(module, module.apply_action(state, action), player, found)
    return found


def best_response(module, player, other):
    """The best exact value for a player over all pure strategies, each a choice at every information set."""
    sets = information_sets(module, module.get_initial_state(), player, {})
    assert len(sets) == 6
    plans = [dict(zip(sets, choices, strict=True)) for choices in product(*sets.values())]
    own = [partial(planned, module, player, plan) for plan in plans]
    pairs = [(policy, other) if player == 0 else (other, policy) for policy in own]
    values = [value(module, module.get_initial_state(), pair) for pair in pairs]
    return max(values) if player == 0 else min(values)


def planned(module, player, plan, state):
    """The one action of a pure strategy at a state."""
    return {plan[json.dumps(module.get_observations(state)[player])]: Fraction(1)}


@pytest.mark.parametrize("alpha", [Fraction(0), Fraction(1, 6), THIRD])
def test_the_value_is_minus_one_eighteenth(alpha):
    module = game(NAME)
    first = partial(mixed, module, 0, first_strategy(alpha))
    second = partial(mixed, module, 1, SECOND_STRATEGY)
    assert value(module, module.get_initial_state(), [first, second]) == Fraction(-1, 18)
    assert best_response(module, 1, first) == Fraction(-1, 18)
    assert best_response(module, 0, second) == Fraction(-1, 18)


def test_cards_are_shown_at_a_showdown_only():
    module = game(NAME)
    state = module.get_initial_state()
    assert [seen["hands"] for seen in module.get_observations(state)] == [[None, None], [None, None]]
    state = module.apply_action(state, "QK")
    assert [seen["hands"] for seen in module.get_observations(state)] == [["Q", None], [None, "K"]]
    raised = module.apply_action(state, "Raise")
    folded, called = module.apply_action(raised, "Fold"), module.apply_action(raised, "Call")
    assert [seen["hands"] for seen in module.get_observations(folded)] == [["Q", None], [None, "K"]]
    assert [seen["hands"] for seen in module.get_observations(called)] == [["Q", "K"], ["Q", "K"]]
