"""Keeps the first of equal paragraphs."""

from dataevolver.kernels.repeats import PARAGRAPH, first_of_each
from dataevolver.kernels.rewriting import rewritten

SEVERAL = r"\n[^\S\n]*\n\s*\S"


def apply(batch, params):
    least = params["minimum"]
    texts = batch.column("value")
    return {"value": rewritten(texts, SEVERAL, lambda text: first_of_each(text, PARAGRAPH, least))}
