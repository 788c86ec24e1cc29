"""SQL text laid out for a reader, never at the cost of a literal's value."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

# What may hold a line break that belongs to a value (or an apostrophe that opens none).
_QUOTED = re.compile(
    r"[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/"
    r"|(\$\w*\$).*?\1",
    re.DOTALL,
)
_BREAK = "\0"  # cannot be in SQL text


def tidy(text: str) -> str:
    """The text without the blank lines and the common indentation that a template leaves."""
    lines = (line.rstrip() for line in _protect(text).split("\n"))
    return _restore(textwrap.dedent("\n".join(line for line in lines if line)))


def indent(text: str, depth: int = 1) -> str:
    """The text `depth` levels further in; line breaks inside quotes stay as they are."""
    return _restore(textwrap.indent(_protect(text), "  " * depth))


def listed(parts: Sequence[str], depth: int = 1) -> str:
    """One part a line, commas between."""
    return ",\n".join(indent(part, depth) for part in parts)


def with_queries(parts: Sequence[tuple[str, str]]) -> str:
    """A WITH clause; each part is what stands left of the parenthesis and what stands in it."""
    return "WITH\n" + ",\n".join(f"{name} (\n{indent(body)}\n)" for name, body in parts)


def _protect(text: str) -> str:
    return _QUOTED.sub(lambda found: found[0].replace("\n", _BREAK), text)


def _restore(text: str) -> str:
    return text.replace(_BREAK, "\n")
