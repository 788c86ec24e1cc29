"""Steps that make rows of each row alone, done a stretch of rows at a time: memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.compiler import Segment
from dataevolver.runner.engine import Connection, fitting_rows, write_regrouped
from dataevolver.runner.store import ANSWERS
from dataevolver.sources import arrow_batches
from dataevolver.sql import identifier

_LAST = (1 << 63) - 1
_OF_A_GROUP = 4  # stretches are shorter than groups of rows: what is made of them may be wider


def goes_by_stretches(segment: Segment) -> bool:
    """Whether new rows are made of each row alone, so that no order has to be made over all."""
    return segment.scope == "row" and segment.rows == "more" and len(segment.inputs) == 1


def copy_by_stretches(
    connection: Connection, segment: Segment, query: str, path: Path, row_bytes: float
) -> None:
    """Write what the segment's query gives for each stretch of its input, one after the other."""
    rows = fitting_rows(row_bytes)
    views = [segment.inputs[0], *([ANSWERS] if segment.language == "python" else [])]
    schema = arrow_batches(connection.sql(f"{query} LIMIT 0"), rows).read_all().schema
    made = _made(connection, query, views, max(1, rows // _OF_A_GROUP))
    write_regrouped(made, schema, path, rows)


def _made(
    connection: Connection, query: str, views: Sequence[str], rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows of every stretch, numbered through."""
    done = 0
    starts = _starts(connection, views[0], rows)
    for start, end in zip(starts, [*starts[1:], _LAST], strict=False):
        made = done
        with _narrowed(connection, views, start, end):
            for batch in arrow_batches(connection.sql(query), rows):
                place = batch.schema.get_field_index("__id")
                numbers = pc.add(batch.column(place), done)
                yield batch.set_column(place, batch.schema.field(place), numbers)
                made += batch.num_rows
        done = made


@contextmanager
def _narrowed(connection: Connection, views: Sequence[str], start: int, end: int) -> Iterator[None]:
    """Only the rows with ids of the stretch are there to be read."""
    for view in views:
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {identifier(view)} AS "
            f"SELECT * FROM memory.main.{identifier(view)} "
            f'WHERE "__id" >= {start} AND "__id" < {end}'
        )
    yield
    for view in views:
        connection.execute(f"DROP VIEW temp.{identifier(view)}")


def _starts(connection: Connection, view: str, rows: int) -> list[int]:
    """The first id of each stretch of living rows."""
    found = connection.execute(
        f'SELECT min("__id") FROM (SELECT "__id", (row_number() OVER () - 1) // {rows} AS stretch '
        f'FROM {identifier(view)} WHERE "__mark" IS NULL) GROUP BY stretch ORDER BY 1'
    ).fetchall()
    return [start for (start,) in found]
