"""Numbers inside running text; versions (2.0.1), names (v1.0, mp3.0) and dates are left alone."""

import re

import pyarrow as pa
import pyarrow.compute as pc

CANDIDATE = r"[0-9]\.[0-9]*0|[0-9],[0-9]{3}"
GROUPED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])")
WHOLE = re.compile(r"(?<![\w.,])([0-9][0-9,]*)\.0+(?!\w|\.[0-9])")
PADDED = re.compile(r"(?<![\w.,])([0-9][0-9,]*\.[0-9]*[1-9])0+(?!\w|\.[0-9])")


def apply(batch, params):
    texts = batch.column("value")
    candidates = pc.fill_null(pc.match_substring_regex(texts, CANDIDATE), False)
    rewritten = [_rewritten(text, params) for text in pc.filter(texts, candidates).to_pylist()]
    return {"value": pc.replace_with_mask(texts, candidates, pa.array(rewritten, texts.type))}


def _rewritten(text, params):
    if params["thousands"] == "remove":
        text = GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    if params["trailing_zeros"] != "keep":
        text = WHOLE.sub(r"\1", text)
    if params["trailing_zeros"] == "all":
        text = PADDED.sub(r"\1", text)
    return text
