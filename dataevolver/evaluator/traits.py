"""The language and the length of each raw row, found once for a source and kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.columns import Columns, text_paths
from dataevolver.compiler import reference
from dataevolver.operators import fingerprint
from dataevolver.profiler import LANGUAGE_READ, languages_of
from dataevolver.project import Target
from dataevolver.runner.engine import open_engine, read_batches
from dataevolver.sources import Ingested, Progress, placed, unheard
from dataevolver.sql import literal

_VERSION = 1  # raise it whenever the same rows would get other traits
_ROWS = 8_192  # rows whose beginnings are in memory at a time
_SCHEMA = pa.schema(
    [
        ("__id", pa.int64()),
        ("__source", pa.int64()),
        ("language", pa.string()),  # null where the rows hold no text; "" where it is unknown
        ("characters", pa.int64()),  # of all texts of the row; null where the rows hold none
    ]
)


def row_traits(
    source: Ingested, store: Path, target: Target, report: Callable[[Progress], None] = unheard
) -> Path:
    """A Parquet file in `store` with a line for each row of the source, in order.

    The language is that of the row's longest text, a conversation counting as its turns together.
    """
    path = store / f"{fingerprint([_VERSION, source.digest])[:32]}.traits.parquet"
    if not _is_whole(path):
        _find(source, path, target, report)
    return path


def _is_whole(path: Path) -> bool:
    try:
        return path.is_file() and pq.read_metadata(path) is not None
    except pa.ArrowException:
        return False  # damaged since: it is made again


def _find(source: Ingested, path: Path, target: Target, report: Callable[[Progress], None]) -> None:
    with (
        open_engine(target, (source.path.resolve(),), (path.parent.resolve(),)) as connection,
        placed(path) as unfinished,
        pq.ParquetWriter(unfinished, _SCHEMA, compression="zstd") as writer,
        read_batches(connection, _query(source), _ROWS) as batches,
    ):
        done = 0
        for batch in batches:
            writer.write_table(_traits(batch))
            done += batch.num_rows
            share = done / max(1, source.rows)
            report(Progress(what=f"languages of {source.name}", share=min(1.0, share)))


def _query(source: Ingested) -> str:
    """The beginning of each row's longest text, and how long all are together."""
    texts = _texts(source.columns)
    if not texts:
        beginning, characters = "NULL::VARCHAR", "NULL::BIGINT"
    else:
        sizes = [f"coalesce(length({text}), 0)" for text in texts]
        pairs = [
            f"{{size: {size}, beginning: left({text}, {LANGUAGE_READ})}}"
            for size, text in zip(sizes, texts, strict=True)
        ]
        longest = f"list_max([{', '.join(pairs)}]).beginning" if len(texts) > 1 else texts[0]
        beginning = f"coalesce(left({longest}, {LANGUAGE_READ}), '')"
        characters = " + ".join(sizes)
    return (
        f'SELECT "__id", "__source", {beginning} AS beginning, {characters} AS characters '
        f"FROM read_parquet({literal(str(source.path.resolve()))})"
    )


def _texts(columns: Columns) -> list[str]:
    return [reference(path, columns) for path in text_paths(columns)]


def _traits(batch: pa.RecordBatch) -> pa.Table:
    columns = [
        batch.column("__id"),
        batch.column("__source"),
        languages_of(batch.column("beginning")),
        batch.column("characters").cast(pa.int64()),
    ]
    return pa.Table.from_arrays(columns, schema=_SCHEMA)
