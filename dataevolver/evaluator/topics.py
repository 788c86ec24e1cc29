"""Topics of the raw rows, and whether what is kept still has their mix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataevolver.evaluator.vectors import Vectors
from dataevolver.profiler import (
    FUNCTION_WORDS,
    UNKNOWN,
    Row,
    fields_of,
    language_of,
    text_at,
    words,
)

_TOPICS = 8
_PASSES = 15
_DROPS = 200
_TOLERATED = 0.15  # a smaller shift of the mix is no narrowing, however surely it is there
_OPENING = 4  # words that a column's texts need (median) to say what a row is about
_MARKUP = re.compile(r"<[^<>]{0,200}>|&\w{2,8};|https?://\S+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topics:
    """The topic of each raw row (-1: not counted), and how many rows each topic has."""

    labels: NDArray[np.intp]
    counts: NDArray[np.intp]


def opening_texts(rows: Sequence[Row]) -> list[str]:
    """What each row is about: its first column of sentences, as in an instruction or a question."""
    paths = [path for field in fields_of(rows) for path in field.texts]
    columns = [[text_at(row, path) or "" for row in rows] for path in paths]
    for column in columns:
        if np.median([len(words(text)) for text in column]) >= _OPENING:
            return column
    return ["\n".join(texts) for texts in zip(*columns, strict=True)] or [""] * len(rows)


def topic_words(text: str) -> str:
    """The text's own words: markup, case and function words tell nothing of the topic."""
    found = words(_MARKUP.sub(" ", text).lower())
    return " ".join(word for word in found if word not in FUNCTION_WORDS and not word[0].isdigit())


def in_languages(texts: Sequence[str], languages: frozenset[str]) -> NDArray[np.bool_]:
    """The texts that may be kept by their language; all, when the exemplars' is unknown."""
    allowed = languages | {UNKNOWN}
    return np.array([not languages or language_of(text) in allowed for text in texts], bool)


def find_topics(vectors: Vectors, counted: NDArray[np.bool_], seed: int) -> Topics:
    """Eight clusters (k-means) of the counted rows, fewer for few; the same seed gives the same."""
    points = vectors[counted]
    count = max(1, min(_TOPICS, len(points) // 5))
    labels = np.full(len(vectors), -1, np.intp)
    if not len(points):
        return Topics(labels=labels, counts=np.zeros(1, np.intp))
    chosen = np.random.default_rng(seed).choice(len(points), count, replace=False)
    centres = points[np.sort(chosen)]
    found = _nearest(points, centres)
    for _ in range(_PASSES):
        centres = np.stack(
            [
                points[found == topic].mean(axis=0) if (found == topic).any() else centre
                for topic, centre in enumerate(centres)
            ]
        )
        found = _nearest(points, centres)
    labels[counted] = found
    return Topics(labels=labels, counts=np.bincount(found, minlength=count))


def topic_shift(topics: Topics, kept: NDArray[np.bool_]) -> float:
    """Total variation between the topic mix of all counted rows and of those kept."""
    left = kept & (topics.labels >= 0)
    if not topics.counts.sum():
        return 0.0
    if not left.any():
        return 1.0
    mix = np.bincount(topics.labels[left], minlength=len(topics.counts)) / left.sum()
    return float(np.abs(mix - topics.counts / topics.counts.sum()).sum() / 2)


def tolerated_shift(topics: Topics, kept: NDArray[np.bool_], seed: int) -> float:
    """What 95 % of random drops to the same number of rows stay below, at least 0.15."""
    left = int((kept & (topics.labels >= 0)).sum())
    if not left:
        return _TOLERATED
    generator = np.random.default_rng([seed, left])
    mixes = generator.multivariate_hypergeometric(topics.counts, left, size=_DROPS) / left
    shifts = np.abs(mixes - topics.counts / topics.counts.sum()).sum(axis=1) / 2
    return max(_TOLERATED, float(np.quantile(shifts, 0.95)))


def _nearest(points: Vectors, centres: Vectors) -> NDArray[np.intp]:
    squares = (centres * centres).sum(axis=1)[None] - 2 * (points @ centres.T)
    return np.asarray(squares.argmin(axis=1))
