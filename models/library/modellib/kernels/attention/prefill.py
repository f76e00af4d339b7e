"""Attention of new tokens: to each other, and to the pages that were there before."""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

from ...config import PAGE
from .pages import in_page, pages_shape
from .softmax import LEAST, LOG2_E, THREADS, queries_of, softmax


def _prefill(heads: int, kv_heads: int, head_dim: int):
    """Return a macro for the attention of rows of queries q (m, heads, d) to keys.

    ``count(row)`` is the number of keys that a row sees, rising with the row; ``place(j, kv_head)`` tells where the
    key and the value of key j begin in ``keys`` and ``values``.
    """
    queries, group = queries_of(head_dim, 4), heads // kv_heads
    start, add = softmax(queries, head_dim)

    @T.macro
    def attend(q, output, lse, sm_scale, keys, values, count, place):
        rows = T.meta_var(q.shape[0])
        spans = T.meta_var((rows + (queries - 1)) // queries)
        for bx in T.thread_binding((spans * heads + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("attend"):
                    T.reads()
                    T.writes()
                    query = T.sblock_alloc_buffer((queries * head_dim,), "float32", scope="local")
                    out = T.sblock_alloc_buffer((queries * head_dim,), "float32", scope="local")
                    best = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    total = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    score = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    row = T.sblock_alloc_buffer((queries,), "int32", scope="local")
                    at = T.sblock_alloc_buffer((3,), "int32", scope="local")
                    if bx * THREADS + tx < spans * heads:
                        at[0] = T.truncdiv(bx * THREADS + tx, spans)
                        for r in T.unroll(queries):
                            row[r] = T.min(T.truncmod(bx * THREADS + tx, spans) * queries + r, rows - 1)
                            for d in T.serial(head_dim):
                                query[r * head_dim + d] = T.cast(q[row[r], at[0], d], "float32") * (
                                    sm_scale * T.float32(LOG2_E)
                                )
                        start(best, total, out)
                        for j in T.serial(count(row[queries - 1])):
                            at[1] = place(j, T.truncdiv(at[0], group))[0]
                            at[2] = place(j, T.truncdiv(at[0], group))[1]
                            add(best, total, score, query, out, keys, at[1], values, at[2], lambda r: j < count(row[r]))
                        for r in T.unroll(queries):
                            if T.truncmod(bx * THREADS + tx, spans) * queries + r < rows:
                                total[r] = T.max(total[r], T.float32(LEAST))
                                for d in T.serial(head_dim):
                                    output[row[r], at[0], d] = T.cast(out[r * head_dim + d] / total[r], output.dtype)
                                lse[row[r], at[0]] = best[r] + T.log2(total[r])

    return attend


@functools.cache
def ragged_prefill(heads: int, kv_heads: int, head_dim: int, activation: str = "float32") -> tirx.PrimFunc:
    """Return the attention of new tokens to the new tokens."""
    attend = _prefill(heads, kv_heads, head_dim)

    @T.prim_func(private=True, s_tir=True)
    def attend_ragged(
        q_handle: T.handle,
        q_indptr_handle: T.handle,
        k_handle: T.handle,
        v_handle: T.handle,
        kv_indptr_handle: T.handle,
        q_rope_position_handle: T.handle,
        k_rope_offset_handle: T.handle,
        output_handle: T.handle,
        lse_handle: T.handle,
        causal: T.int32,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int32()
        rows = T.int32()
        keys = T.int32()
        q_indptr_offset = T.int32()
        kv_indptr_offset = T.int32()
        position_offset = T.int32()
        rope_offset = T.int32()
        q = T.match_buffer(q_handle, (rows, heads, head_dim), activation)
        T.match_buffer(q_indptr_handle, (batch + 1,), "int32", elem_offset=q_indptr_offset)
        k = T.match_buffer(k_handle, (keys, kv_heads, head_dim), activation)
        v = T.match_buffer(v_handle, (keys, kv_heads, head_dim), activation)
        T.match_buffer(kv_indptr_handle, (batch + 1,), "int32", elem_offset=kv_indptr_offset)
        T.match_buffer(q_rope_position_handle, (rows,), "int32", elem_offset=position_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        output = T.match_buffer(output_handle, (rows, heads, head_dim), activation)
        lse = T.match_buffer(lse_handle, (rows, heads), "float32")
        flat_k = T.decl_buffer((keys * kv_heads * head_dim,), activation, data=k.data)
        flat_v = T.decl_buffer((keys * kv_heads * head_dim,), activation, data=v.data)
        attend(
            q,
            output,
            lse,
            sm_scale,
            flat_k,
            flat_v,
            lambda row: T.if_then_else(causal > 0, T.min(keys - rows + row + 1, keys), keys),
            lambda j, kv_head: [(j * kv_heads + kv_head) * head_dim] * 2,
        )

    return attend_ragged


@functools.cache
def paged_prefill(heads: int, kv_heads: int, head_dim: int, activation: str = "float32") -> tirx.PrimFunc:
    """Return the attention of new tokens to the pages that were there before."""
    attend = _prefill(heads, kv_heads, head_dim)

    @T.prim_func(private=True, s_tir=True)
    def attend_pages(
        q_handle: T.handle,
        q_indptr_handle: T.handle,
        pages_handle: T.handle,
        page_indptr_handle: T.handle,
        page_values_handle: T.handle,
        length_handle: T.handle,
        k_rope_offset_handle: T.handle,
        q_rope_position_handle: T.handle,
        output_handle: T.handle,
        lse_handle: T.handle,
        causal: T.int32,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int32()
        rows = T.int32()
        used = T.int32()
        all_pages = T.int32()
        pages_offset = T.int64()
        q_indptr_offset = T.int32()
        page_indptr_offset = T.int32()
        values_offset = T.int32()
        rope_offset = T.int32()
        position_offset = T.int32()
        length_offset = T.int32()
        q = T.match_buffer(q_handle, (rows, heads, head_dim), activation)
        T.match_buffer(q_indptr_handle, (batch + 1,), "int32", elem_offset=q_indptr_offset)
        pages = T.match_buffer(
            pages_handle, pages_shape(all_pages, kv_heads, head_dim), activation, elem_offset=pages_offset
        )
        T.match_buffer(page_indptr_handle, (batch + 1,), "int32", elem_offset=page_indptr_offset)
        page_of = T.match_buffer(page_values_handle, (used,), "int32", elem_offset=values_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        T.match_buffer(q_rope_position_handle, (rows,), "int32", elem_offset=position_offset)
        output = T.match_buffer(output_handle, (rows, heads, head_dim), activation)
        lse = T.match_buffer(lse_handle, (rows, heads), "float32")
        length = T.match_buffer(length_handle, (batch,), "int32", elem_offset=length_offset)
        size = T.meta_var(all_pages * (2 * kv_heads * PAGE * head_dim))
        flat = T.decl_buffer((size,), activation, data=pages.data, elem_offset=pages_offset)
        keys = T.meta_var(T.if_then_else(used > 0, (used - 1) * PAGE + length[0], 0))
        attend(
            q,
            output,
            lse,
            sm_scale,
            flat,
            flat,
            lambda row: T.if_then_else(causal > 0, T.min(keys - rows + row + 1, keys), keys),
            lambda j, kv_head: in_page(page_of[T.truncdiv(j, PAGE)], j, kv_head, kv_heads, head_dim),
        )

    return attend_pages
