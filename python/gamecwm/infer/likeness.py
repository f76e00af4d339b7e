"""How like two observations are, and which actions speak of what is still missing: hints for the search, never proof."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from gamecwm.contract import Action

Leaf = tuple[Any, ...]

_WORD = re.compile(r"[^\W_]+")
#: Deepest nesting that is told apart, and most leaves of an observation that are looked at.
DEPTH, MOST = 8, 5_000


def leaves(value: Any) -> Counter[Leaf]:
    """The plain values in an observation with the keys that lead to them; entries of a list have no order."""
    found: Counter[Leaf] = Counter()
    waiting: list[tuple[Leaf, Any]] = [((), value)]
    left = MOST
    while waiting and left:
        left -= 1
        path, item = waiting.pop()
        if isinstance(item, dict) and len(path) < DEPTH:
            waiting += [((*path, key), part) for key, part in item.items()]
        elif isinstance(item, (list, tuple)) and len(path) < DEPTH:
            deep = item and isinstance(item[0], (list, tuple, dict))
            # Rows and players have a place, entries of a flat list mostly do not.
            waiting += [((*path, n if deep else None), part) for n, part in enumerate(item)]
        else:
            found[(*path, item if isinstance(item, (str, int, float, bool, type(None))) else repr(item))] += 1
    return found


class Target:
    """An observation to be reached."""

    def __init__(self, observation: Any) -> None:
        self.observation = observation
        self.leaves = leaves(observation)
        self.size = sum(self.leaves.values())
        self._words: set[str] | None = None
        self._text = ""

    def likeness(self, observation: Any) -> float:
        """Leaves in common less half of those too many; a little more where flat lists agree from their start."""
        own = leaves(observation)
        common = sum(min(n, self.leaves.get(leaf, 0)) for leaf, n in own.items())
        extra = sum(own.values()) - common
        return common - extra / 2 + aligned(observation, self.observation) / (4 * self.size + 4)

    def missing(self, observation: Any) -> set[str]:
        """The words of the leaves that the observation lacks."""
        lacking = self.leaves - leaves(observation)
        return words_in(" ".join(str(leaf[-1]) for leaf in lacking))

    def speaks_of(self, label: str) -> bool:
        """Whether the label stands in the observation."""
        if self._words is None:
            self._text = "\n".join(str(leaf[-1]) for leaf in self.leaves)
            self._words = words_in(self._text)
        return label in self._words or (len(label) > 1 and not label.isdigit() and label in self._text)


def aligned(first: Any, second: Any, depth: int = DEPTH) -> int:
    """How many entries of lists agree place by place."""
    if depth == 0 or type(first) is not type(second):
        return 0
    if isinstance(first, dict):
        return sum(aligned(part, second[key], depth - 1) for key, part in first.items() if key in second)
    if isinstance(first, (list, tuple)):
        return sum((a == b) + aligned(a, b, depth - 1) for a, b in zip(first, second))
    return 0


def words_in(text: str) -> set[str]:
    """The words and numbers of a text."""
    return set(_WORD.findall(text))


def labels(actions: list[Action]) -> dict[Action, str]:
    """What tells each of these actions from the others: the action without the beginning and end common to all."""
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
