"""Hashed n-gram vectors of texts: no model, no fit, the same everywhere.

Style is n-grams of the skeleton (`Aa a 9.9`), content is n-grams of the bytes. Square roots of the
shares, so that every vector has length 1 and distances are Hellinger distances.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dataevolver.profiler import skeleton, visible_text

Vectors = NDArray[np.float32]

READ = 4000  # bytes of a text
_STYLE_BUCKETS, _STYLE_ORDERS = 1024, (1, 2, 3, 4)
_CONTENT_BUCKETS, _CONTENT_ORDERS = 2048, (3, 4, 5)
_BATCH = 256  # texts at a time, which bounds the memory
_MASK = (1 << 64) - 1


def style_vectors(texts: Sequence[str]) -> Vectors:
    """Texts x 1024."""
    return _vectors([skeleton(text, READ) for text in texts], _STYLE_ORDERS, _STYLE_BUCKETS)


def content_vectors(texts: Sequence[str]) -> Vectors:
    """Texts x 2048; of a web page what a person sees."""
    data = [visible_text(text)[:READ].encode("utf-8", "replace")[:READ] for text in texts]
    return _vectors(data, _CONTENT_ORDERS, _CONTENT_BUCKETS)


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Each row scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _vectors(data: Sequence[bytes], orders: Sequence[int], buckets: int) -> Vectors:
    batches = [
        _counts(data[start : start + _BATCH], orders, buckets)
        for start in range(0, len(data), _BATCH)
    ]
    return np.vstack(batches) if batches else np.zeros((0, buckets), np.float32)


def _counts(data: Sequence[bytes], orders: Sequence[int], buckets: int) -> Vectors:
    lengths = np.array([len(item) for item in data])
    row = np.repeat(np.arange(len(data)), lengths)
    symbols = _symbol_codes()[np.frombuffer(b"".join(data), np.uint8)]
    counts = np.zeros(len(data) * buckets)
    for order, codes in _rolling(symbols, max(orders)):
        if order in orders and codes.size:
            inside = row[: codes.size] == row[order - 1 :]
            bucket = (_mixed(codes) % np.uint64(buckets)).astype(np.int64)
            cells = (row[: codes.size] * buckets + bucket)[inside]
            counts += np.bincount(cells, minlength=counts.size)
    shares = counts.reshape(len(data), buckets)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    return np.sqrt(shares).astype(np.float32)


def _rolling(symbols: NDArray[np.uint64], longest: int) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Codes of all n-grams of each order, each from the order before."""
    codes = symbols
    for order in range(1, longest + 1):
        if order > 1:
            kept = max(0, symbols.size - order + 1)
            codes = codes[:kept] * np.uint64(0x9E3779B97F4A7C15) + symbols[order - 1 :][:kept]
        yield order, codes


def _mixed(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = (codes ^ (codes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(mixed ^ (mixed >> np.uint64(32)))


def _symbol_codes() -> NDArray[np.uint64]:
    """A fixed 64-bit code for each byte (splitmix64), independent of numpy's generators."""
    codes, state = [], 0
    for _ in range(256):
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        codes.append(mixed ^ (mixed >> 31))
    return np.array(codes, np.uint64)
