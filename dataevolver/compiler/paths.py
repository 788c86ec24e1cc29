"""Column paths as SQL: reading the value that one names, and putting a new value there.

Inside a list an element is called `__item`; users' columns cannot have such a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from dataevolver.columns import ColumnPath, Columns, ColumnType, to_sql, type_at
from dataevolver.sql import identifier, literal

_ITEM = "__item"


def reference(path: ColumnPath, columns: Columns) -> str:
    """The value at a path. Texts inside a list are joined by newlines; null when there is none."""
    column = identifier(path.column)
    if not path.field:
        return column
    if not path.each:
        return f"struct_extract({column}, {literal(path.field)})"
    items = f"list_filter({column}, lambda {_ITEM}: {_condition(path)})" if path.where else column
    values = f"list_transform({items}, lambda {_ITEM}: {element(path)})"
    kind = type_at(columns, path)
    if kind is None or kind.kind != "text":
        return values
    return f"list_aggregate({values}, 'string_agg', chr(10))"


def elements(path: ColumnPath) -> str:
    """The list of the values at a path inside a list, null where its condition does not hold."""
    value = element(path)
    if path.where:
        value = f"CASE WHEN {_condition(path)} THEN {value} END"
    return f"list_transform({identifier(path.column)}, lambda {_ITEM}: {value})"


def element(path: ColumnPath) -> str:
    """The value in the element that a list's lambda looks at."""
    return f"struct_extract({_ITEM}, {literal(path.field)})"


def first_element(path: ColumnPath, expression: str) -> str:
    """The first value that is not null of an expression over the elements at a path."""
    if path.where:
        expression = f"CASE WHEN {_condition(path)} THEN {expression} END"
    found = f"list_transform({identifier(path.column)}, lambda {_ITEM}: {expression})"
    return first_of(found)


def first_of(values: str) -> str:
    """The first value of a list that is not null."""
    return f"list_filter({values}, lambda {_ITEM}: {_ITEM} IS NOT NULL)[1]"


def rewritten(
    column: str, kind: ColumnType, writes: Sequence[tuple[ColumnPath, str]], numbered: bool = False
) -> str:
    """A column with new values at some paths in it; `kind` is its type afterwards.

    With `numbered`, the expressions may use `__index`, the element's number from 1.
    """
    path, expression = writes[0]
    if not path.field:
        return cast_to(expression, kind)
    whole = identifier(column)
    if not path.each:
        return f"CASE WHEN {whole} IS NOT NULL THEN {_struct(whole, kind, writes)} END"
    inner = _struct(_ITEM, kind.item or kind, writes)
    names = f"{_ITEM}, __index" if numbered else _ITEM
    return (
        f"list_transform({whole}, lambda {names}: CASE WHEN {_ITEM} IS NOT NULL THEN {inner} END)"
    )


def cast_to(expression: str, kind: ColumnType) -> str:
    """The expression with the declared type: a body may give INTEGER or DECIMAL where it pleases."""
    return f"CAST({expression} AS {to_sql(kind)})"


def _struct(whole: str, kind: ColumnType, writes: Sequence[tuple[ColumnPath, str]]) -> str:
    fields = (
        f"{literal(name)}: {_field(whole, name, inner, writes)}" for name, inner in kind.fields
    )
    return "{" + ", ".join(fields) + "}"


def _field(
    whole: str, name: str, kind: ColumnType, writes: Sequence[tuple[ColumnPath, str]]
) -> str:
    old = f"struct_extract({whole}, {literal(name)})"
    mine = [(path, expression) for path, expression in writes if path.field == name]
    if not mine:
        return old
    choices = [
        f"WHEN {_condition(path) if path.where else 'true'} THEN {cast_to(expression, kind)}"
        for path, expression in mine
    ]
    if not mine[-1][0].where:
        return cast_to(mine[-1][1], kind) if len(mine) == 1 else f"CASE {' '.join(choices)} END"
    return f"CASE {' '.join(choices)} ELSE {old} END"


def _condition(path: ColumnPath) -> str:
    key, value = path.where or ("", "")
    return f"struct_extract({_ITEM}, {literal(key)}) = {literal(value)}"
