"""Finished rows as the file that the user asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from dataevolver.errors import RunError
from dataevolver.project import Output
from dataevolver.sources.placing import placed
from dataevolver.sources.rows import arrow_batches, parquet, user_columns
from dataevolver.sources.shards import ParquetSink, write_shards
from dataevolver.sql import identifier, literal

_ROWS, _ROWS_OF_A_SHARD = 4096, 128  # at a time
_NOT_FINITE = re.compile(r"[:\[,](?:NaN|-?Infinity)[,\]}]")


def write_output(rows: Path, output: Output, path: Path, memory: int = 0) -> tuple[Path, ...]:
    """Write a run's Parquet as the output says, in its order, without our columns; the files.

    JSON Lines are UTF-8 without escapes, fields in column order, nulls written. One file at
    `path`, or shards by its name. They are there whole or not at all; RunError names the path when
    they cannot be written. `memory` bounds the bytes that DuckDB takes.
    """
    with _database(rows.parent, memory) as database:
        types = user_columns(database, rows)
        if not types:
            raise RunError(f"cannot write {path}: the plan's last step left no column")
        shown = f"SELECT {', '.join(map(identifier, types))} FROM {parquet(rows)}"
        if output.format == "parquet" and not output.shard_bytes:
            with placed(path) as unfinished:
                database.execute(
                    f"COPY ({shown}) TO {literal(str(unfinished))} "
                    "(FORMAT parquet, COMPRESSION zstd)"
                )
            return (path,)
        if output.format == "parquet":
            batches = arrow_batches(database.sql(shown), _ROWS)
            sink = partial(ParquetSink, schema=batches.schema)
            return write_shards(batches, path, output.shard_bytes, sink)
        at_once = _ROWS_OF_A_SHARD if output.shard_bytes else _ROWS
        lines = arrow_batches(database.sql(_lines_query(types, rows)), at_once)
        return _write_lines(lines, output, path, _are_finite(types))


def _write_lines(
    lines: pa.RecordBatchReader, output: Output, path: Path, are_finite: bool
) -> tuple[Path, ...]:
    sink = partial(_LineSink, are_finite=are_finite)
    if output.shard_bytes:
        return write_shards(lines, path, output.shard_bytes, sink)
    with placed(path) as unfinished:
        file = sink(unfinished)
        try:
            for batch in lines:
                file.write(batch)
        finally:
            file.close()
    return (path,)


def _lines_query(types: Mapping[str, str], rows: Path) -> str:
    fields = ", ".join(f"{literal(name)}: {_value(name, kind)}" for name, kind in types.items())
    return f"SELECT to_json({{{fields}}})::VARCHAR || chr(10) AS line FROM {parquet(rows)}"


class _LineSink:
    """Lines as DuckDB made them: their bytes go to the file as they lie in memory."""

    def __init__(self, path: Path, are_finite: bool) -> None:
        self._file = path.open("wb")
        self._are_finite = are_finite

    def write(self, batch: pa.RecordBatch) -> None:
        lines = batch.column(0)
        self._file.write(_bytes(lines if self._are_finite else _finite(lines)))

    def size(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def _are_finite(types: Mapping[str, str]) -> bool:
    """Whether no list or struct holds numbers that JSON does not have."""
    return not any("DOUBLE" in kind and kind != "DOUBLE" for kind in types.values())


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
    """What does not fit in memory goes to disk beside the run, not to the current folder."""
    database = duckdb.connect(config={"temp_directory": str(spill / ".sorting")})
    if memory:
        database.execute(f"SET memory_limit = '{memory}B'")
    return database


def write_rejected(rejected: Path, output: Path, memory: int = 0) -> None:
    """Write the rows that a run dropped or failed as JSON Lines: where from, which step, why, the row.

    They are in the order in which they left: sorting whole rows would take memory.
    `memory` bounds the bytes that DuckDB takes.
    """
    with placed(output) as unfinished, _database(rejected.parent, memory) as database:
        database.execute(
            'COPY (SELECT __source AS source_row, __step AS step, __kind AS "kind", '
            "__reason AS reason, __detail AS detail, __row::JSON AS row "
            f"FROM {parquet(rejected)}) "
            f"TO {literal(str(unfinished))} (FORMAT json)"
        )
