"""Keeps the first of equal sentences."""

from dataevolver.kernels.repeats import SENTENCE, first_of_each
from dataevolver.kernels.rewriting import rewritten

SEVERAL = r"[.!?…।॥؟۔។៕]\s|[。！？｡\n]"


def apply(batch, params):
    least = params["minimum"]
    texts = batch.column("value")
    return {"value": rewritten(texts, SEVERAL, lambda text: first_of_each(text, SENTENCE, least))}
