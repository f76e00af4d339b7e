"""The command refuses what the kernels do not do, says why, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modellib.build import main
from modellib.config import load, parameters

TINY = Path(__file__).parent.parent / "configs" / "tiny-qwen2.json"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_type": "mistral"}, "mistral"),
        ({"rope_scaling": {"type": "yarn"}}, "rope scaling"),
        ({"hidden_act": "gelu"}, "silu"),
        ({"num_key_value_heads": 3}, "evenly"),
        ({"hidden_size": 72}, "multiple of 32"),
    ],
)
def test_unknown_shapes_are_refused(
    change: dict, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, out = tmp_path / "config.json", tmp_path / "out.wasm"
    config.write_text(json.dumps({**json.loads(TINY.read_text()), **change}))
    assert main([str(config), str(out)]) == 1
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_float16_halves_scales_norms_and_biases_alone() -> None:
    single, half = (parameters(load(TINY, 8, 128, name)) for name in ("q4f32", "q4f16"))
    assert [(p.name, p.shape) for p in single] == [(p.name, p.shape) for p in half]
    assert {p.dtype for p in half if p.name.endswith("q_weight")} == {"uint32"}
    assert {p.dtype for p in half if not p.name.endswith("q_weight")} == {"float16"}
    assert {p.dtype for p in single if not p.name.endswith("q_weight")} == {"float32"}
