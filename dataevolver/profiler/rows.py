"""Reading rows of any shape: which columns there are, and the text at a column path."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dataevolver.columns import ColumnPath

Row = Mapping[str, object]

_ROLE_KEYS = ("role", "from", "speaker", "author", "name")
_COMMON_ROLE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One top-level field: `kind` is text, number, boolean, list, conversation, struct or empty.

    `texts` are the places of text inside it: the field itself, a struct's texts, a conversation's
    turns by role.
    """

    name: str
    kind: str
    texts: tuple[ColumnPath, ...]
    role: str = ""  # of a conversation: the key that says who speaks
    content: str = ""  # of a conversation: the key that holds what is said


def fields_of(rows: Sequence[Row]) -> tuple[Field, ...]:
    """The fields of the rows in the order in which they first occur, by what most rows hold."""
    names = dict.fromkeys(name for row in rows for name in row if not name.startswith("__"))
    return tuple(_field(name, [row.get(name) for row in rows]) for name in names)


def kind_of(value: object) -> str:
    """The kind of one value, as in `Field.kind`."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, Mapping):
        return "struct"
    if isinstance(value, Sequence):
        turns = any(isinstance(item, Mapping) for item in value)
        return "conversation" if turns else "list"
    return "other"


def text_at(row: Row, path: ColumnPath) -> str | None:
    """The text at the path, turns joined by a newline; None when there is none."""
    value = row.get(path.column)
    if value is None:
        return None
    if not path.field:
        return value if isinstance(value, str) else plain_text(value)
    if not path.each:
        return _leaf(value, path.field)
    found = [
        text
        for turn in _turns(value)
        if path.where is None or str(turn.get(path.where[0])) == path.where[1]
        for text in [_leaf(turn, path.field)]
        if text is not None
    ]
    return "\n".join(found) if found else None


def plain_text(value: object) -> str:
    """All that a value holds as text: its leaves by line; numbers and truth values as JSON has them."""
    return "\n".join(_leaves(value))


def row_text(row: Row, order: Sequence[str] = ()) -> str:
    """The whole row: fields in `order` first, the rest as they stand; nulls and names left out."""
    names = [name for name in order if name in row]
    names += [name for name in row if name not in order and not name.startswith("__")]
    return "\n\x1f".join(plain_text(row[name]) for name in names if row[name] is not None)


def canonical(row: Row) -> str:
    """The row as canonical JSON: equal rows have equal text, whatever the order of their keys."""
    return json.dumps(_sortable(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def turns_of(row: Row, field: Field) -> list[tuple[str, str]]:
    """The (role, text) of each turn of a conversation; empty when there is none."""
    return [
        (str(turn.get(field.role, "")), _leaf(turn, field.content) or "")
        for turn in _turns(row.get(field.name))
    ]


def _field(name: str, values: Sequence[object]) -> Field:
    kinds = Counter(kind_of(value) for value in values if value is not None)
    kind = kinds.most_common(1)[0][0] if kinds else "empty"
    if kind == "conversation":
        return _conversation(name, values)
    if kind == "struct":
        return Field(name=name, kind=kind, texts=tuple(_struct_texts(name, values)))
    holds_text = kind in ("text", "list", "other")
    return Field(name=name, kind=kind, texts=(ColumnPath(column=name),) if holds_text else ())


def _struct_texts(name: str, values: Sequence[object]) -> Iterator[ColumnPath]:
    structs = [value for value in values if isinstance(value, Mapping)]
    for key in dict.fromkeys(key for struct in structs for key in struct):
        if any(isinstance(struct.get(key), str) for struct in structs):
            yield ColumnPath(column=name, field=str(key))


def _conversation(name: str, values: Sequence[object]) -> Field:
    turns = [turn for value in values for turn in _turns(value)]
    keys = dict.fromkeys(str(key) for turn in turns for key in turn)
    role = next((key for key in _ROLE_KEYS if key in keys), "")
    sizes = {key: sum(len(_leaf(turn, key) or "") for turn in turns) for key in keys if key != role}
    content = max(sizes, key=lambda key: sizes[key], default="")
    if not role or not content:
        paths: tuple[ColumnPath, ...] = (ColumnPath(column=name, field=content, each=True),)
        paths = paths if content else (ColumnPath(column=name),)
        return Field(name=name, kind="conversation", texts=paths, content=content)
    spoken = Counter(
        speaker
        for value in values
        for speaker in dict.fromkeys(str(turn.get(role, "")) for turn in _turns(value))
    )
    common = [speaker for speaker, rows in spoken.items() if rows >= _COMMON_ROLE * len(values)]
    paths = tuple(
        ColumnPath(column=name, field=content, each=True, where=(role, speaker))
        for speaker in common
        if speaker
    )
    return Field(name=name, kind="conversation", texts=paths, role=role, content=content)


def _turns(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [turn for turn in value if isinstance(turn, Mapping)]


def _leaf(value: object, key: str) -> str | None:
    inner = value.get(key) if isinstance(value, Mapping) else None
    return None if inner is None else plain_text(inner)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def _sortable(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _sortable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_sortable(inner) for inner in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)
