"""The normalised energy distance H and its influence functions.

H = 1 - (mean d(x,x') + mean d(y,y')) / (2 mean d(x,y)): 0 for the same distribution, 1 for two different
constants, unbiased numerator at any size (Székely and Rizzo; Sejdinovic et al. 2013). An influence
says how much one row moves H; standard errors and paired comparisons need nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_SAME = 1e-9  # mean distances below this: both sides are one and the same constant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distance:
    """H with the influence of each exemplar and each row; a last axis runs over attributes, if any."""

    value: Array
    exemplars: Array
    rows: Array

    def weighted(self, weights: Array) -> Distance:
        """One distance from those of many attributes."""
        return Distance(
            value=np.asarray(self.value @ weights),
            exemplars=self.exemplars @ weights,
            rows=self.rows @ weights,
        )

    @property
    def error(self) -> Array:
        """The standard error."""
        return standard_error(self.exemplars, self.rows)


def combined(distances: Sequence[Distance], weights: Sequence[float]) -> Distance:
    """The weighted sum of distances over the same exemplars and rows."""
    pairs = list(zip(weights, distances, strict=True))
    return Distance(
        value=np.asarray(sum(weight * item.value for weight, item in pairs)),
        exemplars=np.asarray(sum(weight * item.exemplars for weight, item in pairs)),
        rows=np.asarray(sum(weight * item.rows for weight, item in pairs)),
    )


def standard_error(exemplars: Array, rows: Array) -> Array:
    """First-order standard error from the influences of both sides."""
    n, m = len(exemplars), len(rows)
    squares = (exemplars**2).sum(axis=0) / (n * (n - 1)) + (rows**2).sum(axis=0) / (m * (m - 1))
    return np.asarray(np.sqrt(squares))


def attribute_distances(exemplars: Array, rows: Array) -> Distance:
    """H of every attribute (column), exact in O(N log N) by sorting."""
    n, m = len(exemplars), len(rows)
    return _finish(
        to_rows=_mean_distances(exemplars, rows, m),
        to_exemplars=_mean_distances(rows, exemplars, n),
        among_exemplars=_mean_distances(exemplars, exemplars, n - 1),
        among_rows=_mean_distances(rows, rows, m - 1),
    )


def vector_distance(exemplars: NDArray[np.float32], rows: NDArray[np.float32]) -> Distance:
    """H of two sets of vectors under the Euclidean distance."""
    across = euclidean(exemplars, rows)
    return _finish(
        to_rows=across.mean(axis=1),
        to_exemplars=across.mean(axis=0),
        among_exemplars=_inner(exemplars).sum(axis=1) / (len(exemplars) - 1),
        among_rows=_inner(rows).sum(axis=1) / (len(rows) - 1),
    )


def euclidean(left: NDArray[np.float32], right: NDArray[np.float32]) -> Array:
    """All distances between two sets of vectors."""
    squares = (left * left).sum(axis=1)[:, None] + (right * right).sum(axis=1)[None]
    return np.asarray(np.sqrt(np.maximum(squares - 2 * (left @ right.T), 0)), np.float64)


def split_values(columns: Array, first: NDArray[np.intp]) -> Array:
    """H of every column between the chosen rows and the others; values only, no influences."""
    chosen = np.zeros(len(columns), bool)
    chosen[first] = True
    n, m = int(chosen.sum()), int((~chosen).sum())
    inner = [_pair_sum(columns[chosen]), _pair_sum(columns[~chosen])]
    across = (_pair_sum(columns) - inner[0] - inner[1]) / (n * m)
    return _ratio(across, 2 * inner[0] / (n * (n - 1)), 2 * inner[1] / (m * (m - 1)))


def split_value(pairwise: Array, first: NDArray[np.intp]) -> float:
    """H between the chosen rows and the others, from their matrix of distances (zero diagonal)."""
    chosen = np.zeros(len(pairwise))
    chosen[first] = 1.0
    n, m = chosen.sum(), len(pairwise) - chosen.sum()
    reach = pairwise @ chosen
    inside, across = float(reach @ chosen), float(reach @ (1 - chosen))
    outside = float(pairwise.sum()) - inside - 2 * across
    mean = np.array([across / (n * m)])
    values = _ratio(mean, np.array([inside / (n * (n - 1))]), np.array([outside / (m * (m - 1))]))
    return float(values[0])


def mean_distances(exemplars: Array, rows: Array) -> Array:
    """For every row and attribute the mean distance to the exemplars."""
    return _mean_distances(rows, exemplars, len(exemplars))


def _finish(
    *, to_rows: Array, to_exemplars: Array, among_exemplars: Array, among_rows: Array
) -> Distance:
    across = to_exemplars.mean(axis=0)
    inner, outer = among_exemplars.mean(axis=0), among_rows.mean(axis=0)
    differs = across > _SAME
    divisor = np.where(differs, across, 1.0)
    value = _ratio(across, inner, outer)
    by_exemplar = ((1 - value) * (to_rows - across) - (among_exemplars - inner)) / divisor
    by_row = ((1 - value) * (to_exemplars - across) - (among_rows - outer)) / divisor
    return Distance(
        value=value,
        exemplars=np.where(differs, by_exemplar, 0.0),
        rows=np.where(differs, by_row, 0.0),
    )


def _ratio(across: Array, inner: Array, outer: Array) -> Array:
    differs = across > _SAME
    return np.asarray(
        np.where(differs, 1 - (inner + outer) / (2 * np.where(differs, across, 1.0)), 0.0)
    )


def _mean_distances(points: Array, others: Array, divisor: int) -> Array:
    """For every point and column: the sum of distances to the others, over the divisor."""
    ordered = np.sort(others, axis=0)
    sums = np.vstack([np.zeros(ordered.shape[1]), np.cumsum(ordered, axis=0)])
    result = np.empty(points.shape)
    for column in range(points.shape[1]):
        values, total = points[:, column], sums[:, column]
        below = np.searchsorted(ordered[:, column], values)
        lower = values * below - total[below]
        upper = total[-1] - total[below] - values * (len(ordered) - below)
        result[:, column] = (lower + upper) / divisor
    return result


def _pair_sum(columns: Array) -> Array:
    """Sum of |a - b| over unordered pairs, for every column."""
    count = len(columns)
    weights = 2 * np.arange(count) - count + 1
    return np.asarray(weights @ np.sort(columns, axis=0))


def _inner(vectors: NDArray[np.float32]) -> Array:
    distances = euclidean(vectors, vectors)
    np.fill_diagonal(distances, 0)
    return distances
