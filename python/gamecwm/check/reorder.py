"""A second load of a program in which every set of strings gives its elements in another order.

The order of a set of strings changes with the hash seed of the interpreter. Starting another interpreter is not always
possible (in a page, in a sandbox), so the program itself is rewritten: set displays and comprehensions, `set` and
`frozenset` become sets whose order is drawn from a salt, and `hash` of a text is salted too. Sets of numbers keep
their order: no hash seed changes it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from ..contract import Rewrite

_SET = "_set_in_another_order"


class _AnySet(type):
    """Sets that the program gets from elsewhere (`a.keys() & b.keys()`) are sets too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__mro__[1])


def _is_fixed(element: Any) -> bool:
    """Whether the hash of an element is the same in every interpreter."""
    if isinstance(element, tuple):
        return all(map(_is_fixed, element))
    return isinstance(element, (int, float))


def _ordered(elements: list[Any], salt: int) -> list[Any]:
    if len(elements) < 2 or all(map(_is_fixed, elements)):
        return elements
    return sorted(elements, key=lambda element: crc32(f"{salt} {element!r}".encode(errors="replace")))


def _reordered(base: Any, salt: int) -> Any:
    """A subclass of `set` or `frozenset` with an order of its own."""

    class Reordered(base, metaclass=_AnySet):
        __slots__ = ()

        def __iter__(self) -> Iterator[Any]:
            return iter(_ordered(list(base.__iter__(self)), salt))

        if base is set:

            def pop(self) -> Any:
                for element in self:
                    self.discard(element)
                    return element
                raise KeyError("pop from an empty set")

    def wrapped(name: str) -> Any:
        method = getattr(base, name)

        def operation(self: Any, *others: Any) -> Any:
            result = method(self, *others)
            return result if result is NotImplemented else Reordered(result)

        return operation

    for name in ("__or__", "__and__", "__sub__", "__xor__", "__ror__", "__rand__", "__rsub__", "__rxor__", "copy",
                 "union", "intersection", "difference", "symmetric_difference"):  # fmt: skip
        setattr(Reordered, name, wrapped(name))
    Reordered.__name__ = Reordered.__qualname__ = base.__name__
    return Reordered


class _Sets(ast.NodeTransformer):
    def visit_Set(self, node: ast.Set) -> ast.AST:
        self.generic_visit(node)
        return self._made(node, ast.List(elts=node.elts, ctx=ast.Load()))

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return self._made(node, ast.GeneratorExp(elt=node.elt, generators=node.generators))

    def _made(self, node: ast.AST, elements: ast.expr) -> ast.AST:
        call = ast.Call(func=ast.Name(id=_SET, ctx=ast.Load()), args=[elements], keywords=[])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def reordering(salt: int) -> Rewrite:
    """The rewrite that `load_game` takes."""
    reordered = _reordered(set, salt)

    def salted_hash(value: Any) -> int:
        return builtins.hash(value) ^ (0 if _is_fixed(value) else salt)

    names = {_SET: reordered, "set": reordered, "frozenset": _reordered(frozenset, salt), "hash": salted_hash}
    return _Sets().visit, names
