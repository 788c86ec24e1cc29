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
