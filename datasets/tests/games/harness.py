"""Loads a game folder as every test does: the plain module that `inline` makes of its program."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game, load_game
from gamecwm.inline import inline

GAMES = Path(__file__).parents[2] / "games"


def games_of(count: int) -> int:
    """How many random games a test plays: `count`, or what the environment's GAMES says."""
    return int(os.environ.get("GAMES", count))


@cache
def game(name: str) -> Game:
    """The plain module of datasets/games/<name>/game.py."""
    return load_game(inline((GAMES / name / "game.py").read_text(encoding="utf-8")))


def scenarios(name: str) -> list[dict[str, Any]]:
    """The scenarios of a game folder."""
    return json.loads((GAMES / name / "scenarios.json").read_text(encoding="utf-8"))


def meta(name: str) -> dict[str, Any]:
    """The meta.json of a game folder."""
    return json.loads((GAMES / name / "meta.json").read_text(encoding="utf-8"))


def play(name: str, actions: list[str]) -> dict[str, Any]:
    """The state after these actions, each of which must be legal."""
    module = game(name)
    state = module.get_initial_state()
    for number, action in enumerate(actions):
        legal = module.get_legal_actions(state)
        assert action in legal, f"action {number} {action!r} is not legal; legal: {legal[:40]}"
        state = module.apply_action(state, action)
    return state


def run_scenario(name: str, scenario: dict[str, Any]) -> None:
    """Plays a scenario and makes its checks; raises AssertionError in words, and for a check it does not know.

    Checks: terminal, current_player, rewards, rewards_sign, winner (player id, "draw" or null), legal_includes,
    legal_excludes, legal_count, refuses (actions that apply_action must refuse).
    """
    module = game(name)
    state = play(name, scenario["actions"])
    player, legal, rewards = module.get_current_player(state), module.get_legal_actions(state), module.get_rewards(state)
    best = max(rewards)
    winner: Any = None
    if player == OVER:
        winner = rewards.index(best) if rewards.count(best) == 1 else "draw"
    found: dict[str, Callable[[Any], bool]] = {
        "terminal": lambda value: (player == OVER) == value,
        "current_player": lambda value: player == value,
        "rewards": lambda value: all(abs(a - b) < 1e-9 for a, b in zip(rewards, value, strict=True)),
        "rewards_sign": lambda value: [(r > 0) - (r < 0) for r in rewards] == value,
        "winner": lambda value: winner == value,
        "legal_includes": lambda value: set(value) <= set(legal),
        "legal_excludes": lambda value: not set(value) & set(legal),
        "legal_count": lambda value: len(legal) == value,
        "refuses": lambda value: all(refused(module, state, action) for action in value),
    }
    assert scenario["checks"], f"{scenario['name']}: checks nothing"
    for check, value in scenario["checks"].items():
        assert check in found, f"{scenario['name']}: unknown check {check}"
        assert found[check](value), (
            f"{scenario['name']}: {check} should be {value}; player {player}, rewards {rewards}, "
            f"{len(legal)} legal: {legal[:40]}"
        )


def refused(module: Game, state: dict[str, Any], action: str) -> bool:
    """Whether apply_action refuses an action."""
    try:
        module.apply_action(state, action)
    except Exception:
        return True
    return False


def random_actions(name: str, rng: random.Random, limit: int = 5000) -> list[str]:
    """The actions of one random game."""
    module = game(name)
    state, actions = module.get_initial_state(), []
    while module.get_current_player(state) != OVER and len(actions) < limit:
        actions.append(rng.choice(module.get_legal_actions(state)))
        state = module.apply_action(state, actions[-1])
    return actions


def own_history(module: Game, actions: list[str], player: int) -> list[tuple[dict[str, Any], str | None]]:
    """What a player saw and did along a list of actions, up to its next decision: the argument of resample_history."""
    state, history = module.get_initial_state(), []
    for action in actions:
        if module.get_current_player(state) == player:
            history.append((module.get_observations(state)[player], action))
        state = module.apply_action(state, action)
    if module.get_current_player(state) == player:
        history.append((module.get_observations(state)[player], None))
    return history


def check_resampling(name: str, seed: int, games: int = 20) -> None:
    """Resampled histories are legal, reproduce the player's observations and own actions, at random cuts."""
    module, rng = game(name), random.Random(seed)
    assert module.resample_history is not None
    for _ in range(games):
        actions = random_actions(name, rng)
        cut = rng.randrange(len(actions) + 1)
        state = play(name, actions[:cut])
        player = module.get_current_player(state)
        if player in (CHANCE, OVER):
            continue
        history = own_history(module, actions[:cut], player)
        random.seed(rng.random())
        again = module.resample_history(history, player)
        play(name, again)
        assert own_history(module, again, player) == history
