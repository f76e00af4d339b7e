"""`train export`: a checkpoint, an adapter on it, or shipped GGUF weights, to the files that the page's engines read.

Everything goes to `models/distilled/<name>/`: one folder a format, `catalogue.json` with an entry for each, and
`report.json` with the difference that quantisation makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from distil.chat_config import chat_config
from distil.checkpoint import Checkpoint, Weights
from distil.entry import About, gguf_entry, mlc_entry, record
from distil.gguf_file import FORMATS, write_gguf
from distil.gguf_source import GgufWeights
from distil.groups import ACTIVATION
from distil.logits import compare, forward
from distil.merge import Merged
from distil.mlc import MlcWeights, write_weights
from distil.shapes import Shape, shape_of
from distil.shards import write_json
from distil.tokenizer import read_tokenizer, tokenizer_json

TARGETS = (*(f"mlc-{form}" for form in ACTIVATION), *(f"gguf-{form}" for form in FORMATS))
#: Tokens are compared on this text, which every tokenizer knows how to write.
SAMPLE = (
    "Two players take turns. On a board of seven columns and six rows a stone falls to the lowest free cell of its "
    "column. Whoever first has four stones in a line, across, upright or slanted, wins; a full board is a draw."
)


@dataclass(frozen=True)
class Source:
    """What is exported: weights, shape, and the parsed texts of the checkpoint."""

    weights: Weights
    shape: Shape
    texts: dict[str, dict[str, Any]]


def parsed(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def open_source(checkpoint: Path, adapter: Path | None = None) -> Source:
    """Opens a Hugging Face checkpoint (an adapter merged into it), or a folder of GGUF files."""
    files = sorted(checkpoint.glob("*.gguf"))
    if files:
        if adapter:
            raise ValueError("an adapter needs its base as a Hugging Face checkpoint, not as GGUF")
        shipped = GgufWeights(files)
        ids = {f"{kind}_token_id": shipped.fields.get(f"tokenizer.ggml.{kind}_token_id") for kind in ("bos", "eos")}
        texts = {"tokenizer": tokenizer_json(shipped.vocabulary()), "config": ids}
        return Source(shipped, shipped.model_shape(), {"tokenizer_config": {}, "generation": {}, **texts})
    config = parsed(checkpoint, "config.json")
    if not config:
        raise FileNotFoundError(f"no config.json in {checkpoint}: name the folder of a checkpoint")
    weights: Weights = Checkpoint(checkpoint)
    # an adapter is saved with the tokenizer that it was trained with
    texts_at = adapter if adapter and (adapter / "tokenizer.json").is_file() else checkpoint
    return Source(
        Merged(weights, adapter) if adapter else weights,
        shape_of(config),
        {
            "tokenizer": read_tokenizer(texts_at),
            "tokenizer_config": parsed(texts_at, "tokenizer_config.json"),
            "config": config,
            "generation": parsed(checkpoint, "generation_config.json"),
        },
    )


def sample_tokens(tokenizer: dict[str, Any]) -> list[int]:
    """Token ids of the sample text."""
    from tokenizers import Tokenizer

    return Tokenizer.from_str(json.dumps(tokenizer)).encode(SAMPLE).ids


def write_mlc(
    source: Source, folder: Path, form: str, rounding: str, context: int, say: Callable[[str], None] = print
) -> None:
    """Writes a whole MLC model: weights, `mlc-chat-config.json`, tokenizer."""
    write_weights(source.weights, source.shape, folder, form, rounding, say=say)
    write_json(folder / "tokenizer.json", source.texts["tokenizer"])
    files = ["tokenizer.json"]
    if source.texts["tokenizer_config"]:
        write_json(folder / "tokenizer_config.json", source.texts["tokenizer_config"])
        files.append("tokenizer_config.json")
    texts = source.texts
    config = chat_config(source.shape, form, texts["config"], texts["generation"], context, files)
    write_json(folder / "mlc-chat-config.json", config)


def run(
    source: Source, about: About, targets: list[str], out: Path, rounding: str = "mlc", measure: bool = True
) -> dict[str, Any]:
    """Writes the targets under `out/<name>/`; returns the report.

    `measure` compares logits on the sample text, which takes two passes over all weights.
    """
    base = out / about.name
    base.mkdir(parents=True, exist_ok=True)
    report = parsed(base, "report.json")
    reference = tokens = None
    for target in targets:
        kind, form = target.split("-")
        print(f"{about.name}: {target}")
        # addresses are relative to the catalogue, so that the folder can be moved or served from anywhere
        folder, address = base / target, target
        if kind == "gguf":
            write_gguf(source.weights, source.shape, source.texts, folder, about.name, form)
            record(base, gguf_entry(about, form, address))
            continue
        write_mlc(source, folder, form, rounding, about.context)
        record(base, mlc_entry(about, source.shape, form, folder, address))
        if measure:
            if reference is None:
                tokens = sample_tokens(source.texts["tokenizer"])
                print(f"comparing logits on {len(tokens)} tokens")
                reference = forward(source.shape, source.weights, tokens)
            assert tokens is not None
            difference = compare(reference, forward(source.shape, MlcWeights(folder, source.shape), tokens))
            kept = isinstance(source.weights, GgufWeights)
            report[target] = {"rounding": "none" if kept else rounding, **asdict(difference)}
            print(json.dumps(report[target]))
            write_json(base / "report.json", report)
    return report
