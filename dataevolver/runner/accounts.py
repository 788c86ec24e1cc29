"""Row accounting: after every step, rows in + added = kept + dropped + failed, per reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.compiler import Segment
from dataevolver.errors import Problem, RunError
from dataevolver.runner.engine import Connection
from dataevolver.sql import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where a step's rows went."""

    id: str
    rows_in: int
    kept: int
    dropped: int
    failed: int
    added: int
    reasons: Mapping[str, int]  # most frequent first


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Of a finished segment: one account for each step, and how long the segment took."""

    steps: tuple[Account, ...]
    seconds: float

    @property
    def kept(self) -> int:
        """Rows that are alive after the segment."""
        return self.steps[-1].kept


def take_accounts(
    connection: Connection, segment: Segment, view: str, rows_in: int
) -> tuple[Account, ...]:
    """Count a segment's output. RunError when it does not add up or a step failed on all rows."""
    marks: dict[str, list[tuple[str, str, int]]] = {}
    total = 0
    for step, kind, reason, rows in connection.execute(
        'SELECT "__mark".step, "__mark".kind, "__mark".reason, count(*) '
        f"FROM {identifier(view)} GROUP BY ALL ORDER BY count(*) DESC, 3, 2"
    ).fetchall():
        total += rows
        if step is not None:
            marks.setdefault(step, []).append((kind, reason, rows))
    added = total - rows_in
    makes_rows = segment.rows == "more" or len(segment.inputs) > 1
    if added < 0 or (added > 0 and not makes_rows):
        raise _does_not_add_up(segment, rows_in, total)
    accounts = []
    for step_in_segment in segment.steps:
        account = _account(step_in_segment.id, rows_in, added, marks.get(step_in_segment.id, []))
        _check_some_worked(connection, segment, view, account)
        accounts.append(account)
        rows_in, added = account.kept, 0
    return tuple(accounts)


def _account(step: str, rows_in: int, added: int, marks: list[tuple[str, str, int]]) -> Account:
    dropped = sum(rows for kind, _reason, rows in marks if kind == "dropped")
    failed = sum(rows for kind, _reason, rows in marks if kind == "failed")
    reasons: dict[str, int] = {}
    for _kind, reason, rows in marks:
        reasons[reason] = reasons.get(reason, 0) + rows
    return Account(
        id=step,
        rows_in=rows_in,
        kept=rows_in + added - dropped - failed,
        dropped=dropped,
        failed=failed,
        added=added,
        reasons=reasons,
    )


def _does_not_add_up(segment: Segment, rows_in: int, total: int) -> RunError:
    step = segment.steps[0]
    return RunError(
        Problem(
            message=f'step "{step.id}" (operator {step.operator}) was given {rows_in} rows and '
            f"answered for {total}: rows in and rows out do not add up",
            hint="an operator answers once for every __id that it was given, or only for rows to drop",
        )
    )


def _check_some_worked(
    connection: Connection, segment: Segment, view: str, account: Account
) -> None:
    if not account.rows_in or account.failed < account.rows_in:
        return
    row = connection.execute(
        'SELECT "__mark".reason, "__mark".detail '
        f'FROM {identifier(view)} WHERE "__mark".step = $1 ORDER BY "__id" LIMIT 1',
        [account.id],
    ).fetchone()
    reason, detail = row if row else ("", None)
    operator = next(step.operator for step in segment.steps if step.id == account.id)
    raise RunError(
        Problem(
            message=f'step "{account.id}" (operator {operator}) failed on all '
            f"{account.rows_in} rows: {reason}" + (f": {detail}" if detail else ""),
            hint="an operator that can do none of the rows is wrong itself, or reads a wrong column",
        )
    )
