"""What every character is to words, lines and runs of characters."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Whole

GAP, PART, ALONE, REST = 0, 1, 2, 3
"""Between tokens; joins its neighbours; a token of its own; a further byte of such a one."""
Kinds = NDArray[np.uint8]
_SPACELESS = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3005, 0x3008), (0x3040, 0x3100), (0x31F0, 0x3200), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0xFF66, 0xFFA0), (0x20000, 0x323B0))  # fmt: skip
_CODES = 0x110000


@cache
def word_kinds() -> Kinds:
    """By code point. Marks belong to words, symbols do not; a letter of a script without spaces
    (Chinese, Japanese, Thai, Lao, Khmer, Burmese) stands alone."""
    kinds = np.zeros(_CODES, np.uint8)
    letters = [code for code in range(0x20000) if unicodedata.category(chr(code))[0] in "LMN"]
    kinds[letters] = PART
    kinds[0xFE00:0xFE10] = GAP  # variation selectors belong to symbols
    for first, last in _SPACELESS:
        block = kinds[first:last]
        block[(block == PART) | (first >= 0x20000)] = ALONE
    return kinds


@cache
def line_kinds() -> Kinds:
    """By code point: gaps are the breaks between lines, form feeds among them no more than a space."""
    kinds = np.full(_CODES, PART, np.uint8)
    kinds[[0x0A, 0x0D, 0x2028, 0x2029]] = GAP
    return kinds


@cache
def visible_kinds() -> Kinds:
    """By code point: gaps are whitespace, controls and what has no width but joins nothing."""
    kinds = np.full(_CODES, ALONE, np.uint8)
    blank = ("Zs", "Zl", "Zp", "Cc", "Cf")
    kinds[[code for code in range(0x10000) if unicodedata.category(chr(code)) in blank]] = GAP
    kinds[[0x200C, 0x200D]] = ALONE  # joiners: emoji, Persian and Indic words need them
    return kinds


def kinds_of(content: bytes, table: Kinds) -> Kinds:
    """The kind of every byte: its character's, but REST after the first byte of an ALONE."""
    kinds: Kinds = np.frombuffer(content.translate(table[:128].tobytes() + bytes(128)), np.uint8)
    octets = np.frombuffer(content, np.uint8)
    leads, codes, sizes = wide(octets)
    if not len(leads):
        return kinds
    kinds = kinds.copy()
    found = table[codes]
    kinds[leads] = found
    after = np.where(found == ALONE, REST, found).astype(np.uint8)
    for further in (1, 2, 3):
        there = sizes > further
        kinds[leads[there] + further] = after[there]
    return kinds


def wide(octets: NDArray[np.uint8]) -> tuple[Whole, Whole, Whole]:
    """Where the characters beyond ASCII begin, their code points and their sizes in bytes."""
    if not len(octets) or octets.max() < 0x80:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    leads = np.flatnonzero(octets >= 0xC0)
    first = octets[leads].astype(np.int64)
    sizes = 2 + (first >= 0xE0) + (first >= 0xF0)
    codes = first & (0x7F >> sizes)
    for further in (1, 2, 3):
        there = np.flatnonzero(sizes > further)
        codes[there] = codes[there] << 6 | octets[leads[there] + further] & 0x3F
    return leads, codes, sizes
