"""The share of a text's words that belong to a word or phrase of a given list."""

import numpy as np
import pyarrow as pa

from dataevolver.kernels import share, words_in_phrases


def apply(batch, params):
    shares = share(*words_in_phrases(batch.column("value"), params["words"]))
    return {"name": pa.array(shares, mask=np.isnan(shares))}
