"""Search where information is hidden: simulations over worlds that fit what the searching player knows.

Two kinds of simulations take turns at random. *Own* ones start in a world that fits the searching player's knowledge
and count for that player's decisions alone. *Free* ones start earlier, or in a world that an opponent could imagine,
so that the searching player's own secrets vary as that opponent must expect; they count for everybody. So opponents
do not learn to answer what they cannot see, and bluffs keep their worth (compare Online Outcome Sampling, Lisý,
Lanctot and Bowling 2015, whose targeted and untargeted samples do the same for regret matching).

Worlds are drawn in proportion to chance times the other players' mean policies on the way there (their reach).
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Generator
from itertools import accumulate
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, State
from gamecwm.search.determinize import Source, no_world
from gamecwm.search.infosets import InfoSet, InfoTree, Memory, Situation, history_of
from gamecwm.search.playouts import Playouts
from gamecwm.search.statistics import EXAMPLES

#: Share of free simulations.
FREE = 0.6
#: Picks between two updates of the worlds' weights.
UPDATE = 32
#: Attempts that a search makes at the most to find its first world.
FIRST_ATTEMPTS = 64

#: Whether the positions along a world are what the player knows.
Fits = Callable[[list[Situation]], bool]


class World:
    """One history: its weight by chance, the positions on the way, and the others' decisions on it."""

    __slots__ = ("actions", "decisions", "others", "prior", "way")

    def __init__(self, actions: tuple[Action, ...], way: list[Situation], player: int, prior: float) -> None:
        self.actions = actions
        self.way = way
        self.prior = prior
        #: Positions on the way at which a player decides, the last position left out.
        self.decisions = [position for position in way[:-1] if position.player not in (CHANCE, OVER)]
        self.others: list[tuple[InfoSet, Action]] = []
        for position, action in zip(way, actions, strict=False):
            if position.player not in (CHANCE, player):
                assert position.info is not None
                self.others.append((position.info, action))

    def weight(self) -> float:
        """Chance times the others' reach."""
        weight = self.prior
        for info, action in self.others:
            weight *= info.reach(action)
        return weight


class Pool:
    """The worlds of one player's knowledge that were found so far."""

    def __init__(self, tree: InfoTree, source: Source, player: int, *, limit: int) -> None:
        self.source = source
        self.worlds: dict[tuple[Action, ...], World] = {}
        self.accepted = 0
        self.picks = 0
        self._tree = tree
        self._player = player
        self._limit = limit
        self._list: list[World] = []
        self._cumulated: list[float] = []
        self._counts: list[float] = []

    def due(self) -> bool:
        """Whether another world is wanted: early ones at once, later ones now and then."""
        source = self.source
        if source.failed or source.exact is not None or self.accepted >= self._limit:
            return False
        attempts = source.attempts
        return attempts < 4 * self._limit and self.picks >= (attempts if attempts < 8 else 8 * (attempts - 7))

    def add_exact(self, fits: Fits) -> Generator[None, None, None]:
        """Takes over the worlds of an exact enumeration."""
        assert self.source.exact is not None
        for actions, probability in self.source.exact.items():
            way = yield from self._tree.walk(actions)
            self.source.cost += len(actions)
            if way is not None and fits(way):
                self.accepted += 1
                self.worlds[actions] = World(actions, way, self._player, probability)
        self._renew()

    def grow(self, fits: Fits) -> Generator[None, None, bool]:
        """One attempt at another world; whether it succeeded."""
        actions = yield from self.source.sample()
        if actions is None:
            return False
        known = self.worlds.get(actions)
        if known is None:
            way = yield from self._tree.walk(actions)
            if way is None or not fits(way):
                self.source.reject("the player would not have seen and done what they did")
                return False
            self.worlds[actions] = World(actions, way, self._player, 1.0)
        else:
            known.prior += 1.0
        self.source.accept(actions)
        self.accepted += 1
        self._cumulated = []
        return True

    def pick(self, rng: random.Random, *, by_reach: bool = True) -> World:
        """A world, by chance and reach, or by chance alone."""
        self.picks += 1
        if not self._cumulated or self.picks % UPDATE == 0:
            self._renew()
        cumulated = self._cumulated if by_reach else self._counts
        index = bisect(cumulated, rng.random() * cumulated[-1])
        return self._list[min(index, len(self._list) - 1)]

    def shares(self) -> list[tuple[World, float]]:
        """The worlds with their shares of the weight, largest first."""
        weights = [(world, world.weight()) for world in self.worlds.values()]
        total = sum(weight for _, weight in weights) or 1.0
        found = [(world, weight / total) for world, weight in weights]
        return sorted(found, key=lambda item: (-item[1], item[0].actions))

    def _renew(self) -> None:
        self._list = list(self.worlds.values())
        weights = [world.weight() for world in self._list]
        if sum(weights) <= 0.0:  # so long a way that its reach is nothing in floating point
            weights = [world.prior for world in self._list]
        self._cumulated = list(accumulate(weights))
        self._counts = list(accumulate(world.prior for world in self._list))


class HiddenSearch:
    """Simulations of one search with hidden information."""

    def __init__(
        self, game: Game, tree: InfoTree, playouts: Playouts, rng: random.Random, *, player: int, seed: int, worlds: int
    ) -> None:
        self.tree = tree
        self.target: InfoSet | None = None
        self.pool: Pool | None = None
        self._game = game
        self._playouts = playouts
        self._rng = rng
        self._player = player
        self._seed = seed
        self._limit = worlds
        self._opponents: dict[tuple[int, Memory], Pool] = {}
        self._cost = 0

    def prepare(self, states: list[State], actions: list[Action]) -> Generator[None, None, None]:
        """Finds the decision to search and first worlds. Of the true history only what the player knows is used.

        Raises ProgramError when no world fits.
        """
        game, player = self._game, self._player
        memory: Memory = None
        for step, state in enumerate(states):
            yield
            if game.get_current_player(state) == player:
                observation = game.get_observations(state)[player]
                info = self.target = self.tree.decision(player, memory, observation, game.get_legal_actions(state))
                if step < len(actions):
                    memory = info, actions[step]
        assert self.target is not None
        history = [*history_of(memory), (self.target.observation, None)]
        source = Source(game, history, player, seed=f"{self._seed} own")
        self.pool = Pool(self.tree, source, player, limit=self._limit)
        yield from source.prepare()
        if source.exact is not None:
            yield from self.pool.add_exact(self._is_target)
        while not self.pool.worlds:
            if source.failed or source.attempts >= FIRST_ATTEMPTS:
                raise no_world(player, source)
            yield from self.pool.grow(self._is_target)
        self._cost += source.cost

    def simulate(self) -> Generator[None, None, None]:
        """One simulation. Yields often."""
        pool = self.pool
        assert pool is not None
        if pool.due() and self._affords():
            cost = pool.source.cost
            yield from pool.grow(self._is_target)
            self._cost += pool.source.cost - cost
        world = pool.pick(self._rng)
        start, learner = world.way[-1], self._player
        if self._rng.random() < FREE and self.tree.players > 1:
            free = yield from self._free_start(world)
            if free is not None:
                start, learner = free, None
        path, leaf = yield from self.tree.descend(start, learner)
        self._playouts.steps += len(path)
        rewards = yield from self._playouts.play(leaf)
        self.tree.back_up(path, rewards)

    def _free_start(self, world: World) -> Generator[None, None, Situation | None]:
        """A position from which everybody learns: the start of the game, or on the way of an opponent's world."""
        decisions = len(world.decisions)
        turn = int(self._rng.random() * (decisions + 1))
        if turn == 0:
            return self.tree.root
        others = [player for player in range(self.tree.players) if player != self._player]
        opponent = others[int(self._rng.random() * len(others))]
        memory = world.way[-1].memory[opponent]
        if memory is None:
            return self.tree.root
        pool = yield from self._opponent_pool(opponent, memory)
        if pool is None:
            return None
        by_reach = turn == decisions
        imagined = pool.pick(self._rng, by_reach=by_reach)
        return imagined.way[-1] if turn >= len(imagined.decisions) else imagined.decisions[turn]

    def _opponent_pool(self, opponent: int, memory: Memory) -> Generator[None, None, Pool | None]:
        """The worlds that an opponent may imagine after what they saw and did; None where none was found yet."""
        key = (opponent, memory)
        pool = self._opponents.get(key)
        own = self.pool
        assert own is not None

        def fits(way: list[Situation]) -> bool:
            return way[-1].memory[opponent] == memory

        if pool is None:
            if not self._affords():
                return None
            exact = own.source.exact is not None
            source = Source(
                self._game, history_of(memory), opponent, seed=f"{self._seed} {len(self._opponents)}", enumerates=exact
            )
            pool = self._opponents[key] = Pool(self.tree, source, opponent, limit=self._limit)
            yield from source.prepare()
            if source.exact is not None:
                yield from pool.add_exact(fits)
            self._cost += source.cost
        if pool.due() and self._affords():
            cost = pool.source.cost
            yield from pool.grow(fits)
            self._cost += pool.source.cost - cost
        return pool if pool.worlds else None

    def _affords(self) -> bool:
        """Finding worlds may take as many looks at positions as the simulations themselves."""
        return self._cost <= self._playouts.steps

    def _is_target(self, way: list[Situation]) -> bool:
        last = way[-1]
        return last.player == self._player and self.tree.info_of(last) is self.target

    def summary(self) -> dict[str, Any]:
        """{sampled, distinct, rejected, source, examples [{actions, share}]} of the searching player's worlds."""
        pool = self.pool
        if pool is None:
            return {"sampled": 0, "distinct": 0, "rejected": 0, "source": "inferred", "examples": []}
        return {
            "sampled": pool.accepted,
            "distinct": len(pool.worlds),
            "rejected": pool.source.rejected,
            "source": pool.source.origin,
            "examples": [
                {"actions": list(world.actions), "share": round(share, 6)} for world, share in pool.shares()[:EXAMPLES]
            ],
        }
