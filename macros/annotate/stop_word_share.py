"""The share of small words by the lists of the language that each text is in."""

import numpy as np
import pyarrow as pa

from dataevolver.kernels import share, small_word_counts


def apply(batch, params):
    small, words = small_word_counts(batch.column("column"), batch.column("language_column"))
    shares = share(small, words)
    return {"name": pa.array(shares, mask=np.isnan(shares) | (small < 0))}
