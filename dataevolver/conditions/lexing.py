"""A condition's words, each with its position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dataevolver.conditions.grammar import KEYWORDS, ConditionError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)
    |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<column>`[^`]+`)
    |(?P<word>[^\W\d]\w*(?:(?:\[[^\[\]\n]*\])?\.\w+)*)
    |(?P<wrong>==+|<>|=>|=<|&&?|\|\|?|!(?!=)|~)
    |(?P<mark><=|>=|!=|[=<>+*/%(),\[\]-])""",
    re.VERBOSE,
)
_RIGHT: Mapping[str, str] = {
    "==": "=", "<>": "!=", "=>": ">=", "=<": "<=", "&&": "and", "&": "and", "||": "or", "|": "or",
    "!": "not", "~": "matches",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`kind` is number, text, column, word (a column or a function), keyword, mark or end."""

    kind: str
    text: str  # of a text its characters, of a keyword small letters
    at: int  # from 1


def tokens(text: str) -> Iterator[Token]:
    """The words of a condition and an end. Raises ConditionError for what is no word."""
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ConditionError(_complaint(text[position:]), position + 1)
        kind, written = str(found.lastgroup), found[0]
        if kind == "wrong":
            right = _RIGHT.get(written)
            hint = f': write "{right}"' if right else ""
            raise ConditionError(f'"{written}" is no comparison{hint}', position + 1)
        if kind != "space":
            yield _token(kind, written, position + 1)
        position = found.end()
    yield Token(kind="end", text="", at=len(text) + 1)


def _token(kind: str, written: str, at: int) -> Token:
    if kind == "text":
        quote = written[0]
        return Token(kind=kind, text=written[1:-1].replace(quote * 2, quote), at=at)
    if kind == "column":
        return Token(kind=kind, text=written[1:-1], at=at)
    if kind == "word" and written.lower() in KEYWORDS:
        return Token(kind="keyword", text=written.lower(), at=at)
    return Token(kind=kind, text=written, at=at)


def _complaint(rest: str) -> str:
    if rest[0] in "'\"`":
        return f"the {rest[0]} is not closed"
    return f'"{rest[0]}" means nothing here'
