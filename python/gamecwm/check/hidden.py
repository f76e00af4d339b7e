"""What the legal set hides: actions that no list offers and apply_action carries out all the same.

Found by exploring, not by reading: the strings that the program itself holds and variations of the actions met (other
numbers, other words) are offered at states along a playout. This also explores where the legal list is empty.
"""

from __future__ import annotations

import random
import re
from typing import Any

from ..contract import Game
from ..playout import Trail
from .questions import accepts

#: States where actions are offered, and how many at each.
STATES, OFFERED = 10, 24
#: Strings taken from the program's constants.
STRINGS = 400
_PIECES = re.compile(r"\d+|[A-Za-z]+|.", re.DOTALL)


def hidden_actions(game: Game, trail: Trail, seed: int) -> tuple[bool, str, list[str] | None]:
    """Whether nothing was found, in words, and the list that shows what was."""
    places = [place for place, node in enumerate(trail.nodes) if not node.faults]
    nodes = [trail.nodes[place] for place in places]
    if not nodes:
        return False, "Not run: there is no state to try actions at.", None
    rng = random.Random(f"{seed} hidden")
    known = list(dict.fromkeys(action for node in nodes for action in node.legal))
    strings = [text for text in _strings(list(game.namespace.values()), 3) if 0 < len(text) <= 60][:STRINGS]
    offered = 0
    if len(places) > STATES:
        places = sorted({places[0], places[-1], *rng.sample(places, STATES - 2)})
    for place in places:
        node = trail.nodes[place]
        legal = set(node.legal)
        pool = [action for action in _variations(known, strings, rng) if action not in legal]
        offered += len(pool)
        hit = accepts(node, pool)
        if hit:
            return False, hit.message, trail.actions[:place]
    return True, f"None of {offered} actions that no list offers was carried out.", None


def _variations(known: list[str], strings: list[str], rng: random.Random) -> list[str]:
    """Actions like those that were met, and strings of the program."""
    found: dict[str, None] = dict.fromkeys(rng.sample(strings, min(OFFERED // 3, len(strings))))
    numbers = sorted({piece for action in known[:500] for piece in _PIECES.findall(action) if piece.isdigit()}, key=int)
    words = sorted({piece for action in known[:500] for piece in _PIECES.findall(action) if piece.isalpha()})
    if numbers:
        numbers.append(str(int(numbers[-1]) + 1))
    for _ in range(OFFERED * 2 if known else 0):
        pieces = _PIECES.findall(rng.choice(known))
        place = rng.randrange(len(pieces)) if pieces else 0
        choices = numbers if pieces and pieces[place].isdigit() else words
        if pieces and choices and (pieces[place].isdigit() or pieces[place].isalpha()):
            pieces[place] = rng.choice(choices)
            found["".join(pieces)] = None
    return list(found)[:OFFERED]


def _strings(values: list[Any], depth: int) -> list[str]:
    """Texts in the constants of a module, also inside its containers."""
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, tuple, set, frozenset, dict)) and depth:
            found += _strings(
                sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value), depth - 1
            )
            if isinstance(value, dict):
                found += _strings(list(value.values()), depth - 1)
        if len(found) > STRINGS:
            break
    return found
