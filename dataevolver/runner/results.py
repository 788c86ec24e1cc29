"""What a run answers: its files, and where every row went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step's row accounting: `rows_in + added == kept + dropped + failed`."""

    id: str
    operator: str
    status: str  # success | reused | error | skipped
    rows_in: int
    kept: int
    dropped: int
    failed: int
    added: int
    reasons: Mapping[str, int]  # why rows were dropped or failed -> how many, most frequent first
    seconds: float  # of its segment's work; a step inside a fused segment gets an equal part
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run.

    `output` is Parquet of the rows that stayed, with `__id` and `__source`, in row order.
    `rejected` is Parquet of the others: `__id`, `__source`, `__step`, `__kind`, `__reason`,
    `__detail`, `__row` (JSON text of the row as it was then).
    """

    run_id: str
    plan: str
    fingerprint: str
    steps: tuple[StepResult, ...]
    rows_in: int
    rows_out: int
    output: Path
    rejected: Path
    seconds: float
