"""Whether drawn worlds are as many and as frequent as they should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

#: Standard deviations beyond which a count is no accident: about one in a hundred million.
SIGMAS = 5.6
#: Smallest expected count of a class in the chi-square test.
EXPECTED = 5.0

World = tuple[str, ...]


def suspicion(drawn: Sequence[World], exact: dict[World, float], *, strict: bool) -> str | None:
    """What is wrong with draws from worlds of known probability, in words, or None.

    strict: the probabilities are those of chance alone, so that frequencies are judged too (chi-square, classes of
    fewer than five expected draws put together); else only how many different worlds there are: a right program may
    weigh the others' hidden choices in its own way.
    """
    if not drawn:
        return "gave no history to count"
    different = len(set(drawn))
    if different == 1:
        chance = max(exact.values())
        return f"always gives the same one of {len(exact)} worlds" if chance ** len(drawn) < 1e-8 else None
    if not strict:
        return None
    hidden = [1 - (1 - probability) ** len(drawn) for probability in exact.values()]
    mean = sum(hidden)
    spread = sqrt(sum(share * (1 - share) for share in hidden) + 1)
    if different < mean - SIGMAS * spread:
        return f"gives {different} different worlds in {len(drawn)} draws where {mean:.0f} are to be expected"
    score = _chi_square(Counter(drawn), exact, len(drawn))
    if score > SIGMAS:
        return f"draws worlds in other proportions than chance does ({len(exact)} worlds, {len(drawn)} draws)"
    return None


def _chi_square(counts: Counter[World], exact: dict[World, float], draws: int) -> float:
    """The chi-square statistic as standard deviations of a normal (Wilson and Hilferty 1931)."""
    classes: list[tuple[float, int]] = []
    expected, found = 0.0, 0
    for world in sorted(exact, key=lambda world: -exact[world]):
        expected += exact[world] * draws
        found += counts[world]
        if expected >= EXPECTED:
            classes.append((expected, found))
            expected, found = 0.0, 0
    if classes and expected:
        last = classes.pop()
        classes.append((last[0] + expected, last[1] + found))
    freedom = len(classes) - 1
    if freedom < 1:
        return 0.0
    statistic = sum((found - expected) ** 2 / expected for expected, found in classes)
    spread = 2 / (9 * freedom)
    return ((statistic / freedom) ** (1 / 3) - (1 - spread)) / sqrt(spread)
