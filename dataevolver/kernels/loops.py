"""Runs of words that repeat themselves right after themselves, as texts of models do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Whole
from dataevolver.kernels.rows import Rows, read_texts
from dataevolver.kernels.tokens import placed_words


def without_loops(texts: Any, size: int, times: int) -> list[str | None]:
    """The texts in which a run of up to `size` words stands `times` times or more in a row, with
    the run once; None for the others. Runs without a letter, such as rows of zeros, stay.
    """
    read = read_texts(texts)
    tokens, starts, ends = placed_words(read)
    taken = np.zeros(len(starts), bool)
    cuts = []
    for period in range(1, size + 1):
        for first, copies in _loops(tokens, period, times):
            stop = first + period * copies
            unit = read.content[starts[first] : ends[first + period - 1]]
            if not taken[first:stop].any() and any(map(str.isalpha, unit.decode("utf-8"))):
                taken[first:stop] = True
                cuts.append((int(ends[first + period - 1]), int(ends[stop - 1])))
    return _cut(read.content, read.offsets, sorted(cuts))


def _loops(tokens: Rows, period: int, times: int) -> Iterator[tuple[int, int]]:
    """The first word of each loop, and how often its run of `period` words stands there."""
    values, row = tokens.values, tokens.offsets
    at = np.flatnonzero(values[period:] == values[:-period])
    at = at[np.searchsorted(row, at, "right") == np.searchsorted(row, at + period, "right")]
    heads = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    lengths = np.diff(np.append(heads, len(at)))
    long = lengths >= period * (times - 1)
    copies = 1 + lengths[long] // period
    return zip(at[heads[long]].tolist(), copies.tolist(), strict=True)


def _cut(content: bytes, offsets: Whole, cuts: list[tuple[int, int]]) -> list[str | None]:
    texts: list[str | None] = [None] * (len(offsets) - 1)
    owners: NDArray[np.int64] = np.searchsorted(offsets, [first for first, _ in cuts], "left") - 1
    for row in np.unique(owners).tolist():
        kept, begin = [], int(offsets[row])
        for first, last in (cuts[at] for at in np.flatnonzero(owners == row).tolist()):
            kept.append(content[begin:first])
            begin = last
        kept.append(content[begin : offsets[row + 1]])
        texts[row] = b"".join(kept).decode("utf-8")
    return texts
