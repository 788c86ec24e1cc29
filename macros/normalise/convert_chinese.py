"""Simplified and traditional Chinese, by OpenCC's dictionaries of words and characters.

Japanese is written in some of the same characters: a text with kana stays as it is.
"""

from functools import cache

import opencc
import pyarrow as pa
import pyarrow.compute as pc

CHINESE = r"\p{Han}"
KANA = r"[\p{Hiragana}\p{Katakana}]"


def apply(batch, params):
    texts = batch.column("value")
    wanted = pc.match_substring_regex(texts, CHINESE)
    if params["skip_japanese"]:
        wanted = pc.and_not(wanted, pc.match_substring_regex(texts, KANA))
    wanted = pc.fill_null(wanted, False)
    convert = _converter(params["conversion"]).convert
    converted = [convert(text) for text in pc.filter(texts, wanted).to_pylist()]
    return {"value": pc.replace_with_mask(texts, wanted, pa.array(converted, texts.type))}


@cache
def _converter(conversion):
    return opencc.OpenCC(conversion)
