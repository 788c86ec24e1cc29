"""Boilerplate: phrases that much of the raw data repeats and no exemplar has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

GENERAL: tuple[str, ...] = (
    "as an ai", "i hope this helps", "let me know if", "feel free to", "i'm sorry, but",
    "i cannot assist", "here is the answer", "certainly!", "click here", "subscribe to",
    "all rights reserved", "privacy policy", "accept cookies", "terms of service",
)  # fmt: skip

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?|[^\w\s]")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_LENGTHS = (2, 3, 4, 5)
_READ = 4000  # characters of a text
_MOST = 12
_COMMON = 0.05  # share of the raw rows
_CHANCE = 0.001  # of no exemplar having a phrase that is as common among them as in the raw data


def tokens(text: str) -> list[str]:
    """Words and marks in lower case, without HTML tags; every numeral reads as `0`."""
    return _TOKEN.findall(_DIGITS.sub("0", _TAG.sub(" ", text[:_READ]).lower()))


def mine_phrases(
    raw: Sequence[Sequence[str]], exemplars: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    """Token phrases joined by spaces, most common first; longer ones in place of their parts.

    Both sides hold, for each row, its texts.
    """
    if not raw or not exemplars:
        return ()
    least = max(_COMMON, 1 - _CHANCE ** (1 / len(exemplars))) * len(raw)
    known = frozenset().union(*map(_phrases_of_row, exemplars))
    counts = Counter(phrase for texts in raw for phrase in _phrases_of_row(texts))
    common = [
        (phrase, rows)
        for phrase, rows in counts.items()
        if rows >= least and phrase not in known and _tells(phrase)
    ]
    common.sort(key=lambda item: (-item[1], -len(item[0]), item[0]))
    return tuple(" ".join(phrase) for phrase in _longest(common)[:_MOST])


def count_phrases(text: str, phrases: Iterable[str]) -> int:
    """How often the phrases occur, mined and general ones together."""
    spaced = f" {' '.join(tokens(text))} "
    lowered = text[:_READ].lower()
    mined = sum(spaced.count(f" {phrase} ") for phrase in phrases)
    return mined + sum(lowered.count(phrase) for phrase in GENERAL)


def _phrases_of_row(texts: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset().union(*(_phrases(tokens(text)) for text in texts))


def _phrases(found: Sequence[str]) -> set[tuple[str, ...]]:
    return {
        tuple(found[start : start + length])
        for length in _LENGTHS
        for start in range(len(found) - length + 1)
    }


def _tells(phrase: tuple[str, ...]) -> bool:
    """Marks and numerals alone are form, which other attributes measure."""
    return any(token.isalpha() for token in phrase)


def _longest(common: Sequence[tuple[tuple[str, ...], int]]) -> list[tuple[str, ...]]:
    """Leaves out a phrase that is a part of an equally common longer one, or holds one kept already."""
    kept: list[tuple[str, ...]] = []
    for phrase, rows in common:
        inside = f" {' '.join(phrase)} "
        longer = any(
            other != phrase and inside in f" {' '.join(other)} " and 10 * others >= 9 * rows
            for other, others in common
        )
        if not longer and not any(f" {' '.join(other)} " in inside for other in kept):
            kept.append(phrase)
    return kept
