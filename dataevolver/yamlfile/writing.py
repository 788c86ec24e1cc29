"""The one way in which we write YAML: block style, fixed quoting, never wrapped."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from dataevolver.errors import SpecError
from dataevolver.yamlfile.loading import Plain

WIDTH = 100  # a list of short scalars stays on one line up to here
_LONGEST_KEY = 1000  # YAML readers give up on a `key:` after 1,024 characters

# What a YAML 1.1 or a YAML 1.2 reader takes for something other than text.
_GUESSED = re.compile(
    r"""
    ~ | = | << | null | y | n | yes | no | on | off | true | false
    | [-+]?(?: \.[0-9][0-9_]* | [0-9][0-9_]*(?:\.[0-9_]*)? )(?:e[-+]?[0-9]+)?   # decimal
    | [-+]?0[box][0-9a-f_]+                                                  # other bases
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?                       # base sixty
    | [-+]?\.inf | \.nan
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t\ \t].*)?                           # a date or time
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPES = {"\0": "\\0", '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Zl", "Zp", "Zs")  # a reviewer cannot see these


def dump(value: Plain, indent: int = 0) -> str:
    """Lines of YAML, each indented and ended by a newline; `load` gives the same value back.

    Mappings keep their order. Raises SpecError for what YAML cannot hold: lone surrogates and
    numbers that are not finite or not in 64 bits.
    """
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        return "".join(_entry(key, item, indent) for key, item in value.items())
    if _is_list(value) and value and not _fits_line(value, indent):
        return "".join(f"{margin}- {dump(item, indent + 2)[indent + 2 :]}" for item in value)
    return f"{margin}{_inline(value, indent or 2)}\n"


def _entry(key: str, value: Plain, indent: int) -> str:
    head = " " * indent + _key(key) + ":"
    if _is_list(value):
        nested = len(value) > 0 and not _fits_line(value, len(head) + 1)
    else:
        nested = isinstance(value, Mapping) and len(value) > 0
    if nested:
        return f"{head}\n{dump(value, indent + 2)}"
    return f"{head} {_inline(value, indent + 2)}\n"


def _inline(value: Plain, indent: int) -> str:
    """What may follow `key: ` or `- `; a block of text goes on below, indented."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, str):
        return _block(value, indent) if _is_block(value) else _text(value)
    if isinstance(value, Sequence):
        return _flow(value)
    return _scalar(value)


def _is_list(value: Plain) -> TypeGuard[Sequence[Plain]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _fits_line(items: Sequence[Plain], column: int) -> bool:
    short = all(
        not isinstance(item, Mapping) and not _is_list(item) and "\n" not in str(item)
        for item in items
    )
    return short and column + len(_flow(items)) <= WIDTH


def _flow(items: Sequence[Plain]) -> str:
    return "[" + ", ".join(_scalar(item, flow=True) for item in items) + "]"


def _scalar(value: Plain, *, flow: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return _text(value, flow=flow)
    raise TypeError(f"no YAML for {type(value).__name__}")


def _number(value: int | float) -> str:
    """With a point, without which YAML 1.1 reads `1e-05` as text."""
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise SpecError(f"{value} does not fit in 64 bits and cannot be written as YAML")
        return str(value)
    if not math.isfinite(value):
        raise SpecError(f"{value} is not a finite number and cannot be written as YAML")
    written = repr(value)
    mantissa, mark, exponent = written.partition("e")
    return f"{mantissa}.0e{exponent}" if mark and "." not in mantissa else written


def _key(key: str) -> str:
    written = _text(key)
    if len(written) > _LONGEST_KEY:
        raise SpecError(f'the key "{key[:40]}..." is longer than {_LONGEST_KEY} characters')
    return written


def _text(value: str, *, flow: bool = False) -> str:
    """Plain where no reader can mistake it; else in double quotes, or single ones around `\\`."""
    _refuse_unwritable(value)
    unseen = any(_is_unseen(character) for character in value)
    if not unseen and _is_plain(value, flow):
        return value
    if not unseen and ("\\" in value or '"' in value) and "'" not in value:
        return f"'{value}'"
    return '"' + "".join(_escape(character) for character in value) + '"'


_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`.]|\.(?!\.)")
_SYNTAX = re.compile(r":(?:\s|$)|\s#|^\s|\s$")


def _is_plain(value: str, flow: bool) -> bool:
    return (
        _START.match(value) is not None
        and _SYNTAX.search(value) is None
        and _GUESSED.fullmatch(value) is None
        and not (flow and re.search(r"[,\[\]{}]", value))
    )


def _is_block(value: str) -> bool:
    """Text that a `|` block holds exactly, and that no editor's clean-up of blanks would change."""
    lines = value.removesuffix("\n").split("\n")
    return (
        len(value.split("\n")) > 1
        and lines[0][:1] not in ("", " ", "\t")
        and lines[-1] != ""
        and all(line == line.rstrip() for line in lines)
        and not any(_is_unseen(character) for character in value if character not in "\n\t")
    )


def _block(value: str, indent: int) -> str:
    mark = "|" if value.endswith("\n") else "|-"
    margin = " " * indent
    lines = (f"{margin}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    return "\n".join((mark, *lines))


def _is_unseen(character: str) -> bool:
    return character != " " and unicodedata.category(character) in _UNSEEN


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _is_unseen(character):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _refuse_unwritable(value: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise SpecError(
            f"text that holds half of a surrogate pair cannot be written as YAML: {value[:40]!r}"
        )
