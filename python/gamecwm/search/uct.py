"""UCT as a job that can be run a few milliseconds at a time and stopped at any moment.

The order of things: replay the actions to the position to search; ask whether anything is hidden from the player to
move; then simulate. A simulation picks a world (the position itself when nothing is hidden), descends the tree to a new
position, plays on at random to the end, and backs the rewards up. The statistics can be read between any two steps.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from math import inf
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State, program_line
from gamecwm.search.determinize import Worlds, hides_information, history_of
from gamecwm.search.tree import Edge, Position, Rewards, Tree, stuck

#: A proven root ends the search, but not before this many simulations have shown what rewards the game gives.
PROOF_SIMULATIONS = 64
#: With hidden information, actions with a smaller share of the top action's visits were only tried, not meant.
MIX_FLOOR = 0.1
#: Longest principal variation that is reported.
MAX_VARIATION = 100


@dataclass(frozen=True)
class Options:
    """Budgets and constants of one search; all of them explicit, so that a search can be repeated."""

    simulations: int
    #: Time spent inside `run`, in milliseconds.
    milliseconds: float
    seed: int
    #: Weight of the exploration term, for rewards scaled to 0..1.
    exploration: float = 1.4
    #: Most worlds kept when information is hidden.
    worlds: int = 64
    #: Actions after which a playout is cut and counted with the rewards it has by then.
    playout_depth: int = 1000
    #: Positions kept in memory.
    positions: int = 100_000


class Search:
    """A search for the player to move after `actions` (chance outcomes included).

    `run(milliseconds)` until it returns True; `progress()` and `result()` at any time. When no player is to move the
    search is finished at once and its best action is None. With the same seed, a search that ends by its number of
    simulations gives the same statistics, however it was interrupted. Errors of the program are raised by `run` as
    ProgramError.
    """

    def __init__(
        self,
        game: Game,
        actions: list[Action],
        *,
        simulations: int,
        milliseconds: float,
        seed: int,
        exploration: float = 1.4,
        worlds: int | None = None,
    ) -> None:
        self.options = Options(simulations, milliseconds, seed, exploration, worlds or Options.worlds)
        self.simulations = 0
        self.finished = False
        self.hidden = False
        self._game = game
        self._actions = list(actions)
        self._rng = random.Random(f"{seed} search")
        self._spent = 0.0
        self._player = OVER
        self._edges: list[Edge] = []
        self._root: Position | None = None
        self._worlds: Worlds | None = None
        self._pool: list[Position] = []
        self._by_actions: dict[tuple[Action, ...], Position] = {}
        self._over_with_actions = False
        self._job = self._work()

    @property
    def rejected(self) -> int:
        """Histories sampled by the program that did not fit what the player knows."""
        return self._worlds.rejected if self._worlds else 0

    def run(self, milliseconds: float) -> bool:
        """Works for about `milliseconds` (at most four steps of a playout longer); True when nothing is left to do."""
        if self.finished:
            return True
        started = perf_counter()
        deadline = started + min(milliseconds, self.options.milliseconds - self._spent) / 1000
        try:
            while not self.finished:
                if next(self._job, self) is self:
                    self.finished = True
                if perf_counter() >= deadline:
                    break
        except (ProgramError, MemoryError):
            self.finished = True
            raise
        except (Exception, SystemExit, GeneratorExit) as error:
            self.finished = True
            raise ProgramError(
                f"the program failed during search: {type(error).__name__}: {error!s:.300}", program_line(error)
            ) from error
        finally:
            self._spent += (perf_counter() - started) * 1000
        if self._spent >= self.options.milliseconds:
            self.finished = True
        return self.finished

    def progress(self) -> dict[str, Any]:
        """The statistics so far, in the shape of `result`."""
        return self.result()

    def result(self) -> dict[str, Any]:
        """{simulations, worlds, best, children [{action, visits, value}], principalVariation, milliseconds}.

        Children stand most visits first; a value is the mean reward of the searching player, exact where it is proven.
        `best` is the most visited action, but a proven win goes before and a proven loss behind the others. With hidden
        information a player who always does the same is found out, so there it is drawn in proportion to the visits.
        """
        edges = sorted(self._edges, key=lambda edge: -edge.visits)
        best = self._best(edges)
        return {
            "simulations": self.simulations,
            "worlds": self._worlds.distinct if self._worlds else 1,
            "best": best,
            "children": [{"action": edge.action, "visits": edge.visits, "value": _value(edge)} for edge in edges],
            "principalVariation": self._variation(best),
            "milliseconds": round(self._spent, 3),
        }

    def _work(self) -> Generator[None, None, None]:
        states = yield from self._replay()
        state = states[-1]
        game = self._game
        self._player = game.get_current_player(state)
        if self._player in (CHANCE, OVER):
            return
        self.hidden = yield from hides_information(game, states, self.options.seed)
        tree = self._plant(states)
        while self.simulations < self.options.simulations:
            root = yield from self._pick_root(tree)
            if root is None:
                continue
            path, leaf = tree.descend(root)
            rewards = leaf.exact
            if rewards is None:
                rewards = yield from self._playout(leaf)
            tree.back_up(path, leaf, rewards)
            self.simulations += 1
            if tree.proven and self.simulations >= PROOF_SIMULATIONS:
                return
            yield

    def _replay(self) -> Generator[None, None, list[State]]:
        game = self._game
        states = [game.get_initial_state()]
        for index, action in enumerate(self._actions):
            if action not in game.get_legal_actions(states[-1]):
                raise ProgramError(f"action {index + 1}, {action!r:.80}, is not legal: the match cannot be searched")
            states.append(game.apply_action(states[-1], action))
            yield
        return states

    def _plant(self, states: list[State]) -> Tree:
        game, options, player = self._game, self.options, self._player
        state = states[-1]
        tree = Tree(
            game,
            len(game.get_rewards(state)),
            self._rng,
            exploration=options.exploration,
            hidden=self.hidden,
            limit=options.positions,
        )
        # Of the true position only the mover's own observation and legal actions go into a hidden search.
        root = tree.add_root(state)
        self._edges = root.edges
        if self.hidden:
            history = history_of(game, states, self._actions, player)
            self._worlds = Worlds(game, history, player, root.legal, seed=options.seed, limit=options.worlds)
        else:
            self._root = root
        return tree

    def _pick_root(self, tree: Tree) -> Generator[None, None, Position | None]:
        """The position, or one of the worlds; None when an attempt to sample one failed and there is none yet."""
        worlds = self._worlds
        if worlds is None:
            return self._root
        pool = self._pool
        if not pool or worlds.due(self.simulations):
            world = yield from worlds.sample()
            yield
            if world is not None:
                actions, state = world
                root = self._by_actions.get(actions)
                if root is None:
                    root = self._by_actions[actions] = tree.add_root(state)
                pool.append(root)
                return root
        return pool[int(self._rng.random() * len(pool))] if pool else None

    def _playout(self, leaf: Position) -> Generator[None, None, Rewards]:
        """Plays uniformly at random from a new position to the end or the depth cap: the rewards there.

        An empty legal list stands for the end, which saves a call a step; the first simulations look closer, and a
        program that still offers actions when the game is over is then always asked for the player as well.
        """
        game = self._game
        legal_actions, apply_action, rng_random = game.get_legal_actions, game.apply_action, self._rng.random
        careful = self._over_with_actions or self.simulations < 32
        state, legal = leaf.state, leaf.legal
        for step in range(self.options.playout_depth):
            state = apply_action(state, legal[int(rng_random() * len(legal))])
            legal = legal_actions(state)
            if not legal:
                player = game.get_current_player(state)
                if player != OVER:
                    raise stuck(player)
                break
            if careful and game.get_current_player(state) == OVER:
                self._over_with_actions = True
                break
            if step & 3 == 3:
                yield
        return tuple(game.get_rewards(state))

    def _best(self, edges: list[Edge]) -> Action | None:
        if not edges:
            return None
        if self.hidden and edges[0].visits:
            meant = [edge for edge in edges if edge.visits >= MIX_FLOOR * edges[0].visits]
            draw = random.Random(f"{self.options.seed} best")
            return draw.choices(meant, [edge.visits for edge in meant])[0].action
        proven = all(edge.exact is not None for edge in edges)
        values = [_value(edge) for edge in edges if edge.visits]
        low, high = min(values, default=inf), max(values, default=-inf)

        def rank(edge: Edge) -> tuple[float, int]:
            if edge.exact is None or low == high:
                return 0.0, edge.visits
            if proven:
                return edge.exact, edge.visits
            return float(edge.exact >= high) - float(edge.exact <= low), edge.visits

        return max(edges, key=rank).action

    def _variation(self, best: Action | None) -> list[Action]:
        """The best action and the most visited answers to it, up to the next chance node.

        With hidden information the answers depend on what is not known, so the best action stands alone.
        """
        if best is None:
            return []
        variation = [best]
        position = self._root.children.get(best) if self._root else None
        while position is not None and position.edges and len(variation) < MAX_VARIATION:
            exact = position.exact and position.exact[position.player]
            edge = max(position.edges, key=lambda edge: (exact is not None and edge.exact == exact, edge.visits))
            if not edge.visits:
                break
            variation.append(edge.action)
            position = position.children.get(edge.action)
        return variation


def _value(edge: Edge) -> float:
    if edge.exact is not None:
        return edge.exact
    return edge.total / edge.visits if edge.visits else 0.0
