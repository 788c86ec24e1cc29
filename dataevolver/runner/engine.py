"""DuckDB in this process, locked: it reads the given files, writes in the given folders, no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.compiler import MARK_TYPE
from dataevolver.project import Target
from dataevolver.runner.means import engine_memory, threads_of
from dataevolver.sources import arrow_batches
from dataevolver.sql import identifier, literal

Connection = duckdb.DuckDBPyConnection

SOURCES_APART = 1 << 40  # between the row ids of a plan's sources
_VECTOR = 2_048  # rows that DuckDB works on at a time
_MOST_ROWS = 8 * _VECTOR  # of a row group; one for each thread has to fit in memory
_GROUP_BYTES = 16_000_000


@contextmanager
def open_engine(
    target: Target, files: Sequence[Path] = (), folders: Sequence[Path] = ()
) -> Iterator[Connection]:
    """A connection that may read `files`, and read, write and spill in `folders`; closed after.

    It takes its part of the target's memory; the rest is for Python.
    """
    connection = duckdb.connect()
    try:
        for setting, value in _settings(target, files, folders):
            connection.execute(f"SET {setting} = {literal(value)}")
        yield connection
    finally:
        connection.close()


def _settings(
    target: Target, files: Sequence[Path], folders: Sequence[Path]
) -> Iterator[tuple[str, object]]:
    """In the order that works: after external access is off no path can be set, after the lock nothing."""
    yield "memory_limit", f"{engine_memory(target)}B"
    yield "threads", threads_of(target)
    yield "enable_external_file_cache", False
    yield "preserve_insertion_order", True
    yield "enable_progress_bar", False
    yield "temp_directory", str(folders[0] / "spill") if folders else ""
    yield "autoinstall_known_extensions", False
    yield "autoload_known_extensions", False
    yield "allow_community_extensions", False
    yield "python_enable_replacements", False
    if files:
        yield "allowed_paths", [str(path) for path in files]
    if folders:
        yield "allowed_directories", [str(folder) for folder in folders]
    yield "enable_external_access", False
    yield "lock_configuration", True


def view_source(connection: Connection, name: str, path: Path, place: int) -> None:
    """A source's file as a relation of living rows; `place` is its number among the plan's."""
    apart = f" + {place * SOURCES_APART}" if place else ""
    connection.execute(
        f"CREATE OR REPLACE VIEW {identifier(name)} AS SELECT "
        f'"__id"{apart} AS "__id", "__source"{apart} AS "__source", NULL::{MARK_TYPE} AS "__mark", '
        f'* EXCLUDE ("__id", "__source") FROM read_parquet({literal(str(path))})'
    )


def view_file(connection: Connection, name: str, path: Path) -> None:
    """A segment's or a body's answers as a relation."""
    connection.execute(
        f"CREATE OR REPLACE VIEW {identifier(name)} AS "
        f"SELECT * FROM read_parquet({literal(str(path))})"
    )


def copy_to(
    connection: Connection, query: str, path: Path, row_bytes: float = 0, *, packed: bool = True
) -> None:
    """Write a query's rows, in its order, as Parquet; `row_bytes` is about the size of one."""
    codec = "snappy" if packed else "uncompressed"
    fitting = int(_GROUP_BYTES / row_bytes) // _VECTOR * _VECTOR if row_bytes else _MOST_ROWS
    rows = max(_VECTOR, min(_MOST_ROWS, fitting))
    connection.execute(
        f"COPY ({query}) TO {literal(str(path))} "
        f"(FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE {rows})"
    )


def fitting_rows(row_bytes: float) -> int:
    """How many rows Python takes at a time; `row_bytes` is about the size of one, 0 unknown."""
    return max(1, min(_MOST_ROWS, int(_GROUP_BYTES / row_bytes))) if row_bytes else _MOST_ROWS


def count_rows(connection: Connection, name: str) -> int:
    """How many rows a relation has."""
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {identifier(name)}").fetchall()
    return int(rows)


@contextmanager
def read_batches(connection: Connection, query: str, rows: int) -> Iterator[pa.RecordBatchReader]:
    """A query's rows as they come, at most `rows` at a time, beside other queries."""
    cursor = connection.cursor()
    try:
        yield arrow_batches(cursor.sql(query), rows)
    finally:
        cursor.close()


def write_regrouped(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, path: Path, rows: int
) -> None:
    """Parquet of the same bytes however the batches are cut, which depends on DuckDB's threads."""
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for group in _regrouped(batches, schema, rows):
            writer.write_table(group.combine_chunks(), row_group_size=rows)


def _regrouped(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int
) -> Iterator[pa.Table]:
    """The same rows in tables of one size."""
    held = schema.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
        while held.num_rows >= rows:
            yield held.slice(0, rows)
            held = held.slice(rows)
    if held.num_rows:
        yield held
