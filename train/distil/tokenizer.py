"""Byte-level BPE tokenizers between the two files that engines read: `tokenizer.json` (MLC) and GGUF metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: How llama.cpp calls the splitting of text before BPE -> pieces of that tokenizer's `pre_tokenizer` in tokenizer.json.
#: Patterns: Qwen2 takes digits one by one, Llama 3 up to three; SmolLM2 has a step for digits before GPT-2's pattern.
SPLITS = {
    "qwen2": r"|\p{N}| ?[^\s\p{L}\p{N}]+",
    "llama-bpe": r"|\p{N}{1,3}|",
    "smollm": '"type": "Digits", "individual_digits": true',
}
NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5


@dataclass(frozen=True)
class Vocabulary:
    """What a GGUF file says of a tokenizer: one text and type a token, merges in order, the kind of splitting."""

    tokens: list[str]
    types: list[int]
    merges: list[str]
    split: str


def read_tokenizer(folder: Path) -> dict[str, Any]:
    """The content of `tokenizer.json`; raises ValueError for a tokenizer that is not byte-level BPE."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise FileNotFoundError(f"no tokenizer.json in {folder}: save the tokenizer beside the weights")
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["model"]["type"] != "BPE" or '"ByteLevel"' not in json.dumps(content.get("decoder")):
        raise ValueError("only byte-level BPE tokenizers are known here (Qwen2, Llama 3, SmolLM2)")
    return content


def split_of(content: dict[str, Any]) -> str:
    """llama.cpp's name of the splitting before BPE; ValueError when it is none that is known here."""
    text = json.dumps(content.get("pre_tokenizer"), ensure_ascii=False)
    for name, piece in SPLITS.items():
        if piece in text or json.dumps(piece)[1:-1] in text:
            return name
    raise ValueError("llama.cpp's name for this tokenizer's splitting is not known here: GGUF cannot be written")


def vocabulary_of(content: dict[str, Any], size: int) -> Vocabulary:
    """The vocabulary of a `tokenizer.json`, filled up to the model's size with unused tokens."""
    by_id = {index: (text, NORMAL) for text, index in content["model"]["vocab"].items()}
    for token in content.get("added_tokens", []):
        by_id[token["id"]] = (token["content"], CONTROL if token["special"] else USER_DEFINED)
    if max(by_id) >= size:
        raise ValueError(f"the tokenizer has {max(by_id) + 1} tokens, the model {size}")
    filled = [by_id.get(index, (f"[PAD{index}]", UNUSED)) for index in range(size)]
    # a list of two is the newer writing; a space inside a part is written Ġ by the byte-level alphabet already
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in content["model"]["merges"]]
    return Vocabulary([text for text, _ in filled], [kind for _, kind in filled], merges, split_of(content))


def tokenizer_json(vocabulary: Vocabulary) -> dict[str, Any]:
    """`tokenizer.json` of a GGUF vocabulary split as SmolLM2's; the inverse of `vocabulary_of`."""
    if vocabulary.split != "smollm":
        raise ValueError(f"a GGUF tokenizer split as {vocabulary.split!r} is not known here")
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    listed = list(enumerate(zip(vocabulary.tokens, vocabulary.types, strict=True)))
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": index, "content": text, **plain, "special": kind == CONTROL}
            for index, (text, kind) in listed
            if kind in (CONTROL, USER_DEFINED)
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level],
        },
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {text: index for index, (text, kind) in listed if kind != UNUSED},
            "merges": [merge.split(" ") for merge in vocabulary.merges],
        },
    }
