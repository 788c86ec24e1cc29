"""Runs of tokens (n-grams) and what of them repeats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import STEP, Hashes, Whole, mixed, ranges
from dataevolver.kernels.rows import Rows

_ROW_BITS = 20
MOST_ROWS = 1 << _ROW_BITS
"""Rows that `repeated` takes at once."""


def runs(tokens: Rows, size: int, *, whole: bool = False) -> Rows:
    """Every run of `size` tokens of a row. A row with fewer has none, or one of all it has (`whole`)."""
    rolled = _rolled(tokens.values, size)
    rolled *= STEP
    rolled ^= rolled >> np.uint64(32)
    counts = np.maximum(tokens.sizes - size + 1, 0)
    if counts.sum() < len(rolled):
        inside = np.ones(len(rolled), bool)
        inside[_across(tokens, counts, len(rolled))] = False
        rolled = rolled[inside]
    found = Rows(values=rolled, offsets=np.append(0, np.cumsum(counts)))
    return _with_short(tokens, found, size) if whole else found


def _across(tokens: Rows, counts: Whole, length: int) -> Whole:
    """Where runs begin that reach into the next row."""
    places = ranges(tokens.offsets[:-1] + counts, tokens.sizes - counts)
    return places[places < length]


def _rolled(values: Hashes, size: int) -> Hashes:
    """sum(values[i + k] * STEP ** (size - 1 - k)) for every i, in log2(size) passes."""
    span = 1
    rolled: Hashes = values.copy()
    for digit in f"{size:b}"[1:]:
        rolled = rolled[: max(0, len(rolled) - span)] * _power(span) + rolled[span:]
        span *= 2
        if digit == "1":
            rolled = rolled[: max(0, len(rolled) - 1)] * STEP + values[span:]
            span += 1
    return rolled


def _power(exponent: int) -> np.uint64:
    power: np.uint64 = np.uint64(pow(int(STEP), exponent, 1 << 64))
    return power


def _with_short(tokens: Rows, found: Rows, size: int) -> Rows:
    """With a run for every row that has tokens, but fewer than a run takes."""
    sizes = tokens.sizes
    short = np.flatnonzero((sizes > 0) & (sizes < size))
    begins, lengths = tokens.offsets[short], sizes[short]
    hashes = lengths.astype(np.uint64)
    for place in range(size - 1):
        there = lengths > place
        hashes[there] = hashes[there] * STEP + tokens.values[begins[there] + place]
    counts = found.sizes
    counts[short] = 1
    values = np.insert(found.values, found.offsets[short], mixed(hashes))
    return Rows(values=values, offsets=np.append(0, np.cumsum(counts)))


def repeated(tokens: Rows) -> NDArray[np.float64]:
    """For each row the share of its values that it has more than once; 0 without values.

    Exact up to a collision of 44 bits. Takes at most MOST_ROWS rows.
    """
    shift = np.uint64(64 - _ROW_BITS)
    count = len(tokens.offsets) - 1
    keys = np.sort((tokens.owners << shift) | (tokens.values >> np.uint64(_ROW_BITS)))
    again = np.zeros(len(keys), bool)
    same = keys[1:] == keys[:-1]
    again[1:] = same
    again[:-1] |= same
    counts = np.bincount((keys[again] >> shift).astype(np.int64), minlength=count)
    shares: NDArray[np.float64] = counts / np.maximum(tokens.sizes, 1)
    return shares
