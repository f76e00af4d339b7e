"""Tier 1, static: the text of the program, its functions, and the types of what they return."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

from ..contract import FUNCTIONS, Game
from ..guard import CallError, call
from ..playout import Trail, walk
from ..shrink import Hit, shortest
from ..values import text_of
from .context import Context
from .forbidden import scan
from .hidden import hidden_actions
from .probes import malformed
from .unused import unused

NAME = "static"
CHECKS: dict[str, float] = {
    "syntax": 0.5,
    "imports": 0.3,
    "builtins": 0.3,
    "loads": 0.5,
    "functions": 0.5,
    "arities": 0.3,
    "returns": 0.5,
    "hidden_actions": 0.3,
    "names": 0.1,
    "unused": 0.1,
}
#: Share of the time budget after which the playout for types stops.
TYPES_SHARE = 0.3


def work(context: Context) -> Generator[None, None, None]:
    """Adds this tier's findings; yields between its steps."""

    def add(check: str, passed: bool | None, message: str, *, hit: Hit | None = None, **more: Any) -> None:
        context.add(NAME, check, CHECKS[check], passed, message, hit, **more)

    obstacle = Hit("", (context.obstacle_line,) if context.obstacle_line else ())
    reason = context.obstacle or "the program cannot be loaded"
    add("syntax", context.parses, "The text is Python." if context.parses else reason, hit=obstacle)
    _forbidden(context, add)
    _unused(context, add)
    if not context.parses:
        for check in ("loads", "functions", "arities", "returns", "hidden_actions", "names"):
            add(check, False, "Not run: the text is not Python.")
        return
    add("loads", context.loads, "The program loads." if context.loads else reason, hit=obstacle)
    if not context.loads:
        for check in ("functions", "arities", "returns", "hidden_actions", "names"):
            add(check, False, "Not run: the program does not load.")
        return
    if context.missing:
        add("functions", False, "The program has no function " + ", ".join(context.missing) + ".")
        for check in ("arities", "returns", "hidden_actions", "names"):
            add(check, False, "Not run: functions are missing.")
        return
    add("functions", True, "Every function is there.")
    game = context.game
    assert game is not None
    wrong = [message for name, count in FUNCTIONS.items() if (message := _arity(game, name, count))]
    add("arities", not wrong, "; ".join(wrong) + "." if wrong else "Every function takes the right parameters.")
    yield
    yield from _returns(context, game, add)


def _forbidden(context: Context, add: Callable[..., None]) -> None:
    found = scan(context.source) if context.parses else []
    for check, clean in (("imports", "Nothing but pure standard modules is imported."),
                         ("builtins", "No forbidden builtin is used.")):  # fmt: skip
        items = [item for item in found if item.check == check]
        if not context.parses:
            add(check, False, "Not run: the text is not Python.")
        elif items:
            message = "The program " + "; ".join(dict.fromkeys(item.message for item in items)) + "."
            add(check, False, message, hit=Hit(message, (items[0].line,)))
        else:
            add(check, True, clean)


def _unused(context: Context, add: Callable[..., None]) -> None:
    found = unused(context.source) if context.parses else []
    if not context.parses:
        add("unused", False, "Not run: the text is not Python.")
    elif found:
        message = "; ".join(item.message for item in found[:12]) + "."
        add("unused", False, message, hit=Hit(message, (found[0].line,)))
    else:
        add("unused", True, "All that the program makes is used.")


def _arity(game: Game, name: str, count: int) -> str | None:
    """What is wrong with the parameters of a function, or None."""
    function = getattr(game, name)
    if function is None:
        return None
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return f"{name} must take {count} parameter{'' if count == 1 else 's'}"
    except ValueError:
        return None
    return None


def _returns(context: Context, game: Game, add: Callable[..., None]) -> Generator[None, None, None]:
    """Types of what the functions return, at the initial state and along one playout."""
    trail = Trail()
    for trail in walk(game, f"{context.seed} static", context.steps):
        yield
        if trail.fault or not context.time_left(TYPES_SHARE):
            break
    hit = malformed(trail)
    if hit:
        shown = shortest(game, malformed, trail.actions, nodes=300)
        actions, hit = (shown.actions, shown.hit) if shown else (trail.actions, hit)
        add("returns", False, hit.message, hit=hit, counterexample=actions)
    elif trail.last is None or trail.last.faults or trail.fault:
        fault = trail.fault or (trail.last.faults[0] if trail.last else None)
        because = fault.message if fault else "there is no initial state"
        add("returns", False, f"Not every function could be tried: {because}.",
            hit=Hit(because, fault.lines if fault else ()), counterexample=list(trail.actions))  # fmt: skip
    else:
        add("returns", True, f"Every function returns its type along {len(trail.actions)} actions.")
    passed, message, shown = hidden_actions(game, trail, context.seed)
    add("hidden_actions", passed, message, counterexample=shown)
    _names(game, len(trail.nodes[0].rewards) if trail.nodes else 0, add)


def _names(game: Game, players: int, add: Callable[..., None]) -> None:
    if not players:
        add("names", False, "Not run: there is no player to name.")
        return
    names: list[str] = []
    for player in range(min(players, 64)):
        try:
            name = call("get_player_name", game.get_player_name, player)
        except CallError as error:
            add("names", False, error.fault.message, hit=Hit(error.fault.message, error.fault.lines))
            return
        if not isinstance(name, str) or not name or len(name) > 100:
            add("names", False, f"get_player_name({player}) returned {text_of(name)}, not a short name.")
            return
        names.append(name)
    if len(set(names)) < len(names):
        add("names", False, f"Two players have the same name: {text_of(names)}.")
        return
    add("names", True, "Every player has a name.")
