"""Worlds: whole histories that fit what one player knows, from the program or synthesised.

A player's knowledge is their own observations and actions. Nothing else of the true history is used: two histories that
a player cannot tell apart give the same worlds for the same seed.
"""

from __future__ import annotations

import copy
import random
import sys
from binascii import crc32
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

from gamecwm.contract import Action, Game, ProgramError
from gamecwm.infer import Enumeration, History, NoHistory, Sampler, own_history

__all__ = ["Source", "own_history"]

#: Longest history that a program may give.
MAX_LENGTH = 10_000
#: Instructions of Python that one call of `resample_history` may run: a count, so that the same seed gives the same
#: worlds, and a bound on how long the call can take.
INSTRUCTIONS = 100_000
#: Nodes of the exact enumeration, and of the sampler for one world.
EXACT_NODES, SAMPLER_NODES = 1000, 50_000
#: Failures in a row after which the program is not asked any more.
PATIENCE = 2
#: Worlds of the program that may be all the same before it is suspected of knowing one only.
SAME = 8


class Source:
    """Worlds of one player's history.

    Where all of them can be enumerated within `EXACT_NODES`, `exact` holds them with their probabilities. Otherwise the
    program is asked while it answers within `INSTRUCTIONS` and what it gives fits; after that worlds are synthesised.
    The caller says by `accept` or `reject` whether a world fits.
    """

    def __init__(self, game: Game, history: History, player: int, *, seed: str, enumerates: bool = True) -> None:
        self.exact: dict[tuple[Action, ...], float] | None = None
        self.attempts = 0
        self.rejected = 0
        #: Positions that were looked at to find worlds.
        self.cost = 0
        self.origin = "program" if game.resample_history else "inferred"
        self.failed = False
        self.complaint = ""
        self._game = game
        self._history = history
        self._player = player
        self._seed = seed
        self._enumerates = enumerates
        self._in_a_row = 0
        self._given: set[tuple[Action, ...]] = set()
        self._sampler: Sampler | None = None

    def prepare(self) -> Generator[None, None, None]:
        """Tries to enumerate all worlds. Yields often."""
        if not self._enumerates:
            return
        enumeration = Enumeration(self._game, self._history, self._player, nodes=EXACT_NODES)
        self.exact = yield from enumeration.worlds()
        self.cost += enumeration.nodes_used
        if self.exact is not None:
            self.origin = "inferred"

    def sample(self) -> Generator[None, None, tuple[Action, ...] | None]:
        """One attempt at a world, None where it failed; `failed` when there will be none."""
        self.attempts += 1
        if self.origin == "program":
            try:
                actions = self._from_program()
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                self.reject(f"resample_history raises {type(error).__name__}: {error!s:.200}")
                return None
            yield
            return actions
        return (yield from self._inferred())

    def accept(self, actions: tuple[Action, ...]) -> None:
        """A world that was given fits."""
        self._in_a_row = 0
        self.cost += len(actions)
        if self.origin == "program":
            self._given.add(actions)
            if self.attempts == SAME and len(self._given) == 1:
                self.origin = "inferred"

    def reject(self, complaint: str) -> None:
        """A world that was given does not fit, or none was given."""
        self.rejected += 1
        self.complaint = complaint
        self._in_a_row += 1
        if self.origin == "inferred":
            self.failed = self._in_a_row >= PATIENCE
        elif self._in_a_row >= PATIENCE:
            self.origin = "inferred"
            self._in_a_row = 0

    def _from_program(self) -> tuple[Action, ...]:
        """Asks the program, its randomness driven by the seed and the attempt alone."""
        resample = self._game.resample_history
        assert resample is not None
        history = copy.deepcopy(self._history)
        before = random.getstate()
        random.seed(f"{self._seed} world {self.attempts}")
        try:
            actions = within(lambda: resample(history, self._player), INSTRUCTIONS)
        finally:
            random.setstate(before)
        if not isinstance(actions, (list, tuple)) or not all(isinstance(action, str) for action in actions):
            raise TypeError("it gives no list of actions")
        if len(actions) > MAX_LENGTH:
            raise ValueError(f"it gives more than {MAX_LENGTH} actions")
        return tuple(actions)

    def _inferred(self) -> Generator[None, None, tuple[Action, ...] | None]:
        if self._sampler is None:
            self._sampler = Sampler(
                self._game, self._history, self._player, seed=crc32(self._seed.encode()), nodes=SAMPLER_NODES
            )
        before = self._sampler.nodes_used
        try:
            actions = yield from self._sampler.sample()
        except NoHistory as error:
            self.reject(str(error))
            self.failed = self.failed or error.exhausted
            return None
        finally:
            self.cost += max(1, self._sampler.nodes_used - before)
        return tuple(actions)


class OutOfInstructions(Exception):
    """A call that ran for too long."""


def within(call: Callable[[], Any], instructions: int) -> Any:
    """What `call` returns. Raises OutOfInstructions after so many of Python's, whichever functions they stand in.

    A hostile program can swallow the exception; the host's deadline ends it then.
    """
    left = instructions

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        if event == "call":
            frame.f_trace_lines = False
            frame.f_trace_opcodes = True
            return trace
        left -= 1
        if left < 0:
            raise OutOfInstructions(f"it did not finish within {instructions} instructions")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return call()
    finally:
        sys.settrace(before)


def no_world(player: int, source: Source) -> ProgramError:
    """The error of a search that found no world at all."""
    return ProgramError(
        f"search cannot play player {player} without looking at what is hidden: "
        f"no history that fits what they know was found in {source.attempts} attempts ({source.complaint:.300})"
    )
