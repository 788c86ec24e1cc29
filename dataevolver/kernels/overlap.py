"""Which rows of one table hold runs of words of another's, such as a benchmark's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataevolver.kernels.inputs import pieces, set_apart
from dataevolver.kernels.numbers import Hashes, Whole, changed, ranges, upper
from dataevolver.kernels.rows import Rows, slices
from dataevolver.kernels.runs import runs
from dataevolver.kernels.threads import in_order
from dataevolver.kernels.tokens import words

_FILTER_BITS = 22  # 4 MB tell for most runs that no benchmark has them
_AT_ONCE = 1 << 20  # pairs of rows held together
_HALF = np.uint64(32)
_IN_SOURCE = (1 << 40) - 1  # the bits of an id that number a row in its source
_NOTHING = (np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The distinct runs of each text, in rising order of their hashes. A short text is one run."""

    hashes: Hashes
    owners: Whole
    sizes: Whole  # runs of each text
    lengths: tuple[int, ...]  # words in a run; more than one where there are short texts
    may_hold: NDArray[np.bool_]  # by the upper bits of a hash


def overlaps(
    reader: Any, folder: Path, params: Mapping[str, Any]
) -> tuple[Whole, NDArray[np.float64], Whole]:
    """For each row of a step's first input its id, the greatest share of a text of the second
    input that it holds (NaN for null), and the number of that text in its source, else -1.
    """
    own, others = set_apart(reader, folder)
    known = reference(others.column("column").combine_chunks(), params["size"], params["shortest"])
    numbers = np.append(others.column("__id").to_numpy() & _IN_SOURCE, -1)

    def ask(piece: tuple[Whole, Any]) -> tuple[Whole, NDArray[np.float64], Whole]:
        ids, texts = piece
        shares, whose = held(texts, known)
        shares[texts.is_null().to_numpy(zero_copy_only=False)] = np.nan
        return ids, shares, numbers[whose]

    found = [_NOTHING, *in_order(ask, pieces(own), params.get("__threads", 1))]
    ids, shares, whose = map(np.concatenate, zip(*found, strict=True))
    return ids, shares, whose


def reference(texts: Any, size: int, shortest: int) -> Reference:
    """What to look for: runs of `size` words, and whole texts of fewer, down to `shortest`."""
    counts = words(texts).sizes
    lengths = sorted({size, *np.unique(counts[(counts >= shortest) & (counts < size)]).tolist()})
    hashes, owners = [], []
    for length in lengths:
        rows = np.flatnonzero(counts >= size if length == size else counts == length)
        found = runs(words(texts.take(pa.array(rows, pa.int64()))), length)
        hashes.append(found.values)
        owners.append(np.repeat(rows, found.sizes))
    all_hashes, all_owners = _distinct(np.concatenate(hashes), np.concatenate(owners))
    may_hold = np.zeros(1 << _FILTER_BITS, bool)
    may_hold[upper(all_hashes, _FILTER_BITS)] = True
    return Reference(
        hashes=all_hashes,
        owners=all_owners,
        sizes=np.bincount(all_owners, minlength=len(texts)),
        lengths=tuple(lengths),
        may_hold=may_hold,
    )


def held(texts: Any, known: Reference) -> tuple[NDArray[np.float64], Whole]:
    """For each text the greatest share of a reference text's runs that it holds, and whose.

    Of equal shares the first text's counts; without any the share is 0 and the row -1.
    """
    shares, whose = np.zeros(len(texts)), np.full(len(texts), -1)
    rows, first, count = _matches(words(texts), known)
    counts: list[tuple[Hashes, Whole]] = []
    for begin, end in slices(count, _AT_ONCE):
        repeated = np.repeat(rows[begin:end].astype(np.uint64) << _HALF, count[begin:end])
        others = known.owners[ranges(first[begin:end], count[begin:end])]
        counts.append(np.unique(repeated | others.astype(np.uint64), return_counts=True))
    if not counts:
        return shares, whose
    pairs, place = np.unique(np.concatenate([pair for pair, _ in counts]), return_inverse=True)
    times = np.bincount(place, weights=np.concatenate([number for _, number in counts]))
    own = (pairs >> _HALF).astype(np.int64)
    other = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    share = times / known.sizes[other]
    order = np.lexsort((other, -share, own))
    best = order[changed(own[order])]
    shares[own[best]], whose[own[best]] = share[best], other[best]
    return shares, whose


def _matches(tokens: Rows, known: Reference) -> tuple[Whole, Whole, Whole]:
    """Each distinct run that the reference has: its row, and where its entries begin and how many."""
    hashes, owners = [], []
    for length in known.lengths:
        found = runs(tokens, length)
        there = known.may_hold[upper(found.values, _FILTER_BITS)]
        hashes.append(found.values[there])
        owners.append(found.owners[there].astype(np.int64))
    values, rows = _distinct(np.concatenate(hashes), np.concatenate(owners))
    first = np.searchsorted(known.hashes, values, "left")
    count = np.searchsorted(known.hashes, values, "right") - first
    there = count > 0
    order = np.argsort(rows[there], kind="stable")
    return rows[there][order], first[there][order], count[there][order]


def _distinct(hashes: Hashes, owners: Whole) -> tuple[Hashes, Whole]:
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = changed(hashes) | changed(owners)
    return hashes[fresh], owners[fresh]
