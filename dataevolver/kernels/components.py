"""Connected components of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataevolver.kernels.numbers import Whole


def connected(lowest: Whole, left: Whole, right: Whole) -> Whole:
    """The lowest row of every component once each left row is joined with its right one.

    `lowest` says it for what was joined before; `np.arange` where nothing was.
    """
    while True:
        roots = lowest[left], lowest[right]
        hung = lowest.copy()
        for one in roots:
            np.minimum.at(hung, one, np.minimum(*roots))
        if np.array_equal(hung, lowest):
            return lowest
        lowest = hung
        while not np.array_equal(hung := lowest[lowest], lowest):
            lowest = hung


def preferred(group: Whole, rank: NDArray[np.float64]) -> Whole:
    """For each row the one of its group with the least rank; of equal ones, and of NaN, the first."""
    order = np.lexsort((rank, group))
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    best = np.zeros(int(group.max()) + 1 if len(group) else 0, np.int64)
    best[group[order[first]]] = order[first]
    return best[group]
