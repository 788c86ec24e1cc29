"""The only ways by which a name or a value gets into SQL text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def identifier(name: str) -> str:
    """A quoted SQL identifier.

    >>> identifier('text content')
    '"text content"'
    >>> identifier('a"b')
    '"a""b"'
    """
    if "\0" in name:
        raise ValueError("a name holds a NUL character")
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A DuckDB literal of a string, number, boolean, null, list or mapping of these.

    >>> literal("it's"), literal(None), literal([1, 2.5]), literal({"a": True})
    ("'it''s'", 'NULL', '[1, 2.5]', "{'a': true}")
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"'{value}'::DOUBLE"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        pairs = (f"{_text(str(key))}: {literal(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    raise TypeError(f"no SQL literal for {type(value).__name__}")


def _text(value: str) -> str:
    """DuckDB takes every character but NUL inside quotes as it stands."""
    parts = ("'" + part.replace("'", "''") + "'" for part in value.split("\0"))
    return (
        " || chr(0) || ".join(parts) if "\0" not in value else f"({' || chr(0) || '.join(parts)})"
    )
