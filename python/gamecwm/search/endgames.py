"""Exact values for the search: positions whose playouts are short are handed to the solver.

The solver may look at as many states as the playouts took steps, so that it never costs more than the simulations.
"""

from __future__ import annotations

from collections.abc import Generator

from gamecwm.contract import Game
from gamecwm.search.playouts import Playouts
from gamecwm.search.positions import Position, Rewards, Scale
from gamecwm.search.solve import Solver

#: Length of a playout up to which its start is tried at first, and fewest states for a try.
REACH, LEAST = 6, 64
#: Tries in a row without a solution after which no further one is made.
PATIENCE = 8


class Endgames:
    """Solves positions near the end. Which ones is learnt: a solution lets longer playouts in, a failure shorter ones.

    states: most that one try may look at; 0: nothing is tried. Counts decide, never the clock.
    """

    def __init__(self, game: Game, scale: Scale, playouts: Playouts, *, states: int) -> None:
        self._solver = Solver(game, states=0, on_end=scale.notice)
        self._playouts = playouts
        self._states = states
        self._reach = REACH
        self._failures = 0

    def wants(self, length: int) -> bool:
        """Whether a position from which a playout took `length` actions is worth a try."""
        if self._failures >= PATIENCE or not 0 < length <= self._reach:
            return False
        return self._allowance() >= min(LEAST, self._states) > 0

    def solve(self, position: Position, length: int) -> Generator[None, None, Rewards | None]:
        """What best play gives; None where that is not found, or depends on a choice between equals. Yields often."""
        self._solver.budget = self._solver.looked + self._allowance()
        solution = yield from self._solver.solve(position.state)
        if solution is None or not solution.is_unique:
            self._failures += 1
            self._reach = max(1, min(self._reach, length - 1))
            return None
        self._failures = 0
        self._reach = max(self._reach, length + 1)
        return solution.values

    def _allowance(self) -> int:
        return min(self._states, self._playouts.steps - self._solver.looked)
