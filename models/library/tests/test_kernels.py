"""The kernels of both number types, run on the processor with their threads one after another, against numpy.

What cannot be tried so is the one kernel with a barrier, the attention of decoding: see ``test_tiny.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tvm
from numpy.typing import NDArray
from tvm import tirx
from tvm.script import tirx as T

from modellib.kernels import attention, norm, quantized, rope
from modellib.weights import quantise

ACTIVATIONS = ("float32", "float16")
#: Of a result of about 1: what rounding it to the type costs, and for float32 the order of the sums.
TOLERANCE = {"float32": 2e-5, "float16": 2e-3}
LOG2_E = 1.4426950408889634


@pytest.fixture(autouse=True, scope="module")
def threads_as_loops() -> Iterator[None]:
    """Let kernels be written with loops where they have blocks and threads, which the processor has not."""
    factories = (
        *(quantized.matmul, quantized.embedding, norm.rms_norm, rope.split_rotary),
        *(attention.ragged_prefill, attention.paged_prefill, attention.merge_state),
    )

    def forget() -> None:
        for factory in factories:
            factory.cache_clear()

    forget()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(T, "thread_binding", lambda extent, thread: T.serial(extent))
        yield
    forget()


def run(kernel: tirx.PrimFunc, *args: Any, outputs: int = 1) -> list[NDArray]:
    """Call a kernel and return its last arrays."""
    tensors = [tvm.runtime.tensor(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
    module = tvm.IRModule({"main": kernel.with_attr("global_symbol", "main")})
    tvm.compile(module, target="llvm")["main"](*tensors)
    return [t.numpy().astype(np.float64) for t in tensors if isinstance(t, tvm.runtime.Tensor)][-outputs:]


def close(found: NDArray, expected: NDArray, activation: str) -> None:
    scale = np.abs(expected).max()
    assert np.isfinite(found).all()
    assert np.abs(found - expected).max() < TOLERANCE[activation] * scale


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", list(quantized.KINDS))
@pytest.mark.parametrize("rows", [1, 11])
def test_products(kind: str, activation: str, rows: int) -> None:
    # 11 rows and 200 columns leave every tile an edge.
    random, inputs, outputs = np.random.default_rng(4), 96, 200
    tile = (quantized.DECODE if rows == 1 else quantized.PREFILL)[activation]
    panels = quantized.KINDS[kind].panels
    words, scale, weight = quantise(random.normal(0, 0.1, (panels * outputs, inputs)), 8, activation)
    x = random.normal(0, 1, (rows, inputs)).astype(activation)
    extra = {
        "bias": [random.normal(0, 1, outputs).astype(activation)],
        "residual": [random.normal(0, 1, (rows, outputs)).astype(np.float32)],
    }.get(kind, [])
    out_type = "float32" if kind == "residual" else activation
    kernel = quantized.matmul(inputs, outputs, kind, 8, tile, activation, out_type)
    (found,) = run(kernel, x, words, scale, *extra, np.zeros((rows, outputs), out_type))
    expected = x.astype(np.float64) @ weight.T
    if kind == "gated":
        gate, up = np.split(expected, 2, axis=1)
        expected = gate / (1 + np.exp(-gate)) * up
    close(found, expected + (extra[0] if extra else 0), activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_embedding_and_norm(activation: str) -> None:
    random, hidden, vocabulary = np.random.default_rng(5), 64, 40
    words, scale, weight = quantise(random.normal(0, 1, (vocabulary, hidden)), 7, activation)
    ids = np.array([3, 39, 0, 3, 17], np.int32)
    (found,) = run(
        quantized.embedding(hidden, vocabulary, 7, activation), ids, words, scale, np.zeros((5, hidden), np.float32)
    )
    np.testing.assert_array_equal(found, weight[ids])
    # Values whose squares no float16 can hold.
    x = (random.normal(0, 400, (5, hidden))).astype(np.float32)
    gain = random.normal(1, 0.2, hidden).astype(activation)
    expected = x / np.sqrt((x.astype(np.float64) ** 2).mean(axis=1, keepdims=True) + 1e-5) * gain
    (found,) = run(norm.rms_norm(hidden, 1e-5, activation=activation), x, gain, np.zeros((5, hidden), activation))
    close(found, expected, activation)
    (found,) = run(norm.rms_norm(hidden, 1e-5, True, activation), x, gain, np.zeros((1, hidden), activation))
    close(found, expected[-1:], activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_rotary(activation: str) -> None:
    random, heads, kv_heads, size, rows = np.random.default_rng(6), 4, 2, 32, 3
    positions = np.array([0, 77, 8191], np.int32)
    qkv = random.normal(0, 1, (rows, heads + 2 * kv_heads, size)).astype(activation)
    outs = [np.zeros((rows, n, size), activation) for n in (heads, kv_heads, kv_heads)]
    q, k, v = run(rope.split_rotary(heads, kv_heads, size, 1e6, activation), qkv, positions, *outs, 1, outputs=3)
    angle = positions[:, None] * 1e6 ** (-np.arange(size // 2) / (size // 2))
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x = qkv.astype(np.float64)
    first, second = x[..., : size // 2], x[..., size // 2 :]
    rotated = np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=2)
    # At position 8191 a float32 angle is off by 2 ** -12.
    assert np.abs(np.concatenate([q, k], axis=1) - rotated[:, : heads + kv_heads]).max() < 4e-3
    np.testing.assert_array_equal(v, x[:, heads + kv_heads :])


def attended(q: NDArray, k: NDArray, v: NDArray, first: int | None) -> tuple[NDArray, NDArray]:
    """Return outputs and base-2 log-sum-exps of queries to keys; row r sees ``first + r`` of them, or all."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    group = q.shape[1] // k.shape[1]
    k, v = np.repeat(k, group, axis=1), np.repeat(v, group, axis=1)
    scores = np.einsum("rhd,khd->rhk", q, k) / q.shape[2] ** 0.5
    if first is not None:
        mask = np.arange(len(k))[None, None, :] >= first + np.arange(len(q))[:, None, None]
        scores = np.where(mask, -np.inf, scores)
    lse = np.log2(np.exp2(scores * LOG2_E).sum(axis=2))
    return np.einsum("rhk,khd->rhd", np.exp2(scores * LOG2_E - lse[..., None]), v), lse


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("heads", "kv_heads"), [(9, 3), (8, 1)])
def test_attention_of_prefill_and_its_merge(activation: str, heads: int, kv_heads: int) -> None:
    random, size, rows, held = np.random.default_rng(7), 64, 6, 37

    def draw(*shape: int) -> NDArray:
        return random.normal(0, 1, shape).astype(activation)

    q, k, v = draw(rows, heads, size), draw(rows, kv_heads, size), draw(rows, kv_heads, size)
    old_k, old_v = draw(held, kv_heads, size), draw(held, kv_heads, size)
    zeros = [np.zeros((rows, heads, size), activation), np.zeros((rows, heads), np.float32)]
    indptr, none, positions = np.array([0, rows], np.int32), np.zeros(1, np.int32), np.zeros(rows, np.int32)
    scalars = (0, 1.0, 1e4, size**-0.5)
    new = run(
        attention.ragged_prefill(heads, kv_heads, size, activation),
        *(q, indptr, k, v, indptr, positions, none, *zeros, 1, *scalars),
        outputs=2,
    )
    for found, expected in zip(new, attended(q, k, v, 1), strict=True):
        close(found, expected, activation)

    pages = np.zeros((5, 2, kv_heads, 16, size), activation)
    order = np.array([4, 0, 2], np.int32)
    for i, (key, value) in enumerate(zip(old_k, old_v, strict=True)):
        pages[order[i // 16], 0, :, i % 16], pages[order[i // 16], 1, :, i % 16] = key, value
    old = run(
        attention.paged_prefill(heads, kv_heads, size, activation),
        *(q, indptr, pages, np.array([0, 3], np.int32), order, np.array([held % 16], np.int32)),
        *(none, positions, *zeros, 0, *scalars),
        outputs=2,
    )
    for found, expected in zip(old, attended(q, old_k, old_v, None), strict=True):
        close(found, expected, activation)

    states = [
        old[0].astype(activation),
        old[1].astype(np.float32),
        new[0].astype(activation),
        new[1].astype(np.float32),
    ]
    merged = run(attention.merge_state(heads, size, activation), *states, outputs=4)[:2]
    both = attended(q, np.concatenate([old_k, k]), np.concatenate([old_v, v]), held + 1)
    for found, expected in zip(merged, both, strict=True):
        close(found, expected, activation)
