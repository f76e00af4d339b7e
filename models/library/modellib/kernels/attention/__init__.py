"""Attention over the paged cache, with an online softmax (Milakov and Gimelshein 2018) kept by each thread alone.

The signatures are those by which TVM's paged key-value cache calls its functions; log-sum-exps are to base 2 and
float32, as are all sums, whatever the cache's type. WebLLM keeps one sequence in a cache, so every function serves
one. Rotary embedding is applied before the cache: ``rotary_mode`` and its companions are not read.

A thread has several queries that see the same keys, so that each key it loads serves all of them: in prefill
neighbouring rows of one head, in decoding heads that share a key-value head. Neighbouring threads of prefill take
neighbouring rows; those of decoding take every THREADS-th key and meet once, at the only barrier of the library.
"""

from .decode import paged_decode
from .merge import merge_state
from .prefill import paged_prefill, ragged_prefill

__all__ = ["merge_state", "paged_decode", "paged_prefill", "ragged_prefill"]
