"""Where keys and values lie in the pages of the cache."""

from __future__ import annotations

from tvm import tirx
from tvm.script import tirx as T

from ...config import PAGE


def pages_shape(all_pages: tirx.Expr, kv_heads: int, head_dim: int) -> tuple:
    """Return the shape of the cache's pages: keys, then values."""
    return all_pages, 2, kv_heads, PAGE, head_dim


def in_page(page: tirx.Expr, j: tirx.Expr, kv_head: tirx.Expr, kv_heads: int, head_dim: int) -> list[tirx.Expr]:
    """Return where the key and the value of key j begin in the pages, laid flat."""
    key = ((page * 2 * kv_heads + kv_head) * PAGE + T.truncmod(j, PAGE)) * head_dim
    return [key, key + kv_heads * PAGE * head_dim]
