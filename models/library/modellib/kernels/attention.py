"""Attention over the paged cache, with an online softmax (Milakov and Gimelshein 2018) kept by each thread alone.

The signatures are those by which TVM's paged key-value cache calls its functions; log-sum-exps are to base 2 and
float32, as are all sums, whatever the cache's type. WebLLM keeps one sequence in a cache, so every function serves
one. Rotary embedding is applied before the cache: ``rotary_mode`` and its companions are not read.

A thread has several queries that see the same keys, so that each key it loads serves all of them: in prefill
neighbouring rows of one head, in decoding heads that share a key-value head. Neighbouring threads of prefill take
neighbouring rows; those of decoding take every THREADS-th key and meet once, at the only barrier of the library.
"""

from __future__ import annotations

import functools
import math

from tvm import tirx
from tvm.script import tirx as T

from ..config import PAGE

LOG2_E = math.log2(math.e)
#: Lower than any score, and finite, so that differences of it are numbers.
LOWEST = -5e4
#: In place of a sum of nothing.
LEAST = 1e-30
THREADS = 16
#: Numbers of outputs that a thread may hold.
HELD = 256


def _queries(head_dim: int, most: int) -> int:
    """Return how many queries a thread takes: the largest divisor of ``most`` whose outputs it can hold."""
    return max(n for n in range(1, most + 1) if most % n == 0 and (n == 1 or n * head_dim <= HELD))


def _softmax(queries: int, head_dim: int):
    """Return macros that start the running sums, and add one key and value to them.

    ``best`` (running maximum), ``total`` (running sum) and ``score`` have an entry a query, ``query`` and ``out``
    ``head_dim`` of them. ``seen`` tells whether a query sees the key.
    """

    @T.macro
    def start(best, total, out):
        for r in T.unroll(queries):
            best[r] = T.float32(LOWEST)
            total[r] = T.float32(0)
            for d in T.serial(head_dim):
                out[r * head_dim + d] = T.float32(0)

    @T.macro
    def add(best, total, score, query, out, keys, key_at, values, value_at, seen):
        loaded = T.sblock_alloc_buffer((1,), "float32", scope="local")
        for r in T.unroll(queries):
            score[r] = T.float32(0)
        for i in T.serial(head_dim // 8):
            for j in T.unroll(8):
                loaded[0] = T.cast(keys[key_at + (i * 8 + j)], "float32")
                for r in T.unroll(queries):
                    score[r] += query[r * head_dim + (i * 8 + j)] * loaded[0]
        for r in T.unroll(queries):
            score[r] = T.if_then_else(seen(r), score[r], T.float32(LOWEST))
            if score[r] > best[r]:
                loaded[0] = T.exp2(best[r] - score[r])
                best[r] = score[r]
                total[r] = total[r] * loaded[0]
                for d in T.serial(head_dim):
                    out[r * head_dim + d] = out[r * head_dim + d] * loaded[0]
            score[r] = T.exp2(score[r] - best[r])
            total[r] += score[r]
        for i in T.serial(head_dim // 8):
            for j in T.unroll(8):
                loaded[0] = T.cast(values[value_at + (i * 8 + j)], "float32")
                for r in T.unroll(queries):
                    out[r * head_dim + (i * 8 + j)] += score[r] * loaded[0]

    return start, add


def _prefill(heads: int, kv_heads: int, head_dim: int):
    """Return a macro for the attention of rows of queries q (m, heads, d) to keys.

    ``count(row)`` is the number of keys that a row sees, rising with the row; ``place(j, kv_head)`` tells where the
    key and the value of key j begin in ``keys`` and ``values``.
    """
    queries, group = _queries(head_dim, 4), heads // kv_heads
    start, add = _softmax(queries, head_dim)

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


def _pages(all_pages: tirx.Expr, kv_heads: int, head_dim: int) -> tuple:
    """Return the shape of the cache's pages: keys, then values."""
    return all_pages, 2, kv_heads, PAGE, head_dim


def _in_page(page: tirx.Expr, j: tirx.Expr, kv_head: tirx.Expr, kv_heads: int, head_dim: int) -> list[tirx.Expr]:
    """Return where the key and the value of key j begin in the pages, laid flat."""
    key = ((page * 2 * kv_heads + kv_head) * PAGE + T.truncmod(j, PAGE)) * head_dim
    return [key, key + kv_heads * PAGE * head_dim]


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
            pages_handle, _pages(all_pages, kv_heads, head_dim), activation, elem_offset=pages_offset
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
            lambda j, kv_head: _in_page(page_of[T.truncdiv(j, PAGE)], j, kv_head, kv_heads, head_dim),
        )

    return attend_pages


def _decode(heads: int, kv_heads: int, head_dim: int):
    """Return a macro for the attention of one query a head; arguments as for ``_prefill``."""
    group = heads // kv_heads
    queries = _queries(head_dim, group)
    start, add = _softmax(queries, head_dim)

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
            pages_handle, _pages(all_pages, kv_heads, head_dim), activation, elem_offset=pages_offset
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
            lambda j, kv_head: _in_page(page_of[T.truncdiv(j, PAGE)], j, kv_head, kv_heads, head_dim),
        )

    return attend_pages


@functools.cache
def merge_state(heads: int, head_dim: int, activation: str = "float32") -> tirx.PrimFunc:
    """Return the in-place merge of two attentions, ``(v, s)`` with ``(v_other, s_other)``.

    One thread does a row and head: several would race between reading and writing the log-sum-exp.
    """

    @T.prim_func(private=True, s_tir=True)
    def merge(v_handle: T.handle, s_handle: T.handle, v_other_handle: T.handle, s_other_handle: T.handle):
        T.func_attr({"tirx.is_scheduled": True})
        rows = T.int32()
        v = T.match_buffer(v_handle, (rows, heads, head_dim), activation)
        s = T.match_buffer(s_handle, (rows, heads), "float32")
        v_other = T.match_buffer(v_other_handle, (rows, heads, head_dim), activation)
        s_other = T.match_buffer(s_other_handle, (rows, heads), "float32")
        for bx in T.thread_binding((rows * heads + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("merge"):
                    T.reads()
                    T.writes()
                    state = T.sblock_alloc_buffer((3,), "float32", scope="local")
                    row = T.meta_var((bx * THREADS + tx) // heads)
                    head = T.meta_var((bx * THREADS + tx) % heads)
                    if bx * THREADS + tx < rows * heads:
                        state[0] = T.max(s[row, head], s_other[row, head])
                        state[1] = T.exp2(s[row, head] - state[0])
                        state[2] = T.exp2(s_other[row, head] - state[0])
                        for d in T.serial(head_dim):
                            v[row, head, d] = T.cast(
                                (
                                    T.cast(v[row, head, d], "float32") * state[1]
                                    + T.cast(v_other[row, head, d], "float32") * state[2]
                                )
                                / (state[1] + state[2]),
                                activation,
                            )
                        s[row, head] = state[0] + T.log2(state[1] + state[2])

    return merge
