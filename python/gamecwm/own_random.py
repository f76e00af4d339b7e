"""The module `random` as a program finds it: seeded by the job that runs the program, the caller's own afterwards."""

from __future__ import annotations

import random
from typing import Any

# Bound before any program can put something else in their place.
_read, _set, _seed = random.getstate, random.setstate, random.seed


def seed_place(place: int) -> None:
    """Seeds the generator before the state after so many actions of a match is made, within a context of OwnRandom.

    So a match is the same match whenever it is replayed: at the table, after a reload, in the search.
    """
    _seed(f"place {place}")


class OwnRandom:
    """A context in which the global generator of `random` goes on where this job's left off.

    No forward function of a program may draw from it. One that does still does the same with the same seed, whatever
    was drawn before and by whom, and the caller's numbers stay what they were.
    """

    def __init__(self, seed: str) -> None:
        self._state: Any = random.Random(seed).getstate()
        self._callers: Any = None

    def __enter__(self) -> None:
        self._callers = _read()
        _set(self._state)

    def __exit__(self, *error: object) -> None:
        self._state = _read()
        _set(self._callers)
