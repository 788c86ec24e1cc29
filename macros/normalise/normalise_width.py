"""Full-width letters and digits as ASCII, half-width kana and Hangul at full width (as in NFKC).

Nothing else of NFKC: superscripts, ligatures and circled digits stay.
"""

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

LETTERS = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000"
KANA = "\uff66-\uff9f\uffa0-\uffdc"
PUNCTUATION = "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffe2\uffe4-\uffe6"


def apply(batch, params):
    texts = batch.column("value")
    odd = f"[{LETTERS}{KANA}{PUNCTUATION if params['punctuation'] else ''}]+"
    found = pc.fill_null(pc.match_substring_regex(texts, odd), False)
    runs = re.compile(odd)
    folded = [runs.sub(_folded, text) for text in pc.filter(texts, found).to_pylist()]
    return {"value": pc.replace_with_mask(texts, found, pa.array(folded, texts.type))}


def _folded(found):
    return unicodedata.normalize("NFKC", found[0])
