"""How like two observations are, and which actions speak of the difference: hints for the search, never proof."""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest
from typing import Any

from gamecwm.contract import Action

_WORD = re.compile(r"[^\W_]+")
#: Deepest nesting that is told apart, and most leaves that are counted.
DEPTH, MOST = 12, 20_000


class Target:
    """An observation to be reached."""

    def __init__(self, observation: Any) -> None:
        self.observation = observation
        #: Leaves of each container in the observation, by identity.
        self._sizes: dict[int, int] = {}
        self.size = self._measure(observation, DEPTH)
        self._text: Text | None = None

    def _measure(self, value: Any, depth: int) -> int:
        if not depth or not isinstance(value, (dict, list, tuple)):
            return 1
        parts = value.values() if isinstance(value, dict) else value
        total = sum(self._measure(part, depth - 1) for part in parts)
        self._sizes[id(value)] = total
        return total

    def likeness(self, observation: Any) -> float:
        """Leaves in common less half of those too many; a little more where flat lists agree place by place."""
        common, aligned, all_own = self._overlap(observation, self.observation, None, None)
        return common - (all_own - common) / 2 + aligned / (4 * self.size + 4)

    def gap(self, observation: Any) -> tuple[Text, Text]:
        """What the observation lacks, and what it has too much."""
        lacking: list[Any] = []
        extra: list[Any] = []
        self._overlap(observation, self.observation, lacking, extra)
        return Text(lacking), Text(extra)

    @property
    def text(self) -> Text:
        """All that stands in the observation."""
        if self._text is None:
            self._text = Text(leaves(self.observation))
        return self._text

    def _overlap(
        self, own: Any, other: Any, lacking: list[Any] | None, extra: list[Any] | None, depth: int = DEPTH
    ) -> tuple[int, int, int]:
        """Leaves in common, entries of flat lists that agree place by place, all leaves of `own`.

        Entries of a flat list have no order, rows and keys have. What only one of the two has is added to `lacking`
        and `extra`, if given.
        """
        if own is not _NONE and other is not _NONE and same(own, other):
            whole = self._sizes.get(id(other), 1)
            return whole, whole, whole
        if depth and isinstance(own, dict) and isinstance(other, dict):
            pairs = [(own.get(key, _NONE), part) for key, part in other.items()]
            pairs += [(part, _NONE) for key, part in own.items() if key not in other]
        elif depth and isinstance(own, (list, tuple)) and isinstance(other, (list, tuple)):
            if is_flat(own) and is_flat(other):
                return flat_overlap(own, other, lacking, extra)
            pairs = list(zip_longest(own, other, fillvalue=_NONE))
        else:
            if lacking is not None and extra is not None:
                lacking += [] if other is _NONE else leaves(other)
                extra += [] if own is _NONE else leaves(own)
            return 0, 0, 0 if own is _NONE else len(leaves(own))
        common = aligned = all_own = 0
        for a, b in pairs:
            part = self._overlap(a, b, lacking, extra, depth - 1)
            common += part[0]
            aligned += part[1]
            all_own += part[2]
        return common, aligned, all_own


class Text:
    """The words of some leaves."""

    def __init__(self, found: list[Any]) -> None:
        self._text = "\n".join(map(str, found))
        self._words = set(_WORD.findall(self._text))
        self._known: dict[str, float] = {}

    @property
    def is_empty(self) -> bool:
        return not self._text

    def says(self, label: str) -> bool:
        """Whether the label stands there as it is."""
        return self.speaks_of(label) == 1

    def speaks_of(self, label: str) -> float:
        """1 where the label stands there as it is, less where only some of its words do."""
        if label not in self._known:
            words = _WORD.findall(label)
            if len(words) == 1 and label == words[0]:
                whole = label in self._words
            else:
                whole = len(label) > 1 and label in self._text
            share = sum(word in self._words for word in words) / len(words) if words else 0.0
            self._known[label] = 1.0 if whole else share / 2
        return self._known[label]


def leaves(value: Any, depth: int = DEPTH) -> list[Any]:
    """The plain values in an observation, at most MOST."""
    if depth and isinstance(value, dict):
        value = list(value.values())
    elif not depth or not isinstance(value, (list, tuple)):
        return [value]
    found: list[Any] = []
    for part in value:
        if len(found) >= MOST:
            break
        if isinstance(part, (list, tuple, dict)):
            found += leaves(part, depth - 1)
        else:
            found.append(part)
    return found


_NONE: Any = object()


def is_flat(value: list[Any] | tuple[Any, ...]) -> bool:
    """Whether no entry of a list is a list or dict, judged by its first."""
    return not value or not isinstance(value[0], (list, tuple, dict))


def same(first: Any, second: Any) -> bool:
    """Whether two leaves are equal."""
    try:
        return bool(first == second)
    except Exception:
        return False


def flat_overlap(
    own: list[Any] | tuple[Any, ...],
    other: list[Any] | tuple[Any, ...],
    lacking: list[Any] | None,
    extra: list[Any] | None,
) -> tuple[int, int, int]:
    """Entries in common, whatever their order; those that agree place by place; all of `own`."""
    try:
        mine, theirs = Counter(own), Counter(other)
    except TypeError:
        mine, theirs = Counter(map(repr, own)), Counter(map(repr, other))
    if lacking is not None and extra is not None:
        if mine == theirs:
            # Only the order is wrong.
            moved = [entry for entry, wanted in zip(own, other, strict=True) if not same(entry, wanted)]
            lacking += moved
            extra += moved
        lacking += (theirs - mine).elements()
        extra += (mine - theirs).elements()
    return sum((mine & theirs).values()), sum(map(same, own, other)), len(own)


def labels(actions: list[Action]) -> dict[Action, str]:
    """What tells each of these actions from the others: the action without the beginning common to all."""
    if len(actions) < 2:
        return {action: action for action in actions}
    low, high = min(actions), max(actions)
    start = 0
    while start < min(len(low), len(high)) and low[start] == high[start]:
        start += 1
    # A common beginning ends at a word's end, so that "card10" and "card11" stay whole.
    while start and low[start - 1].isalnum():
        start -= 1
    return {action: action[start:] for action in actions}
