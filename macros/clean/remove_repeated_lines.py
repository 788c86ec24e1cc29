"""Keeps the first of equal lines. Short lines (braces, bullets, table rules) may repeat."""

import pyarrow as pa
import pyarrow.compute as pc


def apply(batch, params):
    texts = batch.column("value")
    candidates = pc.fill_null(pc.match_substring(texts, "\n"), False)
    least = params["minimum"]
    cleaned = [_without_repeats(text, least) for text in pc.filter(texts, candidates).to_pylist()]
    return {"value": pc.replace_with_mask(texts, candidates, pa.array(cleaned, texts.type))}


def _without_repeats(text, least):
    lines = text.split("\n")
    keys = [line.strip() for line in lines]
    if len(set(keys)) == len(keys):
        return text
    seen = set()
    kept = []
    for line, key in zip(lines, keys, strict=True):
        if key in seen and len(key) >= least:
            continue
        seen.add(key)
        kept.append(line)
    return "\n".join(kept)
