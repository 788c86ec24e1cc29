"""Shortens runs of one mark; each mark by itself, so that ?! and :-) stay."""

import re

import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    most = params["maximum"]
    runs = {mark: f"{re.escape(mark)}{{{most + 1},}}" for mark in params["characters"]}
    if not runs:
        return {"value": texts}
    signed = pc.fill_null(pc.match_substring_regex(texts, "|".join(runs.values())), False)
    shortened = texts.filter(signed)
    for mark, run in runs.items():
        if _any(pc.match_substring(shortened, mark * (most + 1))):
            kept = (mark * most).replace("\\", "\\\\")
            shortened = pc.replace_substring_regex(shortened, pattern=run, replacement=kept)
    return {"value": pc.replace_with_mask(texts, signed, shortened)}


def _any(found):
    return pc.any(found, min_count=0).as_py()
