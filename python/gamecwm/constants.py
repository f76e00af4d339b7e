"""The constants at the top of a program: what the model understood of the rules, and knobs to change it.

A constant is a module-level UPPER_CASE name above the first function, bound once to a literal that JSON can say;
`ROWS, COLS = 6, 7` binds two. Setting one replaces the literal's own characters and nothing else.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
#: Longest text of a new value, and most constants that are read.
LONGEST = 10_000
MOST = 100


@dataclass(frozen=True)
class Constant:
    """A name, its value as Python has it, and where the literal stands in the source (offsets in UTF-8 bytes)."""

    name: str
    value: Any
    line: int
    begin: int
    end: int

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "value": _as_json(self.value), "line": self.line}


def find_constants(source: str) -> list[Constant]:
    """The constants in the order of the source. Raises ValueError when the source is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"the program is not Python: {error}") from None
    lines = _line_starts(source.encode())
    found: list[Constant] = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            break
        for target, value in _bindings(node):
            if not _NAME.fullmatch(target):
                continue
            try:
                literal = ast.literal_eval(value)
                _as_json(literal)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue
            begin = lines[value.lineno - 1] + value.col_offset
            end = lines[(value.end_lineno or value.lineno) - 1] + (value.end_col_offset or 0)
            found.append(Constant(target, literal, value.lineno, begin, end))
    bound = [name.id for node in tree.body for name in ast.walk(node)
             if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]  # fmt: skip
    return [constant for constant in found if bound.count(constant.name) == 1][:MOST]


def read_constants(source: str) -> list[dict[str, Any]]:
    """`[{name, value, line}]`, values as JSON. Raises ValueError when the source is not Python."""
    return [constant.to_json() for constant in find_constants(source)]


def set_constants(source: str, values: dict[str, Any]) -> str:
    """The source with these constants set, everything else byte for byte as it was.

    Raises ValueError, in plain words, for a name that is no constant of the program or a value of another kind.
    """
    known = {constant.name: constant for constant in find_constants(source)}
    text = source.encode()
    edits: list[tuple[int, int, bytes]] = []
    for name, value in values.items():
        constant = known.get(name)
        if constant is None:
            names = ", ".join(known) or "none"
            raise ValueError(f"the program has no constant {name}; it has: {names}")
        try:
            new = _like(constant.value, value)
        except ValueError as error:
            raise ValueError(f"{name} cannot be set to {value!r:.80}: {error}") from None
        if new == constant.value and type(new) is type(constant.value):
            continue
        literal = repr(new)
        if len(literal) > LONGEST:
            raise ValueError(f"the new value of {name} is longer than {LONGEST} characters")
        edits.append((constant.begin, constant.end, literal.encode()))
    for begin, end, literal in sorted(edits, reverse=True):
        text = text[:begin] + literal + text[end:]
    return text.decode()


def _bindings(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """Names with the expressions that a statement binds them to."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return [(node.target.id, node.value)]
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Name):
        return [(target.id, value)]
    if not isinstance(target, (ast.Tuple, ast.List)) or not isinstance(value, (ast.Tuple, ast.List)):
        return []
    if len(target.elts) != len(value.elts):
        return []
    pairs = zip(target.elts, value.elts, strict=True)
    return [(item.id, part) for item, part in pairs if isinstance(item, ast.Name)]


def _line_starts(text: bytes) -> list[int]:
    """Byte offsets at which Python's lines begin."""
    return [0, *(match.end() for match in re.finditer(rb"\r\n|\r|\n", text))]


def _as_json(value: Any) -> Any:
    """The JSON of a literal. Raises ValueError when JSON cannot say it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        if abs(value) > 2**53 or not math.isfinite(value):
            raise ValueError("a number that JSON cannot say")
        return value
    if isinstance(value, (list, tuple)):
        return [_as_json(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _as_json(item) for key, item in value.items()}
    raise ValueError(f"a {type(value).__name__}, which JSON cannot say")


def _like(old: Any, new: Any) -> Any:
    """The JSON value `new` as a Python value of the same kind as `old`. Raises ValueError when it is of another."""
    if isinstance(old, bool) or old is None:
        if isinstance(new, bool) if isinstance(old, bool) else new is None:
            return new
        raise ValueError("it must be true or false" if isinstance(old, bool) else "it must stay empty")
    if isinstance(old, (int, float)):
        if isinstance(new, bool) or not isinstance(new, (int, float)):
            raise ValueError("it must be a number")
        if not math.isfinite(new) or abs(new) > 2**53:
            raise ValueError("the number is too large")
        if isinstance(old, float):
            return float(new)
        if new != int(new):
            raise ValueError("it must be a whole number")
        return int(new)
    if isinstance(old, str):
        if not isinstance(new, str):
            raise ValueError("it must be a text")
        return new
    if isinstance(old, (list, tuple)):
        return _items_like(old, new)
    if not isinstance(new, dict):
        raise ValueError("it must be a table of names and values")
    models = list(old.values())
    return {str(key): _like(old.get(key, models[0]) if models else item, item) for key, item in new.items()}


def _items_like(old: list[Any] | tuple[Any, ...], new: Any) -> list[Any] | tuple[Any, ...]:
    """A list or tuple whose items are each of the kind of the item there before, or of any item of the old one."""
    if not isinstance(new, list):
        raise ValueError("it must be a list")
    if not new and old:
        raise ValueError("the list must not be empty")
    items: list[Any] = []
    for index, item in enumerate(new):
        models = [*old[index : index + 1], *old] or [item]
        for model in models:
            try:
                items.append(_like(model, item))
                break
            except ValueError as error:
                if model is models[-1]:
                    raise ValueError(f"its item {index + 1}: {error}") from None
    return tuple(items) if isinstance(old, tuple) else items
