"""The functions that WebLLM calls, as a Relax module made of our kernels."""

# TVM's annotations name fewer types than its functions take.
# pyright: reportArgumentType=false
from __future__ import annotations

import json
import math

import tvm
from tvm import relax as rx
from tvm import tirx

from .cache import create_cache
from .config import GROUP, ModelConfig, parameters
from .kernels import norm, quantized, sampling

Params = dict[str, rx.Expr]


def build_module(config: ModelConfig, target: tvm.target.Target) -> tvm.IRModule:
    """Return the Relax module of a model: forward passes, cache, sampling and metadata."""
    builder = rx.BlockBuilder()
    _embed(builder, config)
    _forward(builder, config, decode=False)
    _forward(builder, config, decode=True)
    create_cache(builder, config, target)
    _softmax(builder, config.vocabulary)
    _argsort(builder, config.vocabulary)
    _sample(builder, config.vocabulary)
    _in_place(builder, config.vocabulary)
    _metadata(builder, config)
    return builder.finalize()


def metadata(config: ModelConfig) -> dict[str, object]:
    """Return what ``_metadata`` tells WebLLM, and how the weights are held for whoever writes them."""
    return {
        "model_type": config.architecture,
        "quantization": f"{config.quantization}_transposed",
        "group_size": GROUP,
        "zero_point": config.zero_point,
        "kv_state_kind": "kv_cache",
        "prefill_chunk_size": config.prefill_chunk,
        "params": [{"name": p.name, "shape": list(p.shape), "dtype": p.dtype} for p in parameters(config)],
    }


def _tensor(shape: list, dtype: str = "float32") -> rx.TensorType:
    return rx.TensorType(shape, dtype)


def _call(
    builder: rx.BlockBuilder, kernel: tirx.PrimFunc, name: str, args: list, shape: list, dtype: str = "float32"
) -> rx.Var:
    """Emit a kernel with one output."""
    return builder.emit(rx.call_tir(builder.add_func(kernel, name), args, _tensor(shape, dtype)))


def _packed(config: ModelConfig) -> rx.Var:
    return rx.Var("packed_params", rx.TupleType([_tensor(list(p.shape), p.dtype) for p in parameters(config)]))


def _unpack(builder: rx.BlockBuilder, packed: rx.Var, config: ModelConfig, wanted: str = "") -> Params:
    names = [p.name for p in parameters(config)]
    return {name: builder.emit(rx.TupleGetItem(packed, i)) for i, name in enumerate(names) if name.startswith(wanted)}


def _embed(builder: rx.BlockBuilder, config: ModelConfig) -> None:
    length = tirx.Var("seq_len", "int64")
    ids, packed = rx.Var("input_ids", _tensor([length], "int32")), _packed(config)
    attrs = {"num_input": 1, "tir_var_upper_bound": {"seq_len": config.prefill_chunk}}
    with builder.function("embed", [ids, packed], attrs=attrs):
        with builder.dataflow():
            found = _unpack(builder, packed, config, "model.embed_tokens")
            weight, scale = found["model.embed_tokens.q_weight"], found["model.embed_tokens.q_scale"]
            kernel = quantized.embedding(config.hidden, config.vocabulary, config.zero_point, config.activation)
            out = builder.emit_output(_call(builder, kernel, "look_up", [ids, weight, scale], [length, config.hidden]))
        builder.emit_func_output(out)


def _forward(builder: rx.BlockBuilder, config: ModelConfig, decode: bool) -> None:
    """Emit ``prefill(x (1, s, H), cache, params)`` or ``decode(x (1, 1, H), cache, params)``.

    Both return the logits (1, 1, V) of the last position, and the cache.
    """
    length = tirx.IntImm("int64", 1) if decode else tirx.Var("seq_len", "int64")
    hidden = config.hidden
    embedded = rx.Var("input_embed", _tensor([1, length, hidden]))
    cache, packed = rx.Var("paged_kv_cache", rx.AnyType()), _packed(config)
    attrs: dict[str, object] = {"num_input": 2}
    if not decode:
        attrs["tir_var_upper_bound"] = {"seq_len": config.prefill_chunk}
    with builder.function("decode" if decode else "prefill", [embedded, cache, packed], attrs=attrs):
        with builder.dataflow():
            params = _unpack(builder, packed, config)
            x = builder.emit(rx.op.reshape(embedded, rx.ShapeExpr([length, hidden])))
            for layer in range(config.layers):
                x = _layer(builder, config, params, cache, x, layer, length)
            dtype = config.activation
            last = norm.rms_norm(hidden, config.epsilon, True, dtype)
            x = _call(builder, last, "rms_norm_last", [x, params["model.norm.weight"]], [1, hidden], dtype)
            head = "model.embed_tokens" if config.tied else "lm_head"
            kernel = quantized.matmul(
                hidden, config.vocabulary, "plain", config.zero_point, quantized.DECODE[dtype], dtype, "float32"
            )
            weights = [params[f"{head}.q_weight"], params[f"{head}.q_scale"]]
            logits = _call(builder, kernel, "logits", [x, *weights], [1, config.vocabulary])
            logits = builder.emit(rx.op.reshape(logits, rx.ShapeExpr([1, 1, config.vocabulary])))
            out = builder.emit_output(rx.Tuple([logits, cache]))
        builder.emit_func_output(out)


def _layer(
    builder: rx.BlockBuilder,
    config: ModelConfig,
    params: Params,
    cache: rx.Var,
    x: rx.Var,
    layer: int,
    length: tirx.Expr,
) -> rx.Var:
    """Emit one decoder layer on the residual stream x (s, H), float32."""
    prefix, hidden, width = f"model.layers.{layer}", config.hidden, config.heads * config.head_dim
    dtype = config.activation
    tile = (quantized.DECODE if isinstance(length, tirx.IntImm) else quantized.PREFILL)[dtype]

    def normalise(x: rx.Var, which: str) -> rx.Var:
        kernel = norm.rms_norm(hidden, config.epsilon, activation=dtype)
        return _call(builder, kernel, "rms_norm", [x, params[f"{prefix}.{which}.weight"]], [length, hidden], dtype)

    def multiply(x: rx.Var, which: str, name: str, kind: str, size: tuple[int, int], *extra: rx.Expr) -> rx.Var:
        out_type = "float32" if kind == "residual" else dtype
        kernel = quantized.matmul(*size, kind, config.zero_point, tile, dtype, out_type)
        weights = [params[f"{prefix}.{which}.q_weight"], params[f"{prefix}.{which}.q_scale"]]
        return _call(builder, kernel, name, [x, *weights, *extra], [length, size[1]], out_type)

    y = normalise(x, "input_layernorm")
    fused = f"self_attn.{config.qkv_name}"
    bias = [params[f"{prefix}.{fused}.bias"]] if config.qkv_bias else []
    qkv = multiply(y, fused, "qkv", "bias" if bias else "plain", (hidden, config.qkv), *bias)
    heads = config.heads + 2 * config.kv_heads
    qkv = builder.emit(rx.op.reshape(qkv, rx.ShapeExpr([length, heads, config.head_dim])))
    attended = builder.emit(
        rx.call_dps_packed(
            "vm.builtin.attention_kv_cache_attention_with_fused_qkv",
            [cache, rx.prim_value(layer), rx.prim_value(1 / math.sqrt(config.head_dim)), qkv],
            out_ty=_tensor([length, config.heads, config.head_dim], dtype),
        )
    )
    attended = builder.emit(rx.op.reshape(attended, rx.ShapeExpr([length, width])))
    x = multiply(attended, "self_attn.o_proj", "attention_out", "residual", (width, hidden), x)
    y = normalise(x, "post_attention_layernorm")
    y = multiply(y, "mlp.gate_up_proj", "gate_up", "gated", (hidden, config.intermediate))
    return multiply(y, "mlp.down_proj", "down", "residual", (config.intermediate, hidden), x)


def _softmax(builder: rx.BlockBuilder, vocabulary: int) -> None:
    logits = rx.Var("logits", _tensor([1, 1, vocabulary]))
    temperature = rx.Var("temperature", _tensor([1]))
    with builder.function("softmax_with_temperature", [logits, temperature]):
        with builder.dataflow():
            shape = [2, sampling.parts(vocabulary)]
            parts = _call(builder, sampling.softmax_parts(vocabulary), "softmax_parts", [logits, temperature], shape)
            args = [logits, temperature, parts]
            out = builder.emit_output(
                _call(builder, sampling.softmax_finish(vocabulary), "softmax_finish", args, [1, 1, vocabulary])
            )
        builder.emit_func_output(out)


def _argsort(builder: rx.BlockBuilder, vocabulary: int) -> None:
    probabilities = rx.Var("probabilities", _tensor([1, vocabulary]))
    both = [_tensor([1, vocabulary]), _tensor([1, vocabulary], "int32")]
    with builder.function("argsort_probs", [probabilities]):
        with builder.dataflow():
            runs = builder.add_func(sampling.sort_runs(vocabulary), "sort_runs")
            pair = builder.emit(rx.call_tir(runs, [probabilities], both))
            merge, run = builder.add_func(sampling.merge_runs(vocabulary), "merge_runs"), sampling.RUN
            while run < vocabulary:
                halves = [builder.emit(rx.TupleGetItem(pair, i)) for i in range(2)]
                pair = builder.emit(rx.call_tir(merge, [*halves, tirx.IntImm("int64", run)], both))
                run *= 2
            out = builder.emit_output(pair)
        builder.emit_func_output(out)


def _sample(builder: rx.BlockBuilder, vocabulary: int) -> None:
    batch, samples = tirx.Var("batch_size", "int64"), tirx.Var("num_samples", "int64")
    args = [
        rx.Var("sorted_probs", _tensor([batch, vocabulary])),
        rx.Var("sorted_indices", _tensor([batch, vocabulary], "int32")),
        rx.Var("uniform_samples", _tensor([samples])),
        rx.Var("sample_indices", _tensor([samples], "int32")),
        rx.Var("top_p", _tensor([batch])),
    ]
    with builder.function("sample_with_top_p", args):
        with builder.dataflow():
            kernel = builder.add_func(sampling.sample_top_p(vocabulary), "sample_top_p")
            out = builder.emit_output(rx.call_tir(kernel, args, _tensor([samples], "int32")))
        builder.emit_func_output(out)


def _in_place(builder: rx.BlockBuilder, vocabulary: int) -> None:
    """Emit the three functions that change the logits (B, V) they are given."""
    batch, m, n = (tirx.Var(name, "int64") for name in ("batch_size", "num_seq", "num_token"))

    def emit(name: str, kernel: tirx.PrimFunc, others: list[tuple[str, list, str]]) -> None:
        logits = rx.Var("logits", _tensor([batch, vocabulary]))
        args = [logits, *(rx.Var(arg, _tensor(shape, dtype)) for arg, shape, dtype in others)]
        with builder.function(name, args):
            with builder.dataflow():
                function = builder.add_func(kernel, f"{name}_kernel")
                out = builder.emit_output(rx.op.call_tir_inplace(function, args, [0], _tensor([batch, vocabulary])))
            builder.emit_func_output(out)

    ints = "int32"
    tokens = [("pos2seq_id", [n], ints), ("token_ids", [n], ints)]
    bias = [*tokens, ("logit_bias", [n], "float32")]
    emit("apply_logit_bias_inplace", sampling.logit_bias(vocabulary), bias)
    counted = [("seq_ids", [m], ints), *tokens, ("token_cnt", [n], ints), ("penalties", [m, 3], "float32")]
    emit("apply_penalty_inplace", sampling.penalty(vocabulary), counted)
    mask = [("seq_ids", [m], ints), ("bitmask", [batch, (vocabulary + 31) // 32], ints)]
    emit("apply_bitmask_inplace", sampling.bitmask(vocabulary), mask)


def _metadata(builder: rx.BlockBuilder, config: ModelConfig) -> None:
    with builder.function("_metadata", []):
        builder.emit_func_output(tvm.ir.StringImm(json.dumps(metadata(config))))
