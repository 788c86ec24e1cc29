"""The rows that cover all of them best: each next one is the farthest from those chosen (k-center).

The first is the row nearest to the middle. Distances to what was chosen only shrink, so the next
ones are sought in a pool of the farthest rows until the pool has none that is farther than every
row outside it; only then are all rows compared with the new choices, in one product of matrices.
The choice is the same as if all were compared each time.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from dataevolver.kernels import blocks, gathered

POOL = 1024
ANSWER = pa.schema([("__id", pa.int64()), ("reason", pa.string())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        ids, vectors = gathered(reader, "column", Path(folder))
        filled = np.concatenate(
            [np.zeros(0, bool), *(vectors[part].any(1) for part in blocks(len(ids)))]
        )
        count = params["count"]
        if count is None:
            count = round(params["share"] * len(ids))
        rows = np.flatnonzero(filled)
        stays = np.zeros(len(ids), bool)
        if len(rows) > count:
            stays[rows[_centers(vectors if filled.all() else vectors[rows], count)]] = True
        else:
            stays[rows] = True
    reasons = pa.array(["nothing to compare", f"not among the {count} most different"])
    chosen = pa.array(filled[~stays].astype(np.int8))
    return pa.table([ids[~stays], reasons.take(chosen)], schema=ANSWER)


def _centers(vectors, count):
    """The numbers of `count` rows, at least one and fewer than there are."""
    if not count:
        return np.zeros(0, np.int64)
    distance = np.full(len(vectors), np.inf, np.float32)
    middle = np.sum([vectors[part].sum(0) for part in blocks(len(vectors))], axis=0)
    chosen = [int(np.argmax(vectors @ middle))]
    fresh = chosen
    while len(chosen) < count:
        for part in blocks(len(vectors)):
            near = (vectors[part] @ vectors[fresh].T).max(1)
            distance[part] = np.minimum(distance[part], 1 - near)
        distance[fresh] = -1
        fresh = _farthest(vectors, distance, count - len(chosen))
        chosen = chosen + fresh
    return np.array(chosen)


def _farthest(vectors, distance, count):
    """The next choices, as far as the farthest rows alone can tell."""
    size = min(POOL, len(distance))
    order = np.argpartition(-distance, size - 1)
    pool = np.sort(order[:size])
    outside = distance[order[size:]].max(initial=-1)
    alike = vectors[pool] @ vectors[pool].T
    left = distance[pool].copy()
    found = []
    while len(found) < count and len(found) < size:
        best = int(np.argmax(left))
        if found and left[best] < outside:
            break
        found.append(int(pool[best]))
        left = np.minimum(left, 1 - alike[best])
        left[np.searchsorted(pool, found)] = -1
    return found
