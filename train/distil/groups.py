"""Four-bit groups as MLC's q4f16_1 and q4f32_1 store them (the format is MLC LLM's, Apache-2.0).

A group is 32 weights along the input with one scale in the activation's type; a weight is (n - 7) * scale with a nibble
n in 0..15. Eight nibbles make a uint32, lowest bits first. MLC itself chooses scale = max|w| / 7 and leaves n = 15
unused. GGUF's Q4_0 has w = d * (q - 8), q in 0..15. With scale = -d and n = 15 - q that is (n - 7) * scale exactly: the
nibbles are complemented, the scale changes its sign, and no weight changes.
"""

from __future__ import annotations

import numpy as np

from distil.shapes import GROUP

ZERO = 7
#: Number format -> type of activations, norms, biases and scales.
ACTIVATION = {"q4f16_1": np.dtype("<f2"), "q4f32_1": np.dtype("<f4")}
#: How weights are rounded: MLC's rule, or Q4_0's (the one that `distil.quantise` trains through; 16 levels, not 15).
ROUNDINGS = ("mlc", "q4_0")
#: Bytes of a Q4_0 block: a float16 and 32 nibbles.
Q4_0_BYTES = 18


def pack(nibbles: np.ndarray) -> np.ndarray:
    """(N, K) of 0..15, uint8 -> (N, K / 8) uint32."""
    pairs = nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)
    return np.ascontiguousarray(pairs).view("<u4")


def unpack(words: np.ndarray) -> np.ndarray:
    """The inverse of `pack`."""
    pairs = np.ascontiguousarray(words).view(np.uint8)
    nibbles = np.empty((pairs.shape[0], 2 * pairs.shape[1]), np.uint8)
    nibbles[:, 0::2], nibbles[:, 1::2] = pairs & 15, pairs >> 4
    return nibbles


def quantise(weight: np.ndarray, form: str, rounding: str = "mlc") -> tuple[np.ndarray, np.ndarray]:
    """(N, K) float32, K a multiple of 32 -> q_weight (N, K / 8) uint32 and q_scale (N, K / 32) of the form's type.

    Nibbles are chosen for the scale as it is stored. ValueError for weights that are not finite.
    """
    if not np.isfinite(weight).all():
        raise ValueError("there are weights that are not finite numbers: the checkpoint is broken")
    rows, columns = weight.shape
    blocks = weight.reshape(rows, columns // GROUP, GROUP)
    if rounding == "q4_0":
        # Q4_0's rule: the scale is a float16, the nibble is chosen for it before it is stored
        place = np.abs(blocks).argmax(axis=2)[..., None]
        exact = np.take_along_axis(blocks, place, axis=2) / np.float32(-8)
        with np.errstate(divide="ignore"):
            inverse = np.where(exact == 0, np.float32(0), np.float32(1) / exact)
        quants = np.floor(blocks * inverse + np.float32(8.5)).clip(0, 15).astype(np.uint8)
        scale = exact[..., 0].astype(np.float16)
        return pack((15 - quants).reshape(rows, columns)), (-scale).astype(ACTIVATION[form])
    scale = (np.abs(blocks).max(axis=2) / np.float32(ZERO)).astype(ACTIVATION[form])
    divisor = scale.astype(np.float32)[..., None]
    divisor[divisor == 0] = 1
    nibbles = (np.rint(blocks / divisor) + ZERO).clip(0, 2 * ZERO).astype(np.uint8)
    return pack(nibbles.reshape(rows, columns)), scale


def dequantise(words: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(N, K) float32; products are rounded to the scale's type, as in a model library."""
    nibbles = unpack(words)
    rows, columns = nibbles.shape
    steps = (nibbles.astype(np.int8) - ZERO).astype(scale.dtype).reshape(rows, columns // GROUP, GROUP)
    return (steps * scale[..., None]).astype(np.float32).reshape(rows, columns)


def from_q4_0(blocks: np.ndarray, form: str) -> tuple[np.ndarray, np.ndarray]:
    """(N, K / 32 * 18) bytes of Q4_0 -> q_weight and q_scale of the same weights, exactly."""
    rows = blocks.shape[0]
    parts = np.ascontiguousarray(blocks).reshape(rows, -1, Q4_0_BYTES)
    scale = np.ascontiguousarray(parts[..., :2]).view("<f2")[..., 0]
    # byte i of a block holds weight i in its lower half and weight i + 16 in its upper half
    quants = np.concatenate([parts[..., 2:] & 15, parts[..., 2:] >> 4], axis=2)
    return pack((15 - quants).reshape(rows, -1)), (-scale).astype(ACTIVATION[form])
