"""Data selection by importance resampling over hashed n-grams (DSIR; Xie et al. 2023).

Each text is the counts of its words and pairs of words in BUCKETS buckets by hash. A row's weight
is how many times likelier its counts are under the second input's frequencies than under the
first's own; rows are drawn without replacement in proportion to it (the highest of log weight
plus Gumbel noise). The features lie in a file: two bytes for each word and pair.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import in_order, mixed, runs, slices, words

BUCKETS = 10_000
ANSWER = pa.schema([("__id", pa.int64()), ("reason", pa.string())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        path = Path(folder) / "features"
        ids, sizes, own, wanted = _written(reader, path, params.get("__threads", 1))
        scores = _scores(path, sizes, np.log(_shares(wanted)) - np.log(_shares(own)))
    count = params["count"]
    if count is None:
        count = round(params["share"] * len(ids))
    scores[sizes == 0] = -np.inf
    order = np.lexsort((ids, -(scores + _noise(ids, params["seed"]))))
    gone = np.sort(ids[order[count:]])
    return pa.table([gone, pa.repeat("less like the wanted rows", len(gone))], schema=ANSWER)


def _written(reader, path, threads):
    """Ids and feature counts of the rows to choose from, and how often each bucket is filled."""
    ids, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    filled = np.zeros((2, BUCKETS))
    with path.open("wb") as file:
        for number, mine, found, counts in in_order(_features, _pieces(reader), threads):
            filled[min(number, 1)] += np.bincount(found, minlength=BUCKETS)
            if number == 0:
                ids.append(mine)
                sizes.append(counts)
                file.write(found.tobytes())
    if not filled[1].any():
        raise ValueError("needs a second input with texts to be like: name both in from")
    return np.concatenate(ids), np.concatenate(sizes), *filled


def _pieces(reader):
    for batch in reader:
        if "__input" not in batch.schema.names:
            raise ValueError("needs a second input with texts to be like: name both in from")
        inputs = batch.column("__input").to_numpy()
        texts = batch.column("column")
        lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
        for number in np.unique(inputs):
            rows = np.flatnonzero(inputs == number)
            for first, last in slices(lengths[rows]):
                chosen = pa.array(rows[first:last])
                yield number, batch.column("__id").take(chosen).to_numpy(), texts.take(chosen)


def _features(piece):
    """Buckets of all words and pairs of a piece's texts, row by row, and how many each row has."""
    number, ids, texts = piece
    single = words(texts)
    pairs = runs(single, 2)
    owners = np.concatenate([single.owners, pairs.owners])
    order = np.argsort(owners, kind="stable")
    found = np.concatenate([single.values, pairs.values])[order] % np.uint64(BUCKETS)
    return number, ids, found.astype(np.uint16), single.sizes + pairs.sizes


def _shares(filled):
    return (filled + 1) / (filled.sum() + len(filled))


def _scores(path, sizes, weights):
    """The sum of the weights of each row's features."""
    scores = np.zeros(len(sizes))
    at = 0
    for first, last in slices(sizes, 1 << 20):
        total = int(sizes[first:last].sum())
        found = np.fromfile(path, np.uint16, total, offset=2 * at)
        ends = np.cumsum(np.append(0, weights[found]))
        places = np.cumsum(np.append(0, sizes[first:last]))
        scores[first:last] = ends[places[1:]] - ends[places[:-1]]
        at += total
    return scores


def _noise(ids, seed):
    """Gumbel noise that depends on the row's id and the seed alone."""
    drawn = mixed(ids.astype(np.uint64) + mixed(np.full(len(ids), seed + 1, np.uint64)))
    even = (drawn.astype(np.float64) + 0.5) / 2.0**64
    return -np.log(-np.log(np.clip(even, 1e-300, 1 - 1e-16)))
