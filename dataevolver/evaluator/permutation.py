"""The chance of a distance at least this large if rows and exemplars were one distribution."""

from __future__ import annotations

import numpy as np

from dataevolver.evaluator.energy import euclidean
from dataevolver.evaluator.vectors import Vectors


def permutation_p(exemplars: Vectors, rows: Vectors, permutations: int, seed: int) -> float:
    """From the pooled distances: one matrix product for all permutations; smallest p 1/(count + 1)."""
    pooled = np.vstack([exemplars, rows])
    distances = euclidean(pooled, pooled)
    np.fill_diagonal(distances, 0)
    n, count = len(exemplars), len(pooled)
    generator = np.random.default_rng(seed)
    chosen = np.zeros((permutations + 1, count))
    chosen[0, :n] = 1
    for draw in range(1, permutations + 1):
        chosen[draw, generator.permutation(count)[:n]] = 1
    reach = chosen @ distances
    inside = (reach * chosen).sum(axis=1)
    across = reach.sum(axis=1) - inside
    outside = distances.sum() - inside - 2 * across
    m = count - n
    mean = np.maximum(across / (n * m), 1e-12)
    value = 1 - (inside / (n * (n - 1)) + outside / (m * (m - 1))) / (2 * mean)
    return float((1 + (value[1:] >= value[0] - 1e-12).sum()) / (permutations + 1))
