"""What a run leaves: the rows that stayed, and those that did not, as they were when they left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dataevolver.columns import Columns
from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.runner.accounts import Accounts
from dataevolver.runner.engine import Connection, copy_to
from dataevolver.sql import identifier, literal

_LIVING = '"__mark" IS NULL'
_NOTHING = (
    'SELECT 0::BIGINT AS "__id", 0::BIGINT AS "__source", NULL::VARCHAR AS "__step", '
    'NULL::VARCHAR AS "__kind", NULL::VARCHAR AS "__reason", NULL::VARCHAR AS "__detail", '
    'NULL::VARCHAR AS "__row" WHERE false'
)


def write_kept(
    connection: Connection, compiled: CompiledPlan, path: Path, row_bytes: float
) -> None:
    """The rows that stayed, with `__id` and `__source`, in order of `__id`."""
    names = ", ".join(map(identifier, ("__id", "__source", *compiled.columns)))
    copy_to(connection, f"SELECT {names} FROM {identifier(compiled.output)} WHERE {_LIVING}", path)


def write_rejected(
    connection: Connection,
    compiled: CompiledPlan,
    accounts: Mapping[str, Accounts],
    path: Path,
    row_bytes: float,
) -> None:
    """The rows that left, in order of the steps and of `__id`; `__row` is JSON."""
    before: dict[str, Columns] = dict(compiled.sources)
    selects = [_NOTHING]
    for segment in compiled.segments:
        selects.extend(_left(segment, before[segment.inputs[0]], accounts[segment.name]))
        before[segment.name] = segment.columns
    numbered = (f"SELECT {place} AS place, * FROM ({one})" for place, one in enumerate(selects))
    # UNION ALL alone promises no order, and with one thread gave another one than with two.
    every = " UNION ALL ".join(numbered)
    copy_to(connection, f'SELECT * EXCLUDE (place) FROM ({every}) ORDER BY place, "__id"', path)


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
    return (
        f'SELECT i.* REPLACE (o."__mark" AS "__mark") FROM {identifier(segment.inputs[0])} AS i '
        f'JOIN {identifier(segment.name)} AS o USING ("__id") '
        f"WHERE o.{_at(step)}"
    )


def _at(step: str) -> str:
    return f'"__mark".step = {literal(step)}'
