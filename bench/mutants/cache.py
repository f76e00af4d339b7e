"""Results kept on disk: a value is found again as long as everything that made it is the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "mutants"


def key(*parts: Any) -> str:
    """A hash of these JSON values and texts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def code_key(*files: Path) -> str:
    """A hash of the texts of files, and of the Python files below folders."""
    every = [path for file in files for path in (sorted(file.rglob("*.py")) if file.is_dir() else [file])]
    return key(*(path.read_text(encoding="utf-8") for path in every))


def load(name: str) -> Any:
    """The value kept under a key, or None."""
    try:
        return json.loads((FOLDER / name[:2] / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(name: str, value: Any) -> Any:
    """Keeps a value, whole or not at all, and gives it back."""
    file = FOLDER / name[:2] / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{id(value)}.part")
    fresh.write_text(json.dumps(value), encoding="utf-8")
    fresh.replace(file)
    return value
