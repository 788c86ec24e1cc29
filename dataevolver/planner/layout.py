"""How texts are set out, where rows and exemplars differ: sentences to a line, blank lines, list marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.planner.likeness import SENTENCE_END

_SPLIT = 0.65  # share of sentence ends that are line ends: above this a text has one a line
_RUNNING = 0.35  # below this it runs on
_MINIMUM = 3  # texts that a habit must be seen in
_MOSTLY = 0.7  # of line breaks, or of list lines, on the side that has a habit,
_HARDLY = 0.3  # and on the side that has another
_BREAK = re.compile(r"[ \t]*\n\s*")
_ITEM = re.compile(r"^[ \t]*([-*•]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A replacement for the library's `replace_regex`, and the habit that it brings."""

    pattern: str
    replacement: str
    habit: str  # in words, as the end of "the exemplars ..."
    ours: float
    theirs: float


def mine_line_breaks(values: Sequence[str], exemplars: Sequence[str]) -> Rewrite | None:
    """A blank line at each line break, or none, when that is the exemplars' habit and not ours."""
    ours, theirs = _blank_lines(values), _blank_lines(exemplars)
    if ours is None or theirs is None:
        return None
    if theirs >= _MOSTLY and ours <= _HARDLY:
        return Rewrite(
            pattern=r"[ \t]*\n\s*",
            replacement="\n\n",
            habit="leave a blank line between lines",
            ours=ours,
            theirs=theirs,
        )
    if theirs <= 1 - _MOSTLY - 0.2 and ours >= _MOSTLY:
        return Rewrite(
            pattern=r"[ \t]*\n\s*\n",
            replacement="\n",
            habit="leave no blank lines",
            ours=1 - ours,
            theirs=1 - theirs,
        )
    return None


def mine_list_marks(values: Sequence[str], exemplars: Sequence[str]) -> Rewrite | None:
    """The mark that nearly all list lines of the exemplars have, and few of ours."""
    ours, theirs = _marks(values), _marks(exemplars)
    if not ours or not theirs or sum(theirs.values()) < 2 * _MINIMUM:
        return None
    mark, count = min(theirs.items(), key=lambda pair: (-pair[1], pair[0]))
    share, own = count / sum(theirs.values()), ours[mark] / sum(ours.values())
    if mark == "1." or share < _MOSTLY or own > _HARDLY:
        return None
    return Rewrite(
        pattern=r"(?m)^[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]+",
        replacement=f"{mark} ",
        habit=f'mark list lines with "{mark}"',
        ours=own,
        theirs=share,
    )


def _blank_lines(values: Sequence[str]) -> float | None:
    """Mean over texts of several lines of the share of line breaks with a blank line."""
    shares = []
    for text in values:
        breaks = _BREAK.findall(text.strip())
        if breaks:
            shares.append(sum(found.count("\n") > 1 for found in breaks) / len(breaks))
    return sum(shares) / len(shares) if len(shares) >= _MINIMUM else None


def _marks(values: Sequence[str]) -> Counter[str]:
    """List lines by mark; all numbers count as `1.`."""
    return Counter(
        "1." if found[0].isdigit() else found for text in values for found in _ITEM.findall(text)
    )
