"""Worlds drawn in proportion to their chance probability."""

from __future__ import annotations

import random
from collections.abc import Generator

from gamecwm.contract import Action, Game
from gamecwm.infer.exact import Worlds
from gamecwm.infer.find import Finder
from gamecwm.infer.history import History, NoHistory, checked
from gamecwm.infer.mix import Mixer
from gamecwm.infer.model import Impure, Model, OutOfNodes
from gamecwm.infer.trace import replays
from gamecwm.playout import finish

#: Partial worlds of one length up to which all are kept.
WIDTH = 400


class Sampler:
    """Draws worlds that give `player` this history; the same seed gives the same worlds.

    `nodes` bounds the calls of apply_action that one `sample` may make; `nodes_used` counts those of all.
    """

    def __init__(
        self, game: Game, history: History, player: int, *, seed: int, nodes: int = 50_000, width: int = WIDTH
    ) -> None:
        self._history = checked(history)
        self._model = Model(game, player)
        self._rng = random.Random(f"{seed} worlds")
        self._nodes = nodes
        self._width = width
        self._worlds: Worlds | None = None
        self._finder: Finder | None = None
        self._exact: bool | None = None
        self._mixer: Mixer | None = None
        #: Whether a world of this finding was replayed on copies.
        self._trusted = False

    @property
    def nodes_used(self) -> int:
        return self._model.used

    def sample(self) -> Generator[None, None, tuple[Action, ...]]:
        """One world, drawn in proportion to its chance probability; yields often.

        Raises NoHistory when the budget runs out first, or when it is proven that no history fits.
        """
        self._model.budget = self._model.used + self._nodes
        while True:
            try:
                world = yield from self._sample()
                if not self._trusted:
                    self._verify(world)
                return world
            except Impure:
                self._exact = self._worlds = self._finder = self._mixer = None
            except OutOfNodes:
                raise NoHistory(
                    f"no history that fits player {self._model.player}'s {len(self._history)} observations was found "
                    f"within {self._nodes} nodes; there may be one",
                    exhausted=False,
                ) from None

    def _verify(self, world: tuple[Action, ...]) -> None:
        """Replays the world on copies of states. Raises Impure where references misled, NoHistory where copies do."""
        model = self._model
        copying, model.copying = model.copying, True
        model.budget += len(world) + 1
        sound = replays(model, self._history, world)
        model.copying = copying or not sound
        if not sound:
            if not copying:
                raise Impure
            raise NoHistory(
                "the program does not do the same each time, so no history can be replayed", exhausted=False
            )
        self._trusted = True

    def _sample(self) -> Generator[None, None, tuple[Action, ...]]:
        if self._exact is None:
            self._worlds = Worlds(self._model, self._history, width=self._width)
            self._exact = yield from self._worlds.search()
        if self._exact and self._worlds:
            if not self._worlds.ends:
                raise NoHistory(
                    f"no history fits player {self._model.player}'s {len(self._history)} observations: all were tried",
                    exhausted=True,
                )
            return self._worlds.draw(self._rng)
        if self._finder is None:
            root = self._model.root()
            if root is None:
                raise NoHistory("the program has no initial state", exhausted=True)
            self._finder = Finder(self._model, self._history, root, self._rng)
        if self._mixer is not None:
            world, moved = yield from self._mixer.sample()
            if moved:
                return world
        # A chain that cannot move is started anew elsewhere.
        trace = yield from self._finder.find()
        self._trusted = False
        self._mixer = Mixer(self._model, self._history, trace, self._rng, width=self._width)
        world, _ = yield from self._mixer.sample()
        return world


class Enumeration:
    """All worlds that give `player` this history, within `nodes` calls of apply_action."""

    def __init__(self, game: Game, history: History, player: int, *, nodes: int) -> None:
        self._history = checked(history)
        self._model = Model(game, player)
        self._nodes = nodes

    @property
    def nodes_used(self) -> int:
        return self._model.used

    def worlds(self) -> Generator[None, None, dict[tuple[Action, ...], float] | None]:
        """Each world with its posterior probability (of chance alone: others' choices count alike).

        Empty when no history fits; None when the budget runs out or there are more worlds than `nodes`.
        """
        self._model.budget = self._nodes
        while True:
            worlds = Worlds(self._model, self._history)
            try:
                complete = yield from worlds.search()
            except Impure:
                continue
            except OutOfNodes:
                return None
            if not complete or worlds.count() > self._nodes:
                return None
            return dict(worlds.all())


def resample(game: Game, history: History, player: int, *, seed: int = 0, nodes: int = 50_000) -> list[Action]:
    """One world at once, see Sampler. Raises NoHistory."""
    return list(finish(Sampler(game, history, player, seed=seed, nodes=nodes).sample()))
