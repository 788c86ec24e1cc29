"""What a run leaves: the rows that stayed, and those that did not, as they were when they left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.columns import Columns
from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.runner.accounts import Accounts
from dataevolver.runner.engine import Connection, copy_to, fitting_rows, read_batches
from dataevolver.sql import identifier, literal

_LIVING = '"__mark" IS NULL'
_REJECTED = pa.schema(
    [
        ("__id", pa.int64()),
        ("__source", pa.int64()),
        ("__step", pa.string()),
        ("__kind", pa.string()),
        ("__reason", pa.string()),
        ("__detail", pa.string()),
        ("__row", pa.string()),
    ]
)


def write_kept(
    connection: Connection, compiled: CompiledPlan, path: Path, row_bytes: float
) -> None:
    """The rows that stayed, with `__id` and `__source`, in order of `__id`."""
    names = ", ".join(map(identifier, ("__id", "__source", *compiled.columns)))
    query = f"SELECT {names} FROM {identifier(compiled.output)} WHERE {_LIVING}"
    copy_to(connection, query, path, row_bytes)


def write_rejected(
    connection: Connection,
    compiled: CompiledPlan,
    accounts: Mapping[str, Accounts],
    path: Path,
    row_bytes: float,
) -> None:
    """The rows that left, in order of the steps and of `__id`; `__row` is JSON."""
    rows = fitting_rows(row_bytes)
    left = _rows_left(connection, compiled, accounts, rows)
    with pq.ParquetWriter(path, _REJECTED, compression="snappy") as writer:
        for group in _regrouped(left, rows):
            writer.write_table(group, row_group_size=rows)


def _rows_left(
    connection: Connection, compiled: CompiledPlan, accounts: Mapping[str, Accounts], rows: int
) -> Iterator[pa.RecordBatch]:
    before: dict[str, Columns] = dict(compiled.sources)
    for segment in compiled.segments:
        for query in _left(segment, before[segment.inputs[0]], accounts[segment.name]):
            with read_batches(connection, query, rows) as batches:
                yield from batches
        before[segment.name] = segment.columns


def _regrouped(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of one size: how DuckDB cuts its batches depends on its threads."""
    held = _REJECTED.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
        while held.num_rows >= rows:
            yield held.slice(0, rows)
            held = held.slice(rows)
    if held.num_rows:
        yield held


def _left(segment: Segment, before: Columns, accounts: Accounts) -> Iterator[str]:
    """A SELECT for each step of the segment that rows left at."""
    for place, account in enumerate(accounts.steps):
        if not (account.dropped or account.failed):
            continue
        columns = segment.steps[place - 1].columns if place else before
        kept = {name for name, kind in columns.items() if segment.columns.get(name) == kind}
        # A step that removes or retypes a column stands first: the row is whole in its input only.
        if place == 0 and len(kept) < len(columns) and segment.rows != "more":
            yield _rows(columns, _joined_input(segment, account.id))
        else:
            names = [name for name in columns if name in kept]
            yield _rows(names, f"SELECT * FROM {identifier(segment.name)} WHERE {_at(account.id)}")


def _rows(names: Iterable[str], source: str) -> str:
    fields = ", ".join(f"{literal(name)}: {identifier(name)}" for name in names)
    row = f"to_json({{{fields}}})::VARCHAR" if fields else "'{}'"
    return (
        'SELECT "__id", "__source", "__mark".step AS "__step", "__mark".kind AS "__kind", '
        f'"__mark".reason AS "__reason", "__mark".detail AS "__detail", {row} AS "__row" '
        f"FROM ({source})"
    )


def _joined_input(segment: Segment, step: str) -> str:
    """The step's living rows and what it made of them lie in the same order."""
    return (
        'SELECT * EXCLUDE ("__left") REPLACE ("__left" AS "__mark") FROM ('
        f"SELECT * FROM {identifier(segment.inputs[0])} WHERE {_LIVING}) "
        f'POSITIONAL JOIN (SELECT "__mark" AS "__left" FROM {identifier(segment.name)}) '
        f'WHERE "__left".step = {literal(step)}'
    )


def _at(step: str) -> str:
    return f'"__mark".step = {literal(step)}'
