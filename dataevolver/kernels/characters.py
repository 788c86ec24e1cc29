"""Characters of texts; each is known by its lower-case code point."""

from __future__ import annotations

from typing import Any

import numpy as np

from dataevolver.kernels.rows import Rows, Texts, lowered
from dataevolver.kernels.scripts import Kinds, kinds_of, visible_kinds, wide, word_kinds


def characters(texts: Any) -> Rows:
    """All but whitespace, controls and what has no width; joiners (U+200C, U+200D) count."""
    return _chosen(lowered(texts), visible_kinds())


def letters(texts: Any) -> Rows:
    """Those that belong to words."""
    return _chosen(lowered(texts), word_kinds())


def _chosen(read: Texts, table: Kinds) -> Rows:
    octets = read.octets
    chosen = kinds_of(read.content, table) != 0
    leads, codes, _ = wide(octets)
    if len(leads):
        chosen &= (octets & 0xC0) != 0x80
    places = np.flatnonzero(chosen)
    values = octets[places].astype(np.uint64)
    if len(leads):
        beyond = values >= 0xC0
        values[beyond] = codes[chosen[leads]]
    return Rows(values=values, offsets=np.searchsorted(places, read.offsets))
