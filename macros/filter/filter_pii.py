"""Drops rows that hold personal data, as mask_pii finds it."""

import pyarrow.compute as pc
from dataevolver.kernels.personal import masked

MARK = "\uf8ff"  # private use: a text that holds it already is not counted wrong


def apply(batch, params):
    texts = batch.column("value")
    marked = masked(texts, params["entities"], lambda *_: MARK)
    found = pc.subtract(pc.count_substring(marked, MARK), pc.count_substring(texts, MARK))
    much = pc.greater(found, params["maximum"])
    few = params["maximum"]
    reason = f"more than {few} personal data" if few else "personal data"
    return {"reason": pc.if_else(pc.fill_null(much, False), reason, None)}
