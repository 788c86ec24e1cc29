"""The measures of one text, in natural units (characters, words, shares); pure, and memoised by text."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import numpy as np

from dataevolver.profiler.memory import remembered
from dataevolver.profiler.words import byte_classes, encoded, lines_of, words

READ = 50_000  # characters of a text that are measured; its length is exact

_FUNCTION_WORDS = """
a about after all also am an and any are as at be because been before being but by can could did
    do does each for from get had has have he her him his how i if in into is it its just like make may
    me more most my no not now of on one only or other our out over she should so some such than that
    the their them then there these they this those through time to two up use very was we well were
    what when where which while who will with would you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`unit` is count, size, share or flag; counts and sizes enter the gap as log(1 + value)."""

    name: str
    group: str
    unit: str
    label: str


def _measures(group: str, *declared: tuple[str, str, str]) -> tuple[Measure, ...]:
    return tuple(
        Measure(name=name, group=group, unit=unit, label=label) for name, unit, label in declared
    )


MEASURES: tuple[Measure, ...] = (
    *_measures(
        "length",
        ("characters", "size", "characters"),
        ("words", "size", "words"),
        ("lines", "size", "lines"),
        ("words_per_sentence", "size", "words a sentence"),
        ("characters_per_word", "ratio", "characters a word"),
    ),
    *_measures(
        "characters",
        ("digit_share", "share", "digits"),
        ("punctuation_share", "share", "punctuation"),
        ("symbol_share", "share", "symbols"),
        ("stray_spaces", "count", "stray spaces"),
        ("spaced_marks", "flag", "spaces before punctuation"),
        ("outer_space", "flag", "space around the text"),
    ),
    *_measures(
        "casing",
        ("uppercase_share", "share", "capital letters"),
        ("capital_words_share", "share", "words in capitals"),
        ("capitalised_sentences_share", "share", "sentences that begin with a capital"),
    ),
    *_measures(
        "encoding",
        ("non_ascii_share", "share", "bytes beyond ASCII"),
        ("mojibake", "count", "broken characters"),
        ("invisible_characters", "count", "invisible characters"),
    ),
    *_measures(
        "markup",
        ("html_tags", "count", "HTML tags"),
        ("html_entities", "count", "HTML entities"),
        ("urls", "count", "web addresses"),
        ("markdown_marks", "count", "Markdown marks"),
    ),
    *_measures(
        "structure",
        ("bullet_lines_share", "share", "bullet lines"),
        ("numbered_lines_share", "share", "numbered lines"),
        ("equal_signs", "count", "equal signs"),
        ("step_words_share", "share", "words such as first, then, so"),
    ),
    *_measures("language", ("function_words_share", "share", "English function words")),
    *_measures(
        "repetition",
        ("compression_ratio", "share", "size when compressed"),
        ("repeated_trigrams_share", "share", "repeated three-word runs"),
        ("distinct_words", "ratio", "variety of words"),
    ),
    *_measures(
        "completeness",
        ("ends_complete", "flag", "ends with punctuation"),
        ("balanced_brackets", "flag", "brackets closed"),
        ("empty", "flag", "empty"),
    ),
)
NAMES: tuple[str, ...] = tuple(measure.name for measure in MEASURES)

_MOJIBAKE = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ]|â€|Â[ \u00a0-\u00bf]|\ufffd|ï»¿")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_HTML = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_URL = re.compile(r"https?://|www\.")
_MARKDOWN = re.compile(r"\*\*|^#{1,6} |\[[^\]\n]{0,200}\]\(|`", re.MULTILINE)
_BULLET = re.compile(r"[-*•] ")
_NUMBERED = re.compile(r"\d+[.)] ")
_STEP = re.compile(r"\b(?:step \d|first|then|next|so|therefore|thus|finally)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)|[。！？｡।؟…]")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)([A-Za-z])")
_STRAY_SPACE = re.compile(r" {2}|\t|[ ]\n|\n{3}")
_SPACED_MARK = re.compile(r"\w [.,?!](?!\S)")
_ENDINGS = frozenset(".!?)\"'`}];>”’»。！？｡।؟…")


@remembered
def measure_text(text: str) -> tuple[float, ...]:
    """The value of each of `MEASURES`, in that order; a text longer than `READ` by its beginning."""
    read = text[:READ]
    found = words(read)
    return (
        *_length(text, read, found),
        *_characters(read),
        *_casing(read, found),
        *_encoding(read),
        *_markup(read),
        *_structure(read, found),
        *_vocabulary(read, found),
        *_completeness(read, found),
    )


def _length(text: str, read: str, found: list[str]) -> tuple[float, ...]:
    sentences = max(1, len(_SENTENCE.findall(read)))
    letters = sum(map(len, found)) / max(1, len(found))
    return len(text), len(found), len(lines_of(read)), len(found) / sentences, letters


def _characters(text: str) -> tuple[float, ...]:
    size = max(1, len(text))
    digits = int((byte_classes(encoded(text)) == ord("9")).sum())
    punctuation = sum(map(text.count, ".,;:!?'\"()-"))
    symbols = sum(map(text.count, "#$%&@<>{}[]\\|~^*_=+/`"))
    return (
        digits / size,
        punctuation / size,
        symbols / size,
        len(_STRAY_SPACE.findall(text)),
        float(_SPACED_MARK.search(text) is not None),
        float(text != text.strip()),
    )


def _casing(text: str, found: list[str]) -> tuple[float, ...]:
    upper, lower = _letters_by_case(text)
    capitals = sum(len(word) > 1 and word.isupper() for word in found)
    starts = _SENTENCE_START.findall(text)
    return (
        upper / max(1, upper + lower),
        capitals / max(1, len(found)),
        sum(map(str.isupper, starts)) / max(1, len(starts)),
    )


def _letters_by_case(text: str) -> tuple[int, int]:
    if not text.isascii():
        return sum(map(str.isupper, text)), sum(map(str.islower, text))
    classes = byte_classes(text.encode())
    return int((classes == ord("A")).sum()), int((classes == ord("a")).sum())


def _encoding(text: str) -> tuple[float, ...]:
    if text.isascii():
        return 0.0, 0.0, len(_INVISIBLE.findall(text))
    beyond = (len(encoded(text)) - len(text)) / max(1, len(text))
    return beyond, len(_MOJIBAKE.findall(text)), len(_INVISIBLE.findall(text))


def _markup(text: str) -> tuple[float, ...]:
    return tuple(len(mark.findall(text)) for mark in (_HTML, _ENTITY, _URL, _MARKDOWN))


def _structure(text: str, found: list[str]) -> tuple[float, ...]:
    lines = lines_of(text)
    count = max(1, len(lines))
    bullets = sum(_BULLET.match(line) is not None for line in lines) / count
    numbered = sum(_NUMBERED.match(line) is not None for line in lines) / count
    steps = min(1.0, len(_STEP.findall(text)) / max(1, len(found)))
    return bullets, numbered, text.count("="), steps


def _vocabulary(text: str, found: list[str]) -> tuple[float, ...]:
    lowered = [word.lower() for word in found]
    count = max(1, len(lowered))
    runs = list(zip(lowered, lowered[1:], lowered[2:], strict=False))
    data = encoded(text)
    compressed = len(zlib.compress(data, 6)) / max(20, len(data)) if data else 0.0
    return (
        sum(word in FUNCTION_WORDS for word in lowered) / count,
        compressed,
        1 - len(set(runs)) / len(runs) if runs else 0.0,
        len(set(lowered)) / float(np.power(count, 0.8)),
    )


def _completeness(text: str, found: list[str]) -> tuple[float, ...]:
    ending = text.rstrip()[-1:]
    paired = all(text.count(left) == text.count(right) for left, right in ("()", "[]", "{}"))
    closed = paired and text.count("```") % 2 == 0
    return float(ending in _ENDINGS and ending != ""), float(closed), float(not text.strip())
