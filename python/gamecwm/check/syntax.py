"""The syntax tree of a program, made once for all checks that read it."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(maxsize=2)
def syntax_of(source: str) -> tuple[ast.Module, tuple[ast.AST, ...]]:
    """The tree, which nobody changes, and all its nodes. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    return tree, tuple(ast.walk(tree))
