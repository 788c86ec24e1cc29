"""Spherical k-means: the middles are found on a sample, then every row goes to the nearest."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from dataevolver.kernels import blocks, gathered, mixed

SAMPLED = 200  # rows of the sample for each cluster
ROUNDS = 20
ANSWER = pa.schema([("__id", pa.int64()), ("name", pa.int64()), ("closeness", pa.float64())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        ids, vectors = gathered(reader, "column", Path(folder))
        drawn = np.argsort(mixed(ids.astype(np.uint64) + np.uint64(params["seed"])))
        sample = vectors[np.sort(drawn[: SAMPLED * params["clusters"]])]
        sample = sample[sample.any(1)]
        middles = _middles(sample, params["clusters"])
        number = np.zeros(len(ids), np.int64)
        closeness = np.zeros(len(ids))
        for part in blocks(len(ids)):
            number[part], closeness[part] = _nearest(vectors[part], middles)
        empty = np.concatenate(
            [np.zeros(0, bool), *(~vectors[part].any(1) for part in blocks(len(ids)))]
        )
    return pa.table(
        [ids, pa.array(_by_first(number, empty), mask=empty), pa.array(closeness, mask=empty)],
        schema=ANSWER,
    )


def _middles(sample, clusters):
    """Unit vectors, at most as many as asked for; from the first different rows of the sample."""
    _, first = np.unique(sample, axis=0, return_index=True)
    middles = sample[np.sort(first)[:clusters]]
    for _ in range(ROUNDS if len(middles) else 0):
        number, _closeness = _nearest(sample, middles)
        sums = np.zeros_like(middles)
        np.add.at(sums, number, sample)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        moved = np.where(lengths > 0, sums / np.where(lengths == 0, 1, lengths), middles)
        if np.allclose(moved, middles, atol=1e-6):
            break
        middles = moved
    return middles


def _nearest(vectors, middles):
    if not len(middles):
        return np.zeros(len(vectors), np.int64), np.zeros(len(vectors))
    alike = vectors @ middles.T
    number = alike.argmax(1)
    return number, alike[np.arange(len(vectors)), number]


def _by_first(number, empty):
    """Clusters numbered in the order in which their first rows stand."""
    known, first = np.unique(number[~empty], return_index=True)
    place = np.zeros(int(number.max(initial=0)) + 1, np.int64)
    place[known[np.argsort(first)]] = np.arange(len(known))
    return place[number]
