"""Strength of the tree search: matches against OpenSpiel's Python MCTS at equal simulations, and hidden-information
play.

    python bench/search_strength.py openspiel GAME [--games N] [--simulations N]
    python bench/search_strength.py hidden GAME [--games N] [--simulations N]

`openspiel` plays tic_tac_toe, connect4, breakthrough or pig, seats alternating. `hidden` plays kuhn_poker or
leduc_poker against a random player, and against a plain UCT that knows no more than its seat and searches each
possible world alone. Each prints JSON: the mean score (win 1, draw 0.5; or chips) with a 95 % interval.
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

from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.inline import inline
from gamecwm.search import Search, own_history

GAMES = Path(__file__).parents[1] / "datasets" / "games"
#: Simulations a move, so that 200 games of all four take some minutes each.
SIMULATIONS = {
    "tic_tac_toe": 100,
    "connect4": 50,
    "breakthrough": 12,
    "pig": 12,
    "kuhn_poker": 2000,
    "leduc_poker": 1000,
}
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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Strength of the tree search.")
    parser.add_argument("kind", choices=["openspiel", "hidden"])
    parser.add_argument("game", choices=list(SIMULATIONS))
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--simulations", type=int)
    options = parser.parse_args(arguments)
    simulations = options.simulations or SIMULATIONS[options.game]
    if options.kind == "openspiel":
        print(json.dumps(against_openspiel(options.game, options.games, simulations)))
        return 0
    game = open_game(options.game)
    found = {
        "random": hidden_matches(game, random_player(game), options.games, simulations),
        "naive": hidden_matches(game, naive_player(game, simulations), options.games, simulations),
    }
    print(json.dumps({"game": options.game, "simulations": simulations, **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
