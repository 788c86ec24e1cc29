"""Shortens runs of one mark; each mark by itself, so that ?! and :-) stay."""

import re

import pyarrow as pa
import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    most = params["maximum"]
    marks = list(map(re.escape, dict.fromkeys(params["characters"])))
    if not marks:
        return {"value": texts}
    sign = "|".join(f"{mark}{{{most + 1}}}" for mark in marks)
    signed = pc.fill_null(pc.match_substring_regex(texts, sign), False)
    run = re.compile(rf"([{''.join(marks)}])\1{{{most},}}")
    shortened = [run.sub(r"\1" * most, text) for text in texts.filter(signed).to_pylist()]
    return {"value": pc.replace_with_mask(texts, signed, pa.array(shortened, texts.type))}
