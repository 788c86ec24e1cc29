"""Column types, and paths to the text inside a column.

A text may be a column of its own (`question`) or sit inside a conversation
(`messages[].content`, `messages[role=assistant].content`) or an object (`meta.title`).
Everywhere in the project one path names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.sql import identifier

SCALARS: Mapping[str, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}
_PATH = re.compile(
    r"^(?P<column>[^\[\].=]+)"
    r"(?:(?P<each>\[(?:(?P<key>[^\[\]=]+)=(?P<value>[^\[\]]*))?\])?\.(?P<field>[^\[\].=]+))?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """`kind` is text, integer, number, boolean, list (of `item`), struct (of `fields`) or other (`sql`)."""

    kind: str
    item: ColumnType | None = None
    fields: tuple[tuple[str, ColumnType], ...] = ()
    sql: str = ""

    def __str__(self) -> str:
        if self.kind == "list":
            return f"list<{self.item}>"
        if self.kind == "struct":
            return "struct<" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + ">"
        return self.sql.lower() if self.kind == "other" else self.kind

    def field(self, name: str) -> ColumnType | None:
        """The type of a struct's field, or None."""
        return next((kind for known, kind in self.fields if known == name), None)


TEXT = ColumnType(kind="text")
INTEGER = ColumnType(kind="integer")
NUMBER = ColumnType(kind="number")
BOOLEAN = ColumnType(kind="boolean")

Columns = Mapping[str, ColumnType]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPath:
    """`column`, `column.field`, `column[].field` or `column[key=value].field`."""

    column: str
    field: str = ""
    each: bool = False
    where: tuple[str, str] | None = None

    def __str__(self) -> str:
        if not self.field:
            return self.column
        if not self.each:
            return f"{self.column}.{self.field}"
        inside = f"{self.where[0]}={self.where[1]}" if self.where else ""
        return f"{self.column}[{inside}].{self.field}"


def parse_path(text: str) -> ColumnPath | None:
    """The path that `text` writes, or None when it is not one."""
    found = _PATH.match(text)
    if found is None:
        return None
    where = (found["key"], found["value"]) if found["key"] else None
    return ColumnPath(
        column=found["column"],
        field=found["field"] or "",
        each=found["each"] is not None,
        where=where,
    )


def find_path(text: str, columns: Columns) -> ColumnPath | None:
    """The path that `text` writes over these columns: a column of that very name comes first.

    Files have columns such as `meta.source` without there being an object `meta`.
    """
    return ColumnPath(column=text) if text in columns else parse_path(text)


def type_at(columns: Columns, path: ColumnPath) -> ColumnType | None:
    """The type of the value that a path names, or None when it is not there."""
    kind = columns.get(path.column)
    if kind is None or not path.field:
        return kind
    if path.each:
        kind = kind.item if kind.kind == "list" else None
    return kind.field(path.field) if kind is not None and kind.kind == "struct" else None


def parse_type(text: str) -> ColumnType | None:
    """The type that `text` writes as `str(ColumnType)` does, or None: `list<struct<role: text>>`."""
    text = text.strip()
    if text in (*SCALARS, "list", "struct"):
        return ColumnType(kind=text)
    if text.startswith("list<") and text.endswith(">"):
        item = parse_type(text[5:-1])
        return ColumnType(kind="list", item=item) if item else None
    if not (text.startswith("struct<") and text.endswith(">")):
        return None
    fields: list[tuple[str, ColumnType]] = []
    for part in _split_fields(text[7:-1]):
        name, colon, inner = part.partition(":")
        kind = parse_type(inner)
        if not (name.strip() and colon and kind):
            return None
        fields.append((name.strip(), kind))
    return ColumnType(kind="struct", fields=tuple(fields))


def _split_fields(text: str) -> list[str]:
    """Split at the commas that no bracket encloses."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "<") - (character == ">")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def text_paths(columns: Columns) -> tuple[ColumnPath, ...]:
    """Every place that holds text, in column order; conversations by their text fields."""
    found: list[ColumnPath] = []
    for name, kind in columns.items():
        if kind.kind == "text":
            found.append(ColumnPath(column=name))
        holder = kind.item if kind.kind == "list" else kind
        if holder is not None and holder.kind == "struct":
            found.extend(
                ColumnPath(column=name, field=inner, each=kind.kind == "list")
                for inner, inner_kind in holder.fields
                if inner_kind.kind == "text"
            )
    return tuple(found)


def to_sql(kind: ColumnType) -> str:
    """The DuckDB type, e.g. `STRUCT("role" VARCHAR, "content" VARCHAR)[]`."""
    if kind.kind == "list":
        return f"{to_sql(kind.item or TEXT)}[]"
    if kind.kind == "struct":
        inner = ", ".join(f"{identifier(name)} {to_sql(value)}" for name, value in kind.fields)
        return f"STRUCT({inner})"
    return kind.sql if kind.kind == "other" else SCALARS[kind.kind]
