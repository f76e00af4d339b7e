"""Turns a kit program into a plain module that needs the standard library alone.

Exactly the kit functions that the program uses are carried over, with those they use in turn, below the program's
constants; functions of the contract that the program leaves out come from the kit's defaults. A plain module is
returned as it is.
"""

from __future__ import annotations

import ast
import importlib
import symtable
from dataclasses import dataclass
from pathlib import Path

from gamecwm.contract import FUNCTIONS, ProgramError

KIT_MODULES = ("turns", "grids", "heaps", "dice", "choices", "cards", "views")
#: Module names under which a program may import the kit.
KIT_NAMES = frozenset({"kit", "gamecwm.kit"})


#: Imports of kit modules that a plain module does without.
NOT_CARRIED = frozenset({"__future__", "typing", "gamecwm"})


@dataclass(frozen=True)
class Part:
    """A function of the kit: its source text and the global names it reads, in the kit's order."""

    name: str
    source: str
    names: frozenset[str]


def _read_parts(module: str) -> tuple[list[Part], dict[str, str]]:
    """The functions of a kit module and its standard-library imports (bound name -> import line)."""
    path = importlib.import_module(f"gamecwm.kit.{module}").__file__
    if path is None:
        raise ProgramError(f"the kit's module {module} has no source file")
    text = Path(path).read_text(encoding="utf-8")
    parts: list[Part] = []
    imports: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            parts.append(Part(node.name, _plain_source(node), _names(node)))
        elif isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not _stays_behind(node)):
            imports.update({alias.asname or alias.name: ast.unparse(node) for alias in node.names})
    return parts, imports


def _stays_behind(node: ast.ImportFrom) -> bool:
    return (node.module or "").split(".")[0] in NOT_CARRIED


def _plain_source(node: ast.FunctionDef) -> str:
    """The function without annotations, which would need the kit's type names."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef):
            inner.returns = None
        elif isinstance(inner, ast.arg):
            inner.annotation = None
    return ast.unparse(node)


def _names(tree: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


# Read once, at import: a started-from-snapshot interpreter has no files left to read.
_PARTS: dict[str, Part] = {}
_DEFAULTS: dict[str, Part] = {}
_IMPORTS: dict[str, str] = {}
for _module in (*KIT_MODULES, "defaults"):
    _found, _lines = _read_parts(_module)
    _IMPORTS.update(_lines)
    (_DEFAULTS if _module == "defaults" else _PARTS).update({part.name: part for part in _found})


def kit_functions() -> dict[str, str]:
    """name -> the first line of the docstring, for every kit function: the reference that goes into a prompt."""
    reference = {}
    for part in _PARTS.values():
        function = ast.parse(part.source).body[0]
        assert isinstance(function, ast.FunctionDef)
        reference[f"{part.name}({ast.unparse(function.args)})"] = (ast.get_docstring(function) or "").splitlines()[0]
    return reference


def uses_kit(tree: ast.Module) -> bool:
    """Whether a parsed program imports the kit."""
    return any(_is_kit_import(node) for node in tree.body)


def _is_kit_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module in KIT_NAMES


def _defined(tree: ast.Module) -> set[str]:
    """The names that a program binds at module level."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            names.update(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
    return names


def _looked_up(source: str) -> set[str]:
    """The names that a program looks up at module level: a local variable that is called like a function is none."""
    names: set[str] = set()
    tables = [symtable.symtable(source, "<program>", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        found = (symbol for symbol in table.get_symbols() if symbol.is_referenced())
        names |= {symbol.get_name() for symbol in found if symbol.is_global() or table.get_type() == "module"}
    return names


def _hides_something(tree: ast.Module) -> bool:
    """Whether the program's first state names own keys: then a history must be resampled for a player."""
    return any(
        isinstance(node, ast.Call) and any(keyword.arg == "own" for keyword in node.keywords) for node in ast.walk(tree)
    )


def _closure(wanted: set[str], defined: set[str]) -> list[Part]:
    """The defaults and kit functions that these names need, in the kit's order."""
    known = {**_PARTS, **_DEFAULTS}
    carried: set[str] = set()
    queue = [name for name in wanted if name in known]
    while queue:
        name = queue.pop()
        if name in carried:
            continue
        carried.add(name)
        queue.extend(other for other in known[name].names if other in known and other not in FUNCTIONS)
        queue.extend(other for other in known[name].names if other in _DEFAULTS and other not in defined)
    return [part for part in known.values() if part.name in carried]


class _Rename(ast.NodeTransformer):
    """Gives kit functions whose names a program uses for its own functions another name."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def inline(source: str) -> str:
    """A plain module that behaves as the kit program does; a program that imports no kit comes back unchanged.

    Raises ProgramError when the source is not Python or names something that the kit does not have.
    """
    try:
        tree = ast.parse(source)
        if not uses_kit(tree):
            return source
        looked_up = _looked_up(source)
    except (SyntaxError, ValueError) as error:
        raise ProgramError(f"not Python: {error}", getattr(error, "lineno", None)) from error
    defined = _defined(tree)
    wanted = looked_up - defined
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and _is_kit_import(node):
            for alias in node.names:
                if alias.asname:
                    raise ProgramError("names of the kit are imported as they are, without 'as'", node.lineno)
                if alias.name != "*" and alias.name not in _PARTS:
                    raise ProgramError(f"the kit has no function {alias.name}", node.lineno)
    defaults = {name for name in FUNCTIONS if name in _DEFAULTS and name not in defined}
    if not _hides_something(tree):
        defaults.discard("resample_history")
    return _assemble(source, tree, _closure(wanted | defaults, defined), defined)


def _assemble(source: str, tree: ast.Module, parts: list[Part], defined: set[str]) -> str:
    """Imports, the program's constants, the carried functions, the program's functions."""
    names = {part.name: f"kit_{part.name}" for part in parts if part.name in defined}
    carried = [ast.unparse(_Rename(names).visit(ast.parse(part.source))) for part in parts]
    lines = source.splitlines()
    head: list[str] = []
    body: list[str] = []
    own_imports: list[str] = []
    for node in tree.body:
        if _is_kit_import(node):
            continue
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            own_imports.append(text)
        elif not body and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            head.append(text)
        else:
            body.append(text)
    used = {name for part in parts for name in part.names}
    imports = [line for name, line in _IMPORTS.items() if name in used and line not in own_imports]
    # A docstring stays first, and `from __future__` before everything else.
    first_is_docstring = bool(head) and ast.get_docstring(tree) is not None
    docstring = [head.pop(0)] if first_is_docstring else []
    blocks = ["\n".join(block) for block in (docstring, [*own_imports, *imports], head) if block]
    return "\n\n".join(blocks) + "\n\n\n" + "\n\n\n".join([*carried, *body]) + "\n"
