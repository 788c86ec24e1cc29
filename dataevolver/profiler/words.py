"""What counts as a word, a number and a line's shape, in any script; pure functions of one text."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dataevolver.profiler.memory import remembered

# Scripts written without spaces: each of their letters counts as one word.
_SPACELESS = "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u1000-\u102a\u1780-\u17b3\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0970-\u0dff"
_NUMERAL = r"\d+(?:[.,]\d+)*"
_ASCII_WORD = re.compile(rf"[a-zA-Z]+(?:'[a-zA-Z]+)?|{_NUMERAL}")
_WORD = re.compile(
    rf"[{_SPACELESS}]|(?:[^\W\d_{_SPACELESS}]|[{_MARKS}])+(?:['’][^\W\d_{_SPACELESS}]+)?|{_NUMERAL}"
)
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+")

_RUNS = b"aA9u "


def words(text: str) -> list[str]:
    """The words and numerals in order; in scripts without spaces every letter is a word."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


@remembered
def magnitudes(text: str) -> tuple[float, ...]:
    """The numbers in order, without sign: `-1,000.50` reads as 1000.5."""
    return tuple(float(found.replace(",", "")) for found in _NUMBER.findall(text))


def lone_magnitude(text: str) -> float | None:
    """The number, when the text is nothing but one number (a currency or percent sign may stand by)."""
    stripped = text.strip().strip("$€£%").lstrip("+-").strip("$€£").rstrip(".")
    found = _NUMBER.fullmatch(stripped)
    return float(stripped.replace(",", "")) if found else None


def lines_of(text: str) -> list[str]:
    """The lines that hold something, stripped."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def encoded(text: str) -> bytes:
    """UTF-8 bytes; a lone surrogate becomes `?`."""
    return text.encode("utf-8", "replace")


def byte_classes(data: bytes) -> NDArray[np.uint8]:
    """Each byte as `a`, `A`, `9`, space, newline, `u` (beyond ASCII) or itself."""
    return _class_table()[np.frombuffer(data, np.uint8)]


def skeleton(text: str, limit: int = 4000) -> bytes:
    """`The total is 12.5` becomes `Aa a a 9.9`: runs collapse, punctuation and line breaks stay."""
    classes = byte_classes(encoded(text[:limit])[:limit])
    if classes.size == 0:
        return b""
    keep = np.ones(classes.size, bool)
    keep[1:] = (classes[1:] != classes[:-1]) | _stands_alone()[classes[1:]]
    return classes[keep].tobytes()


@lru_cache(maxsize=1)
def _stands_alone() -> NDArray[np.bool_]:
    """The classes of which two in a row stay two."""
    alone = np.ones(256, bool)
    alone[list(_RUNS)] = False
    return alone


@lru_cache(maxsize=1)
def _class_table() -> NDArray[np.uint8]:
    table = np.arange(256, dtype=np.uint8)
    table[ord("a") : ord("z") + 1] = ord("a")
    table[ord("A") : ord("Z") + 1] = ord("A")
    table[ord("0") : ord("9") + 1] = ord("9")
    table[list(b" \t\r\x0b\x0c")] = ord(" ")
    table[128:] = ord("u")
    return table
