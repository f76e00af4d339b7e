"""`mlc-chat-config.json` and the tokenizer files: what WebLLM reads of a model beside its weights and its library."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from distil.shapes import Shape

#: Most tokens of a prompt that MLC's libraries for browsers take at once ("cs1k" in their names).
PREFILL_CHUNK = 1024
CHATML = {
    "name": "chatml",
    "system_template": "<|im_start|>system\n{system_message}<|im_end|>\n",
    "system_message": "",
    "system_prefix_token_ids": None,
    "add_role_after_system_message": True,
    "roles": {"user": "<|im_start|>user", "assistant": "<|im_start|>assistant"},
    "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}", "tool": "{tool_message}"},
    "messages": [],
    "seps": ["<|im_end|>\n"],
    "role_content_sep": "\n",
    "role_empty_sep": "\n",
    "function_string": "",
    "use_function_calling": False,
}


def special_ids(config: dict[str, Any], generation: dict[str, Any], kind: str) -> list[int]:
    """The token ids of a kind (bos, eos); generation_config.json has the last word."""
    found = [text.get(f"{kind}_token_id") for text in (generation, config)]
    value = next((ids for ids in found if ids is not None), [])
    return value if isinstance(value, list) else [value]


def _model(shape: Shape, context: int) -> dict[str, Any]:
    """The architecture in the words of MLC's model definitions."""
    found: dict[str, Any] = {
        "hidden_act": "silu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.key_heads,
        "head_dim": shape.head,
        "rms_norm_eps": shape.epsilon,
        "vocab_size": shape.vocabulary,
        "tie_word_embeddings": shape.tied,
        "context_window_size": context,
        "prefill_chunk_size": min(PREFILL_CHUNK, context),
        "tensor_parallel_shards": 1,
        "max_batch_size": 1,
    }
    found["rope_theta" if shape.architecture == "qwen2" else "position_embedding_base"] = shape.rope_theta
    if shape.rope_scaling:
        found["rope_scaling"] = {"rope_type": "llama3", **asdict(shape.rope_scaling)}
    return found


def chat_config(
    shape: Shape, form: str, config: dict[str, Any], generation: dict[str, Any], context: int, files: list[str]
) -> dict[str, Any]:
    """The content of `mlc-chat-config.json`.

    `config` and `generation` are the checkpoint's config.json and generation_config.json (either may be empty), context
    is in tokens, `files` are the tokenizer's. Raises ValueError when the context passes the model's or no token ends
    an answer.
    """
    if context > shape.context:
        raise ValueError(f"a context of {context} tokens is more than the model's {shape.context}")
    ends, starts = special_ids(config, generation, "eos"), special_ids(config, generation, "bos")
    if not ends:
        raise ValueError("neither generation_config.json nor config.json names a token that ends an answer")
    return {
        "version": "0.1.0",
        "model_type": shape.architecture,
        "quantization": form,
        "model_config": _model(shape, context),
        "vocab_size": shape.vocabulary,
        "context_window_size": context,
        "sliding_window_size": -1,
        "prefill_chunk_size": min(PREFILL_CHUNK, context),
        "attention_sink_size": -1,
        "tensor_parallel_shards": 1,
        "max_batch_size": 1,
        "temperature": generation.get("temperature", 1.0),
        "top_p": generation.get("top_p", 1.0),
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": generation.get("repetition_penalty", 1.0),
        "tokenizer_files": files,
        "tokenizer_info": {
            "token_postproc_method": "byte_level",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "conv_template": {**CHATML, "stop_str": [], "stop_token_ids": ends},
        "eos_token_id": ends,
        **({"bos_token_id": starts[0]} if starts else {}),
    }
