"""Strength of the tree search: matches against OpenSpiel's Python MCTS at equal simulations, and hidden-information
play.

    python bench/search_strength.py openspiel GAME [--games N] [--simulations N]
    python bench/search_strength.py hidden GAME [--games N] [--simulations N]

`openspiel` plays tic_tac_toe, connect4, breakthrough or pig, seats alternating. `hidden` plays kuhn_poker or
leduc_poker against a random player, and against a plain UCT that knows no more than its seat and searches each
possible world alone. Each prints JSON: the mean score (win 1, draw 0.5; or chips)
with a 95 % interval.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import Any

from equilibrium import GameTree, Mixture, Node
from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.inline import inline
from gamecwm.search import Search, mixture, own_history

GAMES = Path(__file__).parents[1] / "datasets" / "games"
#: Simulations a move, so that 200 games of all four take some minutes each.
SIMULATIONS = {
    "tic_tac_toe": 100,
    "connect4": 50,
    "breakthrough": 25,
    "pig": 12,
    "kuhn_poker": 10_000,
    "leduc_poker": 1000,
}
#: Games of a match, 200 where nothing is said; of Kuhn poker, whose values are exact, seeds.
GAMES_PLAYED = {"kuhn_poker": 24, "leduc_poker": 600}
OPENSPIEL = {
    "tic_tac_toe": "tic_tac_toe",
    "connect4": "connect_four",
    "breakthrough": "breakthrough",
    "pig": "pig(winscore=100,horizon=1000000)",
}

State = dict[str, Any]
#: Chooses an action for the player to move.
Player = Callable[[list[str], State, int], str]


def open_game(name: str) -> Game:
    """The plain module of a data set's game."""
    return load_game(inline((GAMES / name / "game.py").read_text(encoding="utf-8")))


def searching(game: Game, simulations: int) -> Player:
    """Our search."""

    def choose(actions: list[str], state: State, seed: int) -> str:
        search = Search(game, actions, simulations=simulations, milliseconds=1e9, seed=seed)
        while not search.run(1000):
            pass
        return search.result()["best"]

    return choose


def interval(scores: list[float]) -> dict[str, Any]:
    """{games, mean, low, high}: the mean with its 95 % interval (normal approximation)."""
    mean = sum(scores) / len(scores)
    spread = sum((score - mean) ** 2 for score in scores) / max(1, len(scores) - 1)
    half = 1.96 * sqrt(spread / len(scores))
    return {"games": len(scores), "mean": round(mean, 4), "low": round(mean - half, 4), "high": round(mean + half, 4)}


def moves(name: str, ours: State, theirs: Any) -> dict[str, int]:
    """Our actions -> OpenSpiel's in the same position, as the lock-step tests of the data set map them."""
    player = theirs.current_player()
    texts = {theirs.action_to_string(player, action): action for action in theirs.legal_actions()}
    if name == "tic_tac_toe":
        return {"{}({},{})".format("xo"[player], *divmod(move, 3)): move for move in texts.values()}
    if name == "connect4":
        return {f"{'xo'[player]}{move}": move for move in texts.values()}
    if name == "pig":
        if theirs.is_chance_node():
            return {text.removeprefix("Roll "): move for text, move in texts.items()}
        common = {"roll": texts["roll"]} if "roll" in texts else {}
        return {**common, "hold": texts["stop"]} if ours["pot"] else common
    squares = {f"{t[0]}{9 - int(t[1])}{t[2]}{9 - int(t[3])}": (move, "*" in t) for t, move in texts.items()}
    return {f"{key[:2]}{'x' if takes else '-'}{key[2:]}": move for key, (move, takes) in squares.items()}


def match_openspiel(name: str, game: Game, twin: Any, simulations: int, number: int) -> float:
    """Our score in one game; we have seat `number % 2`. Where one program allows an action that the other does not, a
    player who wants it takes the first action that both allow."""
    import numpy
    from open_spiel.python.algorithms import mcts

    random_state = numpy.random.RandomState(number)
    evaluator = mcts.RandomRolloutEvaluator(1, random_state)
    bot = mcts.MCTSBot(twin, 2, simulations, evaluator, solve=True, random_state=random_state)
    choose, rng, seat = searching(game, simulations), random.Random(number), number % 2
    ours, theirs = game.get_initial_state(), twin.new_initial_state()
    actions: list[str] = []
    while not theirs.is_terminal():
        common = moves(name, ours, theirs)
        names = {move: action for action, move in common.items()}
        if theirs.is_chance_node():
            action = rng.choice(game.get_legal_actions(ours))
        elif theirs.current_player() == seat:
            action = choose(actions, ours, number)
        else:
            action = names.get(bot.step(theirs), "")
        action = action if action in common else next(iter(common))
        theirs.apply_action(common[action])
        ours = game.apply_action(ours, action)
        actions.append(action)
    assert game.get_current_player(ours) == OVER
    assert game.get_rewards(ours) == theirs.returns()
    return (game.get_rewards(ours)[seat] + 1) / 2


def against_openspiel(name: str, games: int, simulations: int) -> dict[str, Any]:
    """Matches of a game: {game, simulations, games, mean, low, high}."""
    import pyspiel

    game, twin = open_game(name), pyspiel.load_game(OPENSPIEL[name])
    scores = []
    for number in range(games):
        scores.append(match_openspiel(name, game, twin, simulations, number))
        if number % 20 == 19:
            print(f"{name}: {number + 1} games, {interval(scores)}", file=sys.stderr, flush=True)
    return {"game": name, "simulations": simulations, **interval(scores)}


def random_player(game: Game) -> Player:
    """Any legal action."""
    return lambda actions, state, seed: random.Random(f"{seed} {len(actions)}").choice(game.get_legal_actions(state))


def naive_player(game: Game, simulations: int, worlds: int = 8) -> Player:
    """Plain UCT that peeks at nothing: it searches worlds that fit its seat's knowledge one by one, everything seen in
    each of them, and takes the action with the most visits in all (determinised UCT without information sets)."""

    def choose(actions: list[str], state: State, seed: int) -> str:
        player = game.get_current_player(state)
        random.seed(f"{seed} {len(actions)}")
        assert game.resample_history is not None
        visits: Counter[str] = Counter()
        for world in range(worlds):
            imagined = game.resample_history(own_history(game, actions, player), player)
            search = Search(
                game, imagined, simulations=simulations // worlds, milliseconds=1e9, seed=seed + world, hidden=False
            )
            while not search.run(1000):
                pass
            visits.update({child["action"]: child["visits"] for child in search.result()["children"]})
        return max(visits, key=lambda action: (visits[action], action))

    return choose


def hidden_match(game: Game, players: list[Player], rng: random.Random, number: int) -> list[float]:
    """The rewards of one game; chance from `rng`."""
    state, actions = game.get_initial_state(), []
    while (player := game.get_current_player(state)) != OVER:
        if player == CHANCE:
            actions.append(rng.choice(game.get_legal_actions(state)))
        else:
            actions.append(players[player](actions, state, number))
        state = game.apply_action(state, actions[-1])
    return game.get_rewards(state)


def hidden_matches(game: Game, opponent: Player, games: int, simulations: int) -> dict[str, Any]:
    """Our mean reward a game; each deal is played twice, the seats exchanged, and counts as one sample."""
    us = searching(game, simulations)
    scores = []
    for number in range(games // 2):
        first = hidden_match(game, [us, opponent], random.Random(number), 2 * number)[0]
        second = hidden_match(game, [opponent, us], random.Random(number), 2 * number + 1)[1]
        scores.append((first + second) / 2)
    return {**interval(scores), "games": games}


def policy_of(tree: GameTree, choose: Callable[[Node], Mixture]) -> Callable[[Node], Mixture]:
    """A whole policy from what is chosen at one example of each thing that a player can know."""
    table = {key: choose(node) for key, node in tree.examples.items()}
    return lambda node: table[node.key]


def searched_policy(game: Game, tree: GameTree, simulations: int, seed: int) -> Callable[[Node], Mixture]:
    """The mean policies of searches."""

    def choose(node: Node) -> Mixture:
        search = Search(game, list(node.actions), simulations=simulations, milliseconds=1e9, seed=seed)
        while not search.run(1000):
            pass
        return mixture(search.result()["children"])

    return policy_of(tree, choose)


def played_policy(game: Game, tree: GameTree, player: Player, draws: int, seed: int) -> Callable[[Node], Mixture]:
    """How often a player, asked `draws` times, takes each action."""

    def choose(node: Node) -> Mixture:
        state = game.get_initial_state()
        for action in node.actions:
            state = game.apply_action(state, action)
        taken = Counter(player(list(node.actions), state, seed * draws + draw) for draw in range(draws))
        return {action: count / draws for action, count in taken.items()}

    return policy_of(tree, choose)


def exact_matches(game: Game, simulations: int, seeds: int) -> dict[str, Any]:
    """Expected rewards of whole policies, both seats in turn, one sample a seed: nothing is left to the luck of the deal.

    {random, naive}: our mean reward a game; {gap, naiveGap}: what a best response wins above the game's value, the mean
    of both seats; `gain` is naiveGap less gap, seed by seed.
    """
    tree = GameTree(game)
    samples: dict[str, list[float]] = {"random": [], "naive": [], "gap": [], "naiveGap": []}

    def uniform(node: Node) -> Mixture:
        return {action: 1 / len(node.children) for action in node.children}

    for seed in range(seeds):
        ours = searched_policy(game, tree, simulations, seed)
        naive = played_policy(game, tree, naive_player(game, simulations), 5, seed)
        for name, policy in (("random", uniform), ("naive", naive)):
            samples[name].append((tree.values([ours, policy])[0] + tree.values([policy, ours])[1]) / 2)
        for name, policy in (("gap", ours), ("naiveGap", naive)):
            samples[name].append(sum(tree.best_response(player, policy) for player in (0, 1)) / 2)
        print(
            f"seed {seed}: { ({name: round(row[-1], 4) for name, row in samples.items()}) }",
            file=sys.stderr,
            flush=True,
        )
    gain = [naive - own for own, naive in zip(samples["gap"], samples["naiveGap"], strict=True)]
    return {**{name: interval(row) for name, row in samples.items()}, "gain": interval(gain)}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Strength of the tree search.")
    parser.add_argument("kind", choices=["openspiel", "hidden"])
    parser.add_argument("game", choices=list(SIMULATIONS))
    parser.add_argument("--games", type=int, help="games; for kuhn_poker, whose values are exact, seeds")
    parser.add_argument("--simulations", type=int)
    options = parser.parse_args(arguments)
    simulations = options.simulations or SIMULATIONS[options.game]
    options.games = options.games or GAMES_PLAYED.get(options.game, 200)
    if options.kind == "openspiel":
        print(json.dumps(against_openspiel(options.game, options.games, simulations)))
        return 0
    game = open_game(options.game)
    if options.game == "kuhn_poker":
        found = exact_matches(game, simulations, options.games)
    else:
        opponents = {"random": random_player(game), "naive": naive_player(game, simulations)}
        found = {
            name: hidden_matches(game, opponent, options.games, simulations) for name, opponent in opponents.items()
        }
    print(json.dumps({"game": options.game, "simulations": simulations, **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
