"""Rows whose embeddings have a cosine of at least the threshold, by products of blocks of them.

Every pair is compared, so none is missed. Duplicates form connected components, of which the
lowest id stays, or the best score. Rows are ordered by id first: their order changes nothing.
Embeddings lie in a file; memory holds two blocks of them, their product and some numbers a row.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels import connected, preferred, ranges

BLOCK = 2048  # rows that are multiplied with as many others
ROUNDING = 1e-6
ANSWER = pa.schema([("__id", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        path = Path(folder) / "numbers"
        ids, scores, begins, size = written(reader, path)
        group = components(path, begins, size, params["threshold"] - ROUNDING)
    survivors = ids[preferred(group, scores if params["prefer"] == "lowest" else -scores)]
    gone = survivors != ids
    details = [f"of row {survivor}" for survivor in survivors[gone].tolist()]
    return pa.table([ids[gone], ["semantic duplicate"] * len(details), details], schema=ANSWER)


def written(reader, path):
    """Ids and scores of the rows that can be compared, where in the file each embedding begins,
    and how many numbers each has."""
    parts = [(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0))]
    with path.open("wb") as file:
        for batch in reader:
            lists = batch.column("column")
            sizes = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
            numbers = pc.list_flatten(lists).cast(pa.float32()).to_numpy(zero_copy_only=False)
            file.write(numbers.tobytes())
            owners = np.repeat(np.arange(len(sizes)), sizes)
            squares = np.bincount(owners, numbers.astype(float) ** 2, minlength=len(sizes))
            parts.append((batch.column("__id").to_numpy(), scores_of(batch), sizes, squares))
    ids, scores, sizes, squares = map(np.concatenate, zip(*parts, strict=True))
    begins = np.cumsum(sizes) - sizes
    usable = np.isfinite(squares) & (squares > 0)
    size = int(np.bincount(sizes[usable].astype(np.int64), minlength=1).argmax())
    rows = np.flatnonzero(usable & (sizes == size))
    rows = rows[np.argsort(ids[rows], kind="stable")]
    return ids[rows], scores[rows], begins[rows].astype(np.int64), size


def scores_of(batch):
    """As floats; without a score all rows are equal."""
    if "score" not in batch.schema.names:
        return np.zeros(len(batch))
    return batch.column("score").cast(pa.float64()).to_numpy(zero_copy_only=False)


def components(path, begins, size, least):
    """For each row the first row of its component."""
    lowest = np.arange(len(begins))
    for first in range(0, len(begins), BLOCK):
        left = directions(path, begins[first : first + BLOCK], size)
        for second in range(first, len(begins), BLOCK):
            right = directions(path, begins[second : second + BLOCK], size)
            one, other = np.nonzero(left @ right.T >= least)
            one, other = one + first, other + second
            apart = lowest[one] != lowest[other]
            if apart.any():
                lowest = connected(lowest, one[apart], other[apart])
    return lowest


def directions(path, begins, size):
    """Embeddings as rows of length 1."""
    numbers = np.memmap(path, np.float32, "r")
    vectors = numbers[ranges(begins, np.full(len(begins), size))].reshape(-1, size)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
