"""Rotary position embedding (Su et al. 2021) on the fused projection, in the half-rotated form of Llama and Qwen2.

Sine and cosine are our own: WGSL promises an absolute error of 2^-11, and that only within one turn.
"""

from __future__ import annotations

import functools
import math

from tvm import tirx
from tvm.script import tirx as T

THREADS = 32
#: A quarter turn in three parts, the first two short enough that their products with a count are exact (Cody, Waite).
QUARTER = (1.5703125, 4.837512969970703125e-4, 7.549789954891882e-8)


def _speed(pair, base: float, half: int):
    """Return ``base ** (-pair / half)``: one constant for each bit of the pair's number, multiplied."""
    speed = T.float32(1)
    for bit in range((half - 1).bit_length()):
        is_set = T.bitwise_and(pair, 1 << bit) != 0
        speed = speed * T.if_then_else(is_set, T.float32(base ** (-(1 << bit) / half)), T.float32(1))
    return speed


def _taylor(square: tirx.PrimExpr, terms: list[float]) -> tirx.PrimExpr:
    """Return ``sum(terms[i] * square ** i)`` by Horner's rule."""
    total = T.float32(terms[-1])
    for term in reversed(terms[:-1]):
        total = total * square + T.float32(term)
    return total


SINE = [(-1) ** i / math.factorial(2 * i + 1) for i in range(5)]
COSINE = [(-1) ** i / math.factorial(2 * i) for i in range(6)]


@functools.cache
def split_rotary(heads: int, kv_heads: int, head_dim: int, base: float, activation: str = "float32") -> tirx.PrimFunc:
    """Return ``f(qkv (s, heads + 2 kv_heads, d), positions (s,), q, k, v, apply)``; it always rotates."""
    half, fused = head_dim // 2, heads + 2 * kv_heads

    @T.prim_func(private=True, s_tir=True)
    def rotate(
        qkv_handle: T.handle,
        positions_handle: T.handle,
        q_handle: T.handle,
        k_handle: T.handle,
        v_handle: T.handle,
        apply_rope: T.int64,
    ):
        T.func_attr({"tirx.is_scheduled": True, "tirx.noalias": True})
        rows = T.int32()
        positions_offset = T.int32()
        qkv = T.match_buffer(qkv_handle, (rows, fused, head_dim), activation)
        q = T.match_buffer(q_handle, (rows, heads, head_dim), activation)
        k = T.match_buffer(k_handle, (rows, kv_heads, head_dim), activation)
        v = T.match_buffer(v_handle, (rows, kv_heads, head_dim), activation)
        positions = T.match_buffer(positions_handle, (rows,), "int32", elem_offset=positions_offset)
        for bx in T.thread_binding((rows * fused * half + (THREADS - 1)) // THREADS, thread="blockIdx.x"):
            for tx in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("rotate"):
                    T.reads()
                    T.writes()
                    place = T.sblock_alloc_buffer((4,), "int32", scope="local")
                    x = T.sblock_alloc_buffer((6,), "float32", scope="local")
                    flat = T.meta_var(bx * THREADS + tx)
                    row, head, d, turns = T.meta_var((place[0], place[1], place[2], place[3]))
                    if flat < rows * fused * half:
                        place[0] = T.truncdiv(flat, fused * half)
                        place[1] = T.truncmod(T.truncdiv(flat, half), fused)
                        place[2] = T.truncmod(flat, half)
                        first = T.meta_var(T.cast(qkv[row, head, d], "float32"))
                        second = T.meta_var(T.cast(qkv[row, head, d + half], "float32"))
                        if head >= heads + kv_heads:
                            v[row, head - (heads + kv_heads), d] = qkv[row, head, d]
                            v[row, head - (heads + kv_heads), d + half] = qkv[row, head, d + half]
                        else:
                            # x: angle, quarter turns, the rest of the angle, its square, sine, cosine
                            x[0] = T.cast(positions[row], "float32") * _speed(d, base, half)
                            x[1] = T.floor(x[0] * T.float32(2 / math.pi) + T.float32(0.5))
                            x[2] = ((x[0] - x[1] * T.float32(QUARTER[0])) - x[1] * T.float32(QUARTER[1])) - x[
                                1
                            ] * T.float32(QUARTER[2])
                            place[3] = T.bitwise_and(T.cast(x[1], "int32"), 3)
                            x[3] = x[2] * x[2]
                            x[4] = x[2] * _taylor(x[3], SINE)
                            x[5] = _taylor(x[3], COSINE)
                            x[0] = T.if_then_else(T.bitwise_and(turns, 1) == 1, x[5], x[4])
                            x[1] = T.if_then_else(T.bitwise_and(turns, 1) == 1, x[4], x[5])
                            x[4] = T.if_then_else(turns >= 2, T.float32(0) - x[0], x[0])
                            x[5] = T.if_then_else(turns == 1 or turns == 2, T.float32(0) - x[1], x[1])
                            if head < heads:
                                q[row, head, d] = T.cast(first * x[5] - second * x[4], activation)
                                q[row, head, d + half] = T.cast(second * x[5] + first * x[4], activation)
                            else:
                                k[row, head - heads, d] = T.cast(first * x[5] - second * x[4], activation)
                                k[row, head - heads, d + half] = T.cast(second * x[5] + first * x[4], activation)

    return rotate
