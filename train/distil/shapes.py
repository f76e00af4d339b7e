"""Llama and Qwen2 architectures: what a checkpoint's config says, and which parameters follow from it.

Parameter names follow Hugging Face's; the stacked ones (MLC LLM's models, Apache-2.0, name them so) are `qkv_proj`
(Llama) or `c_attn` (Qwen2), query over key over value, and `gate_up_proj`, gate over up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Weights that share one scale, along the input: of MLC's q4f16_1 and q4f32_1, and of GGUF's Q4_0 and Q8_0.
GROUP = 32


@dataclass(frozen=True)
class RopeScaling:
    """Llama 3's stretching of the rotary frequencies."""

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_max_position_embeddings: int


@dataclass(frozen=True)
class Parameter:
    """A parameter as MLC has it: `sources` are the Hugging Face tensors stacked in it, row over row."""

    name: str
    sources: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def quantised(self) -> bool:
        return len(self.shape) == 2


@dataclass(frozen=True)
class Shape:
    """The sizes of a model of either architecture, `llama` or `qwen2`."""

    architecture: str
    hidden: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    head: int
    vocabulary: int
    context: int
    tied: bool
    rope_theta: float
    epsilon: float
    rope_scaling: RopeScaling | None = None

    @property
    def biases(self) -> bool:
        """Whether query, key and value projections have biases."""
        return self.architecture == "qwen2"

    def rows(self, name: str) -> int:
        """Output rows of the projection or bias with this Hugging Face name."""
        sizes = {
            "q_proj": self.heads * self.head,
            "k_proj": self.key_heads * self.head,
            "v_proj": self.key_heads * self.head,
            "gate_proj": self.inner,
            "up_proj": self.inner,
        }
        return sizes.get(name.split(".")[-2], self.hidden)

    def parameters(self) -> list[Parameter]:
        """Every parameter in MLC's names and stacking, in the order in which they are written."""
        top = (self.vocabulary, self.hidden)
        found = [self._plain("model.embed_tokens.weight", top)]
        for layer in range(self.layers):
            found += self._layer(f"model.layers.{layer}")
        found.append(self._plain("model.norm.weight", (self.hidden,)))
        return found if self.tied else [*found, self._plain("lm_head.weight", top)]

    def sources(self) -> list[str]:
        """The names of the Hugging Face tensors that make the model."""
        return [name for parameter in self.parameters() for name in parameter.sources]

    def _plain(self, name: str, shape: tuple[int, ...]) -> Parameter:
        return Parameter(name, (name,), shape)

    def _stacked(self, prefix: str, name: str, parts: tuple[str, ...], kind: str) -> Parameter:
        sources = tuple(f"{prefix}.{part}.{kind}" for part in parts)
        rows = sum(self.rows(source) for source in sources)
        return Parameter(f"{prefix}.{name}.{kind}", sources, (rows, self.hidden) if kind == "weight" else (rows,))

    def _layer(self, prefix: str) -> list[Parameter]:
        attention, mlp = f"{prefix}.self_attn", f"{prefix}.mlp"
        stacked, parts = "c_attn" if self.biases else "qkv_proj", ("q_proj", "k_proj", "v_proj")
        found = [
            self._plain(f"{prefix}.input_layernorm.weight", (self.hidden,)),
            self._stacked(attention, stacked, parts, "weight"),
        ]
        if self.biases:
            found.append(self._stacked(attention, stacked, parts, "bias"))
        return [
            *found,
            self._plain(f"{attention}.o_proj.weight", (self.hidden, self.heads * self.head)),
            self._plain(f"{prefix}.post_attention_layernorm.weight", (self.hidden,)),
            self._stacked(mlp, "gate_up_proj", ("gate_proj", "up_proj"), "weight"),
            self._plain(f"{mlp}.down_proj.weight", (self.hidden, self.inner)),
        ]


def _refuse(why: str) -> ValueError:
    return ValueError(f"this checkpoint cannot be exported: {why}; Llama and Qwen2 models can")


def _scaling(rope: dict[str, Any]) -> RopeScaling | None:
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind == "default":
        return None
    if kind != "llama3":
        raise _refuse(f"its rotary embedding is scaled by {kind!r}")
    return RopeScaling(
        factor=float(rope["factor"]),
        low_freq_factor=float(rope["low_freq_factor"]),
        high_freq_factor=float(rope["high_freq_factor"]),
        original_max_position_embeddings=int(rope["original_max_position_embeddings"]),
    )


def shape_of(config: dict[str, Any]) -> Shape:
    """The shape that a Hugging Face `config.json` describes; raises ValueError for what MLC's models cannot run."""
    architecture = config.get("model_type")
    if architecture not in ("llama", "qwen2"):
        raise _refuse(f"its model_type is {architecture!r}")
    if config.get("hidden_act", "silu") != "silu":
        raise _refuse(f"its activation is {config['hidden_act']!r}")
    if config.get("mlp_bias") or (architecture == "llama" and config.get("attention_bias")):
        raise _refuse("its projections have biases")
    if config.get("use_sliding_window"):
        raise _refuse("its attention has a sliding window")
    if config.get("quantization_config"):
        raise _refuse("it is quantised already")
    # transformers 5 writes rope_parameters, older versions rope_theta and rope_scaling
    rope = {**(config.get("rope_scaling") or {}), **(config.get("rope_parameters") or {})}
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    shape = Shape(
        architecture=architecture,
        hidden=hidden,
        inner=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        heads=heads,
        key_heads=config.get("num_key_value_heads") or heads,
        head=config.get("head_dim") or hidden // heads,
        vocabulary=config["vocab_size"],
        context=config["max_position_embeddings"],
        tied=bool(config.get("tie_word_embeddings", False)),
        rope_theta=float(rope.get("rope_theta", config.get("rope_theta", 10000.0))),
        epsilon=float(config["rms_norm_eps"]),
        rope_scaling=_scaling(rope),
    )
    if any(width % GROUP for width in (shape.hidden, shape.inner, shape.heads * shape.head)):
        raise _refuse(f"its widths are not multiples of {GROUP}")
    return shape
