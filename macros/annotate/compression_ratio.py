"""How small a text becomes by compression: what repeats itself becomes small."""

import zlib

import pyarrow as pa


def apply(batch, params):
    texts = batch.column("value").cast(pa.large_binary()).to_pylist()
    return {"name": pa.array([_ratio(text) for text in texts], pa.float64())}


def _ratio(text):
    return round(len(zlib.compress(text, 1)) / len(text), 6) if text else None
