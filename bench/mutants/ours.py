"""The project's checker on one program: the findings that failed, with scenarios and without them."""

from __future__ import annotations

import inspect
from typing import Any

from gamecwm.check import Check
from gamecwm.contract import Game, ProgramError, load_game
from gamecwm.inline import inline

#: The tier that scenarios belong to.
SEMANTICS = "semantics"
_TAKES_SCENARIOS = "scenarios" in inspect.signature(Check.__init__).parameters


def failures(
    source: str, *, scenarios: list[dict[str, Any]], seed: int = 0, milliseconds: float = 8000.0, to_the_end: bool = False
) -> dict[str, Any]:
    """{score, failed: {tier: [check, ...]}}: what failed; the score is None where that was clear before the end.

    The check goes on until something failed that has nothing to do with scenarios, or to its end.
    """
    options: dict[str, Any] = {"scenarios": scenarios} if _TAKES_SCENARIOS else {}
    job = Check(source, seed=seed, milliseconds=milliseconds, **options)
    score = None
    while True:
        if job.run(200):
            score = job.result()["score"]
            break
        findings = job._context.findings
        if not to_the_end and any(found.passed is False and found.tier != SEMANTICS for found in findings):
            break
    failed: dict[str, list[str]] = {}
    for found in job._context.findings:
        if found.passed is False:
            failed.setdefault(found.tier, []).append(found.check)
    if not _TAKES_SCENARIOS and (score is None or score == 1):
        broken = [scenario["name"] for scenario in scenarios if not holds(source, scenario)]
        if broken:
            failed[SEMANTICS] = broken[:5]
    return {"score": score, "failed": failed}


def holds(source: str, scenario: dict[str, Any]) -> bool:
    """Whether a scenario holds, each of its actions legal."""
    try:
        return _holds(load_game(inline(source)), scenario)
    except (ProgramError, Exception):
        return False


def _holds(game: Game, scenario: dict[str, Any]) -> bool:
    from four_tiers import _CHECKS

    state = game.get_initial_state()
    for action in scenario["actions"]:
        if action not in game.get_legal_actions(state):
            return False
        state = game.apply_action(state, action)
    for name, value in scenario["checks"].items():
        if name == "refuses":
            if not all(_refused(game, state, action) for action in value):
                return False
        elif not _CHECKS[name](game, state, value):
            return False
    return True


def _refused(game: Game, state: Any, action: str) -> bool:
    try:
        game.apply_action(state, action)
    except Exception:
        return True
    return False
