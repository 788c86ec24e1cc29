"""Shortens runs of one mark; each mark by itself, so that ?! and :-) stay."""

import re

import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    for mark in dict.fromkeys(params["characters"]):
        texts = _shortened(texts, mark, params["maximum"])
    return {"value": texts}


def _shortened(texts, mark, most):
    signed = pc.fill_null(pc.match_substring(texts, mark * (most + 1)), False)
    if not pc.any(signed, min_count=0).as_py():
        return texts
    run = f"{re.escape(mark)}{{{most + 1},}}"
    kept = (mark * most).replace("\\", "\\\\")
    shortened = pc.replace_substring_regex(texts.filter(signed), pattern=run, replacement=kept)
    return pc.replace_with_mask(texts, signed, shortened)
