"""Worlds that fit a history, found a few milliseconds at a time: the host's method and the command `infer`."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Generator
from typing import Any

from gamecwm.contract import OVER, Action, Game, ProgramError
from gamecwm.infer.history import History, own_history
from gamecwm.infer.sample import Enumeration, Sampler
from gamecwm.own_random import OwnRandom
from gamecwm.values import to_json

#: Actions after which a random game is cut for a decision.
LONGEST = 2000


class Inference:
    """Draws `worlds` worlds that give a player a history, or finds all of them (`exact`).

    The history is given (then `player` too), or it is what the player to move saw and did in a random game up to a
    random decision. The result is `{player, history, worlds, nodes, milliseconds}`, where worlds are
    `{actions, share}`, the likeliest first: shares of the draws, or with `exact` the posterior probabilities.
    """

    def __init__(
        self,
        game: Game,
        *,
        seed: int,
        nodes: int,
        worlds: int,
        exact: bool,
        player: int | None,
        history: History | None,
    ) -> None:
        self._game, self._seed, self._nodes, self._count, self._exact = game, seed, nodes, worlds, exact
        self._player = player
        self._history = history
        self._done = 0
        self._phase = "playing to a decision"
        self._result: dict[str, Any] | None = None
        self._random = OwnRandom(f"{seed} program")
        self._work = self._act()

    def run(self, milliseconds: float) -> bool:
        """Works for about so many milliseconds; True when finished. Raises NoHistory and ProgramError."""
        with self._random:
            started = time.perf_counter()
            while self._result is None and (time.perf_counter() - started) * 1000 < milliseconds:
                next(self._work)
        return self._result is not None

    def progress(self) -> dict[str, Any]:
        """`{done, total, phase}`."""
        return {"done": self._done, "total": self._count, "phase": self._phase}

    def result(self) -> dict[str, Any]:
        """The result. Raises RuntimeError before it is there."""
        if self._result is None:
            raise RuntimeError("the inference is not finished")
        return self._result

    def _act(self) -> Generator[None, None, None]:
        if self._history is None:
            actions, self._player = self._random_decision()
            self._history = own_history(self._game, actions, self._player)
        player = self._player
        if player is None:
            raise ProgramError("whose history it is has to be said")
        started = time.perf_counter()
        self._phase = "searching all worlds" if self._exact else "drawing worlds"
        shares, nodes = yield from self._all(player) if self._exact else self._drawn(player)
        ordered = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        self._result = {
            "player": player,
            "history": [[to_json(seen), action] for seen, action in self._history],
            "worlds": [{"actions": list(actions), "share": share} for actions, share in ordered],
            "nodes": nodes,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        }
        yield

    def _random_decision(self) -> tuple[list[Action], int]:
        """The actions of a random game up to one of its decisions, and who is to move then."""
        game, rng = self._game, random.Random(f"{self._seed} history")
        state, actions, decisions = game.get_initial_state(), [], []
        while len(actions) < LONGEST:
            player = game.get_current_player(state)
            if player >= 0 and self._player in (None, player):
                decisions.append((len(actions), player))
            legal = [] if player == OVER else game.get_legal_actions(state)
            if not legal:
                break
            actions.append(rng.choice(legal))
            state = game.apply_action(state, actions[-1])
        if not decisions:
            raise ProgramError("no player of that number was ever to move in a random game")
        cut, player = rng.choice(decisions)
        return actions[:cut], player

    def _drawn(self, player: int) -> Generator[None, None, tuple[dict[tuple[Action, ...], float], int]]:
        assert self._history is not None
        sampler = Sampler(self._game, self._history, player, seed=self._seed, nodes=self._nodes)
        drawn: Counter[tuple[Action, ...]] = Counter()
        while self._done < self._count:
            drawn[(yield from sampler.sample())] += 1
            self._done += 1
        return {world: count / self._count for world, count in drawn.items()}, sampler.nodes_used

    def _all(self, player: int) -> Generator[None, None, tuple[dict[tuple[Action, ...], float], int]]:
        assert self._history is not None
        enumeration = Enumeration(self._game, self._history, player, nodes=self._nodes)
        worlds = yield from enumeration.worlds()
        if worlds is None:
            raise ProgramError(f"there are more worlds than {self._nodes} nodes reach; draw some, or allow more nodes")
        return worlds, enumeration.nodes_used
