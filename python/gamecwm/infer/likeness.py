"""How like two observations are, and which actions speak of the difference: hints for the search, never proof."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from gamecwm.contract import Action

_WORD = re.compile(r"[^\W_]+")
#: Deepest nesting that is told apart, and most leaves that are counted.
DEPTH, MOST = 12, 20_000


class Target:
    """An observation to be reached."""

    def __init__(self, observation: Any) -> None:
        self.observation = observation
        self.size = size(observation)
        self._text: Text | None = None

    def likeness(self, observation: Any) -> float:
        """Leaves in common less half of those too many; a little more where flat lists agree place by place."""
        common, aligned = overlap(observation, self.observation)
        extra = size(observation) - common
        return common - extra / 2 + aligned / (4 * self.size + 4)

    def gap(self, observation: Any) -> tuple[Text, Text]:
        """What the observation lacks, and what it has too much."""
        lacking: list[Any] = []
        extra: list[Any] = []
        overlap(observation, self.observation, lacking, extra)
        return Text(lacking), Text(extra)

    @property
    def text(self) -> Text:
        """All that stands in the observation."""
        if self._text is None:
            self._text = Text(leaves(self.observation))
        return self._text


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


def size(value: Any, depth: int = DEPTH) -> int:
    """How many plain values an observation has."""
    if not depth or not isinstance(value, (dict, list, tuple)):
        return 1
    parts = value.values() if isinstance(value, dict) else value
    return sum(size(part, depth - 1) if isinstance(part, (dict, list, tuple)) else 1 for part in parts)


def overlap(
    own: Any, other: Any, lacking: list[Any] | None = None, extra: list[Any] | None = None, depth: int = DEPTH
) -> tuple[int, int]:
    """Leaves that two observations have in common, and how many entries of flat lists agree place by place.

    Entries of a flat list have no order, rows and keys have. What only the other or only the own one has is added to
    `lacking` and `extra`, if given.
    """
    if depth and isinstance(own, dict) and isinstance(other, dict):
        pairs = [(own.get(key, _NONE), part) for key, part in other.items()]
        pairs += [(part, _NONE) for key, part in own.items() if key not in other]
    elif depth and isinstance(own, (list, tuple)) and isinstance(other, (list, tuple)):
        if is_flat(own) and is_flat(other):
            return flat_overlap(own, other, lacking, extra)
        more = max(len(own), len(other))
        pairs = list(zip([*own, *[_NONE] * (more - len(own))], [*other, *[_NONE] * (more - len(other))], strict=True))
    else:
        if own is not _NONE and other is not _NONE and same(own, other):
            return 1, 0
        if lacking is not None and extra is not None:
            lacking += [] if other is _NONE else leaves(other)
            extra += [] if own is _NONE else leaves(own)
        return 0, 0
    parts = [overlap(a, b, lacking, extra, depth - 1) for a, b in pairs]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


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
) -> tuple[int, int]:
    """`overlap` of flat lists."""
    try:
        mine, theirs = Counter(own), Counter(other)
    except TypeError:
        mine, theirs = Counter(map(repr, own)), Counter(map(repr, other))
    if lacking is not None and extra is not None:
        lacking += (theirs - mine).elements()
        extra += (mine - theirs).elements()
    return sum((mine & theirs).values()), sum(map(same, own, other))


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
