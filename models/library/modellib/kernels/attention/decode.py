"""Attention of one new token to its pages."""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

from ...config import PAGE
from .pages import in_page, pages_shape
from .softmax import LEAST, LOG2_E, LOWEST, THREADS, queries_of, softmax


def _decode(heads: int, kv_heads: int, head_dim: int):
    """Return a macro for the attention of one query a head; arguments as for that of prefill."""
    group = heads // kv_heads
    queries = queries_of(head_dim, group)
    start, add = softmax(queries, head_dim)

    @T.macro
    def attend(q, output, lse, sm_scale, keys, count, place):
        for bx in T.thread_binding(heads // queries, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("attend"):
                    T.reads()
                    T.writes()
                    query = T.sblock_alloc_buffer((queries * head_dim,), "float32", scope="local")
                    out = T.sblock_alloc_buffer((queries * head_dim,), "float32", scope="local")
                    best = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    total = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    score = T.sblock_alloc_buffer((queries,), "float32", scope="local")
                    at = T.sblock_alloc_buffer((3,), "int32", scope="local")
                    outs = T.sblock_alloc_buffer((THREADS, queries * head_dim), "float32", scope="shared")
                    bests = T.sblock_alloc_buffer((THREADS, queries), "float32", scope="shared")
                    totals = T.sblock_alloc_buffer((THREADS, queries), "float32", scope="shared")
                    for i in T.serial(queries * head_dim):
                        query[i] = T.cast(
                            q[0, bx * queries + T.truncdiv(i, head_dim), T.truncmod(i, head_dim)], "float32"
                        ) * (sm_scale * T.float32(LOG2_E))
                    start(best, total, out)
                    for i in T.serial(T.truncdiv(count + (THREADS - 1) - tx, THREADS)):
                        at[0] = i * THREADS + tx
                        at[1] = place(at[0], T.truncdiv(bx * queries, group))[0]
                        at[2] = place(at[0], T.truncdiv(bx * queries, group))[1]
                        add(best, total, score, query, out, keys, at[1], keys, at[2], lambda r: True)
                    for i in T.serial(queries * head_dim):
                        outs[tx, i] = out[i]
                    for r in T.unroll(queries):
                        bests[tx, r] = best[r]
                        totals[tx, r] = total[r]
                    T.tvm_storage_sync("shared")
                    # Each thread now sums every THREADS-th dimension over all threads.
                    for r in T.unroll(queries):
                        best[r] = T.float32(LOWEST)
                        total[r] = T.float32(0)
                        for t in T.serial(THREADS):
                            best[r] = T.max(best[r], bests[t, r])
                        for t in T.serial(THREADS):
                            total[r] += totals[t, r] * T.exp2(bests[t, r] - best[r])
                        total[r] = T.max(total[r], T.float32(LEAST))
                        for i in T.serial(head_dim // THREADS):
                            score[r] = T.float32(0)
                            for t in T.serial(THREADS):
                                score[r] += outs[t, r * head_dim + i * THREADS + tx] * T.exp2(bests[t, r] - best[r])
                            output[0, bx * queries + r, i * THREADS + tx] = T.cast(score[r] / total[r], output.dtype)
                        if tx == 0:
                            lse[0, bx * queries + r] = best[r] + T.log2(total[r])

    return attend


@functools.cache
def paged_decode(heads: int, kv_heads: int, head_dim: int, activation: str = "float32") -> tirx.PrimFunc:
    """Return the attention of one new token to its pages, its own key among them."""
    attend = _decode(heads, kv_heads, head_dim)

    @T.prim_func(private=True, s_tir=True)
    def attend_pages(
        q_handle: T.handle,
        pages_handle: T.handle,
        page_indptr_handle: T.handle,
        page_values_handle: T.handle,
        length_handle: T.handle,
        k_rope_offset_handle: T.handle,
        q_rope_position_handle: T.handle,
        output_handle: T.handle,
        lse_handle: T.handle,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int32()
        used = T.int32()
        all_pages = T.int32()
        pages_offset = T.int64()
        page_indptr_offset = T.int32()
        values_offset = T.int32()
        rope_offset = T.int32()
        position_offset = T.int32()
        length_offset = T.int32()
        q = T.match_buffer(q_handle, (batch, heads, head_dim), activation)
        pages = T.match_buffer(
            pages_handle, pages_shape(all_pages, kv_heads, head_dim), activation, elem_offset=pages_offset
        )
        T.match_buffer(page_indptr_handle, (batch + 1,), "int32", elem_offset=page_indptr_offset)
        page_of = T.match_buffer(page_values_handle, (used,), "int32", elem_offset=values_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        T.match_buffer(q_rope_position_handle, (batch,), "int32", elem_offset=position_offset)
        output = T.match_buffer(output_handle, (batch, heads, head_dim), activation)
        lse = T.match_buffer(lse_handle, (batch, heads), "float32")
        length = T.match_buffer(length_handle, (batch,), "int32", elem_offset=length_offset)
        size = T.meta_var(all_pages * (2 * kv_heads * PAGE * head_dim))
        flat = T.decl_buffer((size,), activation, data=pages.data, elem_offset=pages_offset)
        attend(
            q,
            output,
            lse,
            sm_scale,
            flat,
            T.if_then_else(used > 0, (used - 1) * PAGE + length[0], 0),
            lambda j, kv_head: in_page(page_of[T.truncdiv(j, PAGE)], j, kv_head, kv_heads, head_dim),
        )

    return attend_pages
