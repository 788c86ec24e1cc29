"""How much of a benchmark's text a row holds, looked up in a sorted list of the benchmark's runs."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from dataevolver.kernels.overlap import overlaps


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        ids, shares, _ = overlaps(reader, Path(folder), params)
    return pa.table({"__id": ids, "name": pa.array(np.round(shares, 6), from_pandas=True)})
