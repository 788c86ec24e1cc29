"""Values of rows end to end, as Arrow keeps lists and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Hashes, Whole

AT_ONCE = 1 << 17
"""Bytes or values taken together where the choice is ours: their arrays stay in the cache."""
_TO_LOWER = bytes(range(256)).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """`values[offsets[r]:offsets[r + 1]]` are those of row r."""

    values: Hashes
    offsets: Whole

    @property
    def sizes(self) -> Whole:
        """How many values each row has."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> Hashes:
        """The row of each value."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.uint64), self.sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts as UTF-8 end to end; null is as empty."""

    content: bytes
    offsets: Whole

    @property
    def octets(self) -> NDArray[np.uint8]:
        """The content as numbers."""
        return np.frombuffer(self.content, np.uint8)


def lowered(texts: Any) -> Texts:
    """The texts of a pyarrow array of strings in lower case."""
    read = read_texts(texts)
    if read.content.isascii():
        return Texts(content=read.content.translate(_TO_LOWER), offsets=read.offsets)
    return read_texts(pc.utf8_lower(texts))


def read_texts(texts: Any) -> Texts:
    """The texts of a pyarrow array of strings as they stand."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.type != pa.string():
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, places, content = texts.buffers()
    kind = np.int32 if texts.type == pa.string() else np.int64
    if not len(texts) or content is None:
        return Texts(content=b"", offsets=np.zeros(len(texts) + 1, np.int64))
    offsets = np.frombuffer(places, kind)[texts.offset : texts.offset + len(texts) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    return Texts(content=content[first:last].to_pybytes(), offsets=offsets.astype(np.int64) - first)


def slices(sizes: NDArray[np.integer[Any]], at_once: int = AT_ONCE) -> Iterator[tuple[int, int]]:
    """Runs of rows, as the first and the one past the last: they have at most `at_once` together
    and are no more than that, or it is one row that has more."""
    ends = np.cumsum(sizes, dtype=np.int64)
    first, done = 0, 0
    while first < len(sizes):
        last = max(first + 1, int(np.searchsorted(ends, done + at_once, "right")))
        last = min(last, first + at_once)
        yield first, last
        first, done = last, int(ends[last - 1])
