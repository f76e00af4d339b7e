"""Attention over the paged cache, with an online softmax (Milakov and Gimelshein 2018) kept by each thread alone.

The signatures are those by which TVM's paged key-value cache calls its functions; log-sum-exps are to base 2.
A row and head are shared by a few threads: each goes over all keys and sums its own part of the value's
dimensions, so that none waits for another. Neighbouring threads take neighbouring rows (in decoding: heads),
which read the same keys. Rotary embedding is applied before the cache, so ``rotary_mode`` and its companions are
not read.
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
PREFILL_THREADS = 32
DECODE_THREADS = 16


def _softmax_step(head_dim: int, part: int):
    """Return macros that start the running sums, and add one key and value to them.

    ``state`` holds the running maximum, the running sum, the new score and a scratch value.
    """

    @T.macro
    def start(state, output):
        state[0] = T.float32(LOWEST)
        state[1] = T.float32(0)
        for i in T.unroll(part):
            output[i] = T.float32(0)

    @T.macro
    def add(state, output, query, key, value, first):
        state[2] = T.float32(0)
        for i in T.serial(head_dim // 8):
            for j in T.unroll(8):
                state[2] += query[i * 8 + j] * key(i * 8 + j)
        if state[2] > state[0]:
            state[3] = T.exp2(state[0] - state[2])
            state[0] = state[2]
            state[1] = state[1] * state[3]
            for i in T.unroll(part):
                output[i] = output[i] * state[3]
        state[3] = T.exp2(state[2] - state[0])
        state[1] += state[3]
        for i in T.unroll(part):
            output[i] += state[3] * value(first + i)

    return start, add


@functools.cache
def ragged_prefill(heads: int, kv_heads: int, head_dim: int, splits: int = 2) -> tirx.PrimFunc:
    """Return the attention of new tokens to the new tokens of their own sequence."""
    part, group = head_dim // splits, heads // kv_heads
    start, add = _softmax_step(head_dim, part)

    @T.prim_func(private=True, s_tir=True)
    def attend(
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
        q = T.match_buffer(q_handle, (rows, heads, head_dim), "float32")
        q_indptr = T.match_buffer(q_indptr_handle, (batch + 1,), "int32", elem_offset=q_indptr_offset)
        k = T.match_buffer(k_handle, (keys, kv_heads, head_dim), "float32")
        v = T.match_buffer(v_handle, (keys, kv_heads, head_dim), "float32")
        kv_indptr = T.match_buffer(kv_indptr_handle, (batch + 1,), "int32", elem_offset=kv_indptr_offset)
        T.match_buffer(q_rope_position_handle, (rows,), "int32", elem_offset=position_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        output = T.match_buffer(output_handle, (rows, heads, head_dim), "float32")
        lse = T.match_buffer(lse_handle, (rows, heads), "float32")
        blocks = T.meta_var((rows * heads * splits + (PREFILL_THREADS - 1)) // PREFILL_THREADS)
        for bx in T.thread_binding(blocks, thread="blockIdx.x"):
            for tx in T.thread_binding(PREFILL_THREADS, thread="threadIdx.x"):
                with T.sblock("attend"):
                    T.reads()
                    T.writes()
                    query = T.sblock_alloc_buffer((head_dim,), "float32", scope="local")
                    out = T.sblock_alloc_buffer((part,), "float32", scope="local")
                    state = T.sblock_alloc_buffer((4,), "float32", scope="local")
                    sequence = T.sblock_alloc_buffer((1,), "int32", scope="local")
                    place = T.sblock_alloc_buffer((3,), "int32", scope="local")
                    flat = T.meta_var(bx * PREFILL_THREADS + tx)
                    row, head, first = T.meta_var(place[0]), T.meta_var(place[1]), T.meta_var(place[2])
                    if flat < rows * heads * splits:
                        place[0] = T.truncmod(flat, rows)
                        place[1] = T.truncmod(T.truncdiv(flat, rows), heads)
                        place[2] = T.truncdiv(T.truncdiv(flat, rows), heads) * part
                        sequence[0] = 0
                        for i in T.serial(batch):
                            if q_indptr[i] <= row:
                                sequence[0] = i
                        start(state, out)
                        for i in T.serial(head_dim):
                            query[i] = q[row, head, i] * (sm_scale * T.float32(LOG2_E))
                        begin = T.meta_var(kv_indptr[sequence[0]])
                        count = T.meta_var(kv_indptr[sequence[0] + 1] - kv_indptr[sequence[0]])
                        new = T.meta_var(q_indptr[sequence[0] + 1] - q_indptr[sequence[0]])
                        last = T.meta_var(count - new + (row - q_indptr[sequence[0]]) + 1)
                        for j in T.serial(T.if_then_else(causal > 0, T.min(last, count), count)):
                            add(
                                state,
                                out,
                                query,
                                lambda d: k[begin + j, T.truncdiv(head, group), d],
                                lambda d: v[begin + j, T.truncdiv(head, group), d],
                                first,
                            )
                        for i in T.unroll(part):
                            output[row, head, first + i] = out[i] / state[1]
                        if first == 0:
                            lse[row, head] = state[0] + T.log2(state[1])

    return attend


@functools.cache
def paged_prefill(heads: int, kv_heads: int, head_dim: int, splits: int = 2) -> tirx.PrimFunc:
    """Return the attention of new tokens to the pages that were there before."""
    part, group = head_dim // splits, heads // kv_heads
    start, add = _softmax_step(head_dim, part)

    @T.prim_func(private=True, s_tir=True)
    def attend(
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
        used_pages = T.int32()
        all_pages = T.int32()
        pages_offset = T.int64()
        q_indptr_offset = T.int32()
        page_indptr_offset = T.int32()
        values_offset = T.int32()
        rope_offset = T.int32()
        position_offset = T.int32()
        length_offset = T.int32()
        q = T.match_buffer(q_handle, (rows, heads, head_dim), "float32")
        q_indptr = T.match_buffer(q_indptr_handle, (batch + 1,), "int32", elem_offset=q_indptr_offset)
        pages = T.match_buffer(
            pages_handle, (all_pages, 2, kv_heads, PAGE, head_dim), "float32", elem_offset=pages_offset
        )
        page_indptr = T.match_buffer(page_indptr_handle, (batch + 1,), "int32", elem_offset=page_indptr_offset)
        page_values = T.match_buffer(page_values_handle, (used_pages,), "int32", elem_offset=values_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        T.match_buffer(q_rope_position_handle, (rows,), "int32", elem_offset=position_offset)
        output = T.match_buffer(output_handle, (rows, heads, head_dim), "float32")
        lse = T.match_buffer(lse_handle, (rows, heads), "float32")
        last_page_length = T.match_buffer(length_handle, (batch,), "int32", elem_offset=length_offset)
        blocks = T.meta_var((rows * heads * splits + (PREFILL_THREADS - 1)) // PREFILL_THREADS)
        for bx in T.thread_binding(blocks, thread="blockIdx.x"):
            for tx in T.thread_binding(PREFILL_THREADS, thread="threadIdx.x"):
                with T.sblock("attend"):
                    T.reads()
                    T.writes()
                    query = T.sblock_alloc_buffer((head_dim,), "float32", scope="local")
                    out = T.sblock_alloc_buffer((part,), "float32", scope="local")
                    state = T.sblock_alloc_buffer((4,), "float32", scope="local")
                    whole = T.sblock_alloc_buffer((4,), "int32", scope="local")
                    place = T.sblock_alloc_buffer((3,), "int32", scope="local")
                    flat = T.meta_var(bx * PREFILL_THREADS + tx)
                    row, head, first = T.meta_var(place[0]), T.meta_var(place[1]), T.meta_var(place[2])
                    if flat < rows * heads * splits:
                        place[0] = T.truncmod(flat, rows)
                        place[1] = T.truncmod(T.truncdiv(flat, rows), heads)
                        place[2] = T.truncdiv(T.truncdiv(flat, rows), heads) * part
                        # whole: sequence, its keys, the keys that this row sees, the page at hand
                        whole[0] = 0
                        for i in T.serial(batch):
                            if q_indptr[i] <= row:
                                whole[0] = i
                        held = T.meta_var(page_indptr[whole[0] + 1] - page_indptr[whole[0]])
                        whole[1] = T.if_then_else(held > 0, (held - 1) * PAGE + last_page_length[whole[0]], 0)
                        new = T.meta_var(q_indptr[whole[0] + 1] - q_indptr[whole[0]])
                        whole[2] = T.if_then_else(
                            causal > 0,
                            T.min(whole[1], whole[1] - new + (row - q_indptr[whole[0]]) + 1),
                            whole[1],
                        )
                        start(state, out)
                        for i in T.serial(head_dim):
                            query[i] = q[row, head, i] * (sm_scale * T.float32(LOG2_E))
                        for j in T.serial(whole[2]):
                            whole[3] = page_values[page_indptr[whole[0]] + T.truncdiv(j, PAGE)]
                            add(
                                state,
                                out,
                                query,
                                lambda d: pages[whole[3], 0, T.truncdiv(head, group), T.truncmod(j, PAGE), d],
                                lambda d: pages[whole[3], 1, T.truncdiv(head, group), T.truncmod(j, PAGE), d],
                                first,
                            )
                        for i in T.unroll(part):
                            output[row, head, first + i] = out[i] / T.max(state[1], T.float32(1e-30))
                        if first == 0:
                            lse[row, head] = state[0] + T.log2(T.max(state[1], T.float32(1e-30)))

    return attend


@functools.cache
def paged_decode(heads: int, kv_heads: int, head_dim: int, splits: int = 4) -> tirx.PrimFunc:
    """Return the attention of one new token a sequence to its pages, its own key among them."""
    part, group = head_dim // splits, heads // kv_heads
    start, add = _softmax_step(head_dim, part)

    @T.prim_func(private=True, s_tir=True)
    def attend(
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
        used_pages = T.int32()
        all_pages = T.int32()
        pages_offset = T.int64()
        page_indptr_offset = T.int32()
        values_offset = T.int32()
        rope_offset = T.int32()
        position_offset = T.int32()
        length_offset = T.int32()
        q = T.match_buffer(q_handle, (batch, heads, head_dim), "float32")
        pages = T.match_buffer(
            pages_handle, (all_pages, 2, kv_heads, PAGE, head_dim), "float32", elem_offset=pages_offset
        )
        page_indptr = T.match_buffer(page_indptr_handle, (batch + 1,), "int32", elem_offset=page_indptr_offset)
        page_values = T.match_buffer(page_values_handle, (used_pages,), "int32", elem_offset=values_offset)
        T.match_buffer(k_rope_offset_handle, (batch,), "int32", elem_offset=rope_offset)
        T.match_buffer(q_rope_position_handle, (batch,), "int32", elem_offset=position_offset)
        output = T.match_buffer(output_handle, (batch, heads, head_dim), "float32")
        lse = T.match_buffer(lse_handle, (batch, heads), "float32")
        last_page_length = T.match_buffer(length_handle, (batch,), "int32", elem_offset=length_offset)
        blocks = T.meta_var((batch * heads * splits + (DECODE_THREADS - 1)) // DECODE_THREADS)
        for bx in T.thread_binding(blocks, thread="blockIdx.x"):
            for tx in T.thread_binding(DECODE_THREADS, thread="threadIdx.x"):
                with T.sblock("attend"):
                    T.reads()
                    T.writes()
                    query = T.sblock_alloc_buffer((head_dim,), "float32", scope="local")
                    out = T.sblock_alloc_buffer((part,), "float32", scope="local")
                    state = T.sblock_alloc_buffer((4,), "float32", scope="local")
                    whole = T.sblock_alloc_buffer((2,), "int32", scope="local")
                    place = T.sblock_alloc_buffer((3,), "int32", scope="local")
                    flat = T.meta_var(bx * DECODE_THREADS + tx)
                    row, head, first = T.meta_var(place[0]), T.meta_var(place[1]), T.meta_var(place[2])
                    if flat < batch * heads * splits:
                        place[0] = T.truncmod(T.truncdiv(flat, heads), batch)
                        place[1] = T.truncmod(flat, heads)
                        place[2] = T.truncdiv(T.truncdiv(flat, heads), batch) * part
                        # whole: the sequence's keys, the page at hand
                        held = T.meta_var(page_indptr[row + 1] - page_indptr[row])
                        whole[0] = T.if_then_else(held > 0, (held - 1) * PAGE + last_page_length[row], 0)
                        start(state, out)
                        for i in T.serial(head_dim):
                            query[i] = q[row, head, i] * (sm_scale * T.float32(LOG2_E))
                        for j in T.serial(whole[0]):
                            whole[1] = page_values[page_indptr[row] + T.truncdiv(j, PAGE)]
                            add(
                                state,
                                out,
                                query,
                                lambda d: pages[whole[1], 0, T.truncdiv(head, group), T.truncmod(j, PAGE), d],
                                lambda d: pages[whole[1], 1, T.truncdiv(head, group), T.truncmod(j, PAGE), d],
                                first,
                            )
                        for i in T.unroll(part):
                            output[row, head, first + i] = out[i] / T.max(state[1], T.float32(1e-30))
                        if first == 0:
                            lse[row, head] = state[0] + T.log2(T.max(state[1], T.float32(1e-30)))

    return attend


@functools.cache
def merge_state(heads: int, head_dim: int) -> tirx.PrimFunc:
    """Return the in-place merge of two attentions, ``(v, s)`` with ``(v_other, s_other)``.

    One thread does a row and head: several would race between reading and writing the log-sum-exp.
    """

    @T.prim_func(private=True, s_tir=True)
    def merge(v_handle: T.handle, s_handle: T.handle, v_other_handle: T.handle, s_other_handle: T.handle):
        T.func_attr({"tirx.is_scheduled": True})
        rows = T.int32()
        v = T.match_buffer(v_handle, (rows, heads, head_dim), "float32")
        s = T.match_buffer(s_handle, (rows, heads), "float32")
        v_other = T.match_buffer(v_other_handle, (rows, heads, head_dim), "float32")
        s_other = T.match_buffer(s_other_handle, (rows, heads), "float32")
        blocks = T.meta_var((rows * heads + (PREFILL_THREADS - 1)) // PREFILL_THREADS)
        for bx in T.thread_binding(blocks, thread="blockIdx.x"):
            for tx in T.thread_binding(PREFILL_THREADS, thread="threadIdx.x"):
                with T.sblock("merge"):
                    T.reads()
                    T.writes()
                    state = T.sblock_alloc_buffer((3,), "float32", scope="local")
                    flat = T.meta_var(bx * PREFILL_THREADS + tx)
                    row = T.meta_var(flat // heads)
                    head = T.meta_var(flat % heads)
                    if flat < rows * heads:
                        state[0] = T.max(s[row, head], s_other[row, head])
                        state[1] = T.exp2(s[row, head] - state[0])
                        state[2] = T.exp2(s_other[row, head] - state[0])
                        for i in T.serial(head_dim):
                            v[row, head, i] = (v[row, head, i] * state[1] + v_other[row, head, i] * state[2]) / (
                                state[1] + state[2]
                            )
                        s[row, head] = state[0] + T.log2(state[1] + state[2])

    return merge
