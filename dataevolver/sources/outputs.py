"""Finished rows as the file that the user asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from dataevolver.errors import RunError
from dataevolver.sources.placing import placed
from dataevolver.sources.rows import arrow_batches, parquet, user_columns
from dataevolver.sql import identifier, literal

_LINES = 4096
_NOT_FINITE = re.compile(r"[:\[,](?:NaN|-?Infinity)[,\]}]")


def write_output(rows: Path, output: Path, format: str, memory: int = 0) -> None:
    """Write a run's Parquet as `jsonl` or `parquet`, in its order, without our columns.

    JSON Lines are UTF-8 without escapes, fields in column order, nulls written. The file is
    there whole or not at all; RunError names it when it cannot be written. `memory` bounds the
    bytes that DuckDB takes.
    """
    with placed(output) as unfinished, _database(rows.parent, memory) as database:
        types = user_columns(database, rows)
        if not types:
            raise RunError(f"cannot write {output}: the plan's last step left no column")
        if format == "parquet":
            shown = ", ".join(map(identifier, types))
            database.execute(
                f"COPY (SELECT {shown} FROM {parquet(rows)}) "
                f"TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)"
            )
        elif format == "jsonl":
            _write_lines(database, types, rows, unfinished)
        else:
            raise ValueError(f"no output format {format}")


def _write_lines(
    database: duckdb.DuckDBPyConnection, types: Mapping[str, str], rows: Path, path: Path
) -> None:
    """DuckDB makes the lines; their bytes go to the file as they lie in memory."""
    fields = ", ".join(f"{literal(name)}: {_value(name, kind)}" for name, kind in types.items())
    lines = database.sql(
        f"SELECT to_json({{{fields}}})::VARCHAR || chr(10) AS line FROM {parquet(rows)}"
    )
    numbers_inside = any("DOUBLE" in kind and kind != "DOUBLE" for kind in types.values())
    with path.open("wb") as file:
        for batch in arrow_batches(lines, _LINES):
            column = batch.column(0)
            file.write(_bytes(_finite(column) if numbers_inside else column))


def _value(name: str, kind: str) -> str:
    """The column, with null for NaN and Infinity, which DuckDB writes but JSON does not have."""
    column = identifier(name)
    return f"CASE WHEN isfinite({column}) THEN {column} END" if kind == "DOUBLE" else column


def _bytes(texts: pa.Array) -> pa.Buffer:
    """The bytes of texts without null, end to end."""
    _validity, ends, values = texts.cast(pa.large_string()).buffers()
    found = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return values.slice(found[0], found[-1] - found[0]) if values else b""


def _finite(lines: pa.Array) -> pa.Array:
    """The lines with null for NaN and Infinity inside lists and structs."""
    return pa.array(map(_finite_line, lines.to_pylist()), pa.string())


def _finite_line(line: str) -> str:
    if not _NOT_FINITE.search(line):
        return line
    row = json.loads(line, parse_constant=lambda _: None)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _database(spill: Path, memory: int) -> duckdb.DuckDBPyConnection:
    """Sorting more than fits in memory goes to disk beside the run, not to the current folder."""
    database = duckdb.connect(config={"temp_directory": str(spill / ".sorting")})
    if memory:
        database.execute(f"SET memory_limit = '{memory}B'")
    return database


def write_rejected(rejected: Path, output: Path, memory: int = 0) -> None:
    """Write the rows that a run dropped or failed as JSON Lines: where from, which step, why, the row.

    `memory` bounds the bytes that DuckDB takes.
    """
    with placed(output) as unfinished, _database(rejected.parent, memory) as database:
        database.execute(
            'COPY (SELECT __source AS source_row, __step AS step, __kind AS "kind", '
            "__reason AS reason, __detail AS detail, __row::JSON AS row "
            f"FROM {parquet(rejected)} ORDER BY __id) "
            f"TO {literal(str(unfinished))} (FORMAT json)"
        )
