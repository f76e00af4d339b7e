"""Composes rules texts from wordings: a register, an order, joined clauses, what is left unsaid, slips of the pen."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from families.family import Fact, Family, Params
from families.template import fill, pick_alternatives

REGISTERS = ("rulebook", "child", "bullets", "chat", "challenge", "story")
#: Registers whose wordings are whole sentences and so can be mixed in one text.
SENTENCES = ("rulebook", "child", "chat", "story")
#: Base words that say more than a name.
SPELT_OUT = re.compile(r"\d+ ?[x×] ?\d+|\bby\b|\bboard\b|\bgrid\b|\bto \d+|rows|columns|cards|dice|die\b")
WORDINGS = Path(__file__).parent / "wordings"


@cache
def wordings(family: str) -> dict[str, Any]:
    """The wordings of a family, as written in wordings/<family>.json."""
    return json.loads((WORDINGS / f"{family}.json").read_text(encoding="utf-8"))


@cache
def keys_in(family: str, register: str) -> dict[str, tuple[str, ...]]:
    """The clause keys that have wordings in a register, with their parts."""
    clauses = wordings(family)["clauses"]
    return {key: tuple(key.split("+")) for key, words in clauses.items() if words.get(register)}


def count_in(family: str, register: str, key: str) -> int:
    """How many wordings a key has in a register."""
    return len(wordings(family)["clauses"][key][register])


def describe(family: Family, params: Params, rng: random.Random, named: float = 0.35) -> str:
    """A rules text of the game with these parameters, as somebody might type it.

    `named` is the chance that the text starts from a known game's name where one fits.
    """
    register = rng.choice(REGISTERS)
    facts = family.facts(params)
    slots = {**family.nouns(rng)}
    for fact in facts:
        slots |= fact.slots
    verbosity = rng.choice([0.0, 0.2, 0.5, 0.8])
    wanted = [fact for fact in facts if fact.required or rng.random() < verbosity]
    intro, wanted = open_text(family, params, wanted, facts, register, rng, named)
    pieces = [word(family, register, keys, rng) for keys in cover(family, register, wanted, facts, rng)]
    words = rng.choice([0.1, 0.4, 0.4, 0.9])
    texts = [fill(slip(text, rng), slots, rng, words) for text in ([intro] if intro else []) + pieces]
    texts = [mend_grammar(text, rng) for text in texts]
    return finish(texts, bool(intro), register, rng)


def open_text(
    family: Family,
    params: Params,
    wanted: list[Fact],
    facts: list[Fact],
    register: str,
    rng: random.Random,
    named: float,
) -> tuple[str, list[Fact]]:
    """The opening words, and the facts still to be said after them: a known game's name says some already."""
    known = wordings(family.name)
    if rng.random() < named:
        bases = [base for base in known.get("bases", []) if base["words"].get(register)]
        rng.shuffle(bases)
        for base in bases:
            implied = family.imply(base["params"], params)
            if implied is None or not keeps_its_name(family.name, base["params"], params):
                continue
            said = implied_facts(family, json.dumps(implied))
            rest = [fact for fact in facts if (fact.keys, json.dumps(fact.slots)) not in said]
            opening = pick_alternatives(rng.choice(base["words"][register]), rng)
            # Words that spell out a size contradict a text that then gives another.
            if rest and SPELT_OUT.search(opening):
                continue
            return opening, rest
    openings = known["intro"].get(register, [])
    return (rng.choice(openings) if openings and rng.random() < 0.6 else ""), wanted


def keeps_its_name(name: str, base: Params, params: Params) -> bool:
    """Whether a variant of an earlier base ("lowball Kuhn poker") keeps just what makes it that variant."""
    for earlier in wordings(name)["bases"]:
        if earlier["params"] is base:
            return True
        differs = [key for key in base if earlier["params"].get(key) != base[key]]
        if len(differs) <= 2 and any(params.get(key) != base[key] for key in differs):
            return False
    return True


@cache
def implied_facts(family: Family, implied: str) -> frozenset[tuple[tuple[str, ...], str]]:
    """The facts that hold whatever the parameters that a known game's name leaves open."""
    rng = random.Random(0)
    known = json.loads(implied)
    drawn = [family.overlay(known, rng) for _ in range(48)]
    sets = [{(fact.keys, json.dumps(fact.slots)) for fact in family.facts(params)} for params in drawn]
    return frozenset(set.intersection(*sets))


def cover(
    family: Family, register: str, wanted: list[Fact], facts: list[Fact], rng: random.Random
) -> list[tuple[str, str]]:
    """Clause keys (key, register) that say every wanted fact once, in random order, some joined in one wording."""
    left = {fact.keys: fact for fact in wanted}
    sayable = {key: fact.keys for fact in facts for key in fact.keys}
    chosen: list[tuple[str, str]] = []
    said: set[tuple[str, ...]] = set()
    while left:
        here = register if register not in SENTENCES or rng.random() < 0.8 else rng.choice(SENTENCES)
        keys = keys_in(family.name, here)
        joined = [
            key
            for key, parts in keys.items()
            if len(parts) > 1
            and all(part in sayable and sayable[part] not in said for part in parts)
            and any(sayable[part] in left for part in parts)
        ]
        if joined and rng.random() < 0.4:
            # Long joins are rare among the keys but frequent among people.
            weights = [len(keys[key]) ** 1.5 * count_in(family.name, here, key) ** 0.5 for key in joined]
            key = rng.choices(joined, weights)[0]
        else:
            fact = rng.choice(list(left.values()))
            single = [key for key in fact.keys if key in keys]
            key = rng.choice(single) if single else ""
            if not key:
                key, here = fact.keys[0], next(r for r in REGISTERS if fact.keys[0] in keys_in(family.name, r))
        for part in keys_in(family.name, here)[key]:
            said.add(sayable[part])
            left.pop(sayable[part], None)
        chosen.append((key, here))
    choices_first = [item for item in chosen if "choices" in item[0].split("+")]
    return choices_first + [item for item in chosen if item not in choices_first]


def word(family: Family, register: str, item: tuple[str, str], rng: random.Random) -> str:
    """One wording of a key."""
    key, here = item
    return rng.choice(wordings(family.name)["clauses"][key][here])


def slip(text: str, rng: random.Random) -> str:
    """Now and then a slip of the pen, never inside a slot."""
    if rng.random() > 0.06:
        return text
    spots = [match for match in re.finditer(r"(?<![\w{\[|])[a-z]{4,}(?![\w}|\]])", text)]
    if not spots:
        return text
    match = rng.choice(spots)
    letters = list(match[0])
    index = rng.randrange(1, len(letters) - 1)
    kind = rng.random()
    if kind < 0.4:
        letters[index], letters[index + 1] = letters[index + 1], letters[index]
    elif kind < 0.7:
        del letters[index]
    else:
        letters.insert(index, letters[index])
    return text[: match.start()] + "".join(letters) + text[match.end() :]


def mend_grammar(text: str, rng: random.Random) -> str:
    """Mostly says "an 8" and "1 point"; some people do not."""
    if rng.random() < 0.2:
        return text
    text = re.sub(r"\b([Aa]) (?=8|11\b|18\b|eight|eleven)", r"\1n ", text)
    return re.sub(r"\b(1|one) (point|chip|coin|round|time|bet|raise|row|column)s\b", r"\1 \2", text)


def sentence(text: str) -> str:
    """A sentence with its capital and its full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ":", ")")) else text + "."


def finish(texts: list[str], has_intro: bool, register: str, rng: random.Random) -> str:
    """Joins the pieces as the register does, with the habits of different typists."""
    texts = [text.strip() for text in texts if text.strip()]
    if register == "bullets":
        bullet = rng.choice(["- ", "* ", "• ", "", "1"])
        head = [texts[0]] if has_intro else []
        items = texts[len(head) :]
        lines = [f"{index}. {item}" if bullet == "1" else bullet + item for index, item in enumerate(items, 1)]
        return "\n".join(head + lines)
    if register == "challenge":
        text = join_fragments(texts, has_intro, rng)
    elif register == "chat":
        text = rng.choice([". ", ". ", "\n", ", ", " ... ", "; "]).join(text.rstrip(".") for text in texts)
    else:
        text = rng.choice([" ", " ", " ", "\n", "\n\n"]).join(sentence(text) for text in texts)
    habit = rng.random()
    if habit < 0.12:
        text = lower_but_ranks(text)
    elif habit < 0.2:
        text = text.rstrip(".")
    elif habit < 0.24:
        text = text.replace("'", "")
    return text


def lower_but_ranks(text: str) -> str:
    """Lower case, except for single capital letters, which may name cards or choices."""
    return re.sub(r"\b[A-Z][a-z]\w*|\b[A-Z]{4,}\b", lambda match: match[0].lower(), text)


def join_fragments(texts: list[str], has_intro: bool, rng: random.Random) -> str:
    """One line of fragments: an opening, then commas and a last "and"."""
    head = texts[0] if has_intro else ""
    rest = texts[1:] if has_intro else texts
    if not rest:
        return head
    body = ", ".join(rest[:-1]) + (rng.choice([" and ", ", and ", ", "]) if len(rest) > 1 else "") + rest[-1]
    if not head:
        return body
    link = rng.choice([" but ", ", but ", ", only ", ": ", ", "])
    return head.rstrip(".,:") + link + body
