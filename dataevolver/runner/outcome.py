"""What a run leaves: the rows that stayed, and those that did not, as they were when they left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from dataevolver.columns import Columns
from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.operators import fingerprint
from dataevolver.runner.accounts import Accounts
from dataevolver.runner.engine import Connection, fitting_rows, read_batches, write_regrouped
from dataevolver.runner.store import FORMAT, is_whole
from dataevolver.sources.placing import placed
from dataevolver.sql import identifier, literal

OUTPUT, REJECTED = "output.parquet", "rejected.parquet"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan whose segments are done; `row_bytes` is about the size of a row."""

    compiled: CompiledPlan
    accounts: Mapping[str, Accounts]
    row_bytes: float


def place_outcome(
    connection: Connection, outcome: Outcome, keys: Mapping[str, str], store: Path, folder: Path
) -> None:
    """Put `output.parquet` and `rejected.parquet` into the folder.

    They are kept in the store like segments, so the same work has the same files.
    """
    key = fingerprint([FORMAT, list(keys.values()), list(outcome.compiled.columns)])
    for name, write in ((OUTPUT, _write_kept), (REJECTED, _write_rejected)):
        kept = store / f"{key[:32]}.{name}"
        if not is_whole(kept):
            with placed(kept) as unfinished:
                write(connection, outcome, unfinished)
        _link(kept, folder / name)


def _link(kept: Path, path: Path) -> None:
    """One file under two names: neither is ever written again. A copy where that cannot be."""
    try:
        os.link(kept, path)
    except OSError:
        with placed(path) as unfinished:
            shutil.copyfile(kept, unfinished)


def _write_kept(connection: Connection, outcome: Outcome, path: Path) -> None:
    """The rows that stayed, with `__id` and `__source`, in order of `__id`."""
    compiled, rows = outcome.compiled, fitting_rows(outcome.row_bytes)
    names = ", ".join(map(identifier, ("__id", "__source", *compiled.columns)))
    query = f"SELECT {names} FROM {identifier(compiled.output)} WHERE {_LIVING}"
    with read_batches(connection, query, rows) as batches:
        write_regrouped(batches, batches.schema, path, rows)


def _write_rejected(connection: Connection, outcome: Outcome, path: Path) -> None:
    """The rows that left, in order of the segments and of `__id`; `__row` is JSON."""
    rows = fitting_rows(outcome.row_bytes)
    left = _rows_left(connection, outcome.compiled, outcome.accounts, rows)
    write_regrouped(left, _REJECTED, path, rows)


def _rows_left(
    connection: Connection, compiled: CompiledPlan, accounts: Mapping[str, Accounts], rows: int
) -> Iterator[pa.RecordBatch]:
    before: dict[str, Columns] = dict(compiled.sources)
    for segment in compiled.segments:
        for query in _left(segment, before[segment.inputs[0]], accounts[segment.name]):
            with read_batches(connection, query, rows) as batches:
                yield from batches
        before[segment.name] = segment.columns


def _left(segment: Segment, before: Columns, accounts: Accounts) -> Iterator[str]:
    """A SELECT of the rows that left in the segment; one of its own for a step that loses columns."""
    shown: dict[str, str] = {}
    for place, account in enumerate(accounts.steps):
        if not (account.dropped or account.failed):
            continue
        columns = segment.steps[place - 1].columns if place else before
        kept = {name for name, kind in columns.items() if segment.columns.get(name) == kind}
        # A step that removes or retypes a column stands first: the row is whole in its input only.
        if place == 0 and len(kept) < len(columns) and segment.rows != "more":
            yield _rows(_as_json(columns), _joined_input(segment, account.id))
        else:
            shown[account.id] = _as_json(name for name in columns if name in kept)
    if shown:
        choices = " ".join(
            f'WHEN "__mark".step = {literal(step)} THEN {row}' for step, row in shown.items()
        )
        steps = literal(list(shown))
        source = (
            f'SELECT * FROM {identifier(segment.name)} WHERE list_contains({steps}, "__mark".step)'
        )
        yield _rows(f"CASE {choices} END", source)


def _as_json(names: Iterable[str]) -> str:
    fields = ", ".join(f"{literal(name)}: {identifier(name)}" for name in names)
    return f"to_json({{{fields}}})::VARCHAR" if fields else "'{}'"


def _rows(row: str, source: str) -> str:
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
