"""The second pass: a source's rows as one Parquet file with typed columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.bodies import arrow_type
from dataevolver.columns import Columns
from dataevolver.errors import Problem, SpecError
from dataevolver.project import Source
from dataevolver.sources.blocks import Block
from dataevolver.sources.delimited import cell_converter
from dataevolver.sources.files import SourceFile, digest_files, find_files
from dataevolver.sources.placing import placed
from dataevolver.sources.progress import Progress, unheard
from dataevolver.sources.shapes import (
    Convert,
    columns_of,
    converter,
    type_of_arrow,
)
from dataevolver.sources.survey import Survey, Told, read_blocks, survey_files

Report = Callable[[Progress], None]

READER_VERSION = 2  # raise it whenever the same files would give other rows or types
TECHNICAL = ("__id", "__source")
_NOTE = b"dve"
_PARQUET: Mapping[str, Any] = {"compression": "zstd", "compression_level": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """A source as one Parquet file: its columns, and `__id` and `__source`, both 0, 1, 2... in order.

    `digest` (64 hex) is of the contents and options. `skipped` is a file of the rows that were
    left out (JSON Lines: file, line, reason, raw), or None. `file_rows` says how many rows came
    from each file, in order.
    """

    name: str
    path: Path
    columns: Columns
    rows: int
    digest: str
    skipped: Path | None
    skipped_rows: int
    warnings: tuple[str, ...]
    file_rows: Mapping[str, int]


def ingest(source: Source, root: Path, cache: Path, report: Report = unheard) -> Ingested:
    """Read a source into the cache, or find it there. SpecError names every place that is wrong.

    Memory is bounded whatever the size of the files, as long as each row fits. `report` hears of
    the progress after each block.
    """
    files = find_files(source, root)
    digest = digest_files(files, f"{READER_VERSION} {source.on_error}")
    path = cache / f"{digest[:32]}.parquet"
    skipped = cache / f"{digest[:32]}.skipped.jsonl"
    note = _read_note(path, files)
    if note is None or (note.skipped_rows and not skipped.is_file()):
        note = _make(source, files, path, skipped, report)
    return Ingested(
        name=source.name,
        path=path,
        columns={
            field.name: type_of_arrow(field.type)
            for field in pq.read_schema(path)
            if field.name not in TECHNICAL
        },
        rows=note.rows,
        digest=digest,
        skipped=skipped if note.skipped_rows else None,
        skipped_rows=note.skipped_rows,
        warnings=note.warnings,
        file_rows=note.file_rows,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What the Parquet file says of itself. Messages name files, so they hold for `files` only."""

    file_rows: Mapping[str, int]
    skipped_rows: int
    warnings: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(self.file_rows.values())

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> _Note:
        note = json.loads(text)
        return cls(
            file_rows=note["file_rows"],
            skipped_rows=note["skipped_rows"],
            warnings=tuple(note["warnings"]),
        )


def _read_note(path: Path, files: Sequence[SourceFile]) -> _Note | None:
    """The note of an earlier reading; None when there is none or it names other files."""
    if not path.is_file():
        return None
    try:
        note = _Note.from_text(pq.read_schema(path).metadata[_NOTE].decode())
    except pa.ArrowException:
        return None  # damaged since: it is made again
    return note if list(note.file_rows) == [file.shown for file in files] else None


def _make(
    source: Source, files: Sequence[SourceFile], path: Path, skipped: Path, report: Report
) -> _Note:
    """Both passes; each counts as half of the work."""

    def tell(done: int, total: int) -> None:
        share = min(1.0, done / total / 2) if total else 1.0
        report(Progress(what=f"reading {source.name}", share=share))

    with ExitStack() as stack:
        bad_rows = stack.enter_context(placed(skipped)) if source.on_error == "skip" else None
        survey = survey_files(source.name, files, bad_rows, tell)
        columns = columns_of(survey.root)
        note = _Note(
            file_rows=survey.file_rows,
            skipped_rows=survey.skipped,
            warnings=survey.warnings,
        )
        unfinished = stack.enter_context(placed(path))
        fields = [(name, pa.int64()) for name in TECHNICAL]
        fields += [(name, arrow_type(kind)) for name, kind in columns.items()]
        schema = pa.schema(fields, metadata={_NOTE: note.text()})
        with pq.ParquetWriter(unfinished, schema, **_PARQUET) as writer:
            _write_rows(files, survey, columns, writer, tell)
    return note


def _write_rows(
    files: Sequence[SourceFile],
    survey: Survey,
    columns: Columns,
    writer: pq.ParquetWriter,
    told: Told,
) -> None:
    sizes = [file.path.stat().st_size for file in files]
    from_json = {name: converter(kind, survey.root.fields[name]) for name, kind in columns.items()}
    from_cells = {name: cell_converter(kind.kind) for name, kind in columns.items()}
    row_number = 0
    for place, file in enumerate(files):
        convert = from_cells if file.format in ("csv", "tsv") else from_json
        for block in read_blocks(file, exact=survey.exact):
            with _unchanged(file):
                writer.write_table(_table(block, convert, writer.schema, row_number))
            row_number += len(block.rows)
            told(sum(sizes) + sum(sizes[:place]) + block.position, sum(sizes))
    if row_number != survey.rows:
        raise SpecError(_changed(", ".join(file.shown for file in files)))


def _table(
    block: Block, converters: Mapping[str, Convert | None], schema: pa.Schema, first: int
) -> pa.Table:
    rows = block.rows
    numbers = pa.array(range(first, first + len(rows)), pa.int64())
    arrays = [numbers, numbers]
    for name, convert in converters.items():
        values = [row.get(name) for row in rows]
        if convert:
            values = [None if value is None else convert(value) for value in values]
        arrays.append(pa.array(values, schema.field(name).type))
    return pa.Table.from_arrays(arrays, schema=schema)


@contextmanager
def _unchanged(file: SourceFile) -> Iterator[None]:
    """Values that do not fit what the first pass saw were not there then."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
        raise SpecError(_changed(file.shown)) from error


def _changed(shown: str) -> Problem:
    hint = "run again when nothing writes to it any more"
    return Problem(message=f"{shown} was changed while it was being read", hint=hint)
