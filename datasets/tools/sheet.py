"""Writes the generated blocks of datasets/README.md, each between its marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.games import Folder
from tools.table import markdown

MARKS = ("<!-- {name}: written by npm run data -- stats --record -->", "<!-- /{name} -->")


def replace_block(text: str, name: str, block: str) -> str:
    """The text with what stands between the marks of a block replaced. Raises ValueError when a mark is missing."""
    begin, end = (mark.format(name=name) for mark in MARKS)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"the datasheet has lost the marks of its block {name}")
    head, rest = text.split(begin)
    return f"{head}{begin}\n\n{block}\n\n{end}{rest.split(end)[1]}"


def write_blocks(sheet: Path, folders: list[Folder], figures: list[dict[str, Any]], *, games: int, seed: int) -> None:
    """Writes what each game tests, its figures, its source and its differences."""
    text = sheet.read_text(encoding="utf-8")
    for name, block in {
        "tests": tests_block(folders),
        "lengths": lengths_block(figures, games, seed),
        "sources": sources_block(folders),
        "differences": differences_block(folders),
    }.items():
        text = replace_block(text, name, block)
    sheet.write_text(text, encoding="utf-8")


def tests_block(folders: list[Folder]) -> str:
    rows = [
        [f"[{one.name}](games/{one.name}/rules.md)", one.meta["title"], one.meta["tier"] or "", one.meta["split"],
         one.meta["information"], len(one.scenarios), one.meta.get("tests", "")]
        for one in folders
    ]  # fmt: skip
    return markdown(["game", "title", "tier", "split", "information", "scenarios", "what it tests"], rows)


def lengths_block(figures: list[dict[str, Any]], games: int, seed: int) -> str:
    head = ["game", "style", "rules", "short rules", "program", "program (Qwen2.5, estimated)", "plain program",
            "characters of rules", "of program", "branching", "actions a game"]  # fmt: skip
    rows = [
        [one["name"], one["style"], one["tokens"]["rules"], one["tokens"]["short"], one["tokens"]["program"],
         one["qwenTokensEstimated"]["program"], one["tokens"]["plain"], one["characters"]["rules"],
         one["characters"]["program"], one["branching"], one["length"]]
        for one in figures
    ]  # fmt: skip
    said = (
        f"{len(figures)} games. Branching is the mean number of different legal actions where a player decides; it and "
        f"the actions a game (chance included) are means over {games} random games with seed {seed}."
    )
    return f"{said}\n\n{markdown(head, rows)}"


def sources_block(folders: list[Folder]) -> str:
    return "\n".join(f"- **{one.meta['title']}**: {one.meta['source']}" for one in folders)


def differences_block(folders: list[Folder]) -> str:
    lines = [
        "\n".join([f"- **{one.meta['title']}**", *(f"  - {said}" for said in one.meta["differs"])])
        for one in folders
        if one.meta.get("differs")
    ]
    same = [one.meta["title"] for one in folders if not one.meta.get("differs")]
    return "\n".join([*lines, "", f"No known difference: {', '.join(same)}."])
