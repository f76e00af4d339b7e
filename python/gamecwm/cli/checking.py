"""One check of one program in a process of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..contract import ProgramError
from .process import DeadlineError, DiedError, ProgramProcess
from .targets import Target

#: Seconds without a word from the child after which it is ended, on top of a call's own budget.
PATIENCE = 10.0
MIB = 1 << 20


@dataclass(frozen=True)
class Budgets:
    """What a check may use: the checker's own budgets, and the limits of the process (seconds, MiB)."""

    seed: int
    games: int
    steps: int
    milliseconds: int
    seconds: int
    memory: int

    @classmethod
    def of(cls, options: argparse.Namespace) -> Budgets:
        """The budgets of a command line; the process may take longer than the checker, which stops by itself."""
        seconds = options.seconds or int(options.milliseconds / 1000 * 2 + 30)
        return cls(options.seed, options.games, options.steps, options.milliseconds, seconds, options.memory)

    def for_check(self) -> dict[str, int]:
        """The checker's part."""
        return {name: getattr(self, name) for name in ("seed", "games", "steps", "milliseconds")}


def checked(
    process: ProgramProcess,
    target: Target,
    budgets: Budgets,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """The result of a program: {file, kind, score, playable, report, mends}; it has one whatever the program does."""
    mends: list[dict[str, Any]] = []
    ended = None
    try:
        mends = opened(process, target.source)
        params = {"source": target.source, **budgets.for_check(), "scenarios": target.scenarios}
        report = process.call("check", params, seconds=PATIENCE, total=budgets.seconds, on_progress=on_progress)
    except ProgramError as error:
        ended = "deadline" if isinstance(error, DeadlineError) else "died"
        report = dead_report(error, budgets)
    return {
        "file": target.name,
        "kind": ended or kind_of(report),
        "score": report["score"],
        "playable": report["playable"],
        "report": report,
        "mends": mends,
    }


def kind_of(report: dict[str, Any]) -> str:
    """What is wrong with a program in one word: the failed check that weighs most, of those that were run; or sound."""
    failed = [finding for finding in report["findings"] if finding["passed"] is False]
    run = [finding for finding in failed if not finding["message"].startswith("Not run: ")]
    if report["score"] == 1 or not failed:
        return "sound" if report["score"] == 1 else "unsound"
    return max(run or failed, key=lambda finding: finding["weight"])["check"]


def opened(process: ProgramProcess, source: str) -> list[dict[str, Any]]:
    """Opens a program that may be broken, and gives its mends. Raises ProgramError only when the process is gone."""
    for method in ("open", "tidy"):
        try:
            return process.call(method, {"source": source}, seconds=PATIENCE)["mends"]
        except (DeadlineError, DiedError):
            raise
        except ProgramError:
            continue
    return []


def dead_report(error: ProgramError, budgets: Budgets) -> dict[str, Any]:
    """The report of a program whose process had to be ended."""
    finding = {
        "tier": "dynamics",
        "check": "crash",
        "passed": False,
        "weight": 1.0,
        "message": f"{error}.",
        "line": error.line,
        "counterexample": None,
    }
    return {
        "score": 0.0, "playable": False, "findings": [finding], "seed": budgets.seed, "games": 0,
        "steps": budgets.steps, "milliseconds": budgets.milliseconds, "lengths": None,
    }  # fmt: skip
