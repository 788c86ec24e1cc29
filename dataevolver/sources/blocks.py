"""What the readers of all formats give: blocks of rows, with what was wrong or odd in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Row = Mapping[str, object]

BLOCK_BYTES = 4 << 20  # of source text that is turned into Python at a time
MAX_DEPTH = 64  # levels of lists and objects in a row; deeper is an error of that row


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be read: where, why, and its text as far as there is one."""

    line: int
    reason: str
    hint: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that was mended while reading; `kind` is a key of `REMARKS`."""

    line: int
    kind: str
    count: int = 1


REMARKS: Mapping[str, str] = {
    "surrogate": "half of a surrogate pair was replaced by U+FFFD",
    "duplicate": "a field occurs twice in one object; the last value was taken",
    "not finite": "NaN or Infinity was read as null",
    "unnamed": "a column without a name was called column_N, N being its position",
    "pandas index": "the column __index_level_0__ (the index of a pandas table) was left out",
}


@dataclass(slots=True, kw_only=True)
class Block:
    """Some rows in file order and the line on which each begins. A reader fills it and lets go."""

    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    position: int = 0  # bytes of the file that were read up to here


class UnreadableError(Exception):
    """The rest of a file cannot be read, whatever `on_error` says."""

    def __init__(self, bad: BadRow) -> None:
        super().__init__(bad.reason)
        self.bad = bad
