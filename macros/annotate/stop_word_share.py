"""The share of small words by the lists of the language that each text is in."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import SMALL_WORDS, found_in, share, slices, small_words, words


def apply(batch, params):
    texts = batch.column("column")
    languages = batch.column("language_column")
    shares = np.full(len(texts), np.nan)
    for language in SMALL_WORDS:
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, language), False))
        if len(rows):
            shares[rows] = _shares(texts.take(pa.array(rows)), small_words(language))
    return {"name": pa.array(shares, mask=np.isnan(shares) | texts.is_null().to_numpy(False))}


def _shares(texts, known):
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(False)
    parts = []
    for first, last in slices(sizes):
        found = words(texts.slice(first, last - first))
        before = np.append(0, np.cumsum(found_in(found, known) >= 0))
        parts.append(share(np.diff(before[found.offsets]), found.sizes))
    return np.concatenate(parts)
