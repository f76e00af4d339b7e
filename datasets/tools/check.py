"""`check`: folders are whole, splits agree, scenarios hold, and the checker's score of every program."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from gamecwm.check import check as check_program
from games.harness import run_scenario

from tools.games import Folder, splits
from tools.table import render

MIN_SCENARIOS = 12


@dataclass
class Result:
    """What was found in one folder; no problems when all is well."""

    name: str
    scenarios: int = 0
    score: float | None = None
    games: int = 0
    problems: list[str] = field(default_factory=list)


def check_folder(folder: Folder, *, seed: int, games: int, milliseconds: float) -> Result:
    """Checks one folder within these budgets; nothing is raised, every problem is told in words."""
    result = Result(folder.name, problems=[f"{file} is missing or empty" for file in folder.missing()])
    if result.problems:
        return result
    result.problems += agreement(folder)
    result.scenarios = len(folder.scenarios)
    if result.scenarios < MIN_SCENARIOS:
        result.problems.append(f"{result.scenarios} scenarios where {MIN_SCENARIOS} are asked for")
    for scenario in folder.scenarios:
        try:
            run_scenario(folder.name, scenario)
        except Exception as error:
            result.problems.append(f"scenario {scenario['name']!r}: {type(error).__name__}: {error}")
    report: dict[str, Any] = check_program(folder.program, seed=seed, games=games, milliseconds=milliseconds)
    result.score, result.games = report["score"], report["games"]
    result.problems += [
        f"checker: {finding['check']}: {finding['message']}"
        for finding in report["findings"]
        if finding["passed"] is False
    ]
    return result


def agreement(folder: Folder) -> list[str]:
    """Where meta.json and splits.json, or the program, disagree."""
    problems = []
    split = next((split for split, names in splits().items() if folder.name in names), None)
    if split != folder.meta.get("split"):
        problems.append(f"meta.json says split {folder.meta.get('split')!r}, splits.json {split!r}")
    module = folder.load()
    players = len(module.get_rewards(module.get_initial_state()))
    if players != folder.meta.get("players"):
        problems.append(f"meta.json says {folder.meta.get('players')} players, the program rewards {players}")
    return problems


def run(folders: list[Folder], *, seed: int, games: int, milliseconds: float, whole: bool) -> int:
    """Checks the folders and prints a table; the exit status. With `whole`, every game of the splits must be there."""
    named = {name for names in splits().values() for name in names}
    absent = sorted(named - {folder.name for folder in folders}) if whole else []
    results = []
    for folder in folders:
        print(f"  {folder.name}", file=sys.stderr, flush=True)
        results.append(check_folder(folder, seed=seed, games=games, milliseconds=milliseconds))
    rows = [
        [one.name, one.scenarios, "-" if one.score is None else f"{one.score:.3f}", one.games, len(one.problems) or ""]
        for one in results
    ]
    print(render(["game", "scenarios", "score", "games played", "problems"], rows))
    for one in results:
        for problem in one.problems:
            print(f"{one.name}: {problem}")
    if absent:
        print(f"Not there: {', '.join(absent)}.")
    sound = sum(not one.problems for one in results)
    print(f"{sound} of {len(results)} folders without a problem.")
    return 0 if sound == len(results) and not absent else 1
