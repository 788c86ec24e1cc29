"""How many tokens a language model's tokenizer makes of a text; the vocabularies are in the wheel."""

import pyarrow as pa
from quicktok import get_encoding


def apply(batch, params):
    count = get_encoding(params["encoding"]).count
    texts = batch.column("value").to_pylist()
    counts = [None if text is None else count(text) for text in texts]
    return {"name": pa.array(counts, pa.int64())}
