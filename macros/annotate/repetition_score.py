"""The share of a text's n-grams that occur more than once in it, a batch at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels import characters, lines, repeated, runs, slices, words

AT_ONCE = 1 << 16  # bytes, so that the sorted arrays stay in the cache
UNITS = {"words": words, "characters": characters, "lines": lines}


def apply(batch, params):
    texts = batch.column("value")
    tokens = UNITS[params["unit"]]
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    scores = [
        repeated(runs(tokens(texts.slice(first, last - first)), params["size"]))
        for first, last in slices(sizes, AT_ONCE)
    ]
    missing = texts.is_null().to_numpy(zero_copy_only=False)
    return {"name": pa.array(np.round(np.concatenate(scores), 6), mask=missing)}
