"""Finished rows as the file that the user asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from dataevolver.errors import RunError
from dataevolver.sources.placing import placed
from dataevolver.sources.rows import parquet, user_columns
from dataevolver.sql import identifier, literal

_LINES = 4096
_NOT_FINITE = re.compile(r"[:\[,](?:NaN|-?Infinity)[,\]}]")


def write_output(rows: Path, output: Path, format: str) -> None:
    """Write a run's Parquet as `jsonl` or `parquet`, in the order of `__id`, without our columns.

    JSON Lines are UTF-8 without escapes, fields in column order, nulls written. The file is
    there whole or not at all; RunError names it when it cannot be written.
    """
    with placed(output) as unfinished, _database(rows.parent) as database:
        names = user_columns(database, rows)
        if not names:
            raise RunError(f"cannot write {output}: the plan's last step left no column")
        if format == "parquet":
            shown = ", ".join(map(identifier, names))
            database.execute(
                f"COPY (SELECT {shown} FROM {parquet(rows)} ORDER BY __id) "
                f"TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)"
            )
        elif format == "jsonl":
            _write_lines(database, names, rows, unfinished)
        else:
            raise ValueError(f"no output format {format}")


def _write_lines(
    database: duckdb.DuckDBPyConnection, names: Sequence[str], rows: Path, path: Path
) -> None:
    fields = ", ".join(f"{literal(name)}: {identifier(name)}" for name in names)
    lines = database.execute(
        f"SELECT to_json({{{fields}}})::VARCHAR FROM {parquet(rows)} ORDER BY __id"
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while found := lines.fetchmany(_LINES):
            file.writelines(f"{_finite(line)}\n" for (line,) in found)


def _finite(line: str) -> str:
    """The line with null for NaN and Infinity, which DuckDB writes but JSON does not have."""
    if not _NOT_FINITE.search(line):
        return line
    row = json.loads(line, parse_constant=lambda _: None)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _database(spill: Path) -> duckdb.DuckDBPyConnection:
    """Sorting more than fits in memory goes to disk beside the run, not to the current folder."""
    return duckdb.connect(config={"temp_directory": str(spill / ".sorting")})


def write_rejected(rejected: Path, output: Path) -> None:
    """Write the rows that a run dropped or failed as JSON Lines: where from, which step, why, the row."""
    with placed(output) as unfinished, _database(rejected.parent) as database:
        database.execute(
            'COPY (SELECT __source AS source_row, __step AS step, __kind AS "kind", '
            "__reason AS reason, __detail AS detail, __row::JSON AS row "
            f"FROM {parquet(rejected)} ORDER BY __id) "
            f"TO {literal(str(unfinished))} (FORMAT json)"
        )
