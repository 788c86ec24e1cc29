"""Removes numbers that stand alone; those in names (GPT-4), versions (2.0.1) and dates stay."""

import re

import pyarrow as pa
import pyarrow.compute as pc

LATIN = "A-Za-z0-9_\u00c0-\u024f\u0370-\u052f"
# A letter beside it makes it part of a name, another point of a version, a bar or colon of a date.
NUMBER = re.compile(
    rf"(?<![{LATIN}.,:/#@+−-])[+−-]?[$€£¥]?"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]+)?)"
    rf"(?:[%‰€£¥]| [%€£¥])?(?![{LATIN}]|[.,:/-][{LATIN}])"
)


def apply(batch, params):
    texts = batch.column("value")
    signed = pc.fill_null(pc.match_substring_regex(texts, "[0-9]"), False)
    new = params["replacement"]
    cleaned = [NUMBER.sub(lambda _: new, text) for text in texts.filter(signed).to_pylist()]
    return {"value": pc.replace_with_mask(texts, signed, pa.array(cleaned, texts.type))}
