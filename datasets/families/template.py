"""The small template language of wordings: `[a|b]` picks one, `{slot}` is a value; see README.md."""

from __future__ import annotations

import random
import re
from typing import Any

WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
TENS = {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
CARDS = {"J": "jack", "Q": "queen", "K": "king", "A": "ace", "10": "ten", "T": "ten"}

SLOT = re.compile(r"\{(\w+)([#$^+~]?)\}")


class TemplateError(ValueError):
    """A wording that does not follow the template language."""


def number_word(value: int) -> str:
    """A whole number in words, up to a few hundred."""
    if value < 0:
        return f"minus {number_word(-value)}"
    if value <= 20:
        return WORDS[value]
    if value < 100:
        tens, ones = value // 10 * 10, value % 10
        word = "twenty" if tens == 20 else TENS[tens]
        return f"{word}-{WORDS[ones]}" if ones else word
    hundreds, rest = divmod(value, 100)
    head = "a hundred" if hundreds == 1 else f"{number_word(hundreds)} hundred"
    return f"{head} and {number_word(rest)}" if rest else head


def ordinal_word(value: int) -> str:
    return ORDINALS[value] if value < len(ORDINALS) else f"{value}th"


def pick_alternatives(text: str, rng: random.Random) -> str:
    """Replaces every `[a|b|c]`, innermost first, by one of its alternatives."""
    inner = re.compile(r"\[([^\[\]]*)\]")
    while match := inner.search(text):
        text = text[: match.start()] + rng.choice(match.group(1).split("|")) + text[match.end() :]
    if "[" in text or "]" in text:
        raise TemplateError(f"unbalanced brackets: {text}")
    return text


def join_words(words: list[str], rng: random.Random, last: str = "and") -> str:
    """A list as people write it."""
    if len(words) == 1:
        return words[0]
    style = rng.random()
    if style < 0.6:
        return ", ".join(words[:-1]) + f" {last} {words[-1]}"
    if style < 0.75:
        return ", ".join(words[:-1]) + f", {last} {words[-1]}"
    if style < 0.9 or any(not word.isalnum() for word in words):
        return ", ".join(words)
    return "/".join(words)


def numbers(values: list[int], rng: random.Random, last: str, style: str) -> str:
    spell = style == "$" or (style == "" and rng.random() < 0.4)
    return join_words([number_word(value) if spell else str(value) for value in values], rng, last)


#: What one thing does to another when it wins; the winner is the subject.
PLAIN_VERBS = ["beats", "wins against", "defeats", "trumps", "wins over", "is stronger than", "takes"]
LIVELY_VERBS = (
    "crushes catches eats covers burns cuts smashes swallows melts traps scares drowns stops breaks chases fools hides "
    "outruns bites freezes kicks steals blocks opens bends shoots lifts sinks tames wakes outsmarts buries cools dries "
    "heats cracks wraps stings outlasts blinds tickles"
).split()


def pair(winner: str, losers: list[str], rng: random.Random, lively: bool, article: str) -> str:
    """One winner and what it beats, as a clause."""
    names = join_words([article + loser for loser in losers], rng)
    if rng.random() < 0.1 and len(losers) == 1:
        return f"{names} loses {'to' if rng.random() < 0.8 else 'against'} {article}{winner}"
    verb = rng.choice(LIVELY_VERBS) if lively else rng.choice(["beats", *PLAIN_VERBS])
    return f"{article}{winner} {verb} {names}"


def relation(pairs: list[list[str]], rng: random.Random) -> str:
    """What beats what, pair by pair or winner by winner."""
    if rng.random() < 0.12:
        return ", ".join(f"{x} > {y}" for x, y in rng.sample(pairs, len(pairs)))
    grouped = rng.random() < 0.6
    winners = list(dict.fromkeys(x for x, _ in pairs))
    rng.shuffle(winners)
    groups = [(x, [y for w, y in pairs if w == x]) for x in winners] if grouped else [(x, [y]) for x, y in pairs]
    if not grouped:
        rng.shuffle(groups)
    article = rng.choice(["", "", "", "the ", "a "])
    lively, fixed = rng.random() < 0.45, rng.choice(["beats", "beats", *PLAIN_VERBS])
    clauses = [pair(x, ys, rng, lively, article) for x, ys in groups]
    if not lively and rng.random() < 0.6:
        clauses = [f"{article}{x} {fixed} {join_words([article + y for y in ys], rng)}" for x, ys in groups]
    return join_words(clauses, rng) if rng.random() < 0.8 else "; ".join(clauses)


def gain(value: int, rng: random.Random, plural: bool, words: float) -> str:
    """Points as a phrase: "gets 3 points", "loses 2"; plural for what both or "you" get."""
    if value == 0:
        verb, size = rng.choice(["get", "get", "gain", "score", "receive"]), rng.choice(["nothing", "nothing", "0", "zero"])
    else:
        gains, losses = ["get", "get", "gain", "score", "win", "receive", "earn"], ["lose", "lose", "pay", "give up"]
        verb = rng.choice(gains if value > 0 else losses)
        size = number_word(abs(value)) if rng.random() < words else str(abs(value))
        size += rng.choice(["", "", f" point{'' if abs(value) == 1 else 's'}"])
    if not plural:
        verb = "gives up" if verb == "give up" else f"{verb}s"
    return f"{verb} {size}"


def doubled(values: list[str], rng: random.Random) -> str:
    """A deck with every card twice, card by card."""
    if rng.random() < 0.5:
        return join_words([value for value in values for _ in range(2)], rng)
    if all(value in CARDS for value in values):
        return join_words([f"two {CARDS[value]}s" for value in values], rng)
    return join_words([f"two {value}s" for value in values], rng)


#: Ranks whose order everybody knows, so that they may be named in any order.
KNOWN_ORDER = frozenset(["2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K", "A", "1"])


def ranks(values: list[str], rng: random.Random) -> str:
    """Card ranks, lowest first or in an order that cannot mislead; numbers as a range, court cards as words."""
    if set(values) <= KNOWN_ORDER and "A" not in values and rng.random() < 0.25:
        values = values[::-1] if rng.random() < 0.6 else rng.sample(values, len(values))
        return join_words([CARDS.get(value, value) for value in values] if rng.random() < 0.5 else values, rng)
    if all(value.isdigit() for value in values) and rng.random() < 0.5:
        return f"{values[0]}{rng.choice([' to ', ' through ', '-', ' up to '])}{values[-1]}"
    if rng.random() < 0.35 and any(value in CARDS for value in values):
        values = [CARDS.get(value, value) for value in values]
    elif rng.random() < 0.2 and all(len(value) == 1 for value in values):
        return " ".join(values) if rng.random() < 0.5 else "".join(values)
    return join_words(values, rng)


def render(name: str, style: str, value: Any, rng: random.Random, words: float) -> str:
    """A slot's value as text; `words` is the share of numbers that are spelt out."""
    if name == "ranks":
        return ranks(value, rng)
    if name == "doubled":
        return doubled(value, rng)
    if style in ("+", "~"):
        return gain(value, rng, style == "~", words)
    if name == "choices":
        return join_words(value, rng, rng.choice(["or", "or", "and"]))
    if name == "beats":
        return relation(value, rng)
    if name in ("heaps", "takes", "bust"):
        return numbers(value, rng, "and" if name == "heaps" else "or", style)
    if isinstance(value, int):
        if style == "#" or (style == "" and (value < 0 or rng.random() >= words)):
            return str(value)
        return ordinal_word(value) if style == "^" else number_word(value)
    return str(value)


def fill(text: str, slots: dict[str, Any], rng: random.Random, words: float = 0.4) -> str:
    """The text with alternatives picked and slots filled; raises TemplateError for a slot without a value."""

    def replace(match: re.Match[str]) -> str:
        if match[1] not in slots:
            raise TemplateError(f"no value for {{{match[1]}}} in: {text}")
        return render(match[1], match[2], slots[match[1]], rng, words)

    return SLOT.sub(replace, pick_alternatives(text, rng))
