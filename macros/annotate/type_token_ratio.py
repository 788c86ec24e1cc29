"""How many different words a text has for all its words."""

import numpy as np

from dataevolver.kernels import again, measured, share


def apply(batch, params):
    most = params["words"]

    def ratio(text):
        words = text.words()
        first = np.arange(len(words.starts)) - np.repeat(words.offsets[:-1], words.counts) < most
        new = first & ~again(words, text.hasher()(words))
        return {"name": share(words.total(new), words.total(first))}

    return measured(batch.column("value"), ratio)
