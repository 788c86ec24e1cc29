"""Topics of the raw rows, and whether what is kept still has their mix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataevolver.evaluator.vectors import Vectors

_TOPICS = 8
_PASSES = 15
_DROPS = 200
_TOLERATED = 0.15  # a smaller shift of the mix is no narrowing, however surely it is there


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topics:
    """The topic of each raw row, and how many rows each topic has."""

    labels: NDArray[np.intp]
    counts: NDArray[np.intp]


def find_topics(vectors: Vectors, seed: int) -> Topics:
    """Eight clusters (k-means), fewer for few rows; the same seed gives the same."""
    count = max(1, min(_TOPICS, len(vectors) // 5))
    chosen = np.random.default_rng(seed).choice(len(vectors), count, replace=False)
    centres = vectors[np.sort(chosen)]
    labels = _nearest(vectors, centres)
    for _ in range(_PASSES):
        centres = np.stack(
            [
                vectors[labels == topic].mean(axis=0) if (labels == topic).any() else centre
                for topic, centre in enumerate(centres)
            ]
        )
        labels = _nearest(vectors, centres)
    return Topics(labels=labels, counts=np.bincount(labels, minlength=count))


def topic_shift(topics: Topics, kept: NDArray[np.bool_]) -> float:
    """Total variation between the topic mix of all raw rows and of those kept."""
    if not kept.any():
        return 1.0
    mix = np.bincount(topics.labels[kept], minlength=len(topics.counts)) / kept.sum()
    return float(np.abs(mix - topics.counts / topics.counts.sum()).sum() / 2)


def tolerated_shift(topics: Topics, kept: int, seed: int) -> float:
    """What 95 % of random drops to the same number of rows stay below, at least 0.15."""
    generator = np.random.default_rng([seed, kept])
    mixes = generator.multivariate_hypergeometric(topics.counts, kept, size=_DROPS) / max(1, kept)
    shifts = np.abs(mixes - topics.counts / topics.counts.sum()).sum(axis=1) / 2
    return max(_TOLERATED, float(np.quantile(shifts, 0.95)))


def _nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.intp]:
    squares = (centres * centres).sum(axis=1)[None] - 2 * (vectors @ centres.T)
    return np.asarray(squares.argmin(axis=1))
