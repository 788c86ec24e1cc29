"""Keeps the first of equal sentences."""

import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels.repeats import SENTENCE, first_of_each

SEVERAL = r"[.!?…।॥؟۔។៕]\s|[。！？｡\n]"


def apply(batch, params):
    texts = batch.column("value")
    candidates = pc.fill_null(pc.match_substring_regex(texts, SEVERAL), False)
    found = pc.filter(texts, candidates).to_pylist()
    cleaned = [first_of_each(text, SENTENCE, params["minimum"]) for text in found]
    return {"value": pc.replace_with_mask(texts, candidates, pa.array(cleaned, texts.type))}
