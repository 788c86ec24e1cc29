"""The share of a text's n-grams that occur more than once in it, for a whole batch at a time.

Texts become code points, code points become tokens with 64-bit hashes, tokens become n-grams; one
sort of (row, n-gram) then shows what repeats.
"""

import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

AT_ONCE = 500_000  # characters: the arrays of so many stay in the cache
GAP, LETTER, ALONE = 0, 1, 2  # between words; part of a word; a word of its own
SPACELESS = ((0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3005, 0x3008), (0x3040, 0x3100), (0x31F0, 0x3200), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0xFF66, 0xFFA0), (0x20000, 0x323B0))  # fmt: skip
STEP = np.uint64(0x9E3779B97F4A7C15)
ROW_BITS = 20


def apply(batch, params):
    texts = batch.column("value")
    lowered = pc.fill_null(pc.utf8_lower(texts), "")
    if params["unit"] == "lines":
        lowered = pc.replace_substring_regex(lowered, r"(?m)^[ \t]+|[ \t\r]+$", "")
    sizes = pc.utf8_length(lowered).to_numpy(zero_copy_only=False)
    scores = np.zeros(len(texts))
    for first, last in _slices(sizes):
        part = lowered.slice(first, last - first).to_pylist()
        hashes, rows = _tokens(part, sizes[first:last], params["unit"])
        scores[first:last] = _repeated(hashes, rows, last - first, params["size"])
    return {"name": pa.array(np.round(scores, 6), mask=texts.is_null().to_numpy(False))}


def _slices(sizes):
    """Runs of rows with at most AT_ONCE characters together, or one row that has more."""
    first, total = 0, 0
    for row, size in enumerate(sizes.tolist()):
        if row > first and (total + size > AT_ONCE or row - first >= 1 << ROW_BITS):
            yield first, row
            first, total = row, 0
        total += size
    yield first, len(sizes)


def _tokens(texts, sizes, unit):
    """Hash and row of every token, in order."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    owner = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    kinds = _kinds(unit)[codes]
    inside = kinds != GAP
    begins = inside & ((kinds == ALONE) | _changed(inside) | _changed(owner))
    begins[1:] |= inside[1:] & (kinds[:-1] == ALONE)
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    place = np.arange(len(codes), dtype=np.uint64)
    place -= np.maximum.accumulate(np.where(begins, place, np.uint64(0)))
    mixed = np.where(inside, _mixed(codes + place * STEP), np.uint64(0))
    return np.add.reduceat(mixed, starts), owner[starts]


def _repeated(hashes, rows, count, size):
    """For each row the share of its n-grams that it has more than once; 0 with none."""
    end = len(hashes) - size + 1
    if end <= 0:
        return np.zeros(count)
    grams = np.zeros(end, np.uint64)
    for offset in range(size):
        grams = (grams + hashes[offset : offset + end]) * STEP
    whole = rows[:end] == rows[size - 1 :]
    shift = np.uint64(64 - ROW_BITS)
    keys = np.sort((rows[:end][whole] << shift) | (_mixed(grams[whole]) >> np.uint64(ROW_BITS)))
    same = keys[1:] == keys[:-1]
    again = np.zeros(len(keys), bool)
    again[1:] |= same
    again[:-1] |= same
    owners = (keys >> shift).astype(np.int64)
    total = np.bincount(owners, minlength=count)
    return np.bincount(owners, weights=again, minlength=count) / np.maximum(total, 1)


def _changed(values):
    changed = np.ones(len(values), bool)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _mixed(values):
    """The bits of each number spread over all 64 (the finaliser of splitmix64)."""
    values = values ^ (values >> np.uint64(30))
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


@cache
def _kinds(unit):
    """GAP, LETTER or ALONE for every code point."""
    kinds = np.zeros(0x110000, np.uint8)
    if unit == "lines":
        kinds[:] = LETTER
        kinds[[0x0A, 0x0D, 0x2028, 0x2029]] = GAP
        return kinds
    if unit == "characters":
        kinds[:] = ALONE
        kinds[[code for code in range(0x3001) if chr(code).isspace()]] = GAP
        return kinds
    letters = [code for code in range(0x20000) if unicodedata.category(chr(code))[0] in "LMN"]
    kinds[letters] = LETTER
    kinds[0xFE00:0xFE10] = GAP  # variation selectors belong to symbols
    for first, last in SPACELESS:
        block = kinds[first:last]
        block[(block == LETTER) | (first >= 0x20000)] = ALONE
    return kinds
