"""Texts in a language have its small words; lists of links, names and codes do not."""

import numpy as np
import pyarrow as pa

from dataevolver.kernels import small_word_counts


def apply(batch, params):
    small, words = small_word_counts(batch.column("column"), batch.column("language_column"))
    poor = (small >= 0) & (words >= params["shortest"]) & (small < params["minimum"] * words)
    reason = f"fewer than {params['minimum'] * 100:g} % small words"
    return {"reason": pa.array(np.where(poor, reason, None), pa.string())}
