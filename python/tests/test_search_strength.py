"""Small versions of `npm run bench -- strength`: the search plays well, seen or unseen."""

import random
import sys
from pathlib import Path

import pytest
from games.harness import game as reference
from test_search import searched
from test_search_hidden import drained

from gamecwm.search import Solver

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from equilibrium import GameTree
from search_strength import against_openspiel, exact_matches, interval, main, searched_policy

TIC_TAC_TOE = reference("tic_tac_toe")
SOLVER = Solver(TIC_TAC_TOE, states=100_000)


def by_search(actions, seed):
    return searched(TIC_TAC_TOE, actions, 2000, seed)["best"]


def by_chance(actions, seed):
    state = TIC_TAC_TOE.get_initial_state()
    for action in actions:
        state = TIC_TAC_TOE.apply_action(state, action)
    return random.Random(f"{seed} {len(actions)}").choice(TIC_TAC_TOE.get_legal_actions(state))


def perfectly(actions, seed):
    """One of the best actions; where all draw, the opponent is left any chance to err."""
    state = TIC_TAC_TOE.get_initial_state()
    for action in actions:
        state = TIC_TAC_TOE.apply_action(state, action)
    solution = drained(SOLVER.solve(state))
    return random.Random(f"{seed} {len(actions)}").choice(solution.actions)


def rewards(players, seed):
    state, actions = TIC_TAC_TOE.get_initial_state(), []
    while (player := TIC_TAC_TOE.get_current_player(state)) != -4:
        actions.append(players[player](actions, seed))
        state = TIC_TAC_TOE.apply_action(state, actions[-1])
    return TIC_TAC_TOE.get_rewards(state)


@pytest.mark.parametrize("seat", [0, 1])
@pytest.mark.parametrize(("opponent", "games"), [(by_chance, 6), (perfectly, 4), (by_search, 2)])
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
    assert interval(against_openspiel("tic_tac_toe", 30, 60))["high"] >= 0.5


KUHN = reference("kuhn_poker")


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
    """What a best response wins above the value of the game, over both seats: 0.13 against UCT without information
    sets, 0.46 against a player who calls and folds at random."""
    tree = GameTree(KUHN)
    policies = [searched_policy(KUHN, tree, 4000, seed) for seed in range(3)]
    gaps = [sum(tree.best_response(player, policy) for player in (0, 1)) / 2 for policy in policies]
    assert sum(gaps) / len(gaps) < 0.07, gaps
    # Bluffs are found: a jack is raised at times.
    jacks = [node for node in tree.examples.values() if len(node.actions) == 1 and node.actions[0][0] == "J"]
    assert 0.03 < policies[0](jacks[0]).get("Raise", 0.0) < 0.6


def test_beats_random_play_in_kuhn_poker_and_is_harder_to_exploit_than_uct_without_information_sets():
    found = exact_matches(KUHN, 3000, 6)
    assert found["random"]["low"] > 0.1
    assert found["gain"]["low"] > 0


def test_beats_a_random_player_in_leduc_poker():
    program = reference("leduc_poker")
    tree = GameTree(program)
    ours = searched_policy(program, tree, 200, 0)

    def uniform(node):
        return {action: 1 / len(node.children) for action in node.children}

    assert tree.values([ours, uniform])[0] > 0.5
    assert tree.values([uniform, ours])[1] > 0.5


def test_a_match_in_parts_goes_on_where_it_was(tmp_path, capsys):
    """What was played before by the same sources is taken over, and the outcome is that of one run."""
    options = ["tic_tac_toe", "kuhn_poker", "--simulations", "20", "--cache", str(tmp_path)]
    assert main([*options, "--samples", "2"]) == 0
    assert "kuhn_poker 0-0" in capsys.readouterr().err
    assert main([*options, "--samples", "3"]) == 0
    parted = capsys.readouterr()
    assert "kuhn_poker 2-2" in parted.err
    assert "kuhn_poker 0-0" not in parted.err
    assert main([*options[:4], "--samples", "3", "--jobs", "2"]) == 0
    assert capsys.readouterr().out == parted.out
