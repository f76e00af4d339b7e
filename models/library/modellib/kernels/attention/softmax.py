"""The running softmax of a thread's queries, which prefill and decoding share."""

from __future__ import annotations

import math

from tvm.script import tirx as T

LOG2_E = math.log2(math.e)
#: Lower than any score, and finite, so that differences of it are numbers.
LOWEST = -5e4
#: In place of a sum of nothing.
LEAST = 1e-30
THREADS = 16
#: Numbers of outputs that a thread may hold.
HELD = 256


def queries_of(head_dim: int, most: int) -> int:
    """Return how many queries a thread takes: the largest divisor of ``most`` whose outputs it can hold."""
    return max(n for n in range(1, most + 1) if most % n == 0 and (n == 1 or n * head_dim <= HELD))


def softmax(queries: int, head_dim: int):
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
