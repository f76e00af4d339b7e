"""What a check found, and the score of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Longest message, as the page accepts it.
MESSAGE = 2000


@dataclass(frozen=True)
class Finding:
    """One check's answer. `passed` None: not applicable, and the message says why."""

    tier: str
    check: str
    passed: bool | None
    weight: float
    message: str
    #: Lines of the plain module where it happened, innermost first.
    lines: tuple[int, ...] = ()
    #: The shortest action list that shows the failure; [] is the initial state.
    counterexample: list[str] | None = None

    def to_json(self, line_map: dict[int, int] | None) -> dict[str, Any]:
        """The finding as in protocol.ts; `line_map` leads from plain to tidied lines (None: they are the same)."""
        mapped = self.lines if line_map is None else [line_map[line] for line in self.lines if line in line_map]
        return {
            "tier": self.tier,
            "check": self.check,
            "passed": self.passed,
            "weight": self.weight,
            "message": self.message[:MESSAGE],
            "line": mapped[0] if mapped else None,
            "counterexample": self.counterexample,
        }


#: A failure of these makes the rest of a report worth little: the score is multiplied by the factor.
FACTORS: dict[str, float] = {"imports": 0.5, "builtins": 0.5, "choice": 0.4, "rewards_vary": 0.4, "ends": 0.5}
#: The score of a program without a playable game is its weighted share times this, so it stays under 0.2.
UNPLAYABLE = 0.19


def score(findings: list[Finding], *, playable: bool, health: float) -> float:
    """Between 0 and 1; 1 when every applicable check passed and a game was played to its end.

    `health` is the share of the playouts that nothing broke.
    """
    judged = [finding for finding in findings if finding.passed is not None]
    total = sum(finding.weight for finding in judged)
    if total == 0:
        return 0.0
    failed = [finding for finding in judged if not finding.passed]
    share = 1.0 if not failed else sum(finding.weight for finding in judged if finding.passed) / total
    if not playable:
        return UNPLAYABLE * share
    for finding in failed:
        share *= FACTORS.get(finding.check, 1.0)
    return share * (0.2 + 0.8 * health) if health < 1 else share
