"""Every game folder is whole, and its scenarios hold."""

import random

import pytest
from games.harness import GAMES, check_resampling, game, meta, play, random_actions, run_scenario, scenarios

NAMES = sorted(path.parent.name for path in GAMES.glob("*/game.py"))


@pytest.mark.parametrize("name", NAMES)
def test_the_folder_is_whole(name):
    for file in ("rules.md", "rules.short.md", "game.py", "scenarios.json", "meta.json"):
        assert (GAMES / name / file).stat().st_size > 0, file
    facts = meta(name)
    assert facts["information"] in ("perfect", "imperfect")
    assert {"title", "players", "information", "tier", "split", "source"} <= set(facts)
    assert len(scenarios(name)) >= 12
    assert len({scenario["name"] for scenario in scenarios(name)}) == len(scenarios(name))


@pytest.mark.parametrize(
    ("name", "scenario"),
    [pytest.param(name, scenario, id=f"{name}: {scenario['name']}") for name in NAMES for scenario in scenarios(name)],
)
def test_scenario(name, scenario):
    run_scenario(name, scenario)


@pytest.mark.parametrize("name", NAMES)
def test_random_games_end(name):
    rng = random.Random(5)
    for _ in range(5):
        module, state = game(name), play(name, random_actions(name, rng))
        assert module.get_legal_actions(state) == []
        assert module.get_current_player(state) == -4


@pytest.mark.parametrize("name", [name for name in NAMES if meta(name)["information"] == "imperfect"])
def test_resampled_histories_fit(name):
    check_resampling(name, seed=7)
