"""Small versions of `npm run bench -- strength`: the search plays well, seen or unseen."""

import random
import sys
from pathlib import Path

import pytest
from games.harness import game as reference
from test_search import searched

from gamecwm.search import mixture, solve

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from equilibrium import GameTree
from search_strength import against_openspiel, hidden_matches, naive_player, random_player

TIC_TAC_TOE = reference("tic_tac_toe")


def by_search(actions, seed):
    return searched(TIC_TAC_TOE, actions, 2000, seed)["best"]


def by_chance(actions, seed):
    state = TIC_TAC_TOE.get_initial_state()
    for action in actions:
        state = TIC_TAC_TOE.apply_action(state, action)
    return random.Random(f"{seed} {len(actions)}").choice(TIC_TAC_TOE.get_legal_actions(state))


def perfectly(actions, seed):
    """One of the best actions; where all draw, the opponent is left any chance to err."""
    solution = solve(TIC_TAC_TOE, actions, states=20_000)
    return random.Random(f"{seed} {len(actions)}").choice(solution.actions)


def rewards(players, seed):
    state, actions = TIC_TAC_TOE.get_initial_state(), []
    while (player := TIC_TAC_TOE.get_current_player(state)) != -4:
        actions.append(players[player](actions, seed))
        state = TIC_TAC_TOE.apply_action(state, actions[-1])
    return TIC_TAC_TOE.get_rewards(state)


@pytest.mark.parametrize("seat", [0, 1])
@pytest.mark.parametrize(("opponent", "games"), [(by_chance, 10), (perfectly, 6), (by_search, 3)])
def test_never_loses_tic_tac_toe(seat, opponent, games):
    wins = 0
    for seed in range(games):
        players = [opponent, opponent]
        players[seat] = by_search
        reward = rewards(players, seed)[seat]
        assert reward >= 0, seed
        wins += reward > 0
    assert (wins > 0) is (opponent is by_chance)


def test_is_no_worse_than_openspiel_at_equal_simulations():
    assert against_openspiel("tic_tac_toe", 30, 60)["high"] >= 0.5


KUHN = reference("kuhn_poker")


def kuhn_policy(simulations, seed):
    """The mean policies of searches at everything that a player can know."""
    tree = GameTree(KUHN)
    policy = {
        key: mixture(searched(KUHN, list(node.actions), simulations, seed)["children"])
        for key, node in tree.examples.items()
    }
    return tree, lambda node: policy[node.key]


def test_the_equilibrium_measure_knows_kuhn_poker():
    tree = GameTree(KUHN)
    thirds = {"J": 1 / 3, "Q": 0.0, "K": 1.0}

    def equilibrium(node):
        """Kuhn's own: player 0 bluffs a third of the jacks and always bets the king; queens call a third or so."""
        state = KUHN.get_initial_state()
        for action in node.actions:
            state = KUHN.apply_action(state, action)
        card, betting = state["hands"][node.player], state["betting"]
        if not betting:
            raising = thirds[card]
            return {"Raise": raising, "Call": 1 - raising}
        if betting == ["Call"]:
            return {"Raise": thirds[card], "Call": 1 - thirds[card]}
        calling = {"J": 0.0, "K": 1.0, "Q": 1 / 3 if node.player == 1 else 2 / 3}[card]
        return {"Call": calling, "Fold": 1 - calling}

    assert tree.values([equilibrium] * 2) == pytest.approx([-1 / 18, 1 / 18])
    assert tree.best_response(0, equilibrium) == pytest.approx(-1 / 18)
    assert tree.best_response(1, equilibrium) == pytest.approx(1 / 18)


def test_kuhn_poker_against_a_best_response_is_near_equilibrium():
    gaps = []
    for seed in range(3):
        tree, policy = kuhn_policy(4000, seed)
        # What a best response wins more than the value of the game, over both seats; a fold-or-call-at-will player
        # gives away 0.9, an always-honest one 0.3.
        gaps.append(sum(tree.best_response(player, policy) for player in (0, 1)) / 2)
    assert sum(gaps) / len(gaps) < 0.08, gaps


def test_bluffs_are_found_and_secrets_kept():
    tree, policy = kuhn_policy(4000, 0)
    first = {node.actions: policy(node) for node in tree.examples.values()}
    jack = next(mix for actions, mix in first.items() if len(actions) == 1 and actions[0][0] == "J")
    assert 0.05 < jack.get("Raise", 0) < 0.6


@pytest.mark.parametrize(("name", "games", "simulations"), [("kuhn_poker", 600, 300), ("leduc_poker", 160, 300)])
def test_beats_a_random_player_with_hidden_information(name, games, simulations):
    program = reference(name)
    assert hidden_matches(program, random_player(program), games, simulations)["low"] > 0


def test_beats_uct_without_information_sets_in_kuhn_poker():
    """Exactly, by the policies: chance and the players' own draws average out."""
    tree, policy = kuhn_policy(2000, 1)
    naive = naive_player(KUHN, 400)
    plays: dict[str, dict[str, float]] = {}
    for key, node in tree.examples.items():
        state = KUHN.get_initial_state()
        for action in node.actions:
            state = KUHN.apply_action(state, action)
        choices = [naive(list(node.actions), state, seed) for seed in range(5)]
        plays[key] = {action: choices.count(action) / len(choices) for action in choices}
    first = tree.values([policy, lambda node: plays[node.key]])[0]
    second = tree.values([lambda node: plays[node.key], policy])[1]
    assert (first + second) / 2 > 0.01
