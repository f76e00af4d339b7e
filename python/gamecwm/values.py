"""Values that a program hands out, handled without trusting them: copies, comparison, JSON."""

from __future__ import annotations

import copy
import json
import marshal
from collections.abc import Callable
from functools import lru_cache
from json import encoder
from typing import Any

#: Longest text of a value in a message.
SHOWN = 120


def clone(value: Any) -> Any:
    """A deep copy that shares nothing mutable with `value`; the value itself where it cannot be copied."""
    try:
        # Plain values only, several times faster than deepcopy; version 2 has no references to follow.
        return marshal.loads(marshal.dumps(value, 2))
    except (ValueError, TypeError, EOFError):
        pass
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def pack(value: Any) -> bytes | None:
    """The plain value as bytes, to see later whether it changed; None when it holds anything that is not plain.

    Several times faster than JSON. Equal bytes mean an equal value; other bytes may still be one (interned strings).
    """
    try:
        return marshal.dumps(value, 2)
    except (ValueError, TypeError):
        return None


def unpack(packed: bytes) -> Any:
    """A new copy of a packed value."""
    return marshal.loads(packed)


def _stand_in(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(map(repr, value))}
    return repr(value)


def _unlike_json(value: Any) -> Any:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _encoder(default: Callable[[Any], Any], *, allow_nan: bool) -> Callable[[Any], str]:
    """What JSONEncoder.encode does, without making its parts anew for each value, and with sorted keys."""
    make: Any = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(sort_keys=True, allow_nan=allow_nan, default=default).encode
    encode = make(None, default, encoder.encode_basestring_ascii, None, ": ", ", ", True, False, allow_nan)
    return lambda value: "".join(encode(value, 0))


_canonical = _encoder(_stand_in, allow_nan=True)
_strict = _encoder(_unlike_json, allow_nan=False)


def fingerprint(value: Any) -> str:
    """A text that is equal for equal values, whatever the order of their keys or sets."""
    try:
        return _canonical(value)
    except Exception:
        pass
    try:
        return json.dumps(to_json(value), sort_keys=True)
    except Exception:
        return f"<{type(value).__name__}>"


def same(first: Any, second: Any) -> bool:
    """Whether two values are equal; quicker than comparing fingerprints."""
    try:
        if first == second:
            return True
    except Exception:
        pass
    # Not a number is unequal to itself.
    return fingerprint(first) == fingerprint(second)


def strict_text(value: Any) -> str:
    """The value as JSON text with sorted keys: its fingerprint. Raises ValueError saying why it is not JSON-able."""
    try:
        return _strict(value)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except Exception as error:
        raise ValueError(str(error)[:SHOWN] or type(error).__name__) from None


def text_and_error(value: Any, packed: bytes | None = None) -> tuple[str, str | None]:
    """The fingerprint of a value, and why it is not JSON-able (None when it is).

    With its bytes, if it has any, it is read out of them: many values come again, and their texts are kept.
    """
    if packed is not None:
        return _packed_text(packed)
    try:
        return strict_text(value), None
    except ValueError as error:
        return fingerprint(value), str(error)


@lru_cache(maxsize=128)
def _packed_text(packed: bytes) -> tuple[str, str | None]:
    return text_and_error(unpack(packed))


def to_json(value: Any, depth: int = 40) -> Any:
    """The nearest JSON value: sets become sorted lists, other keys and objects their text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if depth == 0:
        return "..."
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else text_of(key): to_json(item, depth - 1) for key, item in list(value.items())
        }
    if isinstance(value, (list, tuple)):
        return [to_json(item, depth - 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return [to_json(item, depth - 1) for item in sorted(value, key=repr)]
    return text_of(value)


def text_of(value: Any, limit: int = SHOWN) -> str:
    """A short text of any value, for messages; never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
