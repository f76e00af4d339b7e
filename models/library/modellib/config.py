"""What a model library is built from: a Hugging Face configuration and the way the weights are held."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: Weights that share a scale, along the inputs.
GROUP = 32
#: 4-bit weights in a uint32 word.
PER_WORD = 8
#: Positions of a page of the key-value cache; WebLLM fixes it.
PAGE = 16

#: Types of what is in memory (activations, cache, scales, norms, biases) by the name of the quantization. The residual
#: stream and the logits are float32 in both, and so is every sum.
ACTIVATIONS = {"q4f32": "float32", "q4f16": "float16"}

ARCHITECTURES = {"llama": "qkv_proj", "qwen2": "c_attn"}


class ConfigError(ValueError):
    """The configuration is of a kind that the builder does not make libraries for; the message says which."""


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a Llama or Qwen2 decoder with 4-bit weights.

    ``zero_point`` is the 4-bit value that stands for zero: 7 in MLC's q4f32_1, 8 in GGUF's Q4_0.
    """

    architecture: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    rope_base: float
    epsilon: float
    tied: bool
    zero_point: int = 7
    prefill_chunk: int = 128
    quantization: str = "q4f32"

    @property
    def activation(self) -> str:
        """The type of activations, cache, scales, norms and biases."""
        return ACTIVATIONS[self.quantization]

    @property
    def qkv(self) -> int:
        """Outputs of the fused query, key and value projection."""
        return (self.heads + 2 * self.kv_heads) * self.head_dim

    @property
    def qkv_name(self) -> str:
        """The fused projection's name, as MLC has it."""
        return ARCHITECTURES[self.architecture]

    @property
    def qkv_bias(self) -> bool:
        """Whether the fused projection has a bias."""
        return self.architecture == "qwen2"

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise ConfigError(f"model_type is {self.architecture!r}; known are {', '.join(ARCHITECTURES)}")
        if self.heads % self.kv_heads:
            raise ConfigError(f"{self.heads} heads cannot share {self.kv_heads} key-value heads evenly")
        for name in ("hidden", "intermediate"):
            if getattr(self, name) % GROUP:
                raise ConfigError(f"{name} is {getattr(self, name)}, not a multiple of {GROUP}")
        if self.heads * self.head_dim % GROUP or self.head_dim % 16 or self.vocabulary % 4:
            raise ConfigError("head_dim must be a multiple of 16, the heads' width of 32, the vocabulary of 4")
        if self.quantization not in ACTIVATIONS:
            raise ConfigError(f"quantization is {self.quantization!r}; known are {', '.join(ACTIVATIONS)}")
        if self.prefill_chunk < 1:
            raise ConfigError(f"a prefill chunk of {self.prefill_chunk} tokens is none")
        if not 0 <= self.zero_point <= 15:
            raise ConfigError(f"zero_point is {self.zero_point}, outside 0 to 15")

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return asdict(self)


def from_hugging_face(
    raw: dict[str, Any], zero_point: int = 7, prefill_chunk: int = 128, quantization: str = "q4f32"
) -> ModelConfig:
    """Read a Hugging Face ``config.json``.

    Raises:
        ConfigError: it asks for what the kernels do not do.
    """
    rope = raw.get("rope_parameters") or {}
    scaling = raw.get("rope_scaling") or (rope if rope.get("rope_type", "default") != "default" else None)
    if scaling:
        raise ConfigError(f"rope scaling {scaling} is not supported")
    if raw.get("use_sliding_window"):
        raise ConfigError("sliding windows are not supported")
    if raw.get("hidden_act", "silu") != "silu" or raw.get("attention_bias") or raw.get("mlp_bias"):
        raise ConfigError("only silu without biases (but Qwen2's on query, key and value) is supported")
    heads = raw["num_attention_heads"]
    return ModelConfig(
        architecture=raw["model_type"],
        hidden=raw["hidden_size"],
        layers=raw["num_hidden_layers"],
        heads=heads,
        kv_heads=raw.get("num_key_value_heads", heads),
        head_dim=raw.get("head_dim") or raw["hidden_size"] // heads,
        intermediate=raw["intermediate_size"],
        vocabulary=raw["vocab_size"],
        rope_base=float(raw.get("rope_theta") or rope.get("rope_theta") or 10000.0),
        epsilon=float(raw["rms_norm_eps"]),
        tied=bool(raw.get("tie_word_embeddings", False)),
        zero_point=zero_point,
        prefill_chunk=prefill_chunk,
        quantization=quantization,
    )


def load(path: Path, zero_point: int = 7, prefill_chunk: int = 128, quantization: str = "q4f32") -> ModelConfig:
    """Read a ``config.json`` from a file; see ``from_hugging_face``."""
    return from_hugging_face(json.loads(path.read_text()), zero_point, prefill_chunk, quantization)


@dataclass(frozen=True)
class Parameter:
    """One tensor that the library expects, in the order of its ``_metadata``."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def parameters(config: ModelConfig) -> list[Parameter]:
    """Return every tensor by MLC's name, 4-bit weights transposed: ``q_weight`` (K/8, N), ``q_scale`` (K/32, N)."""
    found: list[Parameter] = []

    def quantised(name: str, inputs: int, outputs: int) -> None:
        found.append(Parameter(f"{name}.q_weight", (inputs // PER_WORD, outputs), "uint32"))
        found.append(Parameter(f"{name}.q_scale", (inputs // GROUP, outputs), config.activation))

    def plain(name: str, size: int) -> None:
        found.append(Parameter(name, (size,), config.activation))

    quantised("model.embed_tokens", config.hidden, config.vocabulary)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}"
        plain(f"{prefix}.input_layernorm.weight", config.hidden)
        quantised(f"{prefix}.self_attn.{config.qkv_name}", config.hidden, config.qkv)
        if config.qkv_bias:
            plain(f"{prefix}.self_attn.{config.qkv_name}.bias", config.qkv)
        quantised(f"{prefix}.self_attn.o_proj", config.heads * config.head_dim, config.hidden)
        plain(f"{prefix}.post_attention_layernorm.weight", config.hidden)
        quantised(f"{prefix}.mlp.gate_up_proj", config.hidden, 2 * config.intermediate)
        quantised(f"{prefix}.mlp.down_proj", config.intermediate, config.hidden)
    plain("model.norm.weight", config.hidden)
    if not config.tied:
        quantised("lm_head", config.hidden, config.vocabulary)
    return found
