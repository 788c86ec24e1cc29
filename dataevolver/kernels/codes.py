"""Texts as code points with their kinds, and the words, lines and sentences that they form."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataevolver.kernels.numbers import STEP, Hashes, Whole, changed, mixed, recurring
from dataevolver.kernels.rows import read_texts, slices
from dataevolver.kernels.scripts import ALONE, Kinds, wide, word_kinds

SPACE, SYMBOL, LETTER, CAPITAL, DIGIT, SINGLE, MARK = range(7)
"""Kinds of characters; SINGLE is a letter of a script without spaces, a word of its own with the
vowel and tone signs (MARK) after it. The signs of other scripts are LETTER."""
Mask = NDArray[np.bool_]
_ENDS = ".!?…。！？｡．।॥؟۔።៕។‼⁉"
_FULL_WIDTH_ENDS = "。！？｡।॥؟۔።៕។"  # they end a sentence whatever follows
_USUAL = 1 << 18  # characters of which the powers for hashes are kept
_SPARSE = 16  # characters to a stretch from where counting places is faster than summing all
_FEW = 6
_BREAKS = "\n\r\u2028\u2029"
_CLOSING = "\"'”’»›)]}」』）】*_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Stretches of characters from `starts` to before `ends`; `offsets` says whose they are."""

    starts: Whole
    ends: Whole
    offsets: Whole

    @property
    def counts(self) -> Whole:
        """How many each text has."""
        return np.diff(self.offsets)

    @property
    def sizes(self) -> Whole:
        """How many characters each has."""
        return self.ends - self.starts

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum for each text of a value for each stretch."""
        return _sums(values, self.offsets)

    def largest(self, values: Whole) -> Whole:
        """The largest for each text of a value for each stretch; 0 without one."""
        most = np.zeros(len(self.offsets) - 1, np.int64)
        filled = np.flatnonzero(self.counts)
        if len(filled):
            most[filled] = np.maximum.reduceat(values, self.offsets[:-1][filled])
        return most


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The code points of texts end to end; text r has `offsets[r]` to before `offsets[r + 1]`."""

    codes: NDArray[Any]
    offsets: Whole
    kinds: Kinds = field(repr=False)

    @property
    def sizes(self) -> Whole:
        """Characters of each text."""
        return np.diff(self.offsets)

    def total(self, mask: NDArray[Any]) -> Whole:
        """How often something holds in each text."""
        return _sums(mask, self.offsets)

    def count(self, kind: int) -> Whole:
        """How many characters of a kind each text has."""
        return self.total(self.kinds == kind)

    def among(self, characters: str) -> Mask:
        """Which characters are among these; comparing with a few is faster than a table."""
        if len(characters) > _FEW:
            return _tables(characters).take(self.codes)
        found = np.zeros(len(self.codes), bool)
        for one in characters:
            found |= self.codes == ord(one)
        return found

    def ellipses(self) -> Mask:
        """Which characters end an ellipsis: … or the third and further dots in a row."""
        found = self.among("…")
        dots = self.among(".")
        third = np.flatnonzero(dots[2:] & dots[1:-1] & dots[:-2]) + 2
        begins = self.offsets[np.searchsorted(self.offsets, third, "right") - 1]
        found[third[third - 2 >= begins]] = True
        return found

    def begun(self, spans: Spans) -> Mask:
        """Which characters are the first of a stretch."""
        first = np.zeros(len(self.codes), bool)
        first[spans.starts] = True
        return first

    def inside(self, spans: Spans, mask: Mask) -> Whole:
        """How often something holds in each stretch."""
        if len(spans.starts) * _SPARSE < len(mask):
            places = np.flatnonzero(mask)
            return np.searchsorted(places, spans.ends) - np.searchsorted(places, spans.starts)
        before = np.zeros(len(mask) + 1, np.int32)
        np.cumsum(mask.view(np.int8), dtype=np.int32, out=before[1:])
        return before[spans.ends] - before[spans.starts]

    def hasher(self) -> Callable[[Spans], Hashes]:
        """Gives a hash of each stretch's characters, capitals aside.

        Sums of value * B ** -place make a stretch's sum the same wherever it stands, once it is
        multiplied by B ** start.
        """
        falling, rising = _powers(len(self.codes))
        before = np.zeros(len(self.codes) + 1, np.uint64)
        terms = _values().take(self.codes)
        terms *= falling
        np.cumsum(terms, out=before[1:])

        def hashes(spans: Spans) -> Hashes:
            found = (before[spans.ends] - before[spans.starts]) * rising[spans.starts]
            return mixed(found + spans.sizes.astype(np.uint64))

        return hashes

    def words(self) -> Spans:
        """Runs of letters, marks and digits, and each letter of a script without spaces."""
        part = (self.kinds >= LETTER) & (self.kinds < SINGLE)
        goes_on = np.zeros(len(part) + 1, bool)
        np.logical_and(part[1:], part[:-1], out=goes_on[1:-1])
        goes_on[1:-1] |= (self.kinds[1:] == MARK) & (self.kinds[:-1] >= SINGLE)
        return self._spans(self.kinds >= LETTER, goes_on)

    def pieces(self) -> Spans:
        """What stands between whitespace, whatever it is."""
        inside = self.kinds != SPACE
        goes_on = np.zeros(len(inside) + 1, bool)
        np.logical_and(inside[1:], inside[:-1], out=goes_on[1:-1])
        return self._spans(inside, goes_on)

    def lines(self) -> Spans:
        """Lines that are not blank, without the whitespace around them."""
        return self._visible(np.flatnonzero(self.among(_BREAKS)) + 1)

    def paragraphs(self, lines: Spans | None = None) -> Spans:
        """What stands between blank lines, without the whitespace around it."""
        lines = lines or self.lines()
        begins = np.zeros(len(lines.starts) + 1, bool)
        breaks = np.flatnonzero(self.codes == ord("\n"))
        after = np.searchsorted(breaks, lines.starts[1:])
        begins[1:-1] = after - np.searchsorted(breaks, lines.ends[:-1]) > 1
        begins[lines.offsets] = True  # at a text's first line, and past the last of all
        starts = lines.starts[begins[:-1]]
        ends = lines.ends[begins[1:]]
        return Spans(starts=starts, ends=ends, offsets=np.searchsorted(starts, self.offsets))

    def sentences(self) -> Spans:
        """Up to a mark that ends one, or the end of a line; a dot inside a number is none."""
        marks = np.flatnonzero(self.among(_ENDS + _BREAKS))
        after = np.minimum(marks + 1, len(self.codes) - 1)
        ends = (self.kinds[after] == SPACE) | _tables(_CLOSING).take(self.codes[after])
        ends |= _tables(_FULL_WIDTH_ENDS + _BREAKS).take(self.codes[marks])
        spans = self._visible(marks[ends] + 1)
        return self._chosen(spans, self.inside(spans, self.kinds >= LETTER) > 0)

    def _spans(self, inside: Mask, goes_on: Mask) -> Spans:
        """`goes_on` says which characters belong to the stretch of the one before."""
        goes_on[self.offsets] = False
        starts = np.flatnonzero(inside & ~goes_on[:-1])
        ends = np.flatnonzero(inside & ~goes_on[1:]) + 1
        return Spans(starts=starts, ends=ends, offsets=np.searchsorted(starts, self.offsets))

    def _split(self, cuts: Whole) -> Spans:
        """The texts cut before these places; no stretch is empty."""
        edges: Whole = np.sort(np.concatenate([cuts, self.offsets]))
        edges = edges[changed(edges)]
        starts = edges[:-1]
        return Spans(starts=starts, ends=edges[1:], offsets=np.searchsorted(starts, self.offsets))

    def _visible(self, cuts: Whole) -> Spans:
        """The texts cut before these places: what holds something visible, without whitespace around."""
        spans, shown = self._split(cuts), np.flatnonzero(self.kinds != SPACE)
        first, last = np.searchsorted(shown, spans.starts), np.searchsorted(shown, spans.ends)
        filled = first < last
        starts, ends = shown[first[filled]], shown[last[filled] - 1] + 1
        return Spans(starts=starts, ends=ends, offsets=np.searchsorted(starts, self.offsets))

    def _chosen(self, spans: Spans, chosen: Mask) -> Spans:
        starts = spans.starts[chosen]
        offsets = np.searchsorted(starts, self.offsets)
        return Spans(starts=starts, ends=spans.ends[chosen], offsets=offsets)


def code_points(texts: Any) -> Codes:
    """The code points of a pyarrow array of strings; null is as empty."""
    read = read_texts(texts)
    octets = read.octets
    leads, wide_codes, sizes = wide(octets)
    table = code_kinds()[:128].tobytes() + bytes(128)
    kinds = np.frombuffer(read.content.translate(table), np.uint8)
    if not len(leads):
        return Codes(codes=octets, offsets=read.offsets, kinds=kinds)
    begins = (octets & 0xC0) != 0x80
    further = np.cumsum(sizes - 1)
    places = leads - further + sizes - 1
    codes = octets[begins].astype(np.int32)
    codes[places] = wide_codes
    kinds = kinds[begins]
    kinds[places] = code_kinds()[wide_codes]
    offsets = read.offsets - np.append(0, further)[np.searchsorted(leads, read.offsets)]
    return Codes(codes=codes, offsets=offsets, kinds=kinds)


def measured(
    texts: Any, measure: Callable[[Codes], Mapping[str, NDArray[Any]]]
) -> dict[str, pa.Array]:
    """Columns that `measure` gives for some texts at a time; null for null and where it says NaN."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    parts = [
        measure(code_points(texts.slice(first, last - first))) for first, last in slices(sizes)
    ] or [measure(code_points(texts))]
    missing = texts.is_null().to_numpy(zero_copy_only=False)
    columns: dict[str, pa.Array] = {}
    for name in parts[0]:
        values = np.concatenate([part[name] for part in parts])
        unknown = np.isnan(values) if values.dtype.kind == "f" else False
        columns[name] = pa.array(values, mask=missing | unknown)
    return columns


def share(part: NDArray[Any], whole: NDArray[Any], empty: float = np.nan) -> NDArray[np.float64]:
    """part / whole to six digits; `empty` where there is nothing to have a share of."""
    found = np.full(len(whole), empty)
    np.divide(part, whole, out=found, where=np.asarray(whole) > 0)
    return np.round(found, 6)


def again(spans: Spans, hashes: Hashes) -> Mask:
    """Which stretches have the hash of an earlier one of their text."""
    owners = np.repeat(np.arange(len(spans.offsets) - 1, dtype=np.uint64), spans.counts)
    places, first = recurring(hashes + owners * STEP)
    found = np.zeros(len(hashes), bool)
    found[places[~first]] = True
    return found


def _sums(values: NDArray[Any], offsets: Whole) -> NDArray[Any]:
    """Of each text's stretch; cumulative sums take empty texts without special care."""
    if values.dtype.kind == "b":
        return np.diff(np.searchsorted(np.flatnonzero(values), offsets))
    before = np.zeros(len(values) + 1, np.float64 if values.dtype.kind == "f" else np.int64)
    np.cumsum(values, out=before[1:])
    return before[offsets[1:]] - before[offsets[:-1]]


@cache
def code_kinds() -> Kinds:
    """The kind of every code point."""
    words = word_kinds()
    kinds = np.full(len(words), SYMBOL, np.uint8)
    categories = [unicodedata.category(chr(code)) for code in range(0x20000)]
    for code, category in enumerate(categories):
        if category[0] == "Z" or chr(code).isspace():
            kinds[code] = SPACE
        elif category[0] in "LM":
            kinds[code] = CAPITAL if category in ("Lu", "Lt") else LETTER
        elif category[0] == "N":
            kinds[code] = DIGIT
    kinds[[0xAD, 0x200B, 0x2060, 0xFEFF]] = SPACE  # invisible, and no joiners
    kinds[0xFE00:0xFE10] = SYMBOL
    kinds[words == ALONE] = SINGLE
    signs = [
        code
        for code in np.flatnonzero(words == ALONE)
        if code < 0x20000 and categories[code][0] == "M"
    ]
    kinds[signs] = MARK
    return kinds


@cache
def _values() -> Hashes:
    """A number of 64 bits for every code point; of a capital that of its small letter."""
    small = np.arange(0x110000, dtype=np.uint64)
    for code in range(0x20000):
        letter = chr(code).lower()
        small[code] = ord(letter) if len(letter) == 1 else code
    return mixed(small + STEP)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """B ** -place and B ** place for each place, modulo 2 ** 64, in which odd B has an inverse."""
    falling, rising = _usual_powers() if count <= _USUAL else _new_powers(count)
    return falling[:count], rising[: count + 1]


@cache
def _usual_powers() -> tuple[Hashes, Hashes]:
    return _new_powers(_USUAL)


def _new_powers(count: int) -> tuple[Hashes, Hashes]:
    inverse = pow(int(STEP), -1, 1 << 64)
    falling = np.cumprod(np.append(np.uint64(1), np.full(count - 1, inverse, np.uint64)))
    rising = np.cumprod(np.append(np.uint64(1), np.full(count, STEP)))
    return falling, rising


@cache
def _tables(characters: str) -> Mask:
    table = np.zeros(0x110000, bool)
    table[[ord(one) for one in characters]] = True
    return table
