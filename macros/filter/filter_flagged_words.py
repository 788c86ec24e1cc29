"""Texts of which too many words are on a list."""

import numpy as np
import pyarrow as pa

from dataevolver.kernels import words_in_phrases


def apply(batch, params):
    hits, totals = words_in_phrases(batch.column("value"), params["words"])
    too_many = hits > params["maximum"] * np.maximum(totals, 1)
    reason = f"more than {params['maximum'] * 100:g} % flagged words"
    if params["maximum"] == 0:
        reason = "holds a flagged word"
    return {"reason": pa.array(np.where(too_many, reason, None), pa.string())}
