"""Rows that hold runs of words of a benchmark, looked up in a sorted list of the benchmark's runs."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from dataevolver.kernels.overlap import overlaps

ANSWER = pa.schema([("__id", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        ids, shares, whose = overlaps(reader, Path(folder), params)
    gone = (shares > 0) & (shares >= params["share"])
    details = [
        f"{share:.0%} of row {row} of the benchmark"
        for share, row in zip(shares[gone].tolist(), whose[gone].tolist(), strict=True)
    ]
    return pa.table([ids[gone], ["in the benchmark"] * len(details), details], schema=ANSWER)
