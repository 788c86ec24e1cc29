"""Runs of words that repeat themselves right after themselves, as texts of models do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Whole, ranges
from dataevolver.kernels.rows import Rows, Texts, read_texts
from dataevolver.kernels.tokens import placed_words


def without_loops(texts: Any, size: int, times: int) -> list[str | None]:
    """The texts in which a run of up to `size` words stands `times` times or more in a row, with
    the run once; None for the others. Runs without a letter, such as rows of zeros, stay.

    What is left has no such run: loops of loops go, too.
    """
    cleaned = _once(texts, size, times)
    rows = [row for row, text in enumerate(cleaned) if text is not None]
    while rows:
        again = _once(pa.array([cleaned[row] for row in rows]), size, times)
        for row, text in zip(rows, again, strict=True):
            cleaned[row] = cleaned[row] if text is None else text
        rows = [row for row, text in zip(rows, again, strict=True) if text is not None]
    return cleaned


def _once(texts: Any, size: int, times: int) -> list[str | None]:
    """The shortest runs first; of two loops that share a word the second stays for the next time."""
    read = read_texts(texts)
    tokens, starts, ends = placed_words(read)
    worded = _have_letters(read, starts, ends)
    taken = np.zeros(len(starts), bool)
    gone = np.zeros(len(read.content), bool)
    for period in range(1, size + 1):
        firsts, stops = _loops(tokens, period, times)
        if not len(firsts):
            continue
        free = ~_any(taken, firsts, stops) & _any(worded, firsts, firsts + period)
        free[1:] &= firsts[1:] >= stops[:-1]
        firsts, stops = firsts[free], stops[free]
        taken[ranges(firsts, stops - firsts)] = True
        begins = ends[firsts + period - 1]
        gone[ranges(begins, ends[stops - 1] - begins)] = True
        if taken.all():
            break
    return _cut(read, gone)


def _any(which: NDArray[np.bool_], firsts: Whole, stops: Whole) -> NDArray[np.bool_]:
    """Whether one is true in each of the stretches, one or more, none of which is empty."""
    sizes = stops - firsts
    return np.logical_or.reduceat(which[ranges(firsts, sizes)], np.cumsum(sizes) - sizes)


def _have_letters(read: Texts, starts: Whole, ends: Whole) -> NDArray[np.bool_]:
    """Whether each word begins or ends with something else than a digit 0-9."""
    octets = read.octets
    digits = (octets >= ord("0")) & (octets <= ord("9"))
    return ~(digits[starts] & digits[ends - 1])


def _loops(tokens: Rows, period: int, times: int) -> tuple[Whole, Whole]:
    """The first word of each loop of runs of `period` words, and the one after its last whole run."""
    values, row = tokens.values, tokens.offsets
    halves = values.astype(np.uint32)
    at = np.flatnonzero(halves[period:] == halves[:-period])
    least = period * (times - 1)
    if len(at) < least:
        return at[:0], at[:0]
    at = at[values[at] == values[at + period]]
    at = at[np.searchsorted(row, at, "right") == np.searchsorted(row, at + period, "right")]
    heads = np.flatnonzero(np.diff(at, prepend=-2) != 1)
    lengths = np.diff(np.append(heads, len(at)))
    long = lengths >= least
    firsts = at[heads[long]]
    return firsts, firsts + period * (1 + lengths[long] // period)


def _cut(read: Texts, gone: NDArray[np.bool_]) -> list[str | None]:
    texts: list[str | None] = [None] * (len(read.offsets) - 1)
    places = np.flatnonzero(gone)
    rows = np.flatnonzero(np.diff(np.searchsorted(places, read.offsets)))
    for row in rows.tolist():
        mine = slice(read.offsets[row], read.offsets[row + 1])
        texts[row] = read.octets[mine][~gone[mine]].tobytes().decode("utf-8")
    return texts
