"""When two column paths name the same text, in whole or in part."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from dataevolver.columns import ColumnPath, Columns, ColumnType, parse_path, type_at
from dataevolver.operators import ALL


def root(path: str, columns: Columns | None = None) -> str:
    """The column that holds what the path names; a text that is no path names itself."""
    if columns is not None and path in columns:
        return path
    parsed = _parsed(path)
    return parsed.column if parsed else path


def kind_at(columns: Columns, path: str) -> ColumnType | None:
    """The type of what the path names, or None when it is not there."""
    if path in columns:
        return columns[path]
    parsed = _parsed(path)
    return type_at(columns, parsed) if parsed else None


def touches(written: str, read: str) -> bool:
    """Whether writing the one may change what reading the other gives."""
    first, second = _parsed(written), _parsed(read)
    if first is None or second is None or first.column != second.column:
        return written == read or ALL in (written, read)
    if not first.field or not second.field:
        return True
    if first.field != second.field:
        return second.where is not None and second.where[0] == first.field
    return not _are_apart(first, second)


def is_touched(read: str, written: Iterable[str]) -> bool:
    """Whether writing any of these may change what reading the path gives."""
    return any(touches(path, read) for path in written)


def covers(wide: str, narrow: str) -> bool:
    """Whether all of `narrow` lies in `wide`: `messages[].content` has each role's."""
    if wide == narrow:
        return True
    first, second = _parsed(wide), _parsed(narrow)
    return first is not None and first.where is None and second is not None and alike(wide, narrow)


def alike(left: str, right: str) -> bool:
    """Whether the paths differ at most in the elements that they select."""
    first, second = _parsed(left), _parsed(right)
    if first is None or second is None:
        return left == right
    return (first.column, first.field, first.each) == (second.column, second.field, second.each)


def _are_apart(first: ColumnPath, second: ColumnPath) -> bool:
    """The same key with different values selects different elements."""
    return (
        first.where is not None
        and second.where is not None
        and first.where[0] == second.where[0]
        and first.where != second.where
    )


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ColumnPath | None:
    """One solve asks for the same few paths very often."""
    return parse_path(text)
