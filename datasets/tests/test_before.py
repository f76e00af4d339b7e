"""The earlier programs that bench/games.mjs measures play the very games of the present ones."""

import pytest
from gamecwm.compare import Comparison
from gamecwm.contract import load_game
from tools.games import DATASETS, GAMES, Folder

BEFORE = sorted((DATASETS.parent / "bench" / "before").glob("*.py"))


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.stem)
def test_an_improved_program_is_the_same_game(path):
    before, present = load_game(path.read_text(encoding="utf-8")), Folder(GAMES / path.stem).load()
    comparison = Comparison(before, present, games=6, steps=400, seed=1)
    while not comparison.run(1000):
        pass
    result = comparison.result()
    assert result["games"] == 6
    assert result["equal"], result["difference"]
