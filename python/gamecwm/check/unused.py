"""What a program makes and never uses: functions, constants, local variables. Left over, or a use that is missing."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from ..contract import FUNCTIONS
from .syntax import syntax_of


class Unused(NamedTuple):
    message: str
    line: int


def unused(source: str) -> list[Unused]:
    """Every such name, in the order of lines; imports are left alone. [] for a text that is not Python."""
    try:
        tree, nodes = syntax_of(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[Unused] = []
    loaded = _loaded(nodes)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name not in FUNCTIONS and node.name not in loaded:
                found.append(Unused(f"{node.name} is never used", node.lineno))
        else:
            found += [Unused(f"{name} is never used", line) for name, line in _bound(node) if name not in loaded]
    for function in nodes:
        if isinstance(function, ast.FunctionDef):
            found += _locals(function)
    return sorted(found, key=lambda item: item.line)


def _loaded(nodes: Sequence[ast.AST]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}


def _bound(node: ast.AST) -> list[tuple[str, int]]:
    """Names that a plain assignment binds, one name a target; what begins with an underscore is unused on purpose."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [
        (target.id, target.lineno)
        for target in targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]


def _locals(function: ast.FunctionDef) -> list[Unused]:
    nodes = list(ast.walk(function))
    loaded = _loaded(nodes)
    shared = {name for node in nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    return [
        Unused(f"{function.name} sets {name} and never uses it", line)
        for node in nodes
        for name, line in _bound(node)
        if name not in loaded and name not in shared
    ]
