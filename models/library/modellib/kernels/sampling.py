"""What WebLLM does to logits on the device: bias, penalties, grammar mask, softmax, sort and top-p.

Logits are float32 (B, V). The in-place functions follow the signatures of MLC's.
"""

from __future__ import annotations

import functools

from tvm import tirx
from tvm.script import tirx as T

THREADS = 32
#: Logits summed by one thread in the first step of the softmax.
SOFTMAX_SPAN = 256
#: Elements that one thread sorts by insertion before runs are merged.
RUN = 16
LOWEST = -3.4028234663852886e38


@functools.cache
def softmax_parts(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(logits (1, 1, V), temperature (1,), parts (2, P))``: maximum and sum of each span's exponentials."""
    count = parts(vocabulary)

    @T.prim_func(private=True, s_tir=True)
    def sum_parts(
        logits: T.Buffer((1, 1, vocabulary), "float32"),
        temperature: T.Buffer((1,), "float32"),
        out: T.Buffer((2, count), "float32"),
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        for bx in T.thread_binding((count + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("parts"):
                    T.reads()
                    T.writes()
                    state = T.sblock_alloc_buffer((2,), "float32", scope="local")
                    part = T.meta_var(bx * THREADS + tx)
                    if part < count:
                        state[0] = T.float32(LOWEST)
                        state[1] = T.float32(0)
                        for i in T.serial(SOFTMAX_SPAN):
                            if part * SOFTMAX_SPAN + i < vocabulary:
                                state[0] = T.max(state[0], logits[0, 0, part * SOFTMAX_SPAN + i])
                        for i in T.serial(SOFTMAX_SPAN):
                            if part * SOFTMAX_SPAN + i < vocabulary:
                                state[1] += T.exp((logits[0, 0, part * SOFTMAX_SPAN + i] - state[0]) / temperature[0])
                        out[0, part] = state[0]
                        out[1, part] = state[1]

    return sum_parts


@functools.cache
def softmax_finish(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(logits (1, 1, V), temperature (1,), parts (2, P), probabilities (1, 1, V))``."""
    count = parts(vocabulary)
    span = 64
    threads = (vocabulary + span - 1) // span

    @T.prim_func(private=True, s_tir=True)
    def finish(
        logits: T.Buffer((1, 1, vocabulary), "float32"),
        temperature: T.Buffer((1,), "float32"),
        sums: T.Buffer((2, count), "float32"),
        out: T.Buffer((1, 1, vocabulary), "float32"),
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        for bx in T.thread_binding((threads + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("finish"):
                    T.reads()
                    T.writes()
                    state = T.sblock_alloc_buffer((2,), "float32", scope="local")
                    state[0] = T.float32(LOWEST)
                    state[1] = T.float32(0)
                    for i in T.serial(count):
                        state[0] = T.max(state[0], sums[0, i])
                    for i in T.serial(count):
                        state[1] += sums[1, i] * T.exp((sums[0, i] - state[0]) / temperature[0])
                    for i in T.serial(span):
                        at = T.meta_var((bx * THREADS + tx) * span + i)
                        if at < vocabulary:
                            out[0, 0, at] = T.exp((logits[0, 0, at] - state[0]) / temperature[0]) / state[1]

    return finish


def parts(vocabulary: int) -> int:
    """Return how many partial sums the softmax keeps."""
    return (vocabulary + SOFTMAX_SPAN - 1) // SOFTMAX_SPAN


@functools.cache
def sort_runs(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(values (1, V), sorted (1, V), index int32 (1, V))``: each run of RUN in falling order, stable."""
    runs = (vocabulary + RUN - 1) // RUN

    @T.prim_func(private=True, s_tir=True)
    def sort(
        values: T.Buffer((1, vocabulary), "float32"),
        out: T.Buffer((1, vocabulary), "float32"),
        index: T.Buffer((1, vocabulary), "int32"),
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        for bx in T.thread_binding((runs + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("sort"):
                    T.reads()
                    T.writes()
                    rank = T.sblock_alloc_buffer((1,), "int32", scope="local")
                    first = T.meta_var((bx * THREADS + tx) * RUN)
                    for i in T.serial(RUN):
                        if first + i < vocabulary:
                            # An element's place is the number of those that go before it.
                            rank[0] = 0
                            for j in T.serial(RUN):
                                if first + j < vocabulary:
                                    if values[0, first + j] > values[0, first + i] or (
                                        values[0, first + j] == values[0, first + i] and j < i
                                    ):
                                        rank[0] += 1
                            out[0, first + rank[0]] = values[0, first + i]
                            index[0, first + rank[0]] = T.cast(first + i, "int32")

    return sort


@functools.cache
def merge_runs(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(values, index, run, merged, merged_index)``: neighbouring sorted runs of ``run`` made one.

    Each thread finds one element's rank in the neighbouring run by bisection.
    """

    @T.prim_func(private=True, s_tir=True)
    def merge(
        values: T.Buffer((1, vocabulary), "float32"),
        index: T.Buffer((1, vocabulary), "int32"),
        run: T.int64,
        out: T.Buffer((1, vocabulary), "float32"),
        out_index: T.Buffer((1, vocabulary), "int32"),
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        for bx in T.thread_binding((vocabulary + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("merge"):
                    T.reads()
                    T.writes()
                    # place: pair's start, low, high, middle, whether in the right run
                    place = T.sblock_alloc_buffer((5,), "int32", scope="local")
                    width = T.meta_var(T.cast(run, "int32"))
                    at = T.meta_var(bx * THREADS + tx)
                    if at < vocabulary:
                        place[0] = T.truncdiv(at, width * 2) * width * 2
                        place[4] = T.if_then_else(at - place[0] >= width, 1, 0)
                        place[1] = T.min(vocabulary, T.if_then_else(place[4] == 1, place[0], place[0] + width))
                        place[2] = T.min(vocabulary, place[1] + width)
                        while place[1] < place[2]:
                            place[3] = T.truncdiv(place[1] + place[2], 2)
                            # Equal elements of the left run go first.
                            if values[0, place[3]] > values[0, at] or (
                                values[0, place[3]] == values[0, at] and place[4] == 1
                            ):
                                place[1] = place[3] + 1
                            else:
                                place[2] = place[3]
                        place[3] = T.if_then_else(
                            place[4] == 1,
                            at - width + place[1] - place[0],
                            at + place[1] - T.min(vocabulary, place[0] + width),
                        )
                        out[0, place[3]] = values[0, at]
                        out_index[0, place[3]] = index[0, at]

    return merge


@functools.cache
def sample_top_p(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(sorted (B, V), index (B, V), u (n,), rows int32 (n,), top_p (B,), out int32 (n,))``.

    Keeps the largest probabilities until their sum reaches top_p and draws among them by u in [0, 1).
    """

    @T.prim_func(private=True, s_tir=True)
    def sample(
        values_handle: T.handle,
        index_handle: T.handle,
        uniform_handle: T.handle,
        rows_handle: T.handle,
        top_p_handle: T.handle,
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        batch = T.int64()
        n = T.int64()
        values = T.match_buffer(values_handle, (batch, vocabulary), "float32")
        index = T.match_buffer(index_handle, (batch, vocabulary), "int32")
        uniform = T.match_buffer(uniform_handle, (n,), "float32")
        rows = T.match_buffer(rows_handle, (n,), "int32")
        top_p = T.match_buffer(top_p_handle, (batch,), "float32")
        out = T.match_buffer(out_handle, (n,), "int32")
        for bx in T.thread_binding(n, thread="blockIdx.x"):
            for _tx in T.thread_binding(1, thread="threadIdx.x"):
                with T.sblock("sample"):
                    T.reads()
                    T.writes()
                    total = T.sblock_alloc_buffer((2,), "float32", scope="local")
                    place = T.sblock_alloc_buffer((2,), "int32", scope="local")
                    row = T.meta_var(rows[bx])
                    total[0] = T.float32(0)
                    place[0] = 0
                    # From the first that is too small to change the sum on, none does: they fall.
                    while (
                        place[0] < vocabulary and total[0] < top_p[row] and total[0] + values[row, place[0]] > total[0]
                    ):
                        total[0] += values[row, place[0]]
                        place[0] += 1
                    place[1] = 0
                    total[1] = values[row, 0]
                    while place[1] + 1 < place[0] and total[1] <= uniform[bx] * total[0]:
                        place[1] += 1
                        total[1] += values[row, place[1]]
                    out[bx] = index[row, place[1]]

    return sample


@functools.cache
def logit_bias(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(logits (B, V), row_of (n,), tokens (n,), bias (n,))``, in place."""

    @T.prim_func(private=True, s_tir=True)
    def add_bias(logits_handle: T.handle, row_handle: T.handle, tokens_handle: T.handle, bias_handle: T.handle):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int64()
        n = T.int64()
        logits = T.match_buffer(logits_handle, (batch, vocabulary), "float32")
        row_of = T.match_buffer(row_handle, (n,), "int32")
        tokens = T.match_buffer(tokens_handle, (n,), "int32")
        bias = T.match_buffer(bias_handle, (n,), "float32")
        for bx in T.thread_binding((n + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("bias"):
                    T.reads()
                    T.writes()
                    at = T.meta_var(bx * THREADS + tx)
                    if at < n:
                        logits[row_of[at], tokens[at]] += bias[at]

    return add_bias


@functools.cache
def penalty(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(logits (B, V), rows (m,), row_of (n,), tokens (n,), counts (n,), penalties (m, 3))``, in place.

    Penalties are presence, frequency and repetition (Keskar et al. 2019: positive logits divided, others multiplied).
    """

    @T.prim_func(private=True, s_tir=True)
    def penalise(
        logits_handle: T.handle,
        rows_handle: T.handle,
        row_handle: T.handle,
        tokens_handle: T.handle,
        counts_handle: T.handle,
        penalties_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int64()
        m = T.int64()
        n = T.int64()
        logits = T.match_buffer(logits_handle, (batch, vocabulary), "float32")
        rows = T.match_buffer(rows_handle, (m,), "int32")
        row_of = T.match_buffer(row_handle, (n,), "int32")
        tokens = T.match_buffer(tokens_handle, (n,), "int32")
        counts = T.match_buffer(counts_handle, (n,), "int32")
        penalties = T.match_buffer(penalties_handle, (m, 3), "float32")
        for bx in T.thread_binding((n + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("penalty"):
                    T.reads()
                    T.writes()
                    value = T.sblock_alloc_buffer((1,), "float32", scope="local")
                    at = T.meta_var(bx * THREADS + tx)
                    if at < n:
                        which = T.meta_var(row_of[at])
                        value[0] = logits[rows[which], tokens[at]] - (
                            penalties[which, 0] + T.cast(counts[at], "float32") * penalties[which, 1]
                        )
                        logits[rows[which], tokens[at]] = T.if_then_else(
                            value[0] > T.float32(0), value[0] / penalties[which, 2], value[0] * penalties[which, 2]
                        )

    return penalise


@functools.cache
def bitmask(vocabulary: int) -> tirx.PrimFunc:
    """Return ``f(logits (B, V), rows (m,), mask int32 (B, ceil(V/32)))``, in place: logits of bits at 0 are dropped."""
    words = (vocabulary + 31) // 32

    @T.prim_func(private=True, s_tir=True)
    def mask_logits(logits_handle: T.handle, rows_handle: T.handle, mask_handle: T.handle):
        T.func_attr({"tirx.is_scheduled": True})
        batch = T.int64()
        m = T.int64()
        logits = T.match_buffer(logits_handle, (batch, vocabulary), "float32")
        rows = T.match_buffer(rows_handle, (m,), "int32")
        mask = T.match_buffer(mask_handle, (batch, words), "int32")
        for bx in T.thread_binding((m * vocabulary + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("mask"):
                    T.reads()
                    T.writes()
                    at = T.meta_var(bx * THREADS + tx)
                    if at < m * vocabulary:
                        row = T.meta_var(rows[at // vocabulary])
                        token = T.meta_var(at % vocabulary)
                        if (mask[row, token // 32] >> T.cast(token % 32, "int32")) & 1 == 0:
                            logits[row, token] = T.float32(LOWEST)

    return mask_logits
