"""How many words or runs of words two texts of a row share."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import runs, share, slices, words


def apply(batch, params):
    left, right = batch.column("column"), batch.column("other")
    sizes = pc.add(*(pc.fill_null(pc.binary_length(side), 0) for side in (left, right))).to_numpy()
    parts = [np.zeros(0)]
    for first, last in slices(sizes):
        sides = [side.slice(first, last - first) for side in (left, right)]
        parts.append(_shared(*sides, params["size"], params["measure"]))
    found = np.concatenate(parts)
    missing = pc.or_(left.is_null(), right.is_null()).to_numpy(zero_copy_only=False)
    return {"name": pa.array(found, mask=missing | np.isnan(found))}


def _shared(left, right, size, measure):
    (mine, times, total), (theirs, other_times, other_total) = (
        _counted(runs(words(side), size, whole=True)) for side in (left, right)
    )
    both, here, there = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    owners = (both >> np.uint64(44)).astype(np.int64)
    least = np.minimum(times[here], other_times[there])
    shared = np.bincount(owners, least, len(left))
    whole = {
        "f1": (total + other_total) / 2,
        "contained": total,
        "jaccard": total + other_total - shared,
    }
    return share(shared, whole[measure])


def _counted(grams):
    """Each different n-gram of a text, with its text in the upper bits, how often it is there, and how
    many n-grams each text has."""
    keys = (grams.owners << np.uint64(44)) | (grams.values >> np.uint64(20))
    different, times = np.unique(keys, return_counts=True)
    return different, times, grams.sizes
