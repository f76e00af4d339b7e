"""The four tiers of arXiv 2605.24375, re-implemented from their published description, weaknesses included.

1. static: the text is Python, loads, has the contract's functions with their parameters, and no function reads like a
   stub; 2. dynamics: uniform playouts without a crash, that leave their arguments alone, give finite rewards and end;
3. information: at the end of each playout `resample_history` gives a list that reproduces what each player saw and did;
4. semantics: scenarios. Every tier's value is the mean of its checks, the score the weighted mean of the tiers.

As described there: the share of no games at all counts as full; a playout that runs out of time counts for nothing; no
legal action ends a playout, whoever is to move; legal sets are compared with nothing; the actions of a scenario need
not be legal; stubs are found by phrases. The weights are ours: whether a score is 1 does not depend on them.
"""

from __future__ import annotations

import ast
import copy
import math
import random
from collections.abc import Callable
from time import process_time
from typing import Any

from gamecwm.contract import FUNCTIONS, OPTIONAL, OVER, Game, ProgramError, load_game
from gamecwm.guard import CallError, call

WEIGHTS = {"static": 0.2, "dynamics": 0.3, "information": 0.2, "semantics": 0.3}
PHRASES = ("todo", "not implemented", "notimplementederror", "placeholder", "simplified", "dummy", "stub")


class _TimeUp(Exception):
    pass


def score(
    source: str,
    *,
    scenarios: list[dict[str, Any]] | None,
    imperfect: bool,
    playouts: int = 60,
    steps: int = 500,
    seconds: float = 8.0,
    seed: int = 0,
) -> dict[str, float]:
    """{score, static, dynamics, information?, semantics?}, each from 0 to 1; a tier that does not apply is left out."""
    tiers = {"static": _static(source, imperfect)}
    game: Game | None = None
    try:
        game = load_game(source)
    except ProgramError:
        tiers["dynamics"] = 0.0
    if game is not None:
        deadline = process_time() + seconds
        tiers["dynamics"], ended = _dynamics(game, playouts, steps, deadline, random.Random(seed))
        if imperfect:
            tiers["information"] = _information(game, ended, deadline)
    if scenarios is not None:
        tiers["semantics"] = 0.0 if game is None else _mean([_scenario(game, scenario) for scenario in scenarios])
    total = sum(WEIGHTS[tier] for tier in tiers)
    return {"score": sum(WEIGHTS[tier] * value for tier, value in tiers.items()) / total, **tiers}


def _mean(values: list[float]) -> float:
    """The share; of nothing, full."""
    return sum(values) / len(values) if values else 1.0


def _static(source: str, imperfect: bool) -> float:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return 0.0
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    checks = [1.0]
    for name, arity in FUNCTIONS.items():
        if name in OPTIONAL and not imperfect:
            continue
        function = functions.get(name)
        checks.append(float(function is not None and len(function.args.args) == arity))
        checks.append(float(function is not None and not _reads_like_a_stub(function)))
    return _mean(checks)


def _reads_like_a_stub(function: ast.FunctionDef) -> bool:
    text = ast.unparse(function).lower()
    return any(phrase in text for phrase in PHRASES) or isinstance(function.body[-1], ast.Pass)


def _dynamics(
    game: Game, playouts: int, steps: int, deadline: float, rng: random.Random
) -> tuple[float, list[list[str]]]:
    """The mean of the shares of playouts without a crash, pure, with good rewards, ended; and the ended ones."""
    sound: list[float] = []
    pure: list[float] = []
    rewarded: list[float] = []
    live: list[float] = []
    ended: list[list[str]] = []
    for _ in range(playouts):
        actions: list[str] = []
        try:
            is_pure, rewards, is_over = _playout(game, steps, deadline, rng, actions)
        except _TimeUp:
            break
        except CallError as error:
            if error.fault.kind != "slow":
                sound.append(0.0)
            continue
        sound.append(1.0)
        pure.append(float(is_pure))
        live.append(float(is_over))
        if is_over:
            rewarded.append(float(_is_rewards(rewards)))
            ended.append(actions)
    return _mean([_mean(sound), _mean(pure), _mean(rewarded), _mean(live)]), ended


def _is_rewards(rewards: Any) -> bool:
    return isinstance(rewards, (list, tuple)) and len(rewards) >= 2 and all(map(math.isfinite, rewards))


def _playout(
    game: Game, steps: int, deadline: float, rng: random.Random, actions: list[str]
) -> tuple[bool, Any, bool]:
    """(whether no argument changed, the last rewards, whether it ended)."""
    state, is_pure = call("start", game.get_initial_state), True
    for _ in range(steps):
        if process_time() > deadline:
            raise _TimeUp
        player = call("player", game.get_current_player, state)
        legal = call("legal", game.get_legal_actions, state)
        call("observations", game.get_observations, state)
        if player == OVER or not legal:
            return is_pure, call("rewards", game.get_rewards, state), True
        actions.append(call("choice", rng.choice, legal))
        before = copy.deepcopy(state)
        following = call("apply", game.apply_action, state, actions[-1])
        is_pure = is_pure and before == state
        state = following
    return is_pure, None, False


def _information(game: Game, ended: list[list[str]], deadline: float) -> float:
    """The share of ended playouts and players whose history, resampled, gives them the same history again."""
    values: list[float] = []
    for actions in ended:
        for player in (0, 1):
            if process_time() > deadline:
                return _mean(values)
            try:
                history = _history(game, actions, player)
                assert game.resample_history is not None
                again = call("resample", game.resample_history, copy.deepcopy(history), player)
                values.append(float(_history(game, again, player) == history))
            except CallError as error:
                if error.fault.kind != "slow":
                    values.append(0.0)
            except Exception:
                values.append(0.0)
    return _mean(values)


def _history(game: Game, actions: list[str], player: int) -> list[tuple[Any, str]]:
    state, history = call("start", game.get_initial_state), []
    for action in actions:
        if call("player", game.get_current_player, state) == player:
            history.append((call("observations", game.get_observations, state)[player], action))
        state = call("apply", game.apply_action, state, action)
    return history


def _scenario(game: Game, scenario: dict[str, Any]) -> float:
    """Whether a scenario's checks hold after its actions, legal or not."""
    try:
        state = call("start", game.get_initial_state)
        for action in scenario["actions"]:
            state = call("apply", game.apply_action, state, action)
        checks = [(name, value) for name, value in scenario["checks"].items() if name in _CHECKS]
        return float(all(_CHECKS[name](game, state, value) for name, value in checks))
    except Exception:
        return 0.0


def _winner(game: Game, state: Any) -> Any:
    rewards = game.get_rewards(state)
    if game.get_current_player(state) != OVER:
        return None
    best = max(rewards)
    return rewards.index(best) if rewards.count(best) == 1 else "draw"


#: `refuses` is none of the published checks.
_CHECKS: dict[str, Callable[[Game, Any, Any], bool]] = {
    "terminal": lambda game, state, value: (game.get_current_player(state) == OVER) == value,
    "current_player": lambda game, state, value: game.get_current_player(state) == value,
    "rewards": lambda game, state, value: all(
        abs(one - two) < 1e-9 for one, two in zip(game.get_rewards(state), value, strict=True)
    ),
    "rewards_sign": lambda game, state, value: [(one > 0) - (one < 0) for one in game.get_rewards(state)] == value,
    "winner": lambda game, state, value: _winner(game, state) == value,
    "legal_includes": lambda game, state, value: set(value) <= set(game.get_legal_actions(state)),
    "legal_excludes": lambda game, state, value: not set(value) & set(game.get_legal_actions(state)),
    "legal_count": lambda game, state, value: len(game.get_legal_actions(state)) == value,
}
