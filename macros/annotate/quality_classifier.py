"""How much a text reads like those of the step's second input, by a logistic regression.

A text is its different words and pairs of words, in BUCKETS buckets by hash, as a vector of length
one. The regression is fitted to tell SAMPLE texts of either input apart, both sides weighing the
same. Rows with an even id are scored by what was learnt from those with an odd one and the other
way round: no row is told apart because it was learnt by heart.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import changed, in_order, mixed, pieces, runs, set_apart, words

BUCKETS = 1 << 18
SAMPLE = 4000  # texts of each side that are learnt from
READ = 5000  # characters of each
ROUNDS = 60
PENALTY = 1e-4


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        own, others = set_apart(reader, Path(folder))
        ids, texts = _sample(own)
        wanted = _sample(others.to_batches())[1]
        if not len(wanted):
            raise ValueError("needs a second input with text to learn from")
        learnt = [fitted(texts.filter(pa.array(ids % 2 != odd)), wanted) for odd in (0, 1)]

        def ask(piece):
            ids, texts = piece
            counts, buckets, values = features(texts)
            odd = np.repeat(ids % 2 == 1, counts)
            sums = _sums(np.where(odd, learnt[1][buckets], learnt[0][buckets]) * values, counts)
            missing = (counts == 0) | texts.is_null().to_numpy(False)
            return ids, pa.array(np.round(_chance(sums), 6), mask=missing)

        answers = list(in_order(ask, pieces(own), params.get("__threads", 1)))
    ids = np.concatenate([ids for ids, _ in answers]) if answers else np.zeros(0, np.int64)
    return pa.table(
        {"__id": ids, "name": pa.chunked_array([one for _, one in answers], pa.float64())}
    )


def _sample(batches):
    """Ids and texts of about SAMPLE rows with text, or all: which, only their ids tell."""
    total = sum(batch.num_rows for batch in batches)
    ids, texts = [np.zeros(0, np.int64)], [pa.array([], pa.string())]
    for batch in batches:
        numbers = batch.column("__id").to_numpy()
        chosen = mixed(numbers.astype(np.uint64)) % np.uint64(max(total, 1)) < SAMPLE
        filled = pc.fill_null(pc.utf8_length(batch.column("column")), 0).to_numpy() > 0
        rows = np.flatnonzero(chosen & filled)
        ids.append(numbers[rows])
        texts.append(batch.column("column").take(pa.array(rows)).cast(pa.string()))
    return np.concatenate(ids), pa.concat_arrays(texts)


def features(texts):
    """How many buckets each text has, which, and the value that each has in it."""
    single = words(pc.utf8_slice_codeunits(texts, 0, READ))
    pairs = runs(single, 2)
    buckets = np.concatenate([single.values, pairs.values]) % np.uint64(BUCKETS)
    owners = np.concatenate([single.owners, pairs.owners])
    keys = np.sort(owners * np.uint64(BUCKETS) + buckets)
    keys = keys[changed(keys)]
    counts = np.bincount((keys // BUCKETS).astype(np.int64), minlength=len(texts))
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts)
    return counts, (keys % BUCKETS).astype(np.int64), values


def fitted(texts, wanted):
    """The weight of each bucket, by gradient descent with momentum (Nesterov) on the mean loss."""
    counts, buckets, values = features(pa.concat_arrays([texts, wanted.cast(texts.type)]))
    label = np.repeat([0.0, 1.0], [len(texts), len(wanted)])
    share = np.repeat([0.5 / max(1, len(texts)), 0.5 / len(wanted)], [len(texts), len(wanted)])
    weights = ahead = np.zeros(BUCKETS)
    for number in range(ROUNDS if len(texts) else 0):
        error = share * (_chance(_sums(ahead[buckets] * values, counts)) - label)
        slope = np.bincount(buckets, np.repeat(error, counts) * values, BUCKETS) + PENALTY * ahead
        before, weights = weights, ahead - slope / (0.25 + PENALTY)
        ahead = weights + number / (number + 3) * (weights - before)
    return weights


def _sums(values, counts):
    before = np.append(0, np.cumsum(values))
    ends = np.append(0, np.cumsum(counts))
    return before[ends[1:]] - before[ends[:-1]]


def _chance(sums):
    return 1 / (1 + np.exp(-sums))
