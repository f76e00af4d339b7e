"""The catalogue entries of an exported model (`models/README.md` lists the fields)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distil.prompt import STOP, TEMPLATE
from distil.shapes import Shape
from distil.shards import TENSOR_CACHE, digests, write_json

MODELS = Path(__file__).parents[2] / "models"
CATALOGUE = "catalogue.json"
#: Sizes (architecture, hidden, inner, layers, vocabulary) whose library comes with WebLLM -> the entry that names it.
PREBUILT = {("qwen2", 2048, 11008, 36, 151936): "Qwen2.5-3B-Instruct-{form}-MLC"}


@dataclass(frozen=True)
class About:
    """What an entry says of a model that its weights do not."""

    name: str
    title: str
    description: str
    licence: str
    #: None: the model's own folder.
    licence_address: str | None = None
    licence_note: str | None = None
    writes: str = "any"
    context: int = 8192
    #: Tokens of the longest answer; None: three eighths of the context, as for the models that ship.
    answer: int | None = None
    template: str = TEMPLATE
    stop: tuple[str, ...] = (STOP,)
    #: Address of the compiled model library; None: the prebuilt one, or one beside the weights.
    library: str | None = None

    def common(self, identity: str, folder: str) -> dict[str, Any]:
        """The fields that entries of both engines have."""
        licence = {"name": self.licence, "address": self.licence_address or folder, "note": self.licence_note}
        return {
            "id": identity,
            "title": self.title,
            "description": self.description,
            "group": self.name,
            "writes": self.writes,
            "licence": licence,
            "contextTokens": self.context,
            "answerTokens": self.answer or self.context * 3 // 8,
            "prompt": {"template": self.template},
            "stop": list(self.stop),
        }


def gguf_entry(about: About, form: str, folder: str) -> dict[str, Any]:
    """The entry of GGUF files listed by `folder/manifest.json`; the folder's address is relative to the catalogue."""
    return {
        **about.common(f"{about.name}-{form}-GGUF", folder),
        "engine": "wllama",
        "totalBytes": None,
        "source": {"kind": "manifest", "address": f"{folder}/manifest.json"},
    }


def mlc_entry(about: About, shape: Shape, form: str, files: Path, folder: str) -> dict[str, Any]:
    """The entry of the MLC model in `files`; `folder` is its address, relative to the catalogue."""
    cache = json.loads((files / TENSOR_CACHE).read_text(encoding="utf-8"))
    fetched = [TENSOR_CACHE, "mlc-chat-config.json", "tokenizer.json"]
    fetched += [record["dataPath"] for record in cache["records"]]
    listed = []
    for name in fetched:
        found = digests(files / name)
        listed.append({"name": name, "bytes": found["bytes"], "sha256": found["sha256"]})
    known = prebuilt(shape, form)
    library = known["library"]["address"] if known else f"{folder}/{about.name}-{form}-webgpu.wasm"
    return {
        **about.common(f"{about.name}-{form}-MLC", folder),
        "engine": "webllm",
        "totalBytes": sum(file["bytes"] for file in listed),
        "address": folder,
        "library": {"address": about.library or library, "bytes": None, "sha256": None},
        "files": listed,
        "quantization": form,
        "requiredFeatures": ["shader-f16"] if form == "q4f16_1" else [],
        "vramMb": round(known["vramMb"] + cache_mb(shape, form, about.context - known["contextTokens"]), 2)
        if known
        else None,
        "largestBindingBytes": max(tensor["nbytes"] for shard in cache["records"] for tensor in shard["records"]),
    }


def cache_mb(shape: Shape, form: str, tokens: int) -> float:
    """MiB of keys and values of so many tokens."""
    width = 2 if form == "q4f16_1" else 4
    return 2 * shape.layers * shape.key_heads * shape.head * tokens * width / 2**20


def prebuilt(shape: Shape, form: str) -> dict[str, Any] | None:
    """The shipped catalogue's entry whose library runs this shape, if there is one."""
    size = (shape.architecture, shape.hidden, shape.inner, shape.layers, shape.vocabulary)
    if size not in PREBUILT or not shape.tied:
        return None
    wanted = PREBUILT[size].format(form=form)
    models = json.loads((MODELS / CATALOGUE).read_text(encoding="utf-8"))["models"]
    return next(model for model in models if model["id"] == wanted)


def record(folder: Path, entry: dict[str, Any]) -> None:
    """Puts the entry into `folder/catalogue.json`, in the place of the one with its id."""
    path = folder / CATALOGUE
    models = json.loads(path.read_text(encoding="utf-8"))["models"] if path.is_file() else []
    kept = [model for model in models if model["id"] != entry["id"]]
    write_json(path, {"version": 1, "models": sorted([*kept, entry], key=lambda model: model["id"])})
