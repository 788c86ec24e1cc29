"""The answers that LaTeX puts in a box: \\boxed{...}, with whatever braces stand inside."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels.fences import closings

BOXES = r"\\f?boxed\b"
BOX = re.compile(r"\\f?boxed(?:\s*(?P<brace>\{)|\s+(?P<bare>[^\s{}$]+))")


def apply(batch, params):
    texts = batch.column("value")
    boxed = pc.fill_null(pc.match_substring_regex(texts, BOXES), False)
    last = params["occurrence"] == "last"
    answers = [_answer(text, last) for text in pc.filter(texts, boxed).to_pylist()]
    found = pc.replace_with_mask(
        pa.nulls(len(texts), texts.type), boxed, pa.array(answers, texts.type)
    )
    missing = pc.and_(found.is_null(), texts.is_valid())
    reasons = pc.if_else(missing, "no boxed answer", pa.scalar(None, pa.string()))
    return {
        "into": pc.coalesce(found, texts) if params["missing"] == "keep" else found,
        "failed": reasons if params["missing"] == "fail" else pa.nulls(len(texts), pa.string()),
    }


def _answer(text, last):
    """What stands in the first or last box that closes; None where none does."""
    boxes = list(BOX.finditer(text))
    closing = closings(text)
    for box in reversed(boxes) if last else boxes:
        end = closing.get(box.end() - 1)
        if box["bare"] or end is not None:
            return (box["bare"] or text[box.end() : end]).strip()
    return None
