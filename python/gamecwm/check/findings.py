"""What a check found, and the score of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Longest message and check name, as the page accepts them.
MESSAGE, NAME = 2000, 60


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
    #: The other list of a pair that a player cannot tell apart.
    twin: list[str] | None = None

    def to_json(self, line_map: dict[int, int] | None) -> dict[str, Any]:
        """The finding as in protocol.ts; `line_map` leads from plain to tidied lines (None: they are the same)."""
        mapped = self.lines if line_map is None else [line_map[line] for line in self.lines if line in line_map]
        return {
            "tier": self.tier,
            "check": self.check[:NAME],
            "passed": self.passed,
            "weight": self.weight,
            "message": self.message[:MESSAGE],
            "line": mapped[0] if mapped else None,
            "counterexample": self.counterexample,
            "twin": self.twin,
        }


#: A failure of these makes the rest of a report worth little: the score is multiplied by the factor.
FACTORS: dict[str, float] = {"ends": 0.5, "effort": 0.5, "determinism": 0.7}
#: A program that fails one of these is refused: no game, or one that tells the checker from a player.
REFUSED = frozenset({"imports", "builtins", "tampering", "memory", "choice", "rewards_vary", "decisions_matter"})
#: The score of a refused program, or one without a playable game, is its weighted share times this: under 0.2.
UNPLAYABLE = 0.19
#: The tiers of the published evaluator. Its weights are not known here, so each counts a quarter.
PAPER_TIERS = ("static", "dynamics", "information", "semantics")


def share_of(findings: list[Finding]) -> float | None:
    """Weight of the passed checks over the weight of all that are applicable; None where none is."""
    judged = [finding for finding in findings if finding.passed is not None]
    if not judged:
        return None
    if all(finding.passed for finding in judged):
        return 1.0
    return sum(finding.weight for finding in judged if finding.passed) / sum(finding.weight for finding in judged)


def score(findings: list[Finding], *, playable: bool, health: float) -> float:
    """Between 0 and 1; 1 when every applicable check passed and a game was played to its end.

    `health` is the share of the playouts that nothing broke.
    """
    share = share_of(findings) or 0.0
    failed = [finding.check for finding in findings if finding.passed is False]
    if not playable or not REFUSED.isdisjoint(failed):
        return UNPLAYABLE * share
    for check in failed:
        share *= FACTORS.get(check, 1.0)
    return share * (0.2 + 0.8 * health) if health < 1 else share


def paper(findings: list[Finding]) -> dict[str, Any]:
    """`{score, tiers}`: our findings weighed by tier as the published evaluator does, without caps and factors.

    A tier where nothing is applicable is None, and the others share its weight.
    """
    tiers = {tier: share_of([finding for finding in findings if finding.tier == tier]) for tier in PAPER_TIERS}
    shares = [share for share in tiers.values() if share is not None]
    return {"score": sum(shares) / len(shares) if shares else 0.0, "tiers": tiers}
