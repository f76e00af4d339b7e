"""Attentions to different keys, put together."""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

from .softmax import THREADS


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
