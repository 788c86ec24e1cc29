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
        before = lowest
        lowest = lowest.copy()
        low = np.minimum(before[left], before[right])
        for rows in (left, right, before[left], before[right]):
            np.minimum.at(lowest, rows, low)
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            return lowest


def preferred(group: Whole, rank: NDArray[np.float64]) -> Whole:
    """For each row the one of its group with the least rank; of equal ones, and of NaN, the first."""
    order = np.lexsort((rank, group))
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    best = np.zeros(int(group.max()) + 1 if len(group) else 0, np.int64)
    best[group[order[first]]] = order[first]
    return best[group]
