"""The weights that ship: whole, small enough, and four-bit throughout."""

import hashlib
import json
from pathlib import Path

import gguf
import pytest
from distil.export import SPLIT_BYTES, gguf_name
from distil.load import hugging_face_name

STARTER = Path(__file__).parents[2] / "models" / "starter"
MANIFEST = json.loads((STARTER / "manifest.json").read_text(encoding="utf-8"))
LARGEST_FILE = 25_000_000


@pytest.fixture(scope="module")
def tensors():
    return [tensor for file in MANIFEST["files"] for tensor in gguf.GGUFReader(STARTER / file["name"]).tensors]


def test_files_are_those_of_the_manifest():
    assert {path.name for path in STARTER.glob("*.gguf")} == {file["name"] for file in MANIFEST["files"]}
    for file in MANIFEST["files"]:
        data = (STARTER / file["name"]).read_bytes()
        assert len(data) == file["bytes"] <= LARGEST_FILE
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
    assert MANIFEST["bytes"] == sum(file["bytes"] for file in MANIFEST["files"])
    assert SPLIT_BYTES < LARGEST_FILE


def test_every_matrix_is_q4_0_and_every_tensor_is_there_once(tensors):
    names = [tensor.name for tensor in tensors]
    assert len(names) == len(set(names)) == 2 + 30 * 9
    for tensor in tensors:
        matrix = len(tensor.shape) == 2
        assert tensor.tensor_type.name == ("Q4_0" if matrix else "F32"), tensor.name


def test_names_go_there_and_back(tensors):
    for tensor in tensors:
        assert gguf_name(hugging_face_name(tensor.name)) == tensor.name


def test_the_card_names_the_measured_shares():
    card = (STARTER / "README.md").read_text(encoding="utf-8")
    run = Path(__file__).parents[2] / "train" / "runs" / "starter-1"
    for name in ("evaluation.json", "evaluation-fresh.json"):
        table = json.loads((run / name).read_text(encoding="utf-8"))["table"]
        for row in table.values():
            assert f"{row['right']}/{row['texts']} ({row['share']:.1%})" in card
        assert table["all games"]["texts"] >= 200
