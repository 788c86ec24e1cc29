"""Rows of an ingested source as dicts, and samples of them that do not depend on their order."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from dataevolver.project import Source
from dataevolver.sources.ingest import Ingested, ingest
from dataevolver.sources.placing import placed
from dataevolver.sql import identifier, literal

_SPACE = r"(\\[ntrf]|\s)+"  # as it stands in JSON text


def read_rows(source: Source, root: Path) -> list[dict[str, object]]:
    """All rows of a small source, such as exemplars: read like any other, kept nowhere."""
    with tempfile.TemporaryDirectory() as cache:
        return load_rows(ingest(source, root, Path(cache)).path)


def load_rows(path: Path, ids: Sequence[int] | None = None) -> list[dict[str, object]]:
    """Rows of a Parquet file that has `__id`, in that order, without technical columns.

    All rows, or those with these ids.
    """
    with duckdb.connect() as database:
        names = user_columns(database, path)
        shown = ", ".join(map(identifier, names))
        chosen = "" if ids is None else "WHERE __id IN (SELECT unnest($ids::BIGINT[]))"
        found = database.execute(
            f"SELECT {shown} FROM {parquet(path)} {chosen} ORDER BY __id",
            {} if ids is None else {"ids": list(ids)},
        )
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def sample_rows(
    ingested: Ingested, size: int, seed: int
) -> tuple[tuple[int, ...], list[dict[str, object]]]:
    """The ids, ascending, and the rows of a sample that holds all of any smaller one.

    Chosen are the rows with the smallest md5 of the seed and the content (lower case, spaces as
    one): duplicates come together, and neither the order of the rows nor the machine matters.
    """
    names = ", ".join(identifier(name) for name in sorted(ingested.columns))
    content = f"lower(regexp_replace(to_json(row({names}))::VARCHAR, {literal(_SPACE)}, ' ', 'g'))"
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT __id FROM {parquet(ingested.path)} "
            f"ORDER BY md5({literal(f'{seed} ')} || {content}), __id LIMIT {size:d}"
        ).fetchall()
    ids = tuple(sorted(row[0] for row in found))
    return ids, load_rows(ingested.path, ids)


def write_sample(ingested: Ingested, ids: Sequence[int], path: Path) -> None:
    """These rows as a Parquet file that a run can read in place of the whole; ids stay."""
    with placed(path) as unfinished, duckdb.connect() as database:
        chosen = ", ".join(map(literal, ids)) or "NULL"
        database.execute(
            f"COPY (SELECT * FROM {parquet(ingested.path)} WHERE __id IN ({chosen}) ORDER BY __id) "
            f"TO {literal(str(unfinished))} (FORMAT parquet)"
        )


def parquet(path: Path) -> str:
    """The SQL that reads a Parquet file."""
    return f"read_parquet({literal(str(path))})"


def arrow_batches(relation: duckdb.DuckDBPyRelation, rows: int) -> pa.RecordBatchReader:
    """A query's rows as they come, at most `rows` at a time."""
    if hasattr(duckdb.DuckDBPyRelation, "to_arrow_reader"):  # the name since DuckDB 1.5
        return relation.to_arrow_reader(rows)
    return relation.fetch_arrow_reader(rows)


def user_columns(database: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """The columns of a Parquet file that are not ours, with DuckDB's types."""
    described = database.execute(f"DESCRIBE SELECT * FROM {parquet(path)}").fetchall()
    return {row[0]: row[1] for row in described if not row[0].startswith("__")}
