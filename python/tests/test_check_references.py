"""No false alarm: each reference of datasets/games scores exactly 1, with its scenarios.

`bench/check_references.py` does the same for many seeds at full budgets.
"""

import json
from pathlib import Path

import pytest

from gamecwm.check import check
from gamecwm.tidy import tidy

GAMES = Path(__file__).parents[2] / "datasets" / "games"
NAMES = sorted(path.parent.name for path in GAMES.glob("*/game.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_scores_one(name):
    scenarios = json.loads((GAMES / name / "scenarios.json").read_text(encoding="utf-8"))
    program = tidy((GAMES / name / "game.py").read_text(encoding="utf-8"))
    report = check(program, seed=len(name), games=12, milliseconds=30_000, scenarios=scenarios)
    assert [item for item in report["findings"] if item["passed"] is False] == []
    assert report["score"] == 1
