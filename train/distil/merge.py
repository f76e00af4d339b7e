"""A LoRA adapter (as the peft package saves it) merged into its base, rows at a time, rounded to bfloat16.

LoRA (Hu et al. 2021, section 4.1): W' = W + scale * B A, with scale = alpha / r (alpha / sqrt(r) for rank-stabilised).
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from distil.checkpoint import Checkpoint, Weights, from_bfloat16, to_bfloat16

PREFIX = "base_model.model."
#: Settings of an adapter that change what it computes and are not merged here.
UNKNOWN = ("use_dora", "fan_in_fan_out", "modules_to_save", "rank_pattern", "alpha_pattern", "layer_replication")


class Merged:
    """The weights of `base` with the adapter of `folder` merged; ValueError for adapters of another kind."""

    def __init__(self, base: Weights, folder: Path) -> None:
        self.base = base
        self.adapter = Checkpoint(folder, ["adapter_model.safetensors"])
        self._config = (folder / "adapter_config.json").read_bytes()
        config = json.loads(self._config)
        self.scale = scale_of(config)
        self._pairs: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        names = self.adapter.names()
        for name in sorted(names):
            if name.endswith(".lora_A.weight"):
                module = name.removesuffix(".lora_A.weight")
                target = f"{module.removeprefix(PREFIX)}.weight"
                up, down = self.adapter.read(f"{module}.lora_B.weight"), self.adapter.read(name)
                names -= {name, f"{module}.lora_B.weight"}
                if target not in base.names() or base.shape(target) != (up.shape[0], down.shape[1]):
                    raise ValueError(f"the adapter changes {target}, which the base does not have in that shape")
                self._pairs[target] = (up, down)
        if names or not self._pairs:
            raise ValueError(f"not a plain LoRA adapter: {sorted(names)[:3] or 'no pairs of matrices'} in {folder}")

    def names(self) -> set[str]:
        return self.base.names()

    def shape(self, name: str) -> tuple[int, ...]:
        return self.base.shape(name)

    def read(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        value = self.base.read(name, start, stop)
        if name in self._pairs:
            up, down = self._pairs[name]
            value = value + self.scale * (up[start:stop] @ down)
        return from_bfloat16(to_bfloat16(value))

    def fingerprint(self) -> str:
        parts = (self.base.fingerprint(), self.adapter.fingerprint(), hashlib.sha256(self._config).hexdigest())
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def scale_of(config: dict[str, Any]) -> float:
    """The factor of B A that `adapter_config.json` sets; ValueError for what is not merged here."""
    if config.get("peft_type") != "LORA":
        raise ValueError(f"not a LoRA adapter: its peft_type is {config.get('peft_type')!r}")
    for key in UNKNOWN:
        if config.get(key):
            raise ValueError(f"the adapter sets {key}, which is not merged here: merge it with peft, export the result")
    if config.get("bias", "none") != "none":
        raise ValueError("the adapter trains biases, which are not merged here: merge it with peft, export the result")
    start = config.get("init_lora_weights")
    if isinstance(start, str) and start.startswith(("pissa", "olora", "loftq", "corda")):
        raise ValueError(f"the adapter began as {start}, which changes the base: merge it with peft, export the result")
    rank = config["r"]
    return config["lora_alpha"] / (math.sqrt(rank) if config.get("use_rslora") else rank)
