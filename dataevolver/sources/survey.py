"""The first pass over a source: which rows can be read, and what kinds of values they hold."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from dataevolver.errors import Place, Problem, SpecError
from dataevolver.sources.blocks import REMARKS, BadRow, Block, Remark, UnreadableError
from dataevolver.sources.delimited import cell_kind, read_delimited
from dataevolver.sources.files import SourceFile, open_file, reading
from dataevolver.sources.json_lines import read_json_lines
from dataevolver.sources.json_objects import read_json_objects
from dataevolver.sources.parquet import read_parquet, survey_parquet
from dataevolver.sources.shapes import Observer, Shape, describe_mixtures

Told = Callable[[int, int], None]  # bytes done, bytes in all; called after each block

MOST_PROBLEMS = 10  # bad rows that one error names


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the first pass found. `exact`: the files hold integers that orjson would round."""

    root: Shape
    file_rows: Mapping[str, int]  # by the file's name as it is shown, in order
    skipped: int
    warnings: tuple[str, ...]
    exact: bool

    @property
    def rows(self) -> int:
        """In all files."""
        return sum(self.file_rows.values())


def survey_files(
    name: str, files: Sequence[SourceFile], skipped: Path | None, told: Told
) -> Survey:
    """Read all rows once. Bad rows go to `skipped` as JSON Lines, or raise one SpecError."""
    notes = _survey(files, skipped, told, exact=False)
    exact = notes.observer.may_be_rounded
    if exact:
        notes = _survey(files, skipped, told, exact=True)
    _raise_problems(name, notes, is_skipping=skipped is not None)
    return Survey(
        root=notes.observer.root,
        file_rows=notes.rows,
        skipped=notes.bad_rows,
        warnings=tuple(_warnings(notes)),
        exact=exact,
    )


def read_blocks(file: SourceFile, *, exact: bool, is_first_pass: bool = False) -> Iterator[Block]:
    """A file's rows in blocks, whatever its format; SpecError with the place where it cannot go on."""
    try:
        with reading(file):
            if file.format == "parquet":
                yield from read_parquet(file.path)
                return
            with open_file(file) as opened:
                if file.format == "jsonl":
                    blocks = read_json_lines(
                        opened.stream, exact=exact, is_first_pass=is_first_pass
                    )
                elif file.format == "json":
                    blocks = read_json_objects(opened.stream)
                else:
                    blocks = read_delimited(opened.stream, tabs=file.format == "tsv")
                for block in blocks:
                    block.position = opened.raw.tell()
                    yield block
    except UnreadableError as error:
        raise SpecError(_problem(file, error.bad)) from error


def _survey(
    files: Sequence[SourceFile], skipped: Path | None, told: Told, *, exact: bool
) -> _Notes:
    with contextlib.ExitStack() as stack:
        record = stack.enter_context(skipped.open("w", encoding="utf-8")) if skipped else None
        notes = _Notes(skipped=record)
        sizes = [file.path.stat().st_size for file in files]
        for place, file in enumerate(files):
            try:
                for position in _read_file(file, notes, exact=exact):
                    told(sum(sizes[:place]) + position, sum(sizes))
            except SpecError as error:
                notes.problems.extend(error.problems)
            if record is None and notes.bad_rows >= MOST_PROBLEMS:
                break
    return notes


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What was seen so far, in all files."""

    skipped: TextIO | None
    observer: Observer = field(default_factory=Observer)
    problems: list[Problem] = field(default_factory=list)
    bad_rows: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    mended: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def remark(self, file: SourceFile, remarks: Sequence[Remark]) -> None:
        """Count what was mended, by file and kind, with the first line."""
        for remark in remarks:
            key = (file.shown, remark.kind)
            line, count = self.mended.get(key, (remark.line, 0))
            self.mended[key] = (line, count + remark.count)

    def reject(self, file: SourceFile, bad: BadRow) -> None:
        """Keep a bad row in the record of skipped ones, or as a problem."""
        self.bad_rows += 1
        if self.skipped is None:
            if self.bad_rows <= MOST_PROBLEMS:
                self.problems.append(_problem(file, bad))
            return
        entry = {"file": file.shown, "line": bad.line, "reason": bad.reason, "raw": bad.raw}
        self.skipped.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _read_file(file: SourceFile, notes: _Notes, *, exact: bool) -> Iterator[int]:
    """Take one file into the notes; gives the position in it after each block."""
    notes.observer.file = file.shown
    notes.rows[file.shown] = 0
    if file.format == "parquet":
        notes.rows[file.shown] = _read_schema(file, notes)
        return
    cells: dict[str, str] = {}
    for block in read_blocks(file, exact=exact, is_first_pass=True):
        notes.rows[file.shown] += len(block.rows)
        notes.remark(file, block.remarks)
        for bad in block.bad:
            notes.reject(file, bad)
        if file.format in ("csv", "tsv"):
            _add_cells(block, cells)
        else:
            notes.observer.add(block.rows, block.lines)
        yield block.position
    place = Place(file=file.shown)
    for column, kind in cells.items():
        shape = notes.observer.root.field(column, place)
        if kind and shape is not None:
            shape.first.setdefault(kind, place)


def _read_schema(file: SourceFile, notes: _Notes) -> int:
    try:
        with reading(file):
            rows, remarks = survey_parquet(file.path, notes.observer)
    except UnreadableError as error:
        raise SpecError(_problem(file, error.bad)) from error
    notes.remark(file, remarks)
    return rows


def _add_cells(block: Block, kinds: dict[str, str]) -> None:
    for column in block.rows[0] if block.rows else ():
        filled = (str(row[column]) for row in block.rows if row[column] is not None)
        kinds[column] = cell_kind(filled, kinds.get(column, ""))


def _raise_problems(name: str, notes: _Notes, *, is_skipping: bool) -> None:
    problems = list(notes.problems)
    if notes.bad_rows and not is_skipping:
        problems.append(_headline(name, notes.bad_rows))
    if not problems and not sum(notes.rows.values()):
        left_out = f"; {notes.bad_rows} bad rows were skipped" if notes.bad_rows else ""
        shown = ", ".join(notes.rows)
        message = f'source "{name}": there is no row in {shown}{left_out}'
        hint = "look at how it was made, or name another file under `path:`"
        problems.append(Problem(message=message, hint=hint))
    if not problems and not notes.observer.root.fields:
        message = f'source "{name}": none of its rows has a field'
        problems.append(Problem(message=message, hint='write {"field": value}, one object a line'))
    if problems:
        raise SpecError(problems)


def _headline(name: str, bad_rows: int) -> Problem:
    several = bad_rows > 1
    count = f"{bad_rows} rows" if several else "1 row"
    if bad_rows >= MOST_PROBLEMS:
        count = f"{MOST_PROBLEMS} rows or more"
    return Problem(
        message=f'source "{name}": {count} cannot be read',
        hint=f"mend {'them' if several else 'it'}, or write `on_error: skip` under the source: "
        "such rows are then kept aside",
    )


def _warnings(notes: _Notes) -> Iterator[str]:
    for file, rows in notes.rows.items():
        if not rows:
            yield f"{file}: there is no row in this file"
    for (file, kind), (line, count) in notes.mended.items():
        yield f"{Place(file=file, line=line)}: {REMARKS[kind]} ({count} in this file)"
    yield from describe_mixtures(notes.observer.root)


def _problem(file: SourceFile, bad: BadRow) -> Problem:
    place = Place(file=file.shown, line=bad.line)
    return Problem(place=place, message=bad.reason, hint=bad.hint)
