"""What a program makes and never uses: functions, constants, local variables. Left over, or a use that is missing."""

from __future__ import annotations

import ast
from typing import NamedTuple

from ..contract import FUNCTIONS


class Unused(NamedTuple):
    message: str
    line: int


def unused(source: str) -> list[Unused]:
    """Every such name, in the order of lines; imports are left alone. [] for a text that is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[Unused] = []
    loaded = _loaded(tree)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name not in FUNCTIONS and node.name not in loaded:
                found.append(Unused(f"{node.name} is never used", node.lineno))
        else:
            found += [Unused(f"{name} is never used", line) for name, line in _bound(node) if name not in loaded]
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            found += _locals(function)
    return sorted(found, key=lambda item: item.line)


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}


def _bound(node: ast.AST) -> list[tuple[str, int]]:
    """Names that a plain assignment binds, one name a target; what begins with an underscore is unused on purpose."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [
        (target.id, target.lineno)
        for target in targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    ]


def _locals(function: ast.FunctionDef) -> list[Unused]:
    loaded = _loaded(function)
    shared = {name for node in ast.walk(function) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    return [
        Unused(f"{function.name} sets {name} and never uses it", line)
        for node in ast.walk(function)
        for name, line in _bound(node)
        if name not in loaded and name not in shared
    ]
