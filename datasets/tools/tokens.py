"""Counts tokens with the starter's vocabulary, which stands in the first file of its weights."""

from __future__ import annotations

from functools import cache
from math import log
from pathlib import Path

STARTER = Path(__file__).parents[2] / "models" / "starter"
#: Entries of Qwen2.5's byte-pair vocabulary, special tokens left out.
QWEN_VOCABULARY = 151_643


@cache
def starter_tokenizer():
    """The starter's byte-pair tokenizer: digits apart, then GPT-2's pattern, as llama.cpp reads "smollm".

    Raises FileNotFoundError where models/starter has no weights.
    """
    import gguf
    from tokenizers import Tokenizer, models, pre_tokenizers

    files = sorted(STARTER.glob("*.gguf"))
    if not files:
        raise FileNotFoundError(f"no weights in {STARTER}: the starter's vocabulary is read from them")
    fields = gguf.GGUFReader(files[0]).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    return tokenizer


def count(text: str) -> int:
    """The starter's tokens in a text."""
    return len(starter_tokenizer().encode(text).ids)


def qwen_estimate(tokens: int) -> int:
    """Tokens that Qwen2.5's larger vocabulary would need for a text of so many of the starter's.

    Assumes that a token carries information in proportion to the logarithm of the vocabulary's size.
    """
    return round(tokens * log(starter_tokenizer().get_vocab_size()) / log(QWEN_VOCABULARY))
