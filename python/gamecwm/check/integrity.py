"""Whether a program changed what it shares with the checker: builtins, modules, the checker's own functions.

A snapshot holds what every module that matters binds, the insides of its functions and classes, and the contents of
its containers. `damage` names the first thing that is no longer as it was and puts everything back.
"""

from __future__ import annotations

import operator
import sys
import types
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .forbidden import ALLOWED

#: Modules whose contents change by themselves (caches).
_RESTLESS = frozenset({"re", "linecache"})
#: Attributes of modules that may come and go.
_IGNORED = frozenset({"__warningregistry__", "_"})
Kept = list[tuple[str, Any, Any]]

# Python 3.14 puts heapq into collections when it is first needed, which is no program's doing.
Counter("a").most_common(1)


def _modules() -> dict[str, types.ModuleType]:
    names = {*ALLOWED, "builtins", "sys", "json.encoder", "json.decoder", "marshal", "zlib", "inspect", "ast"}
    return {
        name: module
        for name, module in list(sys.modules.items())
        if isinstance(module, types.ModuleType)
        and (name in names or name.split(".")[0] == "gamecwm")
        and name not in _RESTLESS
    }


class Snapshot:
    """What a program shares with the checker, before the program is loaded."""

    def __init__(self) -> None:
        self._modules = _modules()
        self._families = {name.split(".")[0] for name in self._modules}
        self._bound: Kept = []
        self._sizes: dict[str, int] = {}
        for name, module in self._modules.items():
            if name != "sys":
                held = {key: item for key, item in vars(module).items() if not _is_own_state(name, key)}
                self._bound.append((name, vars(module), held))
                self._sizes[name] = len(vars(module))
        self._insides: Kept = []
        #: Of functions the code and the defaults; these are many, so they are compared as a whole.
        self._function_insides: Kept = []
        seen: set[int] = set()
        for name, _, held in self._bound:
            for attribute, value in held.items():
                if not attribute.startswith("__"):
                    self._keep(f"{name}.{attribute}", value, name, seen)
        self._functions = [function for _, function, _ in self._function_insides]
        self._codes = [code for _, _, (code, _, _) in self._function_insides]
        self._defaults = self._inner()

    def _inner(self) -> list[int]:
        """Identities of the defaults of all functions."""
        return [*map(id, map(_DEFAULTS, self._functions)), *map(id, map(_NAMED_DEFAULTS, self._functions))]

    def _keep(self, path: str, value: Any, module: str, seen: set[int]) -> None:
        if id(value) in seen:
            return
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            self._function_insides.append((path, value, _inside(value)))
        elif isinstance(value, type):
            if value.__flags__ & (1 << 8) == 0 and value.__module__.split(".")[0] in self._families:
                held = dict(vars(value))
                self._insides.append((path, value, held))
                for name, item in held.items():
                    if isinstance(item, types.FunctionType):
                        self._keep(f"{path}.{name}", item, module, seen)
        elif isinstance(value, (dict, list, set)):
            self._insides.append((path, value, value.copy()))

    def damage(self) -> str | None:
        """What is no longer as it was, put back; None when all is well."""
        found = next(self._differences(), None)
        if found is None:
            return None
        for path in self._differences():
            found = found or path
        self._put_back()
        return found

    def _differences(self) -> Iterator[str]:
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                yield f"sys.modules[{name!r}]"
        for name, bound, kept in self._bound:
            for attribute, value in () if _holds(bound, kept) else kept.items():
                if bound.get(attribute, _GONE) is not value and attribute not in _IGNORED:
                    yield f"{name}.{attribute}"
            if len(bound) > self._sizes[name]:
                for attribute, value in bound.items():
                    if attribute not in kept and not _may_come(name, attribute, value):
                        yield f"{name}.{attribute}"
        for path, value, kept in self._insides:
            if not _alike(value, kept):
                yield path
        if not all(map(_is, map(_CODE, self._functions), self._codes)) or self._inner() != self._defaults:
            for path, value, kept in self._function_insides:
                if _inside(value) != kept:
                    yield path

    def _put_back(self) -> None:
        sys.modules.update(self._modules)
        for name, bound, kept in self._bound:
            for attribute in [key for key in bound if key not in kept and not _may_come(name, key, bound[key])]:
                del bound[attribute]
            bound.update(kept)
        for _, value, kept in self._function_insides:
            value.__code__, value.__defaults__, value.__kwdefaults__ = kept
        for _, value, kept in self._insides:
            if isinstance(value, type):
                for name in [name for name in vars(value) if name not in kept]:
                    delattr(value, name)
                for name, item in kept.items():
                    if vars(value).get(name, _GONE) is not item:
                        setattr(value, name, item)
            elif isinstance(value, list):
                value[:] = kept
            else:
                value.clear()
                value.update(kept)


_GONE = object()
_is = operator.is_
_CODE, _DEFAULTS, _NAMED_DEFAULTS = map(operator.attrgetter, ("__code__", "__defaults__", "__kwdefaults__"))


def _is_own_state(module: str, attribute: str) -> bool:
    """Whether it is a private variable of the checker's package, in lower case: those change while it works."""
    return (
        module.startswith("gamecwm")
        and attribute.startswith("_")
        and attribute.islower()
        and not callable(vars(sys.modules[module]).get(attribute))
    )


def _may_come(module: str, attribute: str, value: Any) -> bool:
    """Whether a new name in a module is no work of the program: an import, or the checker's own state."""
    return attribute in _IGNORED or isinstance(value, types.ModuleType) or _is_own_state(module, attribute)


def _inside(function: types.FunctionType) -> tuple[Any, Any, Any]:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def _holds(held: Mapping[str, Any], kept: dict[str, Any]) -> bool:
    """Whether the very things that were kept are still there under their names."""
    return all(map(_is, map(held.get, kept), kept.values()))


def _alike(value: Any, kept: Any) -> bool:
    """Whether a class or a container holds the very same things as before."""
    held = vars(value) if isinstance(value, type) else value
    if len(held) != len(kept):
        return False
    if isinstance(kept, dict):
        return _holds(held, kept)
    if isinstance(value, list):
        return all(map(_is, value, kept))
    return value == kept
