"""The share of a text's words that belong to a word or phrase of a given list."""

import pyarrow.compute as pc

from dataevolver.kernels import share, words_in_phrases


def apply(batch, params):
    texts = batch.column("value")
    shares = share(*words_in_phrases(texts, params["words"]))
    return {"name": pc.if_else(pc.is_nan(shares), None, shares)}
