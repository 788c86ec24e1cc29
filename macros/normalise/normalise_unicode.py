"""Unicode normal forms. ASCII is in every form: only the other texts are looked at."""

import pyarrow as pa
import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    plain = pc.string_is_ascii(texts)
    if pc.all(plain, min_count=0).as_py():
        return {"value": texts}
    normal = pc.utf8_normalize(pc.filter(texts, pc.invert(plain)), form=params["form"])
    mask = pc.fill_null(pc.invert(plain), False)
    return {"value": pa.array(pc.replace_with_mask(texts, mask, pc.drop_null(normal)))}
