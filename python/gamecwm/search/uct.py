"""UCT as a job that can be run a few milliseconds at a time and stopped at any moment.

The order of things: replay the actions to the position to search; ask whether anything is hidden from a player to
move; then simulate. A simulation descends the tree to a new position, plays on at random to the end, and backs the
rewards up. The statistics can be read between any two steps.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State, program_line
from gamecwm.own_random import OwnRandom, seed_place
from gamecwm.search.endgames import Endgames
from gamecwm.search.hidden import HiddenSearch
from gamecwm.search.infosets import InfoTree
from gamecwm.search.playouts import Evaluation, Playouts
from gamecwm.search.positions import Edge, Scale
from gamecwm.search.secrecy import hides_information
from gamecwm.search.statistics import best_mixed, best_pure
from gamecwm.search.tree import Tree, variation

#: A proven root ends the search, but not before this many simulations have shown what rewards the game gives.
PROOF_SIMULATIONS = 64
#: Seconds between two collections of young garbage.
COLLECTING = 0.02
#: Longest principal variation that is reported.
MAX_VARIATION = 100


@dataclass(frozen=True)
class Options:
    """Budgets and constants of one search; all of them explicit, so that a search can be repeated."""

    simulations: int
    #: Time spent inside `run`, in milliseconds.
    milliseconds: float
    seed: int
    #: Weight of the exploration term; None: 1.0 for rewards scaled to 0..1, or, where information is hidden, 1.5
    #: standard deviations of the rewards met at a decision.
    exploration: float | None = None
    #: Most worlds sampled for one player's knowledge when information is hidden.
    worlds: int = 256
    #: Actions after which a playout is cut.
    playout_depth: int = 1000
    #: Positions kept in memory.
    positions: int = 100_000
    #: Whether equal states share one position (where nothing is hidden).
    transpositions: bool = True
    #: Most states that the exact solver looks at for one position; 0: it is not asked (where nothing is hidden).
    solver_states: int = 1000


class Search:
    """A search for the player to move after `actions` (chance outcomes included).

    `run(milliseconds)` until it returns True; `progress()` and `result()` at any time; or `stream`. When no player is
    to move the search is finished at once and its best action is None. With the same seed, a search that ends by its
    number of simulations gives the same statistics, however it was interrupted. Errors of the program are raised by
    `run` as ProgramError.

    Other options are those of `Options`. `hidden` says whether anything is hidden from a player; without it the search
    finds out. `evaluate` gives what a cut playout is worth, one number a player in the units
    of the rewards; without it that is the rewards by then.
    """

    def __init__(
        self,
        game: Game,
        actions: list[Action],
        *,
        simulations: int,
        milliseconds: float,
        seed: int,
        evaluate: Evaluation | None = None,
        hidden: bool | None = None,
        **options: Any,
    ) -> None:
        self.options = Options(simulations, milliseconds, seed, **options)
        self.simulations = 0
        self.finished = False
        self.hidden = bool(hidden)
        self._asks = hidden is None
        self._game = game
        self._actions = list(actions)
        self._evaluate = evaluate
        self._rng = random.Random(f"{seed} search")
        self._random = OwnRandom(f"{seed} program")
        self._spent = 0.0
        self._edges: list[Edge] = []
        self._tree: Tree | None = None
        self._secret: HiddenSearch | None = None
        self._job = self._work()

    @property
    def rejected(self) -> int:
        """Histories given by the program that do not fit what the player knows."""
        pool = self._secret.pool if self._secret else None
        return pool.source.rejected if pool else 0

    def run(self, milliseconds: float) -> bool:
        """Works for about `milliseconds`, see `docs/search.md` for how much longer; True when nothing is left to do."""
        if self.finished:
            return True
        started = perf_counter()
        deadline = started + min(milliseconds, self.options.milliseconds - self._spent) / 1000
        # A full collection goes through the whole tree, which takes longer than a step may; young objects are enough.
        collects = gc.isenabled()
        gc.disable()
        collected = started
        try:
            with self._random:
                while not self.finished:
                    if next(self._job, self) is self:
                        self.finished = True
                    now = perf_counter()
                    if now >= deadline:
                        break
                    if collects and now > collected + COLLECTING:
                        gc.collect(1)
                        collected = now
        except (ProgramError, MemoryError):
            self.finished = True
            raise
        except (Exception, SystemExit, GeneratorExit) as error:
            self.finished = True
            raise ProgramError(
                f"the program failed during search: {type(error).__name__}: {error!s:.300}", program_line(error)
            ) from error
        finally:
            if collects:
                gc.collect(0)
                gc.enable()
            self._spent += (perf_counter() - started) * 1000
        if self._spent >= self.options.milliseconds:
            self.finished = True
        return self.finished

    def stream(self, milliseconds: float = 100.0) -> Iterator[dict[str, Any]]:
        """The statistics every so often, the final ones last. Raises what `run` raises."""
        while not self.run(milliseconds):
            yield self.progress()
        yield self.result()

    def progress(self) -> dict[str, Any]:
        """The statistics so far, in the shape of `result`."""
        return self.result()

    def result(self) -> dict[str, Any]:
        """{simulations, worlds, best, children [{action, visits, value, exact}], principalVariation, milliseconds}.

        Children stand most visits first; a value is the mean reward of the searching player, or what is proven where
        `exact`. `worlds` is None where nothing is hidden, else {sampled, distinct, rejected, source: "program" or
        "inferred", examples [{actions, share}]}, of which there are up to eight, likely ones first. `best` is the
        most visited action, but a proven win goes before and a proven loss behind the others. With hidden information
        a player who always does the same is found out, so there it is drawn from the mean policy
        (`statistics.best_mixed`).
        """
        edges = sorted(self._edges, key=lambda edge: -edge.visits)
        children: list[dict[str, Any]] = [
            {"action": edge.action, "visits": edge.visits, "value": edge.value, "exact": edge.exact is not None}
            for edge in edges
        ]
        best = best_mixed(children, f"{self.options.seed} best") if self.hidden else best_pure(children)
        line = [] if best is None else [best]
        if best is not None and self._tree is not None:
            line = variation(self._tree.root, best, MAX_VARIATION)
        return {
            "simulations": self.simulations,
            "worlds": self._secret.summary() if self._secret else None,
            "best": best,
            "children": children,
            "principalVariation": line,
            "milliseconds": round(self._spent, 3),
        }

    def _work(self) -> Generator[None, None, None]:
        states = yield from self._replay()
        game, options = self._game, self.options
        player = game.get_current_player(states[-1])
        if player in (CHANCE, OVER):
            return
        # Whatever ends the search early, it can name an action.
        legal = sorted(set(game.get_legal_actions(states[-1])))
        random.Random(f"{options.seed} order").shuffle(legal)
        self._edges = [Edge(action) for action in legal]
        if self._asks:
            # The answer is remembered: neither may it depend on this search, nor this search on whether it was.
            random.seed("secrecy")
            self.hidden = yield from hides_information(game)
            random.seed(f"{options.seed} program")
        scale = Scale(len(game.get_rewards(states[-1])))
        playouts = Playouts(game, scale, self._rng, depth=options.playout_depth, evaluate=self._evaluate)
        if self.hidden:
            yield from self._search_worlds(states, player, scale, playouts)
        else:
            yield from self._search_position(states[-1], scale, playouts)

    def _replay(self) -> Generator[None, None, list[State]]:
        game = self._game
        seed_place(0)
        states = [game.get_initial_state()]
        for index, action in enumerate(self._actions):
            if action not in game.get_legal_actions(states[-1]):
                raise ProgramError(f"action {index + 1}, {action!r:.80}, is not legal: the match cannot be searched")
            seed_place(index + 1)
            states.append(game.apply_action(states[-1], action))
            yield
        return states

    def _search_position(self, state: State, scale: Scale, playouts: Playouts) -> Generator[None, None, None]:
        options = self.options
        tree = self._tree = Tree(
            self._game,
            state,
            scale,
            self._rng,
            exploration=1.0 if options.exploration is None else options.exploration,
            limit=options.positions,
            depth=options.playout_depth,
            transpositions=options.transpositions,
        )
        self._edges = tree.root.edges
        positions = tree.positions
        endgames = Endgames(self._game, scale, playouts, states=options.solver_states)
        while self.simulations < options.simulations:
            path, leaf = tree.descend()
            rewards = leaf.exact
            if rewards is None:
                before = playouts.steps
                rewards = yield from playouts.through(leaf, positions)
                length = playouts.steps - before
                if leaf.grown and endgames.wants(length):
                    leaf.exact = yield from endgames.solve(leaf, length)
                    rewards = leaf.exact or rewards
            tree.back_up(path, leaf, rewards)
            self.simulations += 1
            if tree.proven and self.simulations >= PROOF_SIMULATIONS:
                return
            yield

    def _search_worlds(
        self, states: list[State], player: int, scale: Scale, playouts: Playouts
    ) -> Generator[None, None, None]:
        options = self.options
        tree = InfoTree(
            self._game,
            scale,
            self._rng,
            exploration=1.5 if options.exploration is None else options.exploration,
            limit=options.positions,
            depth=options.playout_depth,
        )
        secret = self._secret = HiddenSearch(
            self._game, tree, playouts, self._rng, player=player, seed=options.seed, worlds=options.worlds
        )
        yield from secret.prepare(states, self._actions)
        assert secret.target is not None
        self._edges = secret.target.edges
        while self.simulations < options.simulations:
            yield from secret.simulate()
            self.simulations += 1
            yield
