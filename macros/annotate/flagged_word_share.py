"""The share of a text's words that belong to a word or phrase of a given list."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import found_in, runs, share, slices, words


def apply(batch, params):
    texts = batch.column("value")
    listed = _by_size(params["words"])
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    shares = [_shares(texts.slice(first, last - first), listed) for first, last in slices(sizes)]
    found = np.concatenate(shares)
    return {"name": pa.array(found, mask=np.isnan(found) | texts.is_null().to_numpy(False))}


def _by_size(phrases):
    """The hashes of the phrases by their number of words: 好 天 is a phrase of two."""
    found = defaultdict(list)
    tokens = words(pa.array(phrases, pa.string()))
    for size in sorted(set(tokens.sizes[tokens.sizes > 0].tolist())):
        rows = np.flatnonzero(tokens.sizes == size)
        whole = words(pa.array([phrases[row] for row in rows], pa.string()))
        found[size] = np.unique(runs(whole, size).values)
    return found


def _shares(texts, listed):
    tokens = words(texts)
    flagged = np.zeros(len(tokens.values), bool)
    for size, known in listed.items():
        grams = runs(tokens, size)
        hits = found_in(grams, known) >= 0
        owners = grams.owners[hits].astype(np.int64)
        starts = np.flatnonzero(hits) - grams.offsets[owners] + tokens.offsets[owners]
        for place in range(size):
            flagged[starts + place] = True
    before = np.append(0, np.cumsum(flagged))
    return share(np.diff(before[tokens.offsets]), tokens.sizes)
