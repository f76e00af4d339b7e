"""Mends of names: imports that are missing, and a report of those that a game may not have."""

from __future__ import annotations

import ast
import builtins

from . import Mend

#: Modules that are imported when their name is used.
MODULES = ("collections", "copy", "fractions", "functools", "heapq", "itertools", "json", "math", "operator", "random",
           "re", "statistics", "string")  # fmt: skip
#: Names that are taken from a module when they are used alone.
MEMBERS: dict[str, str] = {
    **dict.fromkeys(("deepcopy",), "copy"),
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"), "collections"),
    **dict.fromkeys(("accumulate", "chain", "combinations", "cycle", "groupby", "permutations"), "itertools"),
    "product": "itertools",
    **dict.fromkeys(("cache", "lru_cache", "partial", "reduce"), "functools"),
    **dict.fromkeys(("ceil", "comb", "factorial", "floor", "gcd", "inf", "sqrt"), "math"),
    **dict.fromkeys(("randint", "randrange", "sample", "shuffle"), "random"),
    **dict.fromkeys(("Any", "Callable", "Dict", "Iterable", "List", "Literal", "NamedTuple", "Optional", "Sequence",
                     "Set", "Tuple", "TypedDict", "Union"), "typing"),
    "dataclass": "dataclasses",
    "Enum": "enum",
    "Fraction": "fractions",
}  # fmt: skip


def unbound(tree: ast.Module) -> set[str]:
    """Names that a program reads and nowhere binds."""
    read: set[str] = set()
    bound: set[str] = set(dir(builtins)) | {"__file__"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
    return read - bound


def kit_names() -> frozenset[str]:
    """The names of the kit's functions."""
    from .. import kit

    return frozenset(kit.__all__)


def with_imports(source: str, mends: list[Mend]) -> str:
    """The source with imports of the standard modules and of the kit that it uses without importing them."""
    # Here and below: the checker tidies programs itself, so that either may be imported first.
    from ..check.forbidden import KIT

    tree = ast.parse(source)
    starred = any(
        isinstance(node, ast.ImportFrom) and node.module in KIT and node.names[0].name == "*" for node in tree.body
    )
    names = sorted(unbound(tree))
    lines = [f"import {name}" for name in names if name in MODULES]
    kit = [] if starred else [name for name in names if name in kit_names()]
    for name in names:
        if name in MEMBERS and name not in kit and not (starred and name in kit_names()):
            lines.append(f"from {MEMBERS[name]} import {name}")
    if kit:
        lines.insert(0, "from kit import *")
    if not lines:
        return source
    at = _first_line(tree)
    mends += [
        Mend("import", f"added `{line}`, which the program uses", at + 1 + index) for index, line in enumerate(lines)
    ]
    text = source.split("\n")
    return "\n".join([*text[:at], *lines, *text[at:]])


def _first_line(tree: ast.Module) -> int:
    """How many lines stay above new imports: a docstring, and `from __future__`."""
    end = 0
    for index, node in enumerate(tree.body):
        docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not (docstring or future):
            break
        end = node.end_lineno or end
    return end


def report_forbidden(source: str, mends: list[Mend]) -> None:
    """Reports, without touching it, what a game may not use."""
    from ..check.forbidden import scan

    for item in scan(source):
        mends.append(Mend("forbidden", f"not removed: the program {item.message}", item.line))
