"""Strength of the tree search: matches against OpenSpiel's Python MCTS at equal simulations, and hidden-information
play.

    python bench/search_strength.py [GAME ...] [--jobs N] [--samples N] [--simulations N] [--cache FOLDER]

tic_tac_toe, connect4, breakthrough and pig are played against OpenSpiel, seats alternating; a sample is a game.
In kuhn_poker and leduc_poker a sample is a seed: whole policies of the search, of a random player, and of a plain UCT
that knows no more than its seat and searches each possible world alone, play each other in expectation over all deals.
Prints JSON: the mean score (win 1, draw 0.5; or chips) with a 95 % interval. Seeded, and no budget is a time: with
--cache, parts that were played before by the same sources are not played again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from equilibrium import GameTree, Mixture, Node
from gamecwm.contract import OVER, Game, load_game
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
    "leduc_poker": 8000,
}
#: Games of a match, or seeds of exact values, and how many of them are one part.
SAMPLES = {"kuhn_poker": 96, "leduc_poker": 8}
GAMES_PLAYED, GAMES_A_PART, SEEDS_A_PART = 200, 20, 1
#: How often the naive player is asked at each decision: its policy has to be known closely for a best response alone.
DRAWS = {"kuhn_poker": 5, "leduc_poker": 1}
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
    """{games, mean, low, high}: the mean with its 95 % interval (Student's)."""
    from scipy.stats import t

    mean = sum(scores) / len(scores)
    spread = sum((score - mean) ** 2 for score in scores) / max(1, len(scores) - 1)
    half = float(t.ppf(0.975, max(1, len(scores) - 1))) * sqrt(spread / len(scores))
    return {
        "games": len(scores),
        "mean": round(mean, 4),
        "low": round(mean - half, 4),
        "high": round(mean + half, 4),
    }


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


def against_openspiel(name: str, games: int, simulations: int, first: int = 0) -> list[float]:
    """Our scores in the games numbered (and seeded) from `first`."""
    import pyspiel

    game, twin = open_game(name), pyspiel.load_game(OPENSPIEL[name])
    return [match_openspiel(name, game, twin, simulations, number) for number in range(first, first + games)]


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
                game,
                imagined,
                simulations=simulations // worlds,
                milliseconds=1e9,
                seed=seed + world,
                hidden=False,
            )
            while not search.run(1000):
                pass
            visits.update({child["action"]: child["visits"] for child in search.result()["children"]})
        return max(visits, key=lambda action: (visits[action], action))

    return choose


def policy_of(tree: GameTree, choose: Callable[[Node], Mixture]) -> Callable[[Node], Mixture]:
    """A whole policy from what is chosen at one example of each thing that a player can know."""
    table = {key: choose(node) for key, node in tree.examples.items()}
    return lambda node: table[node.key]


def searched_policy(game: Game, tree: GameTree, simulations: int, seed: int) -> Callable[[Node], Mixture]:
    """The mean policies of searches."""

    def choose(node: Node) -> Mixture:
        search = Search(
            game,
            list(node.actions),
            simulations=simulations,
            milliseconds=1e9,
            seed=seed,
        )
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


def exact_match(game: Game, simulations: int, seed: int, draws: int) -> dict[str, float]:
    """Expected rewards of whole policies, both seats in turn: nothing is left to the luck of the deal.

    {random, naive}: our mean reward a game; {gap, naiveGap}: what a best response wins above the game's value, the mean
    of both seats; `gain` is naiveGap less gap.
    """
    tree = GameTree(game)

    def uniform(node: Node) -> Mixture:
        return {action: 1 / len(node.children) for action in node.children}

    def against(other: Callable[[Node], Mixture]) -> float:
        return (tree.values([ours, other])[0] + tree.values([other, ours])[1]) / 2

    def gap(policy: Callable[[Node], Mixture]) -> float:
        return sum(tree.best_response(player, policy) for player in (0, 1)) / 2

    ours = searched_policy(game, tree, simulations, seed)
    naive = played_policy(game, tree, naive_player(game, simulations), draws, seed)
    found = {
        "random": against(uniform),
        "naive": against(naive),
        "gap": gap(ours),
        "naiveGap": gap(naive),
    }
    return {**found, "gain": found["naiveGap"] - found["gap"]}


def exact_matches(game: Game, simulations: int, seeds: int, draws: int = 5) -> dict[str, Any]:
    """`exact_match` of several seeds: for each figure its mean and interval."""
    return intervals([exact_match(game, simulations, seed, draws) for seed in range(seeds)])


def intervals(samples: list[dict[str, float]]) -> dict[str, Any]:
    """The mean and interval of each figure."""
    return {name: interval([sample[name] for sample in samples]) for name in samples[0]}


@dataclass(frozen=True)
class Part:
    """Some samples of one game, played by one process."""

    game: str
    first: int
    count: int
    simulations: int

    @property
    def name(self) -> str:
        return f"{self.game} {self.first}-{self.first + self.count - 1} at {self.simulations}"

    def play(self) -> list[Any]:
        """The samples."""
        if self.game in OPENSPIEL:
            return against_openspiel(self.game, self.count, self.simulations, self.first)
        game, seeds = open_game(self.game), range(self.first, self.first + self.count)
        return [exact_match(game, self.simulations, seed, DRAWS[self.game]) for seed in seeds]


def parts_of(game: str, samples: int | None, simulations: int | None) -> list[Part]:
    """All parts of a game."""
    total = samples or SAMPLES.get(game, GAMES_PLAYED)
    size = GAMES_A_PART if game in OPENSPIEL else SEEDS_A_PART
    each = simulations or SIMULATIONS[game]
    return [Part(game, first, min(size, total - first), each) for first in range(0, total, size)]


def sources(game: str) -> str:
    """A digest of all that decides the outcome of a game; where nothing is hidden no world is inferred."""
    package = Path(__file__).parents[1] / "python" / "gamecwm"
    folders = [package, package / "kit", package / "search"] + [package / "infer"] * (game not in OPENSPIEL)
    files = [file for folder in folders for file in sorted(folder.glob("*.py"))]
    files += [
        GAMES / game / "game.py",
        Path(__file__),
        Path(__file__).with_name("equilibrium.py"),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def play_all(parts: list[Part], jobs: int, cache: Path | None) -> dict[str, list[Any]]:
    """The samples of each game, in their order; progress on the error stream."""
    found: dict[Part, list[Any]] = {}
    files = {part: cache / sources(part.game) / f"{part.name}.json" for part in parts} if cache else {}
    for part, file in files.items():
        if file.exists():
            found[part] = json.loads(file.read_text(encoding="utf-8"))
    # The long ones first, so that no process is left alone with one at the end.
    waiting = sorted(
        (part for part in parts if part not in found),
        key=lambda part: part.game in OPENSPIEL,
    )
    with ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(part.play): part for part in waiting}
        for future in as_completed(running):
            part = running[future]
            found[part] = future.result()
            if part in files:
                files[part].parent.mkdir(parents=True, exist_ok=True)
                files[part].write_text(json.dumps(found[part]), encoding="utf-8")
            print(
                f"{len(found)} of {len(parts)} parts: {part.name}",
                file=sys.stderr,
                flush=True,
            )
    samples: dict[str, list[Any]] = {}
    for part in parts:
        samples.setdefault(part.game, []).extend(found[part])
    return samples


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Strength of the tree search.")
    parser.add_argument("games", nargs="*", metavar="GAME", help=f"of {', '.join(SIMULATIONS)}; all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--samples", type=int, help="games, or seeds in poker")
    parser.add_argument("--simulations", type=int)
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    games = options.games or list(SIMULATIONS)
    if unknown := set(games) - set(SIMULATIONS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    parts = [part for game in games for part in parts_of(game, options.samples, options.simulations)]
    figures: dict[str, dict[str, Any]] = {"openspiel": {}, "hidden": {}}
    for game, samples in play_all(parts, options.jobs, options.cache).items():
        simulations = options.simulations or SIMULATIONS[game]
        if game in OPENSPIEL:
            figures["openspiel"][game] = {
                "simulations": simulations,
                **interval(samples),
            }
        else:
            figures["hidden"][game] = {"simulations": simulations, **intervals(samples)}
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
