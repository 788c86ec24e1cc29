"""Keeps the first of equal paragraphs."""

import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels.repeats import PARAGRAPH, first_of_each

SEVERAL = r"\n[^\S\n]*\n\s*\S"


def apply(batch, params):
    texts = batch.column("value")
    candidates = pc.fill_null(pc.match_substring_regex(texts, SEVERAL), False)
    found = pc.filter(texts, candidates).to_pylist()
    cleaned = [first_of_each(text, PARAGRAPH, params["minimum"]) for text in found]
    return {"value": pc.replace_with_mask(texts, candidates, pa.array(cleaned, texts.type))}
