"""What kinds of values stand at each place of the rows, and the one type that holds them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from dataevolver.columns import BOOLEAN, INTEGER, NUMBER, TEXT, Columns, ColumnType
from dataevolver.errors import Place, Problem, SpecError
from dataevolver.sources.blocks import Row

MOST_FIELDS = 1000  # of one object; beyond, the names are data and the object is kept as its JSON

_WORDS: Mapping[str, str] = {
    "text": "text",
    "integer": "integers",
    "large integer": "integers beyond 2^53",
    "long integer": "integers beyond 64 bits",
    "number": "numbers",
    "boolean": "true or false",
    "list": "lists",
    "object": "objects",
    "wide object": f"objects with more than {MOST_FIELDS} different fields",
}
_KINDS: Mapping[type, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "object",
}
_COLUMNS: Mapping[pa.DataType, ColumnType] = {
    pa.string(): TEXT,
    pa.int64(): INTEGER,
    pa.float64(): NUMBER,
    pa.bool_(): BOOLEAN,
}
_SCALARS: Mapping[frozenset[str], ColumnType] = {
    frozenset(): TEXT,
    frozenset({"text"}): TEXT,
    frozenset({"integer"}): INTEGER,
    frozenset({"large integer"}): INTEGER,
    frozenset({"integer", "large integer"}): INTEGER,
    frozenset({"number"}): NUMBER,
    frozenset({"integer", "number"}): NUMBER,
    frozenset({"boolean"}): BOOLEAN,
}


_EXACT = 2**53  # a number holds every integer up to it
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1

Convert = Callable[[Any], object]


class Shape:
    """What was seen at one place: `first` is where each kind of value occurred first.

    `item` is the shape inside lists, `fields` are those inside objects in order of appearance.
    """

    __slots__ = ("fields", "first", "item", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.first: dict[str, Place] = {}
        self.item: Shape | None = None
        self.fields: dict[str, Shape] = {}

    def inside(self, place: Place) -> Shape:
        """The shape inside lists."""
        self.item = self.item or Shape(place)
        return self.item

    def field(self, name: str, place: Place) -> Shape | None:
        """The shape of a field; None when there are too many to be fields."""
        known = self.fields.get(name)
        if known is None:
            if len(self.fields) >= MOST_FIELDS:
                self.first.setdefault("wide object", place)
                return None
            known = self.fields[name] = Shape(place)
        return known


class Observer:
    """Grows a shape row by row; `file` is the one that the rows come from."""

    def __init__(self, file: str = "") -> None:
        self.root = Shape(Place(file=file))
        self.file = file
        self.may_be_rounded = False  # a number as orjson makes of an integer beyond 64 bits

    def add(self, rows: Sequence[Row], lines: Sequence[int]) -> None:
        """Take these rows in; `lines` are where they begin."""
        for row, line in zip(rows, lines, strict=True):
            self._add_fields(self.root, row, line)

    def _add_fields(self, shape: Shape, row: Row, line: int) -> None:
        fields = shape.fields
        for name, value in row.items():
            field = fields.get(name) or shape.field(name, Place(file=self.file, line=line))
            if field is None or value is None:
                continue
            if type(value) is not str or "text" not in field.first:  # text is most of all data
                self._add_value(field, value, line)

    def _add_value(self, shape: Shape, value: object, line: int) -> None:
        kind = _KINDS[type(value)]
        if kind == "integer":
            kind = _integer_kind(value)  # type: ignore[arg-type]
        elif kind == "number" and abs(value) >= _LARGEST and value.is_integer():  # type: ignore
            self.may_be_rounded = True
        if kind not in shape.first:
            shape.first[kind] = Place(file=self.file, line=line)
        if kind == "list":
            item = shape.item or shape.inside(Place(file=self.file, line=line))
            for inner in value:  # type: ignore[attr-defined]
                if inner is not None:
                    self._add_value(item, inner, line)
        elif kind == "object":
            self._add_fields(shape, value, line)  # type: ignore[arg-type]


def _integer_kind(value: int) -> str:
    if -_EXACT <= value <= _EXACT:
        return "integer"
    return "large integer" if _SMALLEST <= value <= _LARGEST else "long integer"


def column_type(shape: Shape) -> ColumnType:
    """The narrowest type that holds all that was seen; text where nothing else does."""
    kinds = frozenset(shape.first)
    if kinds == {"list"}:
        return ColumnType(kind="list", item=column_type(shape.item) if shape.item else TEXT)
    if kinds == {"object"} and not _names_in_the_way(shape.fields):
        fields = tuple((name, column_type(inner)) for name, inner in shape.fields.items())
        return ColumnType(kind="struct", fields=fields)
    return _SCALARS.get(kinds, TEXT)


def columns_of(root: Shape) -> Columns:
    """The columns in order of appearance. SpecError names every field that cannot be one."""
    problems = list(_name_problems(root.fields))
    if "wide object" in root.first:
        message = f"there are more than {MOST_FIELDS} different fields"
        hint = "put what varies from row to row into a list of objects"
        problems.append(Problem(place=root.first["wide object"], message=message, hint=hint))
    if problems:
        raise SpecError(problems)
    return {name: column_type(shape) for name, shape in root.fields.items()}


def describe_mixtures(shape: Shape, path: str = "") -> Iterator[str]:
    """A sentence for each place where several kinds of values had to become text."""
    kind = column_type(shape)
    if not path or kind.kind == "struct":
        for name, inner in shape.fields.items():
            yield from describe_mixtures(inner, f"{path}.{name}" if path else name)
    elif kind.kind == "list" and shape.item is not None:
        yield from describe_mixtures(shape.item, f"{path}[]")
    elif frozenset(shape.first) not in _SCALARS:
        seen = " and ".join(
            f"{_WORDS[kind]} (first at {where})" for kind, where in shape.first.items()
        )
        is_nested = not shape.first.keys().isdisjoint(("list", "object"))
        yield f'"{path}" holds {seen}; read as text{" that holds JSON" if is_nested else ""}'


def converter(kind: ColumnType, shape: Shape | None) -> Convert | None:
    """What makes a value (not null) fit the type; None when all that was seen fits as it stands."""
    if shape is None:
        return None
    kinds = shape.first.keys()
    if kind.kind == "text":
        return None if kinds <= {"text"} else _spell
    if kind.kind == "number":
        return None if kinds <= {"number"} else float
    if kind.kind == "list":
        convert = converter(kind.item or TEXT, shape.item)
        return convert and _each(convert)
    if kind.kind == "struct":
        inside = {name: converter(inner, shape.fields[name]) for name, inner in kind.fields}
        needed = {name: convert for name, convert in inside.items() if convert}
        return _fields(needed) if needed else None
    return None


def type_of_arrow(kind: pa.DataType) -> ColumnType:
    """The column type of an `arrow_type`."""
    if pa.types.is_list(kind):
        return ColumnType(kind="list", item=type_of_arrow(kind.value_type))
    if pa.types.is_struct(kind):
        fields = tuple((field.name, type_of_arrow(field.type)) for field in kind)
        return ColumnType(kind="struct", fields=fields)
    return _COLUMNS[kind]


def _spell(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _each(convert: Convert) -> Convert:
    return lambda items: [None if item is None else convert(item) for item in items]


def _fields(converters: Mapping[str, Convert]) -> Convert:
    def convert(row: dict[str, object]) -> dict[str, object]:
        changed = {
            name: change(row[name])
            for name, change in converters.items()
            if row.get(name) is not None
        }
        return {**row, **changed}

    return convert


def _names_in_the_way(fields: Mapping[str, Shape]) -> bool:
    """Whether DuckDB could not tell these apart as fields of a struct, or there are none."""
    lowered = {name.lower() for name in fields}
    return (
        len(lowered) < len(fields)
        or "" in fields
        or not fields
        or any("\0" in name for name in fields)
    )


def _name_problems(fields: Mapping[str, Shape]) -> Iterator[Problem]:
    spellings: dict[str, str] = {}
    for name, shape in fields.items():
        hint = "give the field another name"
        if name.startswith("__"):
            message = f'the field "{name}" begins with __, which is kept for our own columns'
        elif not name or "\0" in name:
            message = f'the field "{name}" has an empty name or one with a NUL character'
        elif name.lower() in spellings:
            twin = spellings[name.lower()]
            message = f'the fields "{twin}" and "{name}" differ only in case'
            hint = "use one spelling for both"
        else:
            spellings[name.lower()] = name
            continue
        yield Problem(place=shape.place, message=message, hint=hint)
