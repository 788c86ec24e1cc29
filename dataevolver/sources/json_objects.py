"""JSON that is not one object a line: an array of objects, or objects one after the other.

The text is decoded in a sliding window, so memory holds a few rows whatever the file's size.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator

from dataevolver.sources.blocks import BLOCK_BYTES, BadRow, Block, UnreadableError
from dataevolver.sources.json_values import BrokenJsonError, ExactParser, as_row

_PIECE = 1 << 20
_SPACE = " \t\r\n"
_TAIL = 16  # an error this near to the window's end may only mean that more must be read


def read_json_objects(stream: io.BufferedIOBase) -> Iterator[Block]:
    """Blocks of the file's rows. Integers are always exact; broken JSON raises UnreadableError."""
    window = _Window(stream)
    block, size = Block(), 0
    for _ in _elements(window):
        line = window.line
        value = window.value()
        try:
            block.rows.append(as_row(value))
            block.lines.append(line)
        except BrokenJsonError as error:
            bad = BadRow(line=line, reason=str(error), hint=error.hint, raw=window.value_text())
            block.bad.append(bad)
        block.remarks.extend(window.parser.take_remarks(line))
        size += len(window.value_text())
        if size >= BLOCK_BYTES:
            yield block
            block, size = Block(), 0
    yield block


def _elements(window: _Window) -> Iterator[None]:
    """Stops where each element begins; whoever iterates reads it with `value`."""
    if window.peek() != "[":
        while window.peek():
            yield
        return
    window.skip()
    if window.peek() != "]":
        yield
    while (mark := window.peek()) != "]":
        if mark != ",":
            raise window.unreadable('"," or "]" is missing after an element of the array')
        window.skip()
        window.peek()
        yield
    window.skip()
    if window.peek():
        raise window.unreadable("there is text after the end of the array")


class _Window:
    """The part of the text that is being read; `line` is where reading stands."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self.parser = ExactParser()
        self.line = 1
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._value_start = 0
        self._position = 0
        self._bytes = 0
        self._is_whole = False

    def peek(self) -> str:
        """The next character that is not space, "" at the end."""
        while True:
            while self._position < len(self._text):
                character = self._text[self._position]
                if character not in _SPACE:
                    return character
                self.skip()
            if self._is_whole:
                return ""
            self._read_on()

    def skip(self) -> None:
        """Go one character on."""
        self._advance(self._position + 1)

    def value(self) -> object:
        """Read the value that begins here."""
        self._value_start = self._position
        while True:
            try:
                value, end = self.parser.parse_at(self._text, self._position)
            except json.JSONDecodeError as error:
                if self._is_whole or not self._may_be_cut(error):
                    raise self.unreadable(f"broken JSON: {error.msg}", error.pos) from error
            except BrokenJsonError as error:
                raise self.unreadable(str(error)) from error
            else:
                if end < len(self._text) or self._is_whole:
                    self._advance(end)
                    return value
            self.parser.take_remarks(self.line)
            self._read_on()

    def value_text(self) -> str:
        """The text of the value that was read last."""
        return self._text[self._value_start : self._position]

    def unreadable(self, reason: str, position: int | None = None) -> UnreadableError:
        """The file cannot be read on from here."""
        line = self.line + self._text.count("\n", self._position, position or self._position)
        hint = "one object a line (.jsonl) lets `on_error: skip` leave out broken rows"
        return UnreadableError(BadRow(line=line, reason=reason, hint=hint))

    def _advance(self, position: int) -> None:
        self.line += self._text.count("\n", self._position, position)
        self._position = position

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _TAIL

    def _read_on(self) -> None:
        """Read at least as much again as is kept, so that a long row costs linear time."""
        kept = self._text[self._value_start :]
        self._position -= self._value_start
        self._value_start = 0
        piece = self._stream.read(max(_PIECE, len(kept)))
        self._is_whole = not piece
        try:
            fresh = self._decoder.decode(piece, final=self._is_whole)
        except UnicodeDecodeError as error:
            self._text = kept + error.object[: error.start].decode()
            pending = len(error.object) - len(piece)
            byte = f"0x{error.object[error.start]:02x} at byte {self._bytes - pending + error.start + 1}"
            raise self.unreadable(f"invalid UTF-8: {byte} of the file", len(self._text)) from error
        self._text = kept + (fresh if self._bytes else fresh.removeprefix("\ufeff"))
        self._bytes += len(piece)
