"""The commands: each runs the program in a child process and gives the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..contract import ProgramError
from .play import Match
from .process import DeadlineError, DiedError, ProgramProcess
from .show import report_text

GOOD, BAD, MISUSE = 0, 1, 2
#: Seconds without a word from the child after which it is ended, on top of a call's own budget.
PATIENCE = 10.0


class Misuse(Exception):
    """A command that was called wrongly; the message says how."""


def read_program(name: str) -> str:
    """The text of a program file ("-" is the standard input). Raises Misuse when it cannot be read."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Misuse(f"{name} is not a text file") from None
    except OSError as error:
        raise Misuse(f"{name} cannot be read: {error.strerror}") from None


def show_progress(progress: dict[str, Any]) -> None:
    """One line that is written over, where a person is looking."""
    if sys.stderr.isatty():
        done, total = progress.get("done", 0), progress.get("total", 0)
        print(f"\r\033[K{progress.get('phase', '')} {done}/{total}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def check(options: argparse.Namespace) -> int:
    """Reports on a program; good when its score is 1."""
    source = read_program(options.file)
    mends: list[dict[str, Any]] = []
    with ProgramProcess(cpu_seconds=cpu_limit(options.milliseconds)) as process:
        try:
            mends = opened(process, source)
            budgets = {name: getattr(options, name) for name in ("seed", "games", "steps", "milliseconds")}
            report = process.call("check", {"source": source, **budgets}, seconds=PATIENCE, on_progress=show_progress)
        except ProgramError as error:
            report = dead_report(error, options)
    clear_progress()
    print(json.dumps({**report, "mends": mends}) if options.json else report_text(report, mends))
    return GOOD if report["score"] == 1 else BAD


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


def cpu_limit(milliseconds: float) -> int:
    """Seconds of processor time for a child with this budget."""
    return int(milliseconds / 1000 * 2 + 30)


def dead_report(error: ProgramError, options: argparse.Namespace) -> dict[str, Any]:
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
        "score": 0.0, "playable": False, "findings": [finding], "seed": options.seed, "games": 0,
        "steps": options.steps, "milliseconds": options.milliseconds, "lengths": None,
    }  # fmt: skip


def tidy(options: argparse.Namespace) -> int:
    """Prints the mended, inlined, plain module; what was mended goes to the standard error."""
    source = read_program(options.file)
    with ProgramProcess() as process:
        try:
            program = process.call("tidy", {"source": source}, seconds=PATIENCE + 10)
        except ProgramError as error:
            print(f"{options.file}: {error}", file=sys.stderr)
            return BAD
    for mend in program["mends"]:
        line = "" if mend["line"] is None else f"line {mend['line']}: "
        print(f"{mend['kind']}: {line}{mend['message']}", file=sys.stderr)
    sys.stdout.write(program["plain"])
    return GOOD


def compare(options: argparse.Namespace) -> int:
    """Says whether two programs are the same game; good when no game told them apart."""
    first, second = read_program(options.first), read_program(options.second)
    with ProgramProcess(cpu_seconds=600) as process:
        try:
            process.call("open", {"source": first}, seconds=PATIENCE)
            budgets = {name: getattr(options, name) for name in ("seed", "games", "steps")}
            found = process.call(
                "compare", {"source": second, **budgets}, seconds=PATIENCE + 20, on_progress=show_progress
            )
        except ProgramError as error:
            clear_progress()
            print(f"The programs could not be compared: {error}.", file=sys.stderr)
            return BAD
    clear_progress()
    difference = found["difference"]
    if found["equal"]:
        print(f"No difference in {found['games']} games.")
        return GOOD
    print(f"The programs differ {difference['message']}")
    print(f"Actions: {json.dumps(difference['actions'])}")
    return BAD


def play(options: argparse.Namespace) -> int:
    """A match against the search."""
    source = read_program(options.file)
    with ProgramProcess(cpu_seconds=36_000) as process:
        try:
            program = process.call("open", {"source": source}, seconds=PATIENCE + 10)
            if not 0 <= options.seat < program["players"]:
                raise Misuse(f"the game has the seats 0 to {program['players'] - 1}")
            return Match(process, options, input).play()
        except ProgramError as error:
            print(f"The match cannot go on: {error}.", file=sys.stderr)
            return BAD
