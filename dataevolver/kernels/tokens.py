"""Words and lines of texts, as hashes of their lower-case bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import STEP, Hashes, Whole, mixed, ranges
from dataevolver.kernels.rows import Rows, Texts, lowered
from dataevolver.kernels.scripts import (
    GAP,
    PART,
    REST,
    kinds_of,
    line_kinds,
    visible_kinds,
    word_kinds,
)

_PIECE = 8  # bytes that are hashed at once
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_PIECE + 1)], np.uint64)


def words(texts: Any) -> Rows:
    """A word is a run of letters, marks and digits, or one letter of a script without spaces."""
    return placed_words(lowered(texts))[0]


def placed_words(read: Texts) -> tuple[Rows, Whole, Whole]:
    """The words as they are written, and where in the content each begins and ends."""
    kinds = kinds_of(read.content, word_kinds())
    goes_on = np.zeros(len(kinds) + 1, bool)
    goes_on[1:-1] = ((kinds[1:] == PART) & (kinds[:-1] == PART)) | (kinds[1:] == REST)
    starts, ends = _spans(read, kinds != GAP, goes_on)
    return _hashed(read, starts, ends), starts, ends


def lines(texts: Any) -> Rows:
    """Lines that are not blank, without the whitespace around them."""
    read = lowered(texts)
    inside = kinds_of(read.content, line_kinds()) != GAP
    goes_on = np.zeros(len(inside) + 1, bool)
    goes_on[1:-1] = inside[1:] & inside[:-1]
    starts, ends = _spans(read, inside, goes_on)
    shown = np.flatnonzero(kinds_of(read.content, visible_kinds()))
    first, last = np.searchsorted(shown, starts), np.searchsorted(shown, ends)
    filled = first < last
    return _hashed(read, shown[first[filled]], shown[last[filled] - 1] + 1)


def _spans(
    read: Texts, inside: NDArray[np.bool_], goes_on: NDArray[np.bool_]
) -> tuple[Whole, Whole]:
    """Where tokens begin and end. `goes_on` says which bytes belong to the token of the one before."""
    goes_on[read.offsets] = False
    starts = np.flatnonzero(inside & ~goes_on[:-1])
    return starts, np.flatnonzero(inside & ~goes_on[1:]) + 1


def _hashed(read: Texts, starts: Whole, ends: Whole) -> Rows:
    """The bytes of each token, eight at a time, each eight mixed with its place in the token."""
    padded = read.content + bytes(_PIECE)
    at = np.ndarray((len(padded) - _PIECE + 1,), "<u8", padded, strides=(1,))
    sizes = ends - starts
    hashes = at[starts] & _MASKS[np.minimum(sizes, _PIECE)]
    long = np.flatnonzero(sizes > _PIECE)
    if len(long):
        hashes[long] += _further(at, starts[long], sizes[long])
    hashes += sizes.astype(np.uint64) * STEP
    return Rows(values=mixed(hashes), offsets=np.searchsorted(starts, read.offsets))


def _further(at: Hashes, starts: Whole, sizes: Whole) -> Hashes:
    pieces = (sizes - 1) // _PIECE
    places = ranges(np.ones(len(pieces), np.int64), pieces)
    left = np.repeat(sizes, pieces) - places * _PIECE
    found = at[np.repeat(starts, pieces) + places * _PIECE] & _MASKS[np.minimum(left, _PIECE)]
    found = mixed(found + places.astype(np.uint64) * STEP)
    return np.add.reduceat(found, np.cumsum(pieces) - pieces)
