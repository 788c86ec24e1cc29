"""Rule sets over texts: for each text the names of the rules that it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa


def failed_rules(rules: Mapping[str, pa.Array], texts: Any) -> pa.Array:
    """A list of names for each text, empty where it passes; null where the text is null.

    `rules` says of each rule which texts fail it; null says that it does not apply.
    """
    columns = [found.fill_null(False).to_numpy(zero_copy_only=False) for found in rules.values()]
    table = np.column_stack(columns)
    _, places = np.nonzero(table)
    offsets = pa.array(np.append(0, np.cumsum(table.sum(axis=1))), pa.int32())
    names = pa.array(list(rules), pa.string()).take(pa.array(places))
    missing = texts.is_null()
    return pa.ListArray.from_arrays(offsets, names, mask=missing if texts.null_count else None)
