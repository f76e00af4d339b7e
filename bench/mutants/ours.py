"""The project's checker on one program: what failed, with scenarios and without them."""

from __future__ import annotations

from typing import Any

from gamecwm.check import MILLISECONDS, Check

#: The tier that scenarios belong to.
SEMANTICS = "semantics"


def failures(
    source: str,
    *,
    scenarios: list[dict[str, Any]],
    seed: int = 0,
    milliseconds: float = MILLISECONDS,
    to_the_end: bool = False,
) -> dict[str, Any]:
    """{score, failed: {tier: [check, ...]}}: what failed; the score is None where the check was not played to its end.

    Any failed finding keeps the score under 1. So the check is left, unless it is to go on to its end, as soon as
    something failed that has nothing to do with scenarios.
    """
    job = Check(source, seed=seed, milliseconds=milliseconds, scenarios=scenarios)
    score = None
    while to_the_end or not any(found.passed is False and found.tier != SEMANTICS for found in job.findings()):
        if job.run(200):
            score = job.result()["score"]
            break
    failed: dict[str, list[str]] = {}
    for found in job.findings():
        if found.passed is False:
            failed.setdefault(found.tier, []).append(found.check)
    return {"score": score, "failed": failed}
