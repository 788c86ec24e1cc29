"""Keeps one of the runs of words that repeat themselves right after themselves."""

import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels import slices
from dataevolver.kernels.loops import without_loops


def apply(batch, params):
    texts = batch.column("value")
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    cleaned = [
        text
        for first, last in slices(sizes)
        for text in without_loops(texts.slice(first, last - first), params["size"], params["times"])
    ]
    return {"value": pc.coalesce(pa.array(cleaned, texts.type), texts)}
