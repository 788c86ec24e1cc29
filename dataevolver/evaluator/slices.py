"""What was kept and dropped of each slice of the raw rows: by language, by length, by source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dataevolver.profiler import UNKNOWN, Row, language_of, plain_text, row_text

_BANDS = (100, 300, 1_000, 3_000, 10_000)  # characters
_TWICE = 2.0
_FEW = 5  # dropped rows below which a slice gives no warning
_MOST = 12  # values of one kind; the rarer ones go together
_OTHER = "(others)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Rows of one kind before and after; `reason` is the most common one for which they were dropped.

    `warning` when the slice loses more than twice its share.
    """

    kind: str  # language | length | source
    value: str
    rows: int
    kept: int
    lost: float  # share of the slice's rows
    reason: str
    warning: bool


def slices(
    rows: Sequence[Row],
    ids: Sequence[int],
    kept: Collection[int],
    reasons: Mapping[int, str] | None = None,
    source_field: str = "",
) -> tuple[Slice, ...]:
    """The slices of the raw rows by kind, largest first, lengths in their order.

    `kept` are the ids of the rows that are left, `reasons` say why an id was dropped, and
    `source_field` names the column whose values are the sources.
    """
    survivors = frozenset(kept)
    texts = [row_text(row) for row in rows]
    kinds = {
        "language": [language_of(text) or "unknown" for text in texts],
        "length": [_band(len(text)) for text in texts],
    }
    if source_field:
        kinds["source"] = [plain_text(row.get(source_field)) or UNKNOWN for row in rows]
    found = []
    for kind, values in kinds.items():
        known = _grouped(values)
        for value in _ordered(kind, known):
            members = [i for i, own in zip(ids, known, strict=True) if own == value]
            found.append(
                _slice((kind, value), members, survivors, reasons or {}, _lost(ids, survivors))
            )
    return tuple(found)


def _slice(
    name: tuple[str, str],
    members: Sequence[int],
    kept: frozenset[int],
    reasons: Mapping[int, str],
    overall: float,
) -> Slice:
    dropped = [member for member in members if member not in kept]
    lost = len(dropped) / len(members)
    counted = Counter(reasons[member] for member in dropped if member in reasons)
    reason = min(counted, key=lambda text: (-counted[text], text), default="")
    return Slice(
        kind=name[0],
        value=name[1],
        rows=len(members),
        kept=len(members) - len(dropped),
        lost=lost,
        reason=reason,
        warning=len(dropped) >= _FEW and lost > _TWICE * overall,
    )


def _lost(ids: Sequence[int], kept: frozenset[int]) -> float:
    return sum(i not in kept for i in ids) / max(1, len(ids))


def _band(size: int) -> str:
    above = [band for band in _BANDS if size < band]
    if not above:
        return f"{_BANDS[-1]:,} characters or more"
    below = [0, *(band for band in _BANDS if size >= band)][-1]
    return f"{below:,} to {above[0] - 1:,} characters"


def _grouped(values: Sequence[str]) -> list[str]:
    counted = Counter(values)
    common = sorted(counted, key=lambda value: (-counted[value], value))
    if len(common) <= _MOST:
        return list(values)
    named = frozenset(common[: _MOST - 1])
    return [value if value in named else _OTHER for value in values]


def _ordered(kind: str, values: Sequence[str]) -> list[str]:
    counted = Counter(values)
    if kind == "length":
        sizes = [_band(0), *map(_band, _BANDS)]
        return [value for value in sizes if value in counted]
    return sorted(counted, key=lambda value: (value == _OTHER, -counted[value], value))
