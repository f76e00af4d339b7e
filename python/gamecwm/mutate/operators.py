"""Mutation operators for any Python text: one small change of an expression or a statement each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .sites import Operator, Replacement, Spot, call, called

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
#: Operators whose negation `comparison` gives already.
_NEGATED = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)


def comparison(spot: Spot) -> Iterator[Replacement]:
    """`<` for `<=`, `==` for `!=`, and so on."""
    node = spot.node
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(left=node.left, ops=[other()], comparators=node.comparators)


def condition_negated(spot: Spot) -> Iterator[Replacement]:
    """`not` before a condition."""
    is_test = spot.field == "test" or (spot.field == "ifs" and isinstance(spot.parent, ast.comprehension))
    node = spot.node
    if is_test and not (isinstance(node, ast.Compare) and isinstance(node.ops[0], _NEGATED)):
        yield spot.node.operand if _is_not(node) else ast.UnaryOp(op=ast.Not(), operand=node)


def _is_not(node: Any) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def and_or(spot: Spot) -> Iterator[Replacement]:
    """`and` for `or`, `any` for `all`."""
    node = spot.node
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(op=ast.Or() if isinstance(node.op, ast.And) else ast.And(), values=node.values)
    if called(node) in ("any", "all"):
        yield call("all" if called(node) == "any" else "any", *spot.node.args)


def arithmetic(spot: Spot) -> Iterator[Replacement]:
    """Another arithmetic operator, a sign dropped, `min` for `max`. Lists and texts are left alone."""
    node = spot.node
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC and not _is_other_player(node):
        if not (_is_sequence(node.left) or _is_sequence(node.right)):
            yield ast.BinOp(left=node.left, op=_ARITHMETIC[type(node.op)](), right=node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield node.operand
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)) and not _is_sequence(node.value):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield [ast.AugAssign(target=node.target, op=other, value=node.value)]
    elif called(node) in ("min", "max"):
        name = ast.Name(id="max" if called(node) == "min" else "min", ctx=ast.Load())
        yield ast.Call(func=name, args=spot.node.args, keywords=spot.node.keywords)


def _is_other_player(node: ast.BinOp) -> bool:
    """`1 - player`: its change is the other player's, not arithmetic."""
    return isinstance(node.op, ast.Sub) and isinstance(node.left, ast.Constant) and node.left.value == 1


def _is_sequence(node: ast.AST) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_sequence(node.body) or _is_sequence(node.orelse)
    if isinstance(node, ast.BinOp):
        return _is_sequence(node.left) or _is_sequence(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    names = ("list", "sorted", "tuple", "str")
    return called(node) in names or isinstance(node, (ast.List, ast.Tuple, ast.ListComp, ast.JoinedStr))


def off_by_one(spot: Spot) -> Iterator[Replacement]:
    """A number in a comparison, a sum, an index or a range one more or less; a range one shorter."""
    node, parent = spot.node, spot.parent
    if spot.function is None:
        return
    if _is_int(node) and (isinstance(parent, (ast.Compare, ast.BinOp, ast.Slice, ast.Subscript)) or _in_range(spot)):
        if not (isinstance(parent, ast.BinOp) and _is_other_player(parent)):
            yield from _next_to(node)
    elif called(node) == "range" and len(node.args) == 1 and not _is_int(node.args[0]):
        yield call("range", ast.Constant(value=1), *node.args)
        yield call("range", ast.BinOp(left=node.args[0], op=ast.Sub(), right=ast.Constant(value=1)))


def _next_to(node: Any) -> Iterator[ast.Constant]:
    yield ast.Constant(value=node.value + 1)
    if node.value > 0:
        yield ast.Constant(value=node.value - 1)


def _in_range(spot: Spot) -> bool:
    return called(spot.parent) == "range" and spot.field == "args"


def _is_int(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def constant(spot: Spot) -> Iterator[Replacement]:
    """Another value of a constant of the module, or of a number that stands by itself in a function."""
    node = spot.node
    if not isinstance(node, ast.Constant):
        return
    value: Any = node.value
    if spot.function is None:
        if isinstance(value, str) and len(value) > 1 and isinstance(spot.parent, (ast.Assign, ast.Tuple)):
            yield ast.Constant(value=value[:-1])
            yield ast.Constant(value=value[1:])
        elif isinstance(value, float):
            yield ast.Constant(value=value + 0.5)
        elif _is_int(node):
            yield from _next_to(node)
    elif type(value) in (int, float) and isinstance(spot.parent, (ast.keyword, ast.Assign, ast.Return, ast.IfExp)):
        yield ast.Constant(value=value + 1)


def element_dropped(spot: Spot) -> Iterator[Replacement]:
    """A list, tuple or dict without one of its entries."""
    node = spot.node
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        if isinstance(spot.parent, ast.Assign) and isinstance(spot.parent.targets[0], ast.Tuple):
            return
        if isinstance(spot.parent, ast.Subscript):
            return
        for index in range(len(node.elts)):
            yield type(node)(elts=node.elts[:index] + node.elts[index + 1 :], ctx=ast.Load())
    elif isinstance(node, ast.Dict) and len(node.keys) > 1:
        for index in range(len(node.keys)):
            keys, values = list(node.keys), list(node.values)
            del keys[index], values[index]
            yield ast.Dict(keys=keys, values=values)


def branch_dropped(spot: Spot) -> Iterator[Replacement]:
    """An `if` that is never taken, a choice of two that is always the same, a filter that lets all through."""
    node = spot.node
    if isinstance(node, ast.If):
        yield list(node.orelse)
    elif isinstance(node, ast.IfExp):
        yield node.orelse
        yield node.body
    elif isinstance(node, ast.comprehension) and node.ifs:
        for index in range(len(node.ifs)):
            ifs = node.ifs[:index] + node.ifs[index + 1 :]
            yield ast.comprehension(target=node.target, iter=node.iter, ifs=ifs, is_async=0)


def statement_deleted(spot: Spot) -> Iterator[Replacement]:
    """A statement less; assignments only where the name has a value before."""
    node = spot.node
    if spot.function is None or called(getattr(node, "value", node)) == "require":
        return
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    is_assignment = isinstance(node, ast.Assign) and _was_bound(node.targets[0], spot.function, node.lineno)
    if is_call or is_assignment or isinstance(node, (ast.AugAssign, ast.Delete, ast.Continue, ast.Break)):
        yield []


def _was_bound(target: ast.expr, function: ast.FunctionDef, line: int) -> bool:
    if isinstance(target, ast.Subscript):
        return True
    if not isinstance(target, ast.Name):
        return False
    if target.id in {argument.arg for argument in function.args.args}:
        return True
    return any(
        isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Store) and node.lineno < line
        for node in ast.walk(function)
    )


def return_value(spot: Spot) -> Iterator[Replacement]:
    """A function gives back True, False, nothing in a list, zero, or the very thing that it was given."""
    if not (isinstance(spot.parent, ast.Return) and spot.field == "value") or spot.function is None:
        return
    node = spot.node
    if isinstance(node, (ast.Compare, ast.BoolOp)) or _is_not(node) or called(node) in ("any", "all"):
        yield ast.Constant(value=True)
        yield ast.Constant(value=False)
    elif isinstance(node, (ast.ListComp, ast.List)) or called(node) in ("list", "sorted"):
        yield ast.List(elts=[], ctx=ast.Load())
    elif called(node) in ("sum", "len") or (isinstance(node, (ast.BinOp, ast.UnaryOp)) and not _is_sequence(node)):
        yield ast.Constant(value=0)
    elif isinstance(node, ast.Call) and spot.function.args.args and spot.function.args.args[0].arg == "state":
        yield ast.Name(id="state", ctx=ast.Load())


def update_dropped(spot: Spot) -> Iterator[Replacement]:
    """`change` forgets one part of the state."""
    node = spot.node
    if called(node) == "change" and node.keywords:
        for index in range(len(node.keywords)):
            keywords = node.keywords[:index] + node.keywords[index + 1 :]
            yield ast.Call(func=node.func, args=node.args, keywords=keywords) if keywords else node.args[0]


#: kind -> operator
OPERATORS: dict[str, Operator] = {
    "comparison": comparison,
    "condition-negated": condition_negated,
    "and-or": and_or,
    "arithmetic": arithmetic,
    "off-by-one": off_by_one,
    "constant": constant,
    "element-dropped": element_dropped,
    "branch-dropped": branch_dropped,
    "statement-deleted": statement_deleted,
    "return-value": return_value,
    "update-dropped": update_dropped,
}
