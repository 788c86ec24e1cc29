"""How texts are set out: sentences to a line, where rows and exemplars differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.planner.likeness import SENTENCE_END

_SPLIT = 0.65  # share of sentence ends that are line ends: above this a text has one a line
_RUNNING = 0.35  # below this it runs on
_MINIMUM = 3  # texts of several sentences that a habit must be seen in


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`split`: rows run on where exemplars put each sentence on a line. Else the reverse."""

    split: bool
    ours: float  # share of sentence ends that are line ends
    theirs: float


def mine_layout(values: Sequence[str], exemplars: Sequence[str]) -> Layout | None:
    """The layout that the rows lack, or None where both have the same habit."""
    ours, theirs = _broken(values), _broken(exemplars)
    if ours is None or theirs is None:
        return None
    if theirs >= _SPLIT and ours <= _RUNNING:
        return Layout(split=True, ours=ours, theirs=theirs)
    if theirs <= _RUNNING and ours >= _SPLIT:
        return Layout(split=False, ours=ours, theirs=theirs)
    return None


def _broken(values: Sequence[str]) -> float | None:
    """Mean over texts of several sentences of the share of boundaries that are line breaks."""
    shares = []
    for text in values:
        lines = [line for line in text.strip().splitlines() if line.strip()]
        breaks = max(0, len(lines) - 1)
        running = sum(len(SENTENCE_END.findall(line)) for line in lines)
        if breaks + running:
            shares.append(breaks / (breaks + running))
    return sum(shares) / len(shares) if len(shares) >= _MINIMUM else None
