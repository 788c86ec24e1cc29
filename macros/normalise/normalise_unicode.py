"""Unicode normal forms. ASCII is in every form: only the other texts are looked at.

By Python's own tables: some builds of pyarrow leave texts as they are.
"""

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    plain = pc.string_is_ascii(texts)
    if pc.all(plain, min_count=0).as_py():
        return {"value": texts}
    others = pc.drop_null(pc.filter(texts, pc.invert(plain))).to_pylist()
    normal = [unicodedata.normalize(params["form"], text) for text in others]
    mask = pc.fill_null(pc.invert(plain), False)
    return {"value": pa.array(pc.replace_with_mask(texts, mask, pa.array(normal, texts.type)))}
