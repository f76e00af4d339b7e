"""Where a program can be changed: every node of its syntax tree with its place, and changes of one node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

#: What takes a node's place: an expression, or the statements in place of a statement (none: it is deleted).
Replacement = ast.AST | list[ast.stmt]


@dataclass(frozen=True)
class Spot:
    """A node and its place: `getattr(parent, field)`, or the entry `index` of that list."""

    node: Any
    parent: Any
    field: str
    index: int | None
    #: The function of the module that it stands in; None at module level.
    function: ast.FunctionDef | None

    @property
    def line(self) -> int:
        """The line of the node, else of its parent, 1-based."""
        return getattr(self.node, "lineno", None) or getattr(self.parent, "lineno", 1)

    @property
    def name(self) -> str:
        """The name of the function it stands in, or the empty string."""
        return self.function.name if self.function else ""


@dataclass(frozen=True)
class Site:
    """One possible change: its kind, the line (1-based), and how to make and undo it in the tree."""

    kind: str
    line: int
    spot: Spot
    replacement: Replacement

    def text(self, tree: ast.Module) -> str:
        """The text of the changed program; the tree is as before afterwards."""
        parent, field, index = self.spot.parent, self.spot.field, self.spot.index
        kept = getattr(parent, field)
        if index is None:
            setattr(parent, field, self.replacement)
        else:
            changed = self.replacement if isinstance(self.replacement, list) else [self.replacement]
            entries = [*kept[:index], *changed, *kept[index + 1 :]]
            setattr(parent, field, entries or ([ast.Pass()] if field == "body" else []))
        try:
            return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        finally:
            setattr(parent, field, kept)


#: Replacements of the node at a spot.
Operator = Callable[[Spot], Iterator[Replacement]]


def spots(tree: ast.Module) -> Iterator[Spot]:
    """Every node below the module, in the order of the text; docstrings and annotations are left out."""
    yield from _below(tree, None)


def _below(parent: ast.AST, function: ast.FunctionDef | None) -> Iterator[Spot]:
    inside = parent if isinstance(parent, ast.FunctionDef) and function is None else function
    for field, value in ast.iter_fields(parent):
        entries = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, node in entries:
            if not isinstance(node, ast.AST) or _is_docstring(parent, field, index, node):
                continue
            yield Spot(node, parent, field, index, inside)
            yield from _below(node, inside)


def _is_docstring(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> bool:
    return (
        field == "body"
        and index == 0
        and isinstance(parent, (ast.Module, ast.FunctionDef))
        and isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
    )


def statements(text: str) -> list[ast.stmt]:
    """The syntax trees of statements."""
    return ast.parse(text).body


def called(node: ast.AST) -> str:
    """The name of the function that a call names; the empty string for anything else."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """A call of a function by its name."""
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=list(arguments), keywords=[])
