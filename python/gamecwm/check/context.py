"""What the tiers of a check share: the program, the budgets, the findings so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..contract import Game
from ..shrink import Hit
from .findings import Finding


@dataclass
class Lengths:
    """Of the playouts that ended: how long they were, and how many actions were legal along them."""

    actions: list[int] = field(default_factory=list)
    legal: int = 0
    nodes: int = 0


@dataclass
class Context:
    """One check in progress. A tier reads the program and the budgets, and adds its findings."""

    source: str
    game: Game | None
    #: Why there is no game to run, in words, and the line.
    obstacle: str | None
    obstacle_line: int | None
    #: A name of FUNCTIONS that the program lacks, or None.
    missing: list[str]
    loads: bool
    parses: bool
    seed: int
    games: int
    steps: int
    milliseconds: float
    #: Milliseconds spent so far.
    spent: Callable[[], float]
    findings: list[Finding] = field(default_factory=list)
    phase: str = "reading the program"
    done: int = 0
    total: int = 1
    #: Filled in by the dynamics tier.
    playable: bool = False
    played: int = 0
    health: float = 0.0
    lengths: Lengths = field(default_factory=Lengths)

    def time_left(self, share: float = 1.0) -> bool:
        """Whether less than this share of the time budget is spent."""
        return self.spent() < self.milliseconds * share

    def add(
        self,
        tier: str,
        check: str,
        weight: float,
        passed: bool | None,
        message: str,
        hit: Hit | None = None,
        counterexample: list[str] | None = None,
    ) -> None:
        lines = hit.lines if hit else ()
        self.findings.append(Finding(tier, check, passed, weight, message, lines, counterexample))
