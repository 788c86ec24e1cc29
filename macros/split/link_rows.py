"""Rows that share a value in any of the columns, directly or through others, get one number."""

from hashlib import blake2b

import numpy as np
import pyarrow as pa

from dataevolver.kernels import connected

ANSWER = pa.schema([("__id", pa.int64()), ("name", pa.int64())])


def apply(reader, params):
    ids = [np.zeros(0, np.int64)]
    keys = {name: [np.zeros(0, np.uint64)] for name in params["columns"]}
    for batch in reader:
        ids.append(batch.column("__id").to_numpy())
        for name, known in keys.items():
            known.append(_hashes(batch.column(name)))
    ids = np.concatenate(ids)
    order = np.argsort(ids, kind="stable")
    lowest = np.arange(len(ids))
    for known in keys.values():
        values = np.concatenate(known)[order]
        rows = np.flatnonzero(values)
        rows = rows[np.argsort(values[rows], kind="stable")]
        same = values[rows[1:]] == values[rows[:-1]]
        lowest = connected(lowest, rows[:-1][same], rows[1:][same])
    return pa.table([ids[order], ids[order][lowest]], schema=ANSWER)


def _hashes(values):
    """64 bits for each value, 0 for null."""
    if pa.types.is_nested(values.type):
        shown = [None if value is None else repr(value) for value in values.to_pylist()]
        values = pa.array(shown, pa.string())
    coded = values.cast(pa.string()).dictionary_encode()
    hashes = [
        int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") | 1
        for text in coded.dictionary.to_pylist()
    ]
    table = np.array([*hashes, 0], np.uint64)
    return table[coded.indices.fill_null(len(hashes)).to_numpy()]
