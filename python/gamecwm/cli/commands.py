"""The commands: each runs the program in a child process and gives the exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from ..contract import ProgramError
from .batch import run_batch, summary_text
from .checking import MIB, PATIENCE, Budgets, checked
from .play import Match
from .process import ProgramProcess
from .results import Results
from .show import report_text, worlds_text
from .targets import Misuse, Target, find_targets, read_program

GOOD, BAD, MISUSE = 0, 1, 2
#: The name of the standard output.
STANDARD = "-"


def show_progress(progress: dict[str, Any]) -> None:
    """One line that is written over, where a person is looking."""
    if sys.stderr.isatty():
        done, total = progress.get("done", 0), progress.get("total", 0)
        print(f"\r\033[K{progress.get('phase', '')} {done}/{total}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def check(options: argparse.Namespace) -> int:
    """Reports on programs; good when all of them have a score of 1."""
    targets, budgets = find_targets(options.paths), Budgets.of(options)
    if len(targets) == 1 and options.json in (None, STANDARD):
        return check_one(targets[0], budgets, as_json=options.json == STANDARD)
    return check_all(targets, budgets, options)


def check_one(target: Target, budgets: Budgets, *, as_json: bool) -> int:
    """A whole report on one program."""
    with ProgramProcess(cpu_seconds=budgets.seconds, memory=budgets.memory * MIB) as process:
        found = checked(process, target, budgets, show_progress)
    clear_progress()
    report, mends = found["report"], found["mends"]
    print(json.dumps({**report, "mends": mends}) if as_json else report_text(report, mends))
    return GOOD if report["score"] == 1 else BAD


def check_all(targets: list[Target], budgets: Budgets, options: argparse.Namespace) -> int:
    """A line for each of many programs and a summary by what is wrong with them."""
    path = None if options.json in (None, STANDARD) else Path(options.json)
    wanted = {target.name: target.key(dataclasses.asdict(budgets)) for target in targets}
    # Standard output has either the lines of JSON or the words, never both.
    words = sys.stderr if options.json == STANDARD else sys.stdout
    with Results(path, wanted) as results:
        kept = len(results.lines)
        if kept:
            print(f"{kept} of {len(targets)} programs were checked before: {path} has their results.", file=words)
        try:
            run_batch(targets, budgets, options.jobs, results, lambda line: print(line, file=words, flush=True))
        except KeyboardInterrupt:
            if path:
                print(f"\n{len(results.lines)} results are kept; the same command goes on from there.", file=sys.stderr)
            raise
    lines = [results.lines[target.name] for target in targets]
    if options.json == STANDARD:
        print("".join(json.dumps(line) + "\n" for line in lines), end="")
    print(f"\n{summary_text(lines)}", file=words)
    return GOOD if all(line["score"] == 1 for line in lines) else BAD


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


def infer(options: argparse.Namespace) -> int:
    """Worlds that fit what a player saw and did; bad when none was found."""
    source = read_program(options.file)
    history = read_history(options.history) if options.history else None
    if history is not None and options.player is None:
        raise Misuse("a history needs --player, whose it is")
    given = {name: getattr(options, name) for name in ("seed", "nodes", "worlds", "exact", "player")}
    with ProgramProcess(cpu_seconds=options.seconds + int(PATIENCE), memory=options.memory * MIB) as process:
        try:
            process.call("open", {"source": source}, seconds=PATIENCE)
            found = process.call("infer", {**given, "history": history}, seconds=PATIENCE + 10,
                                 total=options.seconds, on_progress=show_progress)  # fmt: skip
        except ProgramError as error:
            clear_progress()
            print(f"No worlds: {error}.", file=sys.stderr)
            return BAD
    clear_progress()
    print(json.dumps(found) if options.json else worlds_text(found, exact=options.exact))
    return GOOD


def read_history(name: str) -> list[Any]:
    """A history from a JSON file: a list of [observation, action or null]. Raises Misuse when it is none."""
    try:
        history = json.loads(read_program(name))
    except ValueError as error:
        raise Misuse(f"{name} is no JSON: {error}") from None
    if not isinstance(history, list) or not all(isinstance(entry, list) and len(entry) == 2 for entry in history):
        raise Misuse(f"{name} is no list of [observation, action or null]")
    return history


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
