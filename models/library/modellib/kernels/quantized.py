"""Products with 4-bit weights, and the embedding looked up in them.

A weight of K inputs and N outputs is held as ``q_weight`` uint32 (K/8, N), eight inputs a word with the lowest bits
first, and ``q_scale`` (K/32, N): ``w[k, n] = (q[k, n] - zero_point) * scale[k // 32, n]``. MLC keeps the transpose
(N, K/8); with N last, neighbouring threads read neighbouring words.

One generator makes every product, of one row (decoding) or of several (prefill). A software adapter translates shaders
without optimising them, so it saves instructions: a weight is masked in its place in half a word, and the sum of such
products divided by that place's power of sixteen, which is exact, so that no weight is shifted alone; the zero point
is taken off once a group, by the sum of the inputs; words become signed first, for an unsigned one takes five
instructions to be a float; neighbouring threads take neighbouring columns, which are one load.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from tvm import tirx
from tvm.script import tirx as T

from ..config import GROUP, PER_WORD

WORDS = GROUP // PER_WORD
#: Weights of half a word, which is masked as it stands: the sign bit is out of the way.
HALF = PER_WORD // 2
LOOK_UP_THREADS = 32


@dataclass(frozen=True)
class Tile:
    """What a workgroup computes: ``rows`` by ``threads * columns`` outputs, each thread every threads-th column.

    A value of x that is loaded serves all columns of a thread, an unpacked weight all rows.
    """

    rows: int
    columns: int
    threads: int


#: By the type of activations, tiles of one row (decoding) and of several (prefill). Those of float32 are the fastest
#: of some tried on the software adapter, where a load costs as much as ten sums; float16 exists on real ones only,
#: which want many threads.
DECODE = {"float32": Tile(1, 8, 8), "float16": Tile(1, 1, 64)}
PREFILL = {"float32": Tile(8, 16, 8), "float16": Tile(4, 4, 32)}


def _columns(tile: Tile, panels: int) -> int:
    """Return a thread's columns of each panel; all panels together are the tile's, where it has so many."""
    return max(tile.columns // panels, 1)


def _masked(half: tirx.Expr, place: int) -> tirx.Expr:
    """Return a weight of half a word, times 16 ** place."""
    return T.cast(T.bitwise_and(half, T.int32(15 << 4 * place)), "float32")


def _sixteenths(place: int) -> tirx.Expr:
    """Return 16 ** -place by its bits: decimals are written with too few digits to be exact."""
    return T.reinterpret("float32", T.int32((127 - 4 * place) << 23))


def _accumulator(inputs: int, outputs: int, panels: int, zero_point: int, tile: Tile):
    """Return a macro that leaves ``x @ w`` in ``total`` for a thread's rows and columns of each panel.

    Panel p holds the columns from ``p * outputs`` of the weight. ``total`` has rows * panels * columns entries.
    """
    rows, columns = tile.rows, _columns(tile, panels)
    width = panels * columns

    def add_word(x, weight, part, sums, place, word_row, column_at, kept):
        """Emit the products of one word's inputs, as one long sum a row and column: local arrays are slow."""
        values = [[T.bind(T.cast(x[place[r] + i], "float32")) for i in range(PER_WORD)] for r in range(rows)]
        for r in range(rows):
            T.buffer_store(sums, sums[r] + sum(values[r][1:], values[r][0]), [r])
        for p in range(panels):
            for c in range(columns):
                low = T.bind(T.cast(weight[word_row, p * outputs + column_at[c]], "int32"))
                high = T.shift_right(low, T.int32(16))
                weights = [_masked(low if b < HALF else high, b % HALF) for b in range(PER_WORD)]
                if rows > 1:
                    # TVM puts a named value that it can compute again in place of its name; not one it reads.
                    for b in range(PER_WORD):
                        T.buffer_store(kept, weights[b], [b])
                    weights = [T.bind(kept[b]) for b in range(PER_WORD)]
                for r in range(rows):
                    by_place = [
                        values[r][b] * weights[b] + values[r][HALF + b] * weights[HALF + b] for b in range(HALF)
                    ]
                    at = r * width + p * columns + c
                    scaled = [by_place[b] * _sixteenths(b) for b in range(1, HALF)]
                    T.buffer_store(part, part[at] + sum(scaled, by_place[0]), [at])

    @T.macro
    def accumulate(x, weight, scale, total, row_at, column_at):
        flat = T.decl_buffer((x.shape[0] * inputs,), x.dtype, data=x.data)
        place = T.sblock_alloc_buffer((rows,), "int32", scope="local")
        part = T.sblock_alloc_buffer((rows * width,), "float32", scope="local")
        sums = T.sblock_alloc_buffer((rows,), "float32", scope="local")
        kept = T.sblock_alloc_buffer((PER_WORD,), "float32", scope="local")
        for i in T.unroll(rows * width):
            total[i] = T.float32(0)
        for g in T.serial(inputs // GROUP):
            for i in T.unroll(rows * width):
                part[i] = T.float32(0)
            for r in T.unroll(rows):
                sums[r] = T.float32(0)
            for w in T.serial(WORDS):
                for r in T.unroll(rows):
                    place[r] = row_at[r] * inputs + (g * WORDS + w) * PER_WORD
                add_word(flat, weight, part, sums, place, g * WORDS + w, column_at, kept)
            for p in T.unroll(panels):
                for c in T.unroll(columns):
                    factor = T.bind(T.cast(scale[g, p * outputs + column_at[c]], "float32"))
                    for r in T.unroll(rows):
                        total[r * width + p * columns + c] += (
                            part[r * width + p * columns + c] - sums[r] * T.float32(zero_point)
                        ) * factor

    return accumulate


@dataclass(frozen=True)
class Kind:
    """What a product does with its sums: ``out[row, column] = finish(extra, row, column, sums of each panel)``."""

    panels: int
    finish: Callable[[tirx.Buffer | None, tirx.Expr, tirx.Expr, list[tirx.Expr]], tirx.Expr]
    #: Of the further operand: "none", "vector" (N,) of the activations' type or "matrix" (m, N) float32.
    extra: str = "none"


KINDS = {
    "plain": Kind(1, lambda extra, row, column, sums: sums[0]),
    "bias": Kind(1, lambda extra, row, column, sums: sums[0] + T.cast(extra[column], "float32"), "vector"),
    "residual": Kind(1, lambda extra, row, column, sums: sums[0] + extra[row, column], "matrix"),
    # silu(x @ gate) * (x @ up); the first N columns of the weight are the gate's
    "gated": Kind(2, lambda extra, row, column, sums: sums[0] / (T.float32(1) + T.exp(-sums[0])) * sums[1]),
}


def _product(inputs: int, outputs: int, kind: Kind, zero_point: int, tile: Tile):
    """Return a macro that computes a tile of the product, and finishes it as its kind says."""
    rows, columns, threads, panels = tile.rows, _columns(tile, kind.panels), tile.threads, kind.panels
    width, span = panels * columns, columns * threads
    accumulate = _accumulator(inputs, outputs, panels, zero_point, tile)

    @T.macro
    def product(m, x, weight, scale, extra, out):
        for by in T.thread_binding((m + (rows - 1)) // rows, thread="blockIdx.y"):
            for bx in T.thread_binding((outputs + span - 1) // span, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("product"):
                        T.reads()
                        T.writes()
                        total = T.sblock_alloc_buffer((rows * width,), "float32", scope="local")
                        row_at = T.sblock_alloc_buffer((rows,), "int32", scope="local")
                        column_at = T.sblock_alloc_buffer((columns,), "int32", scope="local")
                        # Threads past the edge repeat its last row or column, and write nothing.
                        for r in T.unroll(rows):
                            row_at[r] = T.min(T.cast(by, "int32") * rows + r, T.cast(m, "int32") - 1)
                        for c in T.unroll(columns):
                            column_at[c] = T.min(T.cast(bx, "int32") * span + c * threads + tx, outputs - 1)
                        accumulate(x, weight, scale, total, row_at, column_at)
                        for r in T.unroll(rows):
                            if by * rows + r < m:
                                for c in T.unroll(columns):
                                    if bx * span + c * threads + tx < outputs:
                                        out[row_at[r], column_at[c]] = T.cast(
                                            kind.finish(
                                                extra,
                                                row_at[r],
                                                column_at[c],
                                                [total[r * width + p * columns + c] for p in range(panels)],
                                            ),
                                            out.dtype,
                                        )

    return product


@functools.cache
def matmul(
    inputs: int,
    outputs: int,
    kind_name: str,
    zero_point: int,
    tile: Tile,
    activation: str = "float32",
    out_type: str = "float32",
) -> tirx.PrimFunc:
    """Return ``f(x (m, K), q_weight (K/8, P N), q_scale (K/32, P N), [extra], out (m, N))``, P the kind's panels.

    Args:
        inputs: K, a multiple of 32.
        outputs: N.
        kind_name: a key of ``KINDS``.
        zero_point: the 4-bit value that stands for zero.
        tile: of ``DECODE`` or ``PREFILL``.
        activation: type of x, of the scales and of a bias.
        out_type: type of the output.
    """
    if inputs % GROUP:
        raise ValueError(f"a weight of {inputs} inputs has no whole groups of {GROUP}")
    kind = KINDS[kind_name]
    product = _product(inputs, outputs, kind, zero_point, tile)
    weight_shape, scale_shape = (inputs // PER_WORD, kind.panels * outputs), (inputs // GROUP, kind.panels * outputs)

    def extra_shape(m: tirx.Expr) -> tuple:
        return (outputs,) if kind.extra == "vector" else (m, outputs)

    if kind.extra == "none":

        @T.prim_func(private=True, s_tir=True)
        def without_extra(
            x_handle: T.handle,
            weight: T.Buffer(weight_shape, "uint32"),
            scale: T.Buffer(scale_shape, activation),
            out_handle: T.handle,
        ):
            T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
            m = T.int64()
            x = T.match_buffer(x_handle, (m, inputs), activation)
            out = T.match_buffer(out_handle, (m, outputs), out_type)
            product(m, x, weight, scale, None, out)

        return without_extra

    @T.prim_func(private=True, s_tir=True)
    def with_extra(
        x_handle: T.handle,
        weight: T.Buffer(weight_shape, "uint32"),
        scale: T.Buffer(scale_shape, activation),
        extra_handle: T.handle,
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        m = T.int64()
        x = T.match_buffer(x_handle, (m, inputs), activation)
        extra = T.match_buffer(extra_handle, extra_shape(m), activation if kind.extra == "vector" else "float32")
        out = T.match_buffer(out_handle, (m, outputs), out_type)
        product(m, x, weight, scale, extra, out)

    return with_extra


@functools.cache
def embedding(hidden: int, vocabulary: int, zero_point: int, activation: str = "float32") -> tirx.PrimFunc:
    """Return ``f(ids int32 (s,), q_weight (H/8, V), q_scale (H/32, V), out float32 (s, H))``: the tokens' columns."""
    words = hidden // PER_WORD

    @T.prim_func(private=True, s_tir=True)
    def look_up(
        ids_handle: T.handle,
        weight: T.Buffer((words, vocabulary), "uint32"),
        scale: T.Buffer((hidden // GROUP, vocabulary), activation),
        out_handle: T.handle,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        s = T.int64()
        ids = T.match_buffer(ids_handle, (s,), "int32")
        out = T.match_buffer(out_handle, (s, hidden), "float32")
        for bx in T.thread_binding((s * words + (LOOK_UP_THREADS - 1)) // LOOK_UP_THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(LOOK_UP_THREADS, thread="threadIdx.x"):
                with T.sblock("look_up"):
                    T.reads()
                    T.writes()
                    flat = T.meta_var(bx * LOOK_UP_THREADS + tx)
                    row, w = T.meta_var(flat // words), T.meta_var(flat % words)
                    if flat < s * words:
                        for b in T.unroll(PER_WORD):
                            nibble = T.meta_var((weight[w, ids[row]] >> T.uint32(4 * b)) & T.uint32(15))
                            out[row, w * PER_WORD + b] = (T.cast(nibble, "float32") - T.float32(zero_point)) * T.cast(
                                scale[w // WORDS, ids[row]], "float32"
                            )

    return look_up
