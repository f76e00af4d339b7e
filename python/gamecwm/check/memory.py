"""What a program keeps between calls: everything reachable from its module that a call may change.

A game program keeps nothing: its state is an argument. What is kept can tell how often it was called, and by whom.
`functools.cache` is allowed: entries may be added to it, and none may change.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import random
import types
from collections.abc import Callable, Iterator
from typing import Any

from ..contract import Game
from ..guard import load

#: Values that are looked at, all in all.
LIMIT = 200_000

_CONTAINERS = (dict, list, tuple, set, frozenset)
_PLAIN = (str, bytes, int, float, bool, complex, type(None), type(Ellipsis))


class Memo:
    """`functools.cache` with entries that can be looked at."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.entries: dict[Any, Any] = {}

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        key = (arguments, tuple(named.items()))
        if key not in self.entries:
            self.entries[key] = self.function(*arguments, **named)
        return self.entries[key]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


def load_open(source: str) -> Game:
    """A load of the program with caches that can be looked at. Raises ProgramError."""
    kept = functools.lru_cache, functools.cache
    functools.lru_cache = lambda maxsize=128, typed=False: Memo(maxsize) if callable(maxsize) else Memo  # type: ignore[assignment]
    functools.cache = Memo  # type: ignore[assignment]
    try:
        return load(source)
    finally:
        functools.lru_cache, functools.cache = kept


def memory_of(namespace: dict[str, Any]) -> dict[str, str]:
    """Name of each thing in a module -> a text of all that can be reached from it (but for later cache entries)."""
    return {
        name: _text(value, namespace)
        for name, value in list(namespace.items())
        if not (name.startswith("__") and name.endswith("__")) and not isinstance(value, types.ModuleType)
    }


def changed(before: dict[str, str], after: dict[str, str]) -> str | None:
    """The first name whose memory is another one now."""
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None or not _only_added(old, new):
            return name
    return None


def _only_added(old: str, new: str) -> bool:
    """Whether entries of caches are all that is new."""
    return _CUT in new and set(old.split(_CUT)) <= set(new.split(_CUT))


#: Parts the text of a cache's entries.
_CUT = "\x1e"


def _text(value: Any, namespace: dict[str, Any]) -> str:
    parts: list[str] = []
    seen: set[int] = set()
    for part in _walk(value, namespace, seen):
        parts.append(part)
        if len(parts) > LIMIT:
            break
    return "\x1f".join(parts)


def _walk(value: Any, namespace: dict[str, Any], seen: set[int]) -> Iterator[str]:
    if isinstance(value, _PLAIN):
        yield f"{type(value).__name__} {value!r}"
        return
    if id(value) in seen or isinstance(value, types.ModuleType):
        return
    seen.add(id(value))
    yield type(value).__name__
    if type(value) in _CONTAINERS:
        try:
            # Plain values alone: their bytes are quicker to have than a walk. Version 0 does not tell interned strings.
            yield hashlib.sha256(marshal.dumps(value, 0)).hexdigest()
            return
        except (ValueError, TypeError):
            pass
    if isinstance(value, dict):
        for key, item in list(value.items()):
            yield from _walk(key, namespace, seen)
            yield from _walk(item, namespace, seen)
    elif isinstance(value, (set, frozenset)):
        yield repr(sorted(map(repr, value)))
    elif isinstance(value, (list, tuple)) or type(value).__name__ == "deque":
        yield str(len(value))
        for item in list(value):
            yield from _walk(item, namespace, seen)
    elif isinstance(value, Memo):
        for key, item in list(value.entries.items()):
            yield _CUT + _text((key, item), namespace) + _CUT
    else:
        yield from _object(value, namespace, seen)


def _object(value: Any, namespace: dict[str, Any], seen: set[int]) -> Iterator[str]:
    if isinstance(value, types.FunctionType):
        if value.__globals__ is not namespace:
            return
        yield str(id(value.__code__))
        held: list[Any] = [value.__defaults__, value.__kwdefaults__, vars(value)]
        for cell in value.__closure__ or ():
            try:
                held.append(cell.cell_contents)
            except ValueError:
                continue
    elif isinstance(value, type):
        held = [item for name, item in vars(value).items() if name not in ("__dict__", "__weakref__")]
        if value.__module__ != "game":
            return
    elif isinstance(value, random.Random):
        held = [value.getstate()]
    elif isinstance(value, functools.partial):
        held = [value.func, value.args, value.keywords]
    else:
        held = [vars(value)] if hasattr(value, "__dict__") else []
        for slot in getattr(type(value), "__slots__", ()):
            held.append(getattr(value, slot, None))
        if hasattr(value, "__next__"):
            # Copying an iterator is not always possible; its text or its frame tells how far it is.
            frame = getattr(value, "gi_frame", None)
            yield f"{value!r} {frame.f_lasti if frame else None} {_reduced(value)}"
    for item in held:
        yield from _walk(item, namespace, seen)


def _reduced(value: Any) -> str:
    try:
        return repr(value.__reduce__())
    except Exception:
        return ""
