"""What the tiers of a check share: the program, the budgets, the findings so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..contract import Game
from ..shrink import Hit, Probe
from .evidence import Evidence
from .findings import Finding
from .integrity import Snapshot


@dataclass
class Context:
    """One check in progress. A tier reads the program and the budgets, and adds its findings."""

    source: str
    game: Game | None
    #: Why there is no game to run, in words, and the line.
    obstacle: str | None
    obstacle_line: int | None
    #: Names of FUNCTIONS that the program lacks.
    missing: list[str]
    loads: bool
    parses: bool
    seed: int
    games: int
    steps: int
    milliseconds: float
    #: Milliseconds spent so far.
    spent: Callable[[], float]
    scenarios: list[Any] = field(default_factory=list)
    #: What the program shares with the checker, before it was loaded.
    snapshot: Snapshot | None = None
    #: What the program changed of it.
    damage: str | None = None
    findings: list[Finding] = field(default_factory=list)
    phase: str = "reading the program"
    done: int = 0
    total: int = 1
    #: Filled in by the dynamics tier.
    evidence: Evidence | None = None
    #: Failed check -> what shows it at the end of a list, and a list that did.
    shrinkable: dict[str, tuple[Probe, list[str]]] = field(default_factory=dict)
    playable: bool = False
    health: float = 0.0
    #: Filled in by the play tier.
    search_edge: float | None = None

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
        twin: list[str] | None = None,
    ) -> None:
        lines = hit.lines if hit else ()
        self.findings.append(Finding(tier, check, passed, weight, message, lines, counterexample, twin))

    def failed(self, check: str) -> bool:
        """Whether a check has failed so far."""
        return any(finding.check == check and finding.passed is False for finding in self.findings)

    def look_for_damage(self) -> bool:
        """Whether the program changed the checker's own world; what it changed is put back."""
        if self.snapshot is not None:
            found = self.snapshot.damage()
            self.damage = self.damage or found
        return self.damage is not None
