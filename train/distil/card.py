"""Writes the measured part of the model card from the evaluations and the training data; nothing is typed by hand."""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path

from distil.base import base_gguf
from distil.data import chunk

SECTION = re.compile(r"(<!-- card: [^>]*-->\n).*?(<!-- /card -->)", re.DOTALL)
SAMPLE = 2000


def program_tokens() -> tuple[float, int]:
    """Median and largest number of the model's tokens in a program, over a sample of training pairs."""
    from transformers import AutoTokenizer

    base = base_gguf()
    tokenizer = AutoTokenizer.from_pretrained(base.parent, gguf_file=base.name)
    programs = [item["completion"] for item in chunk(0, 0, SAMPLE) if item["family"] != "unknown"]
    counts = [len(tokenizer(program, add_special_tokens=False).input_ids) for program in programs]
    return statistics.median(counts), max(counts)


def table(runs: dict[str, dict]) -> str:
    """One row a family, one column an evaluation."""
    names = list(next(iter(runs.values())))
    lines = ["| family | " + " | ".join(runs) + " |", "|---" * (len(runs) + 1) + "|"]
    for name in names:
        cells = [f"{run[name]['right']}/{run[name]['texts']} ({run[name]['share']:.1%})" for run in runs.values()]
        lines.append(f"| {name.replace('_', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def run(card: Path, evaluations: dict[str, Path]) -> None:
    """Rewrites the section of the card between its markers. Raises ValueError when the card has none."""
    text = card.read_text(encoding="utf-8")
    if not SECTION.search(text):
        raise ValueError(f"{card} has no card section")
    runs = {name: json.loads(path.read_text(encoding="utf-8"))["table"] for name, path in evaluations.items()}
    median, largest = program_tokens()
    body = (
        f"{table(runs)}\n\n"
        f"Programs of the training data are {median:.0f} tokens long in the median, {largest} at most.\n"
    )
    card.write_text(SECTION.sub(lambda match: match[1] + "\n" + body + "\n" + match[2], text), encoding="utf-8")
    print(f"{card} written")
