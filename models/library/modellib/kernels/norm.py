"""Root-mean-square normalisation (Zhang and Sennrich 2019)."""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

THREADS = 32
#: Values that one thread writes. Each thread sums the whole row by itself: cheaper than a barrier.
SPAN = 32


@functools.cache
def rms_norm(hidden: int, epsilon: float, last_row_only: bool = False, activation: str = "float32") -> tirx.PrimFunc:
    """Return ``f(x float32 (m, H), weight (H,), out (m, H))``, or of the last row alone with out (1, H)."""
    spans = (hidden + SPAN - 1) // SPAN

    @T.prim_func(private=True, s_tir=True)
    def normalise(x_handle: T.handle, weight: T.Buffer((hidden,), activation), out_handle: T.handle):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        m = T.int64()
        n = T.int64()
        x = T.match_buffer(x_handle, (m, hidden), "float32")
        out = T.match_buffer(out_handle, (n, hidden), activation)
        for bx in T.thread_binding((n * spans + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("normalise"):
                    T.reads()
                    T.writes()
                    total = T.sblock_alloc_buffer((1,), "float32", scope="local")
                    if bx * THREADS + tx < n * spans:
                        row = T.meta_var((bx * THREADS + tx) // spans)
                        source = T.meta_var(m - 1 if last_row_only else row)
                        total[0] = T.float32(0)
                        for i in T.serial(hidden):
                            total[0] += x[source, i] * x[source, i]
                        total[0] = T.rsqrt(total[0] / T.float32(hidden) + T.float32(epsilon))
                        for i in T.serial(SPAN):
                            column = T.meta_var((bx * THREADS + tx) % spans * SPAN + i)
                            if column < hidden:
                                out[row, column] = T.cast(
                                    x[source, column] * total[0] * T.cast(weight[column], "float32"), activation
                                )

    return normalise
