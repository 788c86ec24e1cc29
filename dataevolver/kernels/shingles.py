"""Texts as sets of the runs of words in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dataevolver.kernels.characters import characters, letters
from dataevolver.kernels.numbers import Whole, distinct
from dataevolver.kernels.rows import Rows
from dataevolver.kernels.runs import runs
from dataevolver.kernels.tokens import words

_HALF = np.uint64(32)


def shingle_sets(texts: Any, window: int) -> tuple[NDArray[np.uint32], Whole]:
    """The sorted set of each text's shingles, end to end, and the size of each.

    A shingle is a hash of 32 bits of `window` words; in a text with fewer words, of as many
    letters, and without any word, of what is visible. A text with less than one shingle is one.
    Blank texts and nulls have none.
    """
    found = words(texts)
    few = np.flatnonzero(found.sizes < window)
    keys = [_keys(runs(found, window))]
    for take in (letters, characters):
        if len(few):
            found = take(texts.take(pa.array(few)))
            keys.append(_keys(runs(found, window, whole=True), few))
            few = few[found.sizes == 0]
    together = distinct(np.concatenate(keys) if len(keys) > 1 else keys[0])
    sizes = np.bincount((together >> _HALF).astype(np.int64), minlength=len(texts))
    return together.astype(np.uint32), sizes


def _keys(found: Rows, rows: Whole | None = None) -> NDArray[np.uint64]:
    """The row above, the hash below."""
    numbers = np.arange(len(found.offsets) - 1) if rows is None else rows
    owners = np.repeat(numbers.astype(np.uint64) << _HALF, found.sizes)
    owners |= found.values >> _HALF
    return owners
