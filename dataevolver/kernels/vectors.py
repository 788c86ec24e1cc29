"""Texts, or embeddings, as short vectors of length 1 whose products say how alike rows are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Whole, mixed
from dataevolver.kernels.rows import slices
from dataevolver.kernels.tokens import words

Vectors = NDArray[np.float32]

WIDTH = 128  # numbers of a vector: products of longer ones are kept to within about 0.1
_BLOCK = 8192  # rows that are multiplied at once


def gathered(reader: Iterable[Any], column: str, folder: Path) -> tuple[Whole, Vectors]:
    """Ids in rising order and the rows' vectors, which lie in a file in `folder`.

    A column of lists of numbers is an embedding; of a text the words are counted, those that are
    in many rows for less. A row with nothing in it has a vector of zeros.
    """
    ids: list[Whole] = [np.zeros(0, np.int64)]
    path = folder / "vectors"
    with path.open("wb") as file:
        for batch in reader:
            ids.append(batch.column("__id").to_numpy())
            for part in _vectors(batch.column(column)):
                file.write(part.tobytes())
    numbers = np.concatenate(ids)
    if not len(numbers):
        return numbers, np.zeros((0, WIDTH), np.float32)
    vectors = np.memmap(path, np.float32, "r+", shape=(len(numbers), WIDTH))
    _level(vectors)
    order = np.argsort(numbers, kind="stable")
    if np.array_equal(order, np.arange(len(order))):
        return numbers, vectors
    return numbers[order], vectors[order]


def blocks(rows: int) -> Iterator[slice]:
    """Rows in pieces of which a few more arrays fit into memory."""
    for first in range(0, rows, _BLOCK):
        yield slice(first, min(first + _BLOCK, rows))


def _vectors(values: Any) -> Iterator[Vectors]:
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        sizes = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
        for first, last in slices(sizes):
            for part in blocks(last - first):
                yield _counted(values.slice(first + part.start, part.stop - part.start))
    elif not (pa.types.is_list(values.type) or pa.types.is_large_list(values.type)):
        raise ValueError(f"rows are compared by text or lists of numbers, not by {values.type}")
    else:
        for part in blocks(len(values)):
            yield _shortened(values.slice(part.start, part.stop - part.start))


def _counted(texts: Any) -> Vectors:
    """Each word counts for or against one of the numbers, as its hash says."""
    found = words(texts)
    places = found.owners.astype(np.int64) * WIDTH + (found.values % WIDTH).astype(np.int64)
    signs = 1.0 - 2.0 * (found.values >> np.uint64(63))
    counts = np.bincount(places, signs, minlength=len(texts) * WIDTH).reshape(-1, WIDTH)
    damped: Vectors = (np.sign(counts) * np.sqrt(np.abs(counts))).astype(np.float32)
    return damped


def _shortened(lists: Any) -> Vectors:
    """Sums of an embedding's numbers with signs drawn once (a random projection)."""
    vectors = np.zeros((len(lists), WIDTH), np.float32)
    filled = np.flatnonzero(pc.fill_null(pc.list_value_length(lists), 0).to_numpy() > 0)
    if len(filled):
        chosen = lists.take(pa.array(filled))
        sizes = pc.list_value_length(chosen).to_numpy()
        if (sizes != sizes[0]).any():
            raise ValueError("embeddings of different lengths cannot be compared")
        numbers = pc.fill_null(pc.list_flatten(chosen), 0).to_numpy(zero_copy_only=False)
        wide = np.nan_to_num(numbers.reshape(len(filled), -1).astype(np.float32))
        vectors[filled] = wide @ _signs(wide.shape[1]) if wide.shape[1] > WIDTH else _wider(wide)
    return vectors


def _wider(vectors: Vectors) -> Vectors:
    return np.pad(vectors, ((0, 0), (0, WIDTH - vectors.shape[1])))


def _signs(rows: int) -> Vectors:
    drawn = mixed(np.arange(rows * WIDTH, dtype=np.uint64) + np.uint64(1)) >> np.uint64(63)
    signs: Vectors = (1.0 - 2.0 * drawn.astype(np.float32)).reshape(rows, WIDTH)
    return signs


def _level(vectors: Vectors) -> None:
    """Divide each of the numbers by its root mean square over all rows, then each row by its length."""
    total = np.zeros(WIDTH)
    for part in blocks(len(vectors)):
        total += np.square(vectors[part], dtype=np.float64).sum(0)
    scale = np.sqrt(total / len(vectors)).astype(np.float32)
    scale[scale == 0] = 1
    for part in blocks(len(vectors)):
        vectors[part] /= scale
        lengths = np.linalg.norm(vectors[part], axis=1, keepdims=True)
        vectors[part] /= np.where(lengths == 0, 1, lengths)
