"""What a program may not reach for: all but a few pure standard modules, and builtins that leave the program.

This is a report for the reader, no boundary: the sandbox is the boundary.
"""

from __future__ import annotations

import ast
import importlib
import re
import types
from collections.abc import Iterable
from typing import NamedTuple

from .syntax import syntax_of

#: Pure modules of the standard library. `random` is here for resample_history.
ALLOWED = frozenset({
    "__future__", "abc", "bisect", "collections", "collections.abc", "copy", "dataclasses", "enum", "fractions",
    "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "random", "re", "statistics", "string",
    "typing",
})  # fmt: skip
#: Attributes of the allowed modules that are modules themselves. Found at import, so that every allowed module is
#: loaded in an interpreter that later has no files to read (a snapshot).
_INNER = {
    name: frozenset(
        attribute
        for attribute, value in vars(importlib.import_module(name)).items()
        if isinstance(value, types.ModuleType)
    )
    for name in sorted(ALLOWED)
}
#: The kit is inlined before a program runs.
KIT = frozenset({"kit", "gamecwm.kit"})
BUILTINS = frozenset({
    "open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "globals", "locals", "vars", "delattr",
    "exit", "quit", "help", "__builtins__", "__loader__", "__spec__",
})  # fmt: skip
#: Attributes that lead from a value to the frames, code or globals behind it, or to what a cache counted.
INSIDES = frozenset({
    "gi_frame", "gi_code", "cr_frame", "ag_frame", "tb_frame", "tb_next", "f_back", "f_globals", "f_locals",
    "f_builtins", "f_code", "co_code", "func_globals", "cache_info", "cache_clear", "with_traceback",
})  # fmt: skip
#: Parts of `random` that read or set the generator of the whole interpreter, or leave it.
RANDOM_STATE = frozenset({"getstate", "setstate", "seed", "SystemRandom"})
#: Functions that reach an attribute by a name in a string.
BY_NAME = frozenset({"getattr", "setattr", "attrgetter", "methodcaller", "hasattr"})
_HIDDEN_NAME = re.compile(r"__[a-z]+__|\b(?:" + "|".join(sorted(INSIDES)) + r")\b")
#: Dunder attributes with an honest use in a class of a program.
HARMLESS = frozenset({"__init__", "__name__", "__doc__", "__repr__", "__str__", "__eq__", "__hash__", "__len__"})


#: Nodes that may use something forbidden.
_USES = (ast.Name, ast.Attribute, ast.Call, ast.Constant)


class Forbidden(NamedTuple):
    check: str  # "imports" or "builtins"
    message: str
    line: int


def scan(source: str) -> list[Forbidden]:
    """Everything forbidden in a program, in the order of its lines; [] for a text that is not Python."""
    try:
        nodes = syntax_of(source)[1]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    modules: dict[str, str] = {}
    found: list[Forbidden] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found += _module(alias.name, node.lineno)
                modules[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom):
            found += _import_from(node)
    own = _own_names(nodes)
    for node in nodes:
        if isinstance(node, _USES):
            found += [item for item in _use(node, modules) if not (isinstance(node, ast.Name) and node.id in own)]
    return sorted(found, key=lambda item: item.line)


def _own_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the program gives to its own functions and parameters, such as a parameter called `input`."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def _module(name: str, line: int) -> list[Forbidden]:
    if name in ALLOWED or name in KIT:
        return []
    return [Forbidden("imports", f"imports {name}, which a game does not need", line)]


def _import_from(node: ast.ImportFrom) -> list[Forbidden]:
    module = "." * node.level + (node.module or "")
    found = _module(module, node.lineno)
    if found or module in KIT:
        return found
    return [
        Forbidden("imports", f"takes {alias.name} out of {module}", node.lineno)
        for alias in node.names
        if _reaches_out(module, alias.name)
    ]


def _reaches_out(module: str, name: str) -> bool:
    """Whether an attribute of an allowed module leads to another module or to its private parts."""
    if name == "*" or f"{module}.{name}" in ALLOWED:
        return False
    if name.startswith("_") or (module == "random" and name in RANDOM_STATE):
        return True
    return name in _INNER.get(module, ())


def _use(node: ast.AST, modules: dict[str, str]) -> list[Forbidden]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BUILTINS:
        return [Forbidden("builtins", f"uses {node.id}, which a game does not need", node.lineno)]
    if isinstance(node, ast.Attribute):
        return _attribute(node, modules)
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in BY_NAME:
            return _by_name(node, name)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "__main__" not in node.value:
        hidden = _HIDDEN_NAME.search(node.value) if len(node.value) <= 80 else None
        if hidden:
            return [Forbidden("builtins", f"holds the name {hidden[0]} in a text", node.lineno)]
    return []


def _attribute(node: ast.Attribute, modules: dict[str, str]) -> list[Forbidden]:
    if (node.attr.startswith("__") and node.attr not in HARMLESS) or node.attr in INSIDES:
        return [Forbidden("builtins", f"reaches for {node.attr}", node.lineno)]
    owner = modules.get(node.value.id) if isinstance(node.value, ast.Name) else None
    if owner and not isinstance(node.ctx, ast.Load):
        return [Forbidden("builtins", f"changes {node.attr} of {owner}", node.lineno)]
    if owner and _reaches_out(owner, node.attr):
        return [Forbidden("imports", f"takes {node.attr} out of {owner}", node.lineno)]
    return []


def _by_name(node: ast.Call, name: str) -> list[Forbidden]:
    names = node.args if name in ("attrgetter", "methodcaller") else node.args[1:2]
    for item in names or [None]:
        if name == "methodcaller" and item is not node.args[0]:
            continue
        if not (isinstance(item, ast.Constant) and isinstance(item.value, str)) or "_" in (
            item.value[:1],
            item.value[-1:],
        ):
            return [Forbidden("builtins", f"uses {name} with a name made up while running", node.lineno)]
    return []
