"""Which programs a command line means: files, game folders, and folders of either."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The names of a game folder's program and scenarios.
PROGRAM, SCENARIOS = "game.py", "scenarios.json"


class Misuse(Exception):
    """A command that was called wrongly; the message says how."""


@dataclass(frozen=True)
class Target:
    """One program: its name as it was reached from the command line, its text, and the scenarios beside it."""

    name: str
    source: str
    scenarios: list[dict[str, Any]]

    def key(self, options: dict[str, Any]) -> str:
        """A hash of all that the program's report follows from: its text, its scenarios and these options."""
        facts = json.dumps([self.source, self.scenarios, options], sort_keys=True)
        return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()


def read_program(name: str) -> str:
    """The text of a program file ("-" is the standard input). Raises Misuse when it cannot be read."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Misuse(f"{name} is not a text file") from None
    except OSError as error:
        raise Misuse(f"{name} cannot be read: {error.strerror}") from None


def read_scenarios(file: Path) -> list[dict[str, Any]]:
    """The scenarios beside a folder's program, none where it has none. Raises Misuse when they are no such list."""
    path = file.with_name(SCENARIOS)
    if file.name != PROGRAM or not path.is_file():
        return []
    try:
        scenarios = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misuse(f"{path} is no JSON file: {error}") from None
    if not isinstance(scenarios, list) or not all(isinstance(scenario, dict) for scenario in scenarios):
        raise Misuse(f"{path} is no list of scenarios")
    return scenarios


def program_files(folder: Path) -> Iterator[Path]:
    """The programs of a folder: of each game folder in it the program alone, elsewhere every Python file."""
    if (folder / PROGRAM).is_file():
        yield folder / PROGRAM
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__")):
            continue
        if path.is_dir():
            yield from program_files(path)
        elif path.suffix == ".py":
            yield path


def find_targets(names: list[str]) -> list[Target]:
    """Every program that these names reach, each once, folders in the order of their names.

    Raises Misuse when something cannot be read or a folder has no program.
    """
    found: dict[str, Target] = {}
    for name in names:
        if name == "-":
            found[name] = Target(name, read_program(name), [])
            continue
        files = list(program_files(Path(name))) if Path(name).is_dir() else [Path(name)]
        if not files:
            raise Misuse(f"there is no program in {name}")
        for file in files:
            found[file.as_posix()] = Target(file.as_posix(), read_program(str(file)), read_scenarios(file))
    return list(found.values())
