"""`export`: one Parquet file a split, in the form that Hugging Face `datasets` loads from a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.games import SPLITS, Folder

COLUMNS = ("name", "split", "title", "rules", "rules_short", "program", "plain_program", "scenarios", "meta")

CARD = """\
---
license: apache-2.0
pretty_name: Thirty sound games
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-00000-of-00001.parquet
  - split: heldout
    path: data/heldout-00000-of-00001.parquet
---
"""


def record_of(folder: Folder) -> dict[str, str]:
    """One row; scenarios and meta are JSON texts."""
    return {
        "name": folder.name,
        "split": folder.meta["split"],
        "title": folder.meta["title"],
        "rules": folder.rules,
        "rules_short": folder.rules_short,
        "program": folder.program,
        "plain_program": folder.plain,
        "scenarios": json.dumps(folder.scenarios, ensure_ascii=False),
        "meta": json.dumps(folder.meta, ensure_ascii=False),
    }


def schema() -> Any:
    """Every column is text; the metadata names the features as `datasets` writes them."""
    import pyarrow as pa

    features = {"info": {"features": {name: {"dtype": "string", "_type": "Value"} for name in COLUMNS}}}
    return pa.schema([(name, pa.string()) for name in COLUMNS], metadata={"huggingface": json.dumps(features)})


def run(folders: list[Folder], out: Path) -> int:
    """Writes out/README.md (a card with the splits above the datasheet) and out/data/*.parquet."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    from tools.stats import SHEET

    (out / "data").mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        rows = [record_of(folder) for folder in folders if folder.meta["split"] == split]
        path = out / "data" / f"{split}-00000-of-00001.parquet"
        parquet.write_table(pa.Table.from_pylist(rows, schema=schema()), path)
        print(f"{split}: {len(rows)} games in {path} ({path.stat().st_size:,} bytes)")
    (out / "README.md").write_text(CARD + "\n" + SHEET.read_text(encoding="utf-8"), encoding="utf-8")
    return 0
