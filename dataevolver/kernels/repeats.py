"""Texts cut into pieces: paragraphs, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = ".!?…।॥؟۔។៕。！？｡"
_CLOSING = "\"'”’»›)\\]}」』）】*_"
PARAGRAPH = re.compile(r"(?<=\S)(?=[^\S\n]*\n[^\S\n]*\n)")
SENTENCE = re.compile(
    rf"(?<![.!?…।॥؟۔។៕])[.!?…।॥؟۔។៕]+[{_CLOSING}]*(?=\s)|[。！？｡]+[{_CLOSING}]*|(?<=\S)(?=[^\S\n]*\n)"
)
"""Where a piece ends. A full stop inside a number or a name (2.5, example.org) ends no sentence."""
_INNER = {PARAGRAPH: re.compile(r"\n\s*\n"), SENTENCE: re.compile(rf"[{_MARKS}\n]")}
_NOTHING = _MARKS + "\"'”’»›)]}」』）】*_ \t\n"


def pieces(text: str, end: re.Pattern[str]) -> Iterator[str]:
    """The pieces of a text, each with the whitespace before it; joined they are the text."""
    begin = 0
    for found in end.finditer(text):
        if found.end() > begin:
            yield text[begin : found.end()]
            begin = found.end()
    yield text[begin:]


def first_of_each(text: str, end: re.Pattern[str], minimum: int) -> str:
    """The text without the pieces that stand in it earlier, the whitespace around them aside.

    Pieces with less than `minimum` characters stay, and those of marks alone.
    """
    if not _may_repeat(text, _INNER[end]):
        return text
    seen: set[str] = set()
    kept = []
    for piece in pieces(text, end):
        key = piece.strip()
        if key not in seen or len(key) < minimum or not key.strip(_NOTHING):
            seen.add(key)
            kept.append(piece)
    return "".join(kept)


def _may_repeat(text: str, inner: re.Pattern[str]) -> bool:
    """Whether a part between two marks occurs twice, as each of a repeated piece does."""
    stripped = (part.strip(_NOTHING) for part in inner.split(text))
    parts = [part for part in stripped if part]
    return len(set(parts)) < len(parts)
