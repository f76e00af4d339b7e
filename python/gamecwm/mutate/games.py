"""Mutation operators for game programs: the errors that generated programs make, and those that checkers miss."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .sites import Operator, Replacement, Site, Spot, call, called, spots, statements

_ENDS = ("win", "lose", "draw", "end")


def _legal_return(spot: Spot) -> ast.expr | None:
    """The value of a `return` in get_legal_actions, where it can hold an action."""
    node = spot.node
    if spot.name != "get_legal_actions" or not isinstance(node, ast.Return) or node.value is None:
        return None
    return None if isinstance(node.value, ast.List) and not node.value.elts else node.value


def _with_actions(value: ast.expr, result: str) -> list[ast.stmt]:
    listed, end = statements(f"actions = list(value)\nreturn {result}")
    assert isinstance(listed, ast.Assign) and isinstance(listed.value, ast.Call)
    listed.value.args = [value]
    return [listed, end]


def legal_dropped(spot: Spot) -> Iterator[Replacement]:
    """The last or the first legal action is missing where there are two or more."""
    value = _legal_return(spot)
    if value is not None:
        yield _with_actions(value, "actions[:-1] if len(actions) > 1 else actions")
        yield _with_actions(value, "actions[1:] if len(actions) > 1 else actions")


def legal_duplicated(spot: Spot) -> Iterator[Replacement]:
    """The first legal action is listed twice."""
    value = _legal_return(spot)
    if value is not None:
        yield _with_actions(value, "actions + actions[:1]")


def illegal_accepted(spot: Spot) -> Iterator[Replacement]:
    """Actions are no longer held against the legal ones."""
    if isinstance(spot.node, ast.Expr) and called(spot.node.value) == "require":
        yield []


def ending(spot: Spot) -> Iterator[Replacement]:
    """The game goes on where it should end, or ends where it should go on."""
    node = spot.node
    if called(node) in _ENDS and node.args:
        yield call("next_turn", node.args[0])
    elif called(node) == "next_turn":
        yield call("draw", *node.args)


def player_swapped(spot: Spot) -> Iterator[Replacement]:
    """The other player moves, wins, or is meant."""
    node = spot.node
    if called(node) in ("win", "lose"):
        yield call("lose" if called(node) == "win" else "win", *node.args)
    elif called(node) == "next_turn":
        yield node.args[0]
    elif called(node) == "end" and len(node.args) == 2 and isinstance(node.args[1], ast.List):
        swapped = ast.List(elts=node.args[1].elts[::-1], ctx=ast.Load())
        yield call("end", node.args[0], swapped)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_turn(node):
        if not isinstance(spot.parent, ast.Compare):
            yield _other(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        if isinstance(node.left, ast.Constant) and node.left.value == 1:
            yield node.right
    elif isinstance(node, ast.Name) and node.id in ("player", "side", "winner") and isinstance(node.ctx, ast.Load):
        if isinstance(spot.parent, ast.Subscript) and spot.field == "slice":
            yield _other(node)
    elif isinstance(node, ast.keyword) and node.arg == "turn" and isinstance(node.value, ast.Constant):
        turn: Any = node.value.value
        yield from [ast.keyword(arg="turn", value=ast.Constant(value=1 - turn))] if turn in (0, 1) else []


def _is_turn(node: ast.Subscript) -> bool:
    return isinstance(node.slice, ast.Constant) and node.slice.value == "turn"


def _other(node: ast.expr) -> ast.expr:
    return ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=node)


def argument_mutated(spot: Spot) -> Iterator[Replacement]:
    """A state or a list in it is changed in place instead of copied."""
    node = spot.node
    if called(node) == "change" and node.keywords and isinstance(node.args[0], ast.Name):
        update = ast.Call(
            func=ast.Attribute(value=node.args[0], attr="update", ctx=ast.Load()), args=[], keywords=node.keywords
        )
        yield ast.BoolOp(op=ast.Or(), values=[update, node.args[0]])
    elif (
        called(node) in ("list", "dict") and len(node.args) == 1 and isinstance(node.args[0], (ast.Name, ast.Subscript))
    ):
        if isinstance(spot.parent, (ast.Assign, ast.Tuple)):
            yield node.args[0]
    elif isinstance(node, ast.List) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Starred):
        kept = node.elts[0].value
        if isinstance(kept, ast.Subscript) and not isinstance(node.elts[1], ast.Starred):
            append = ast.Call(
                func=ast.Attribute(value=kept, attr="append", ctx=ast.Load()), args=[node.elts[1]], keywords=[]
            )
            yield ast.BoolOp(op=ast.Or(), values=[append, kept])


def resample_fixed(spot: Spot) -> Iterator[Replacement]:
    """A draw in resample_history that always comes out the same."""
    node = spot.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if not isinstance(node.func.value, ast.Name) or node.func.value.id != "random":
        return
    if node.func.attr == "choice":
        first = ast.Constant(value=0)
        yield ast.Subscript(value=call("list", *node.args), slice=first, ctx=ast.Load())
    elif node.func.attr == "randint":
        yield node.args[0]
    elif node.func.attr == "sample":
        yield ast.Subscript(
            value=call("list", node.args[0]), slice=ast.Slice(lower=None, upper=node.args[1], step=None), ctx=ast.Load()
        )


def leak(spot: Spot) -> Iterator[Replacement]:
    """A key that is a player's own is shown to all, or observations are the whole state."""
    node = spot.node
    if isinstance(node, ast.keyword) and node.arg == "own" and isinstance(node.value, (ast.List, ast.Tuple)):
        for index in range(len(node.value.elts)):
            kept = ast.List(elts=node.value.elts[:index] + node.value.elts[index + 1 :], ctx=ast.Load())
            yield ast.keyword(arg="own", value=kept)
    elif spot.name == "get_observations" and isinstance(node, ast.Return):
        yield statements("return [dict(state), dict(state)]")


#: kind -> operator
OPERATORS: dict[str, Operator] = {
    "legal-dropped": legal_dropped,
    "legal-duplicated": legal_duplicated,
    "illegal-accepted": illegal_accepted,
    "ending": ending,
    "player-swapped": player_swapped,
    "argument-mutated": argument_mutated,
    "resample-fixed": resample_fixed,
    "leak": leak,
}


def program_sites(tree: ast.Module) -> Iterator[Site]:
    """Changes that rewrite a whole function or add one."""
    functions = {node.name: index for index, node in enumerate(tree.body) if isinstance(node, ast.FunctionDef)}
    yield from _rewards_unsigned(tree, functions)
    yield from _chance_hidden(tree, functions)
    yield from _information_missing(tree, functions)
    yield from _resample_stub(tree, functions)


def _rewritten(kind: str, tree: ast.Module, index: int | None, text: str, renamed: str | None = None) -> Site:
    """A function replaced by a text, kept under another name if one is given; added at the end where there is none."""
    if index is None:
        last = len(tree.body) - 1
        spot = Spot(tree.body[last], tree, "body", last, None)
        return Site(kind, spot.line, spot, [tree.body[last], *statements(text)])
    function = tree.body[index]
    assert isinstance(function, ast.FunctionDef)
    kept: list[ast.stmt] = []
    if renamed is not None:
        kept = [ast.FunctionDef(name=renamed, args=function.args, body=function.body, decorator_list=[])]
    return Site(kind, function.lineno, Spot(function, tree, "body", index, None), [*kept, *statements(text)])


def _rewards_unsigned(tree: ast.Module, functions: dict[str, int]) -> Iterator[Site]:
    """1 and 0 for +1 and -1."""
    if "get_rewards" not in functions:
        body = 'return [max(0.0, reward) for reward in state["rewards"]]'
        yield _rewritten("rewards-unsigned", tree, None, f"def get_rewards(state):\n    {body}")


def _chance_hidden(tree: ast.Module, functions: dict[str, int]) -> Iterator[Site]:
    """Draws made inside get_initial_state or apply_action, with no chance node to show them."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    if not names & {"is_chance", "to_chance"} and "turn" not in keywords:
        return
    draws = (
        "    import random\n    while is_chance(state):\n"
        "        state = {step}(state, random.choice(get_legal_actions(state)))\n    return state"
    )
    yield _rewritten(
        "chance-hidden", tree, functions["get_initial_state"],
        "def get_initial_state():\n    state = undrawn_state()\n" + draws.format(step="apply_action"), "undrawn_state",
    )  # fmt: skip
    yield _rewritten(
        "chance-hidden", tree, functions["apply_action"],
        "def apply_action(state, action):\n    state = one_action(state, action)\n" + draws.format(step="one_action"),
        "one_action",
    )  # fmt: skip


def _information_missing(tree: ast.Module, functions: dict[str, int]) -> Iterator[Site]:
    """Observations that lack one part of the state."""
    start = [spot.node for spot in spots(tree) if called(spot.node) == "start" and spot.name == "get_initial_state"]
    keys = [keyword.arg for node in start for keyword in node.keywords if keyword.arg not in ("own", "turn", "players")]
    own = functions.get("get_observations")
    views = "all_observations(state)" if own is not None else "(view(state, player) for player in range(2))"
    for key in keys:
        body = f"return [{{part: seen[part] for part in seen if part != {key!r}}} for seen in {views}]"
        text = f"def get_observations(state):\n    {body}"
        yield _rewritten("information-missing", tree, own, text, "all_observations")


def _resample_stub(tree: ast.Module, functions: dict[str, int]) -> Iterator[Site]:
    """Nothing, or no more than the own actions, as the history."""
    hides = any(isinstance(node, ast.keyword) and node.arg == "own" for node in ast.walk(tree))
    index = functions.get("resample_history")
    if index is None and not hides:
        return
    own = "[action for _, action in obs_action_history if action is not None]"
    for result in ("[]", own):
        text = f"def resample_history(obs_action_history, player_id):\n    return {result}"
        yield _rewritten("resample-stub", tree, index, text)


def in_own_kind(kind: str, spot: Spot) -> str:
    """What a general change is called in functions with a kind of their own."""
    if spot.name == "resample_history":
        return "resample-wrong"
    return "observation-wrong" if spot.name == "get_observations" else kind
