"""One JSON text as a value, exactly: for what orjson refuses, cannot tell or would round."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from dataevolver.sources.blocks import MAX_DEPTH, Remark

_HALF = re.compile("[\ud800-\udfff]")
_SPOKEN: Mapping[type, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    type(None): "null",
}


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_FLATTEN = "keep what is that deep as text"


class BrokenJsonError(ValueError):
    """The text is not JSON, or not a row; `hint` says what would do."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class ExactParser:
    """Python's json with all digits of integers kept, and a count of what had to be mended.

    Mended are: half surrogates (U+FFFD), numbers that are not finite (null) and fields that
    occur twice in one object (the last value).
    """

    def __init__(self) -> None:
        self._mended: dict[str, int] = {}
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_float=self._float,
        )

    def parse(self, text: str) -> object:
        """The value of the whole text; BrokenJsonError where it is not JSON."""
        try:
            value, end = self.parse_at(text, len(text) - len(text.lstrip(" \t\r\n")))
        except json.JSONDecodeError as error:
            raise broken(text, error) from error
        rest = text[end:].lstrip(" \t\r\n")
        if rest:
            raise broken(text, json.JSONDecodeError("Extra data", text, len(text) - len(rest)))
        return value

    def parse_at(self, text: str, start: int) -> tuple[object, int]:
        """The value that begins at `start`, and where it ends. JSONDecodeError is passed on."""
        try:
            value, end = self._decoder.raw_decode(text, start)
        except RecursionError as error:
            raise BrokenJsonError(_TOO_DEEP, _FLATTEN) from error
        except json.JSONDecodeError:
            raise
        except ValueError as error:  # an integer of more digits than Python converts
            raise BrokenJsonError(f"broken JSON: {error}") from error
        if text.find("\\ud", start, end) >= 0 or text.find("\\uD", start, end) >= 0:
            value = self._whole(value)
        return value, end

    def take_remarks(self, line: int) -> list[Remark]:
        """What was mended since the last call, as remarks on that line."""
        remarks = [
            Remark(line=line, kind=kind, count=count) for kind, count in self._mended.items()
        ]
        self._mended.clear()
        return remarks

    def _count(self, kind: str, count: int = 1) -> None:
        self._mended[kind] = self._mended.get(kind, 0) + count

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._count("duplicate", len(pairs) - len(found))
        return found

    def _constant(self, _: str) -> None:
        self._count("not finite")

    def _float(self, text: str) -> float | None:
        value = float(text)
        if math.isfinite(value):
            return value
        self._count("not finite")
        return None

    def _whole(self, value: object) -> object:
        if isinstance(value, str):
            mended, halves = _HALF.subn("\ufffd", value)
            if halves:
                self._count("surrogate", halves)
            return mended
        if isinstance(value, list):
            return [self._whole(item) for item in value]
        if isinstance(value, dict):
            return {self._whole(name): self._whole(item) for name, item in value.items()}
        return value


def broken(text: str, error: json.JSONDecodeError) -> BrokenJsonError:
    """What the decoder says, with the column and what would do."""
    return BrokenJsonError(f"broken JSON at column {error.colno}: {error.msg}", _hint(text, error))


def decode_line(line: bytes) -> str:
    """The text of a line; BrokenJsonError names the first byte that is not UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise BrokenJsonError(
            f"invalid UTF-8: 0x{byte:02x} at byte {error.start + 1} of the line",
            "save the file as UTF-8",
        ) from error


def as_row(value: object) -> dict[str, object]:
    """The value when it is an object of bearable depth, else BrokenJsonError."""
    if not isinstance(value, dict):
        raise BrokenJsonError(
            f"a row must be an object, this is {_SPOKEN[type(value)]}", 'write {"field": value}'
        )
    if _depth(value) > MAX_DEPTH:
        raise BrokenJsonError(_TOO_DEEP, _FLATTEN)
    return value


def _depth(value: object) -> int:
    level, layer = 0, [value]
    while layer := [item for item in layer if isinstance(item, (dict, list))]:
        level += 1
        layer = [
            inner for item in layer for inner in (item.values() if isinstance(item, dict) else item)
        ]
    return level


def _hint(text: str, error: json.JSONDecodeError) -> str:
    if text.strip() in ("[", "[{"):
        return "this looks like a JSON array: write `format: json` under the source"
    if error.msg == "Extra data":
        return "write one object a line"
    if "double quotes" in error.msg and "'" in text:
        return "names and texts stand in double quotes"
    if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()):
        return "the line ends too early; an object must stand on one line"
    return ""
