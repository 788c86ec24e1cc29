"""Arithmetic on arrays of whole numbers."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint64]
Whole: TypeAlias = NDArray[np.int64]

STEP = np.uint64(0x9E3779B97F4A7C15)


def mixed(values: Hashes) -> Hashes:
    """The bits of each number spread over all 64 (the finaliser of splitmix64)."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def upper(hashes: Hashes, bits: int) -> Whole:
    """The upper bits of hashes, as numbers by which a table can be read."""
    found: Whole = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    return found


def ranges(begins: Whole, sizes: Whole) -> Whole:
    """begin, begin + 1, ... of each range, end to end."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + sizes, sizes)


def changed(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Whether each value differs from the one before it; the first does."""
    differs = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return differs


def distinct(values: Hashes) -> Hashes:
    """Each value once, in rising order; `np.unique` hashes first, which is five times slower here."""
    values = np.sort(values)
    return values[changed(values)]


def recurring(hashes: Hashes) -> tuple[Whole, NDArray[np.bool_]]:
    """The places of hashes that are there more than once, like ones together and in their order,
    and which of them are the first of theirs.

    Hash and place are sorted as one number, ten times faster than places by their hash; the bits
    that places take are not compared.
    """
    low = np.uint64((1 << len(hashes).bit_length()) - 1)
    keys = np.sort((hashes & ~low) | np.arange(len(hashes), dtype=np.uint64))
    like_last = np.zeros(len(keys) + 1, bool)
    np.less_equal(keys[1:] ^ keys[:-1], low, out=like_last[1:-1])
    several = np.flatnonzero(like_last[1:] | like_last[:-1])
    return (keys[several] & low).astype(np.int64), ~like_last[several]
