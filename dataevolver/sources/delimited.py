"""CSV and TSV: every cell is text; what a whole column holds decides its type."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from dataevolver.sources.blocks import BLOCK_BYTES, BadRow, Block, Remark, UnreadableError

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 2**31 - 1  # characters; the csv module's own limit is 131,072
_UTF8 = "save the file as UTF-8"
_QUOTES = 'a quote inside a quoted cell is written twice: "she said ""no"""'
_PATTERNS: Mapping[str, re.Pattern[str]] = {  # kinds of `shapes`, the narrowest first
    "integer": re.compile(r"0|-?[1-9][0-9]{0,14}"),
    "large integer": re.compile(r"-?[1-9][0-9]{0,17}"),
    "number": re.compile(
        r"-?(?:0|[1-9][0-9]{0,14})?(?:\.[0-9]{1,17})?(?<=[0-9])(?:[eE][+-]?[0-9]{1,2})?"
    ),
    "boolean": re.compile(r"true|false", re.IGNORECASE),
}
_WIDER: Mapping[frozenset[str], str] = {
    frozenset({"integer", "large integer"}): "large integer",
    frozenset({"integer", "number"}): "number",
}
_VALUES: Mapping[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": lambda cell: cell.lower() == "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    line: int
    cells: Sequence[str]
    reason: str = ""


def read_delimited(stream: io.BufferedIOBase, *, tabs: bool) -> Iterator[Block]:
    """Blocks of rows whose cells are text, or null where empty. The first line names the columns."""
    lines = _Lines(stream)
    first = next((line for line in lines if line.strip()), "")
    delimiter = "\t" if tabs else _delimiter(first)
    block, size = Block(), 0
    header: tuple[str, ...] | None = None
    with _long_cells():
        for record in _records(lines, delimiter, first):
            if header is None:
                header = _header(record, block)
                continue
            bad = _bad_row(record, len(header), delimiter)
            if bad:
                block.bad.append(bad)
            else:
                row = {name: cell or None for name, cell in zip(header, record.cells, strict=True)}
                block.rows.append(row)
                block.lines.append(record.line)
            size += sum(map(len, record.cells))
            if size >= BLOCK_BYTES:
                yield block
                block, size = Block(), 0
    yield block


def cell_kind(cells: Iterable[str], before: str) -> str:
    """The narrowest kind that holds all cells and what came before, which may be ""."""
    kind = before
    for cell in cells:
        if kind == "text":
            break
        if not kind or not _PATTERNS[kind].fullmatch(cell):
            kind = _wider(kind, cell)
    return kind


def cell_converter(kind: str) -> Callable[[str], object] | None:
    """What turns a cell (not null) into a value of that kind; None when it stays text."""
    return _VALUES.get(kind)


def _wider(kind: str, cell: str) -> str:
    fitting = next((name for name, form in _PATTERNS.items() if form.fullmatch(cell)), "text")
    if not kind:
        return fitting
    return _WIDER.get(frozenset({kind, fitting}), "text")


class _Lines:
    """The decoded lines. Those that are not UTF-8 are told by `reason`, so that reading goes on."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self.number = 0
        self._stream = stream
        self._reasons: dict[int, str] = {}

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._stream)
        self.number += 1
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"0x{line[error.start]:02x} at byte {error.start + 1} of the line"
            self._reasons[self.number] = f"invalid UTF-8: {where}"
            text = line.decode("utf-8", "backslashreplace")
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def reason(self, first: int, last: int) -> str:
        """Why the lines from first to last cannot be read, or ""."""
        if not self._reasons:
            return ""
        found = [self._reasons.pop(number, "") for number in range(first, last + 1)]
        return next(filter(None, found), "")


def _records(lines: _Lines, delimiter: str, first: str) -> Iterator[_Record]:
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    line = lines.number
    while True:
        try:
            cells = next(reader)
            reason = lines.reason(line, lines.number)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise UnreadableError(_unclosed(line)) from error
            cells, reason = [""], f"broken CSV: {error}"
        if cells:
            yield _Record(line=line, cells=cells, reason=reason)
        line = lines.number + 1


def _header(record: _Record, block: Block) -> tuple[str, ...]:
    names = tuple(
        name.strip() or f"column_{position}" for position, name in enumerate(record.cells, start=1)
    )
    twice = sorted({name for name in names if names.count(name) > 1})
    if record.reason:
        raise UnreadableError(BadRow(line=record.line, reason=record.reason, hint=_UTF8))
    if twice:
        quoted = ", ".join(f'"{name}"' for name in twice)
        reason = f"the header names {quoted} more than once"
        hint = "give each column a name of its own"
        raise UnreadableError(BadRow(line=record.line, reason=reason, hint=hint))
    unnamed = sum(not name.strip() for name in record.cells)
    if unnamed:
        block.remarks.append(Remark(line=record.line, kind="unnamed", count=unnamed))
    return names


def _bad_row(record: _Record, width: int, delimiter: str) -> BadRow | None:
    reason, hint = record.reason, _UTF8 if "UTF-8" in record.reason else _QUOTES
    if not reason and len(record.cells) != width:
        reason = f"the row has {_cells(len(record.cells))}, the header has {width}"
        hint = f'a cell that holds "{delimiter}" or a line break stands in double quotes'
    if not reason:
        return None
    return BadRow(line=record.line, reason=reason, hint=hint, raw=delimiter.join(record.cells))


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _unclosed(line: int) -> BadRow:
    return BadRow(line=line, reason="a quote that opens in this row is never closed", hint=_QUOTES)


def _delimiter(header: str) -> str:
    """The candidate that cuts the header into most cells; a comma when none does."""
    return max(
        _DELIMITERS,
        key=lambda mark: (len(next(csv.reader([header], delimiter=mark), [])), mark == ","),
    )


@contextmanager
def _long_cells() -> Iterator[None]:
    """The csv module's limit on a cell belongs to the process, so it is put back."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
