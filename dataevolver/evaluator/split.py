"""The exemplars in three parts, by content: what is shown, what steers, and what reports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.errors import Problem, SpecError
from dataevolver.profiler import Row, canonical

FEWEST = 5  # exemplars below which nothing can be measured
APART = 20  # exemplars from which some can be held back
_LARGE = 100
PARTS: tuple[str, ...] = ("guide", "validate", "audit", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """`guide` is shown to planner and operators, `validate` steers, `audit` only reports.

    `shared`: too few to hold any back, all three are all exemplars and every report says so.
    """

    guide: tuple[Row, ...]
    validate: tuple[Row, ...]
    audit: tuple[Row, ...]
    shared: bool

    def part(self, name: str) -> tuple[Row, ...]:
        """The rows of one of `PARTS`."""
        parts = {"guide": self.guide, "validate": self.validate, "audit": self.audit}
        return self.all if name == "all" else parts[name]

    @property
    def all(self) -> tuple[Row, ...]:
        """Every exemplar once."""
        return self.guide if self.shared else (*self.guide, *self.validate, *self.audit)


def split_exemplars(rows: Sequence[Row]) -> Split:
    """60/20/20 from 100 exemplars on, 40/30/30 from 20 on, all three the same below.

    Depends on the rows' content alone, not on their order; equal rows stay together.
    Raises SpecError for fewer than five.
    """
    _check(rows)
    ordered = sorted(rows, key=_digest)
    if len(ordered) < APART:
        return whole(ordered)
    shares = (0.6, 0.8) if len(ordered) >= _LARGE else (0.4, 0.7)
    first, second = (_cut(ordered, round(share * len(ordered))) for share in shares)
    return Split(
        guide=tuple(ordered[:first]),
        validate=tuple(ordered[first:second]),
        audit=tuple(ordered[second:]),
        shared=False,
    )


def whole(rows: Sequence[Row]) -> Split:
    """All three parts are all rows: for a measurement that steers nothing."""
    _check(rows)
    every = tuple(sorted(rows, key=_digest))
    return Split(guide=every, validate=every, audit=every, shared=True)


def _check(rows: Sequence[Row]) -> None:
    if len(rows) < FEWEST:
        exemplars = "1 exemplar" if len(rows) == 1 else f"{len(rows)} exemplars"
        found = f"only {exemplars}" if rows else "there are no exemplars"
        hint = f"at least {FEWEST} are needed; {APART} or more give a usable interval"
        raise SpecError(Problem(message=found, hint=hint))


def _cut(ordered: Sequence[Row], at: int) -> int:
    while 0 < at < len(ordered) and canonical(ordered[at]) == canonical(ordered[at - 1]):
        at += 1
    return at


def _digest(row: Row) -> str:
    return hashlib.sha256(canonical(row).encode("utf-8", "surrogatepass")).hexdigest()
