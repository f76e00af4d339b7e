"""The starter's prompt: the same text in training, evaluation and the page (models/catalogue.json)."""

from __future__ import annotations

import re

TEMPLATE = "<|im_start|>user\n{rules}<|im_end|>\n<|im_start|>assistant\n"
STOP = "<|im_end|>"
#: The whole answer where the rules are none of the games the starter knows.
UNKNOWN = "# UNKNOWN GAME\n"


def prompt_of(rules: str) -> str:
    """The raw prompt; the model's special tokens are taken out of what a person typed."""
    return TEMPLATE.replace("{rules}", re.sub(r"<\|[^|]*\|>", "", rules).strip())
