"""Tier 4, semantics: scenarios, from the data set, from recorded matches of the user, or from a model.

A scenario is `{name, actions, checks}`: every action must be legal where it comes, and what the checks say must hold
after the last one. `refuses` may stand among the checks: actions that apply_action must refuse there. One finding a
scenario. A scenario that checks nothing is refused: it is never counted as passed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from ..contract import OVER
from ..guard import CallError
from ..playout import Node, Trail, extend, start
from ..shrink import Hit
from ..values import text_of
from .context import Context

NAME = "semantics"
CHECKS: dict[str, float] = {"scenarios": 0.1}
#: Most scenarios that are run, and what all of them weigh together at most.
SCENARIOS, WEIGHT = 120, 6.0
#: Longest action list of a scenario.
LONGEST = 5000
#: Share of the time budget after which the rest is left.
SHARE = 0.85

#: Check -> says what is wrong at a node, None when nothing is.
Judge = Callable[[Node, Any], "str | None"]


def work(context: Context) -> Generator[None, None, None]:
    """Adds one finding a scenario; yields after each action."""
    if not context.scenarios:
        context.add(NAME, "scenarios", CHECKS["scenarios"], None, "Not applicable: no scenario was given.")
        return
    context.phase = "playing the scenarios"
    taken = context.scenarios[:SCENARIOS]
    weight = min(1.0, WEIGHT / len(taken))
    for number, scenario in enumerate(taken, 1):
        check = f"{number} {_name(scenario)}"
        reason = refusal(scenario)
        if reason:
            context.add(NAME, check, weight, None, f"Refused: {reason}.")
        elif context.game is None or context.damage:
            context.add(NAME, check, weight, False, "Not run: there is no program to play.")
        elif not context.time_left(SHARE):
            context.add(NAME, check, weight, False, "Not run: the time ran out.")
        else:
            yield from _run(context, check, weight, scenario)
    if len(context.scenarios) > SCENARIOS:
        message = f"Not applicable: only the first {SCENARIOS} of {len(context.scenarios)} scenarios are run."
        context.add(NAME, "scenarios", CHECKS["scenarios"], None, message)


def refusal(scenario: Any) -> str | None:
    """Why a scenario cannot be run, or None."""
    if not isinstance(scenario, dict):
        return "a scenario is {name, actions, checks}"
    actions, checks = scenario.get("actions"), scenario.get("checks")
    if not isinstance(actions, list) or not all(isinstance(action, str) for action in actions):
        return "its actions are not a list of texts"
    if len(actions) > LONGEST:
        return f"it has more than {LONGEST} actions"
    if not isinstance(checks, dict) or not checks:
        return "it checks nothing"
    for check, value in checks.items():
        if check not in JUDGES:
            return f"there is no check {text_of(check, 40)}; there are {', '.join(JUDGES)}"
        if not _KINDS[check](value):
            return f"{check} cannot be {text_of(value, 60)}"
        if check in ("legal_includes", "legal_excludes", "refuses") and not value:
            return f"{check} names no action, so it checks nothing"
    return None


def _name(scenario: Any) -> str:
    name = scenario.get("name") if isinstance(scenario, dict) else None
    return name if isinstance(name, str) and name else "without a name"


def _run(context: Context, check: str, weight: float, scenario: dict[str, Any]) -> Generator[None, None, None]:
    assert context.game is not None
    actions: list[str] = scenario["actions"]
    trail = start(context.game, careful=context.evidence is None or context.evidence.careful)
    for number, action in enumerate(actions, 1):
        node = trail.last
        if trail.fault or node is None or node.faults:
            break
        if action not in node.legal:
            message = f"Action {number}, {text_of(action, 60)}, is not legal: {_legal(node)}."
            context.add(NAME, check, weight, False, message, counterexample=actions[: number - 1])
            return
        extend(trail, action)
        yield
    wrong, hit = _judged(trail, scenario["checks"])
    context.add(NAME, check, weight, not wrong, "; ".join(wrong) + "." if wrong else "As it should be.", hit,
                list(trail.actions) if wrong else None)  # fmt: skip


def _judged(trail: Trail, checks: dict[str, Any]) -> tuple[list[str], Hit | None]:
    node = trail.last
    fault = trail.fault or (node.faults[0] if node and node.faults else None)
    if node is None or fault:
        message = fault.message if fault else "there is no state"
        return [message], Hit(message, fault.lines if fault else ())
    return [wrong for check, value in checks.items() if (wrong := JUDGES[check](node, value))], None


def _legal(node: Node) -> str:
    listed = ", ".join(text_of(action, 40) for action in node.legal[:12])
    return (
        f"legal are {listed}" + (f" and {len(node.legal) - 12} more" if len(node.legal) > 12 else "")
        if listed
        else "nothing is"
    )


def _winner(node: Node) -> int | str | None:
    if node.player != OVER or not node.rewards:
        return None
    best = max(node.rewards)
    return node.rewards.index(best) if node.rewards.count(best) == 1 else "draw"


def _rewards(node: Node, value: list[float]) -> str | None:
    if len(value) == len(node.rewards) and all(abs(a - b) < 1e-9 for a, b in zip(node.rewards, value, strict=True)):
        return None
    return f"the rewards are {text_of(node.rewards)}, not {text_of(value)}"


def _signs(node: Node, value: list[int]) -> str | None:
    signs = [(reward > 0) - (reward < 0) for reward in node.rewards]
    return None if signs == value else f"the signs of the rewards are {signs}, not {text_of(value)}"


def _terminal(node: Node, value: bool) -> str | None:
    if (node.player == OVER) == value:
        return None
    return "the game is not over" if value else "the game is over"


def _included(node: Node, value: list[str]) -> str | None:
    absent = [action for action in value if action not in node.legal]
    return f"{text_of(absent)} should be legal; {_legal(node)}" if absent else None


def _excluded(node: Node, value: list[str]) -> str | None:
    present = [action for action in value if action in node.legal]
    return f"{text_of(present)} should not be legal" if present else None


def _refused(node: Node, value: list[str]) -> str | None:
    for action in value:
        try:
            node.apply(action, expected=False)
        except CallError as error:
            if error.fault.kind == "slow":
                return error.fault.message
            continue
        return f"apply_action accepts {text_of(action, 60)}, which it must refuse"
    return None


def _equal(what: str, found: Callable[[Node], Any]) -> Judge:
    return lambda node, value: None if found(node) == value else f"{what} is {found(node)!r}, not {value!r}"


JUDGES: dict[str, Judge] = {
    "terminal": _terminal,
    "current_player": _equal("the player to move", lambda node: node.player),
    "rewards": _rewards,
    "rewards_sign": _signs,
    "winner": _equal("the winner", _winner),
    "legal_includes": _included,
    "legal_excludes": _excluded,
    "legal_count": _equal("the number of legal actions", lambda node: len(node.legal)),
    "refuses": _refused,
}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_numbers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in value)
    )


_KINDS: dict[str, Callable[[Any], bool]] = {
    "terminal": lambda value: isinstance(value, bool),
    "current_player": _is_whole,
    "rewards": _is_numbers,
    "rewards_sign": lambda value: _is_numbers(value) and set(value) <= {-1, 0, 1},
    "winner": lambda value: value is None or value == "draw" or _is_whole(value),
    "legal_includes": _is_texts,
    "legal_excludes": _is_texts,
    "legal_count": lambda value: _is_whole(value) and value >= 0,
    "refuses": _is_texts,
}
