"""MinHash signatures of sets of 32-bit numbers, and the bands by which similar sets meet."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import STEP, Hashes, Whole, mixed, ranges

HASHES = 256  # at most
MISSED = 1e-3  # chance that a pair just at the threshold shares no band
CROWD = 32  # in a bucket with more rows each is compared with this many before it
_LOWER = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def bands_for(threshold: float) -> tuple[int, int]:
    """How many bands of how many values: the widest of which few enough miss no more than MISSED."""
    if threshold == 1:
        return 1, 1
    for width in range(HASHES, 0, -1):
        bands = math.ceil(math.log(MISSED) / math.log1p(-(threshold**width)))
        if bands * width <= HASHES:
            return bands, width
    raise ValueError(f"no bands for a threshold of {threshold}")


def signatures(members: NDArray[np.uint32], sizes: Whole, count: int) -> NDArray[np.uint32]:
    """For each hash function (row) and set (column) the least value over the set. No set is empty.

    Members are hashes: an odd factor for each function spreads them anew.
    """
    factors = mixed(np.arange(1, HASHES + 1, dtype=np.uint64) * STEP).astype(np.uint32)
    found = np.empty((count, len(sizes)), np.uint32)
    starts = np.cumsum(sizes) - sizes
    values = np.empty_like(members)
    for number, factor in enumerate((factors[:count] | np.uint32(1)).tolist()):
        np.multiply(members, np.uint32(factor), out=values)
        np.minimum.reduceat(values, starts, out=found[number])
    return found


def band_keys(found: NDArray[np.uint32], width: int) -> Hashes:
    """For each band (row) and set (column) one hash of its `width` values."""
    keys = np.zeros((len(found) // width, found.shape[1]), np.uint64)
    for place in range(width):
        keys *= STEP
        keys += found[place::width]
        keys ^= keys >> np.uint64(29)
    return mixed(keys)


def pairs_of(keys: Hashes) -> Hashes:
    """Pairs of rows with equal keys, the lower row in the upper 32 bits; of a crowd, neighbours.

    Keys count by as many of their upper bits as the number of a row leaves.
    """
    bits = np.uint64(max(1, len(keys)).bit_length())
    rows = np.sort((keys >> bits << bits) | np.arange(len(keys), dtype=np.uint64))
    keys = rows >> bits
    rows &= (np.uint64(1) << bits) - np.uint64(1)
    at = np.arange(len(keys))
    pairs = []
    for distance in range(1, CROWD + 1):
        at = at[at + distance < len(keys)]
        at = at[keys[at] == keys[at + distance]]
        if not len(at):
            break
        pairs.append((rows[at] << _HALF) | rows[at + distance])
    return np.concatenate(pairs) if pairs else np.zeros(0, np.uint64)


def ends_of(pairs: Hashes) -> tuple[Whole, Whole]:
    """The lower and the higher row of each pair."""
    return (pairs >> _HALF).astype(np.int64), (pairs & _LOWER).astype(np.int64)


def similarities(
    members: NDArray[np.uint32], begins: Whole, sizes: Whole, left: Whole, right: Whole
) -> NDArray[np.float64]:
    """The exact Jaccard similarity of each left set with its right one. Sets lie in `members`."""
    number = np.arange(len(left), dtype=np.uint64) << _HALF
    both = [
        np.repeat(number, sizes[rows]) | members[ranges(begins[rows], sizes[rows])]
        for rows in (left, right)
    ]
    together = np.sort(np.concatenate(both))
    twice = together[1:][together[1:] == together[:-1]] >> _HALF
    shared = np.bincount(twice.astype(np.int64), minlength=len(left))
    found: NDArray[np.float64] = shared / (sizes[left] + sizes[right] - shared)
    return found
