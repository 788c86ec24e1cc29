"""Whole words and phrases of a list in texts; in scripts without spaces, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels.numbers import Hashes, Whole
from dataevolver.kernels.rows import slices
from dataevolver.kernels.runs import runs
from dataevolver.kernels.small_words import found_in
from dataevolver.kernels.tokens import words


def words_in_phrases(texts: Any, phrases: Sequence[str]) -> tuple[Whole, Whole]:
    """For each text how many of its words belong to one of the phrases, and how many it has."""
    listed = _by_size(phrases)
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    parts = [_counted(texts.slice(first, last - first), listed) for first, last in slices(sizes)]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    hits, totals = zip(*parts, strict=True)
    return np.concatenate(hits), np.concatenate(totals)


def _by_size(phrases: Sequence[str]) -> Mapping[int, Hashes]:
    """The hashes of the phrases by their number of words: 坏人 is a phrase of two."""
    listed = pa.array(list(phrases), pa.string())
    sizes = words(listed).sizes
    found: dict[int, Hashes] = {}
    for size in np.unique(sizes[sizes > 0]).tolist():
        chosen = listed.filter(pa.array(sizes == size))
        found[size] = np.unique(runs(words(chosen), size).values)
    return found


def _counted(texts: Any, listed: Mapping[int, Hashes]) -> tuple[Whole, Whole]:
    tokens = words(texts)
    flagged = np.zeros(len(tokens.values), bool)
    for size, known in listed.items():
        grams = runs(tokens, size)
        hits = np.flatnonzero(found_in(grams, known) >= 0)
        owners = np.searchsorted(grams.offsets, hits, "right") - 1
        starts = hits - grams.offsets[owners] + tokens.offsets[owners]
        for place in range(size):
            flagged[starts + place] = True
    places = np.flatnonzero(flagged)
    return np.diff(np.searchsorted(places, tokens.offsets)), tokens.sizes
