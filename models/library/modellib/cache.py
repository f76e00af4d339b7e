"""The paged key-value cache: TVM's own object, with our attention kernels."""

# TVM's annotations name fewer types than its functions take.
# pyright: reportArgumentType=false
from __future__ import annotations

import tvm
from tvm import relax as rx
from tvm import tirx
from tvm.relax.frontend.nn.llm import kv_cache as stock

from .config import PAGE, ModelConfig
from .kernels import attention, rope


def create_cache(builder: rx.BlockBuilder, config: ModelConfig, target: tvm.target.Target) -> None:
    """Emit ``create_tir_paged_kv_cache``, which takes five shapes of one number each.

    Sliding windows, token trees and latent attention get empty tuples: WebLLM asks for none of them from these
    models, and every shader left out shortens the load.
    """
    names = ["max_batch_size", "max_total_seq_len", "prefill_chunk_size", "page_size", "support_sliding_window"]
    sizes = [tirx.Var(name, "int64") for name in names]
    args = [rx.Var(f"{size.name}_", rx.ShapeType([size])) for size in sizes]
    with builder.function("create_tir_paged_kv_cache", args):
        created = rx.call_pure_packed(
            "vm.builtin.paged_attention_kv_cache_create",
            *_arguments(builder, config, target, sizes),
            ty_args=rx.AnyType(),
        )
        builder.emit_func_output(builder.emit(created))


def _arguments(
    builder: rx.BlockBuilder, config: ModelConfig, target: tvm.target.Target, sizes: list[tirx.Var]
) -> list[rx.Expr]:
    """Return the 28 arguments of TVM's constructor, in its order."""
    shape = (config.heads, config.kv_heads, config.head_dim)
    dtype = config.activation
    pages = (config.kv_heads, config.head_dim, dtype)

    def tir(kernel: tirx.PrimFunc, name: str) -> rx.Tuple:
        return rx.Tuple([tvm.ir.StringImm("tirx"), builder.add_func(kernel, name)])

    unused = rx.Tuple([])
    return [
        rx.ShapeExpr(sizes),
        rx.ShapeExpr([0, config.layers]),
        rx.prim_value(config.heads),
        rx.prim_value(config.kv_heads),
        rx.prim_value(config.head_dim),
        rx.prim_value(config.head_dim),
        rx.ShapeExpr([int(stock.AttnKind.MHA)] * config.layers),
        rx.prim_value(False),
        rx.prim_value(int(stock.RopeMode.NORMAL)),
        rx.prim_value(1.0),
        rx.prim_value(config.rope_base),
        rx.prim_value(0),
        rx.op.zeros((), dtype),
        builder.add_func(stock._kv_cache_transpose_append(*pages), "cache_append"),
        rx.prim_value(0),
        tir(attention.ragged_prefill(*shape, dtype), "attention_ragged"),
        tir(attention.paged_prefill(*shape, dtype), "attention_prefill"),
        tir(attention.paged_decode(*shape, dtype), "attention_decode"),
        *([unused] * 5),
        rx.Tuple([builder.add_func(attention.merge_state(config.heads, config.head_dim, dtype), "attention_merge")]),
        builder.add_func(rope.split_rotary(*shape, config.rope_base, dtype), "split_rotary"),
        builder.add_func(stock._copy_single_page(config.kv_heads, PAGE, config.head_dim, dtype, target), "cache_copy"),
        builder.add_func(stock._kv_cache_debug_get_kv(config.layers, *pages), "cache_read"),
        builder.add_func(stock._compact_kv_copy(*pages, target), "cache_compact"),
    ]
