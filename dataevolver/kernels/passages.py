"""Passages of many words that stand in several rows: found by the hashes of their runs of words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Hashes, Whole, changed, upper
from dataevolver.kernels.rows import Rows, Texts, read_texts
from dataevolver.kernels.runs import runs
from dataevolver.kernels.tokens import placed_words

_FILTER_BITS = 22
_AT_ONCE = 1 << 22  # hashes that are sorted together
_ENTRY = np.dtype([("hash", np.uint64), ("row", np.int64)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Runs that stand in several rows, in rising order of their hashes, each with its first row."""

    hashes: Hashes
    rows: Whole
    may_hold: NDArray[np.bool_]  # by the upper bits of a hash


def entries(ids: Whole, texts: Any, size: int) -> NDArray[np.void]:
    """Each text's runs of `size` words as they stand, capitals and all, with its id."""
    found = runs(placed_words(read_texts(texts))[0], size)
    made = np.empty(len(found.values), _ENTRY)
    made["hash"], made["row"] = found.values, np.repeat(ids, found.sizes)
    return made


def shared_runs(path: Path) -> Shared:
    """Those of the entries in a file that several rows have. As many are sorted together as
    memory is meant to hold; the file is read as often."""
    count = path.stat().st_size // _ENTRY.itemsize
    parts = max(1, -(-count // _AT_ONCE))
    found = [_twice(_chosen(path, count, number, parts)) for number in range(parts)]
    hashes, rows = map(np.concatenate, zip(*found, strict=True))
    order = np.argsort(hashes)
    hashes, rows = hashes[order], rows[order]
    return Shared(hashes=hashes, rows=rows, may_hold=_table(hashes))


def _table(hashes: Hashes) -> NDArray[np.bool_]:
    """By the upper bits of a hash whether it may be one of these."""
    may_hold = np.zeros(1 << _FILTER_BITS, bool)
    may_hold[upper(hashes, _FILTER_BITS)] = True
    return may_hold


def _chosen(path: Path, count: int, number: int, parts: int) -> NDArray[np.void]:
    """The entries of one part: those whose hashes leave that number."""
    chosen = [np.zeros(0, _ENTRY)]
    for first in range(0, count, _AT_ONCE):
        part = np.fromfile(path, _ENTRY, _AT_ONCE, offset=first * _ENTRY.itemsize)
        chosen.append(part[part["hash"] % np.uint64(parts) == number])
    return np.concatenate(chosen)


def _twice(part: NDArray[np.void]) -> tuple[Hashes, Whole]:
    """The hashes that several rows have, and the first row of each."""
    values = np.sort(part["hash"])
    again = values[1:][values[1:] == values[:-1]]
    part = part[_table(again)[upper(part["hash"], _FILTER_BITS)]]  # few: only these need their rows
    order = np.lexsort((part["row"], part["hash"]))
    hashes, rows = part["hash"][order], part["row"][order]
    heads = np.flatnonzero(changed(hashes))
    tails = np.append(heads, len(hashes))[1:] - 1
    several = heads[rows[heads] != rows[tails]]
    return hashes[several], rows[several]


def without_passages(ids: Whole, texts: Any, size: int, known: Shared) -> list[str | None]:
    """The texts without the words of runs that stand in an earlier row; None for the others."""
    read = read_texts(texts)
    tokens, starts, _ = placed_words(read)
    found = runs(tokens, size)
    at = np.flatnonzero(known.may_hold[upper(found.values, _FILTER_BITS)])
    owners = np.searchsorted(found.offsets, at, "right") - 1
    if len(at):
        places = np.minimum(np.searchsorted(known.hashes, found.values[at]), len(known.hashes) - 1)
        goes = (known.hashes[places] == found.values[at]) & (known.rows[places] != ids[owners])
        at, owners = at[goes], owners[goes]
    # a row's runs and words begin together, but it has fewer runs
    first_words = tokens.offsets[owners] + at - found.offsets[owners]
    return _cut(read, tokens, starts, _merged(first_words, size), owners[changed(owners)])


def _merged(begins: Whole, size: int) -> tuple[Whole, Whole]:
    """Stretches of words, first and past the last, of runs that overlap or touch."""
    if not len(begins):
        return begins, begins
    apart = np.flatnonzero(np.diff(begins) > size)
    return begins[np.append(0, apart + 1)], begins[np.append(apart, len(begins) - 1)] + size


def _cut(
    read: Texts, tokens: Rows, starts: Whole, stretches: tuple[Whole, Whole], rows: Whole
) -> list[str | None]:
    """What stands from a stretch's first word to the next word goes, or to the end of the text."""
    texts: list[str | None] = [None] * (len(read.offsets) - 1)
    for row in rows.tolist():
        kept, begin, end = [], int(read.offsets[row]), int(read.offsets[row + 1])
        low, high = tokens.offsets[row], tokens.offsets[row + 1]
        for first, last in _within(stretches, int(low), int(high)):
            kept.append(read.content[begin : starts[first]])
            begin = int(starts[last]) if last < high else end
        kept.append(read.content[begin:end])
        text = b"".join(kept).decode("utf-8")
        texts[row] = text.rstrip() if begin == end else text
    return texts


def _within(stretches: tuple[Whole, Whole], low: int, high: int) -> Iterable[tuple[int, int]]:
    """The stretches of one text; two that touch where a text ends are one."""
    firsts, lasts = stretches
    begin, end = np.searchsorted(lasts, low, "right"), np.searchsorted(firsts, high, "left")
    pairs = zip(firsts[begin:end].tolist(), lasts[begin:end].tolist(), strict=True)
    return ((max(first, low), min(last, high)) for first, last in pairs)
