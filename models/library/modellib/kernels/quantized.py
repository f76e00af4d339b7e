"""Products with 4-bit weights, and the embedding looked up in them.

A weight of K inputs and N outputs is held as ``q_weight`` uint32 (K/8, N), eight inputs a word with the lowest bits
first, and ``q_scale`` (K/32, N): ``w[k, n] = (q[k, n] - zero_point) * scale[k // 32, n]``. MLC keeps the transpose
(N, K/8); with N last, neighbouring threads read neighbouring words.
"""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

from ..config import GROUP, PER_WORD

THREADS = 32
#: Columns that one thread computes: each value of x that it loads serves all of them.
COLUMNS = 4


def _accumulator(inputs: int, outputs: int, panels: int, rows: int, zero_point: int):
    """Return a macro adding ``x @ w`` for ``rows`` rows and COLUMNS columns of each panel into ``acc``.

    Panel p holds the columns from ``p * outputs`` of the weight. ``acc`` has panels * rows * COLUMNS entries.
    """
    columns = panels * COLUMNS
    words = GROUP // PER_WORD

    @T.macro
    def accumulate(x, weight, scale, acc, part, xs, word, first_row, last_row, first_column):
        for i in T.unroll(rows * columns):
            acc[i] = T.float32(0)
        for g in T.serial(inputs // GROUP):
            for i in T.unroll(rows * columns):
                part[i] = T.float32(0)
            for w in T.serial(words):
                for p in T.unroll(panels):
                    for c in T.unroll(COLUMNS):
                        word[p * COLUMNS + c] = weight[g * words + w, p * outputs + first_column + c]
                for b in T.unroll(PER_WORD):
                    for r in T.unroll(rows):
                        xs[r] = x[T.min(first_row + r, last_row), g * GROUP + w * PER_WORD + b]
                    for c in T.unroll(columns):
                        xs[rows] = T.cast((word[c] >> T.uint32(4 * b)) & T.uint32(15), "float32") - T.float32(
                            zero_point
                        )
                        for r in T.unroll(rows):
                            part[r * columns + c] += xs[r] * xs[rows]
            for p in T.unroll(panels):
                for c in T.unroll(COLUMNS):
                    xs[0] = scale[g, p * outputs + first_column + c]
                    for r in T.unroll(rows):
                        acc[r * columns + p * COLUMNS + c] += part[r * columns + p * COLUMNS + c] * xs[0]

    return accumulate


def _check(inputs: int, outputs: int) -> None:
    if inputs % GROUP or outputs % COLUMNS:
        raise ValueError(f"a {inputs} x {outputs} weight needs inputs in {GROUP}s and outputs in {COLUMNS}s")


@functools.cache
def matmul(inputs: int, outputs: int, rows: int, zero_point: int, extra: str = "none") -> tirx.PrimFunc:
    """Return ``f(x (m, K), q_weight, q_scale, [extra], out (m, N))``.

    Args:
        inputs: K, a multiple of 32.
        outputs: N, a multiple of 4.
        rows: rows of x that one thread computes; 1 for decoding, where m is 1.
        zero_point: the 4-bit value that stands for zero.
        extra: "none", "bias" (a vector (N,) is added) or "residual" (a matrix (m, N) is added).
    """
    _check(inputs, outputs)
    accumulate = _accumulator(inputs, outputs, 1, rows, zero_point)
    groups = outputs // COLUMNS

    if extra == "none":

        @T.prim_func(private=True, s_tir=True)
        def product(
            x_handle: T.handle,
            weight: T.Buffer((inputs // PER_WORD, outputs), "uint32"),
            scale: T.Buffer((inputs // GROUP, outputs), "float32"),
            out_handle: T.handle,
        ):
            T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
            m = T.int64()
            x = T.match_buffer(x_handle, (m, inputs), "float32")
            out = T.match_buffer(out_handle, (m, outputs), "float32")
            for by in T.thread_binding((m + (rows - 1)) // rows, thread="blockIdx.y"):
                for bx in T.thread_binding((groups + THREADS - 1) // THREADS, thread="blockIdx.x"):
                    for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                        with T.sblock("product"):
                            T.reads()
                            T.writes()
                            acc = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                            part = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                            xs = T.sblock_alloc_buffer((rows + 1,), "float32", scope="local")
                            word = T.sblock_alloc_buffer((COLUMNS,), "uint32", scope="local")
                            if bx * THREADS + tx < groups:
                                first = T.meta_var((bx * THREADS + tx) * COLUMNS)
                                accumulate(x, weight, scale, acc, part, xs, word, by * rows, m - 1, first)
                                for r in T.unroll(rows):
                                    if by * rows + r < m:
                                        for c in T.unroll(COLUMNS):
                                            out[by * rows + r, first + c] = acc[r * COLUMNS + c]

        return product

    if extra == "bias":

        @T.prim_func(private=True, s_tir=True)
        def product_bias(
            x_handle: T.handle,
            weight: T.Buffer((inputs // PER_WORD, outputs), "uint32"),
            scale: T.Buffer((inputs // GROUP, outputs), "float32"),
            bias: T.Buffer((outputs,), "float32"),
            out_handle: T.handle,
        ):
            T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
            m = T.int64()
            x = T.match_buffer(x_handle, (m, inputs), "float32")
            out = T.match_buffer(out_handle, (m, outputs), "float32")
            for by in T.thread_binding((m + (rows - 1)) // rows, thread="blockIdx.y"):
                for bx in T.thread_binding((groups + THREADS - 1) // THREADS, thread="blockIdx.x"):
                    for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                        with T.sblock("product"):
                            T.reads()
                            T.writes()
                            acc = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                            part = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                            xs = T.sblock_alloc_buffer((rows + 1,), "float32", scope="local")
                            word = T.sblock_alloc_buffer((COLUMNS,), "uint32", scope="local")
                            if bx * THREADS + tx < groups:
                                first = T.meta_var((bx * THREADS + tx) * COLUMNS)
                                accumulate(x, weight, scale, acc, part, xs, word, by * rows, m - 1, first)
                                for r in T.unroll(rows):
                                    if by * rows + r < m:
                                        for c in T.unroll(COLUMNS):
                                            out[by * rows + r, first + c] = acc[r * COLUMNS + c] + bias[first + c]

        return product_bias

    if extra != "residual":
        raise ValueError(f"extra is {extra!r}; expected none, bias or residual")

    @T.prim_func(private=True, s_tir=True)
    def product_residual(
        x_handle: T.handle,
        weight: T.Buffer((inputs // PER_WORD, outputs), "uint32"),
        scale: T.Buffer((inputs // GROUP, outputs), "float32"),
        residual_handle: T.handle,
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        m = T.int64()
        x = T.match_buffer(x_handle, (m, inputs), "float32")
        residual = T.match_buffer(residual_handle, (m, outputs), "float32")
        out = T.match_buffer(out_handle, (m, outputs), "float32")
        for by in T.thread_binding((m + (rows - 1)) // rows, thread="blockIdx.y"):
            for bx in T.thread_binding((groups + THREADS - 1) // THREADS, thread="blockIdx.x"):
                for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                    with T.sblock("product"):
                        T.reads()
                        T.writes()
                        acc = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                        part = T.sblock_alloc_buffer((rows * COLUMNS,), "float32", scope="local")
                        xs = T.sblock_alloc_buffer((rows + 1,), "float32", scope="local")
                        word = T.sblock_alloc_buffer((COLUMNS,), "uint32", scope="local")
                        if bx * THREADS + tx < groups:
                            first = T.meta_var((bx * THREADS + tx) * COLUMNS)
                            accumulate(x, weight, scale, acc, part, xs, word, by * rows, m - 1, first)
                            for r in T.unroll(rows):
                                if by * rows + r < m:
                                    for c in T.unroll(COLUMNS):
                                        out[by * rows + r, first + c] = (
                                            acc[r * COLUMNS + c] + residual[by * rows + r, first + c]
                                        )

    return product_residual


@functools.cache
def gated_matmul(inputs: int, outputs: int, rows: int, zero_point: int) -> tirx.PrimFunc:
    """Return ``f(x (m, K), q_weight (K/8, 2N), q_scale, out (m, N))`` with ``out = silu(x @ gate) * (x @ up)``.

    The first N columns of the weight are the gate's. Arguments as for ``matmul``.
    """
    _check(inputs, outputs)
    accumulate = _accumulator(inputs, outputs, 2, rows, zero_point)
    groups = outputs // COLUMNS
    size = rows * 2 * COLUMNS

    @T.prim_func(private=True, s_tir=True)
    def gated(
        x_handle: T.handle,
        weight: T.Buffer((inputs // PER_WORD, 2 * outputs), "uint32"),
        scale: T.Buffer((inputs // GROUP, 2 * outputs), "float32"),
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        m = T.int64()
        x = T.match_buffer(x_handle, (m, inputs), "float32")
        out = T.match_buffer(out_handle, (m, outputs), "float32")
        for by in T.thread_binding((m + (rows - 1)) // rows, thread="blockIdx.y"):
            for bx in T.thread_binding((groups + THREADS - 1) // THREADS, thread="blockIdx.x"):
                for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                    with T.sblock("gated"):
                        T.reads()
                        T.writes()
                        acc = T.sblock_alloc_buffer((size,), "float32", scope="local")
                        part = T.sblock_alloc_buffer((size,), "float32", scope="local")
                        xs = T.sblock_alloc_buffer((rows + 1,), "float32", scope="local")
                        word = T.sblock_alloc_buffer((2 * COLUMNS,), "uint32", scope="local")
                        if bx * THREADS + tx < groups:
                            first = T.meta_var((bx * THREADS + tx) * COLUMNS)
                            accumulate(x, weight, scale, acc, part, xs, word, by * rows, m - 1, first)
                            for r in T.unroll(rows):
                                if by * rows + r < m:
                                    for c in T.unroll(COLUMNS):
                                        gate = T.meta_var(acc[r * 2 * COLUMNS + c])
                                        up = T.meta_var(acc[r * 2 * COLUMNS + COLUMNS + c])
                                        out[by * rows + r, first + c] = (
                                            gate / (T.float32(1) + T.exp(T.float32(0) - gate)) * up
                                        )

    return gated


@functools.cache
def embedding(hidden: int, vocabulary: int, zero_point: int) -> tirx.PrimFunc:
    """Return ``f(ids int32 (s,), q_weight (H/8, V), q_scale, out (s, H))``: the columns of the tokens."""
    words = hidden // PER_WORD
    words_a_group = GROUP // PER_WORD

    @T.prim_func(private=True, s_tir=True)
    def look_up(
        ids_handle: T.handle,
        weight: T.Buffer((words, vocabulary), "uint32"),
        scale: T.Buffer((hidden // GROUP, vocabulary), "float32"),
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        s = T.int64()
        ids = T.match_buffer(ids_handle, (s,), "int32")
        out = T.match_buffer(out_handle, (s, hidden), "float32")
        for bx in T.thread_binding((s * words + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("look_up"):
                    T.reads()
                    T.writes()
                    if bx * THREADS + tx < s * words:
                        row = T.meta_var((bx * THREADS + tx) // words)
                        w = T.meta_var((bx * THREADS + tx) % words)
                        for b in T.unroll(PER_WORD):
                            nibble = T.meta_var((weight[w, ids[row]] >> T.uint32(4 * b)) & T.uint32(15))
                            out[row, w * PER_WORD + b] = (T.cast(nibble, "float32") - T.float32(zero_point)) * scale[
                                w // words_a_group, ids[row]
                            ]

    return look_up
