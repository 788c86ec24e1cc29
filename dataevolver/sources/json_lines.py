"""JSON Lines: one object a line, read at the speed of orjson."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import orjson

from dataevolver.sources.blocks import BLOCK_BYTES, MAX_DEPTH, BadRow, Block
from dataevolver.sources.json_values import (
    BrokenJsonError,
    ExactParser,
    as_row,
    decode_line,
)

_SPACED_COLON = re.compile(rb'"[ \t\r]+:')
_BOM = b"\xef\xbb\xbf"


def read_json_lines(
    stream: io.BufferedIOBase, *, exact: bool, is_first_pass: bool
) -> Iterator[Block]:
    """Blocks of the file's rows. `exact` keeps all digits of integers beyond 64 bits; it is slower.

    Only the first pass looks for what needs a remark; the rows are the same in both.
    """
    parser = ExactParser()
    block, size = Block(), 0
    for number, line in enumerate(stream, start=1):
        text = line.removeprefix(_BOM) if number == 1 else line
        row = None if exact else _parse(text)
        if row is None or (is_first_pass and _may_repeat_names(text, row)):
            row = _second_look(text, number, block, parser)
        if row is not None:
            block.rows.append(row)
            block.lines.append(number)
        size += len(text)
        if size >= BLOCK_BYTES:
            yield block
            block, size = Block(), 0
    yield block


def _parse(line: bytes) -> dict[str, object] | None:
    """The row by orjson; None when anything about the line is odd."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if type(row) is not dict or line.count(b"[") + line.count(b"{") > MAX_DEPTH:
        return None
    return row


def _may_repeat_names(line: bytes, row: dict[str, object]) -> bool:
    """Whether a field may occur twice in one object; False is certain.

    A quote inside a JSON text is escaped, so each name gives one `":`; only a text that begins
    with a colon gives one more, and a space before the colon one less.
    """
    colons = line.count(b'":')
    if colons != len(row) and colons != _count_names(row):
        return True
    return (b" :" in line or b"\t:" in line) and _SPACED_COLON.search(line) is not None


def _count_names(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_count_names, value.values()))
    if isinstance(value, list):
        return sum(map(_count_names, value))
    return 0


def _second_look(
    line: bytes, number: int, block: Block, parser: ExactParser
) -> dict[str, object] | None:
    """The row by Python's json; None when the line is blank or goes to the bad rows."""
    text = line.rstrip()
    if not text:
        return None
    try:
        row = as_row(parser.parse(decode_line(text)))
    except BrokenJsonError as error:
        raw = text.decode("utf-8", "backslashreplace")
        block.bad.append(BadRow(line=number, reason=str(error), hint=error.hint, raw=raw))
        return None
    block.remarks.extend(parser.take_remarks(number))
    return row
