"""What a YAML value must look like: one declaration checks files and makes the editors' schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataevolver.errors import Place, Problem, nearest
from dataevolver.yamlfile.loading import Node, Plain, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text that matches `pattern` as a whole (`what` says it in words) or is one of `choices`."""

    pattern: str = ""
    what: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number within bounds, both included."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within bounds, both included."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    """true or false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Null:
    """Nothing: `null`, `~` or an empty value. Of use in a OneOf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything:
    """Any value."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of `item`, read as a tuple."""

    item: Shape
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with free keys, which match `key_pattern` as a whole (`key_what` in words)."""

    value: Shape
    key_pattern: str = ""
    key_what: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a Record. A key that is not written reads as `default`."""

    shape: Shape
    required: bool = False
    default: Plain = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys. `what` is how messages call it: "step", "source"."""

    fields: Mapping[str, Field]
    what: str = ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any one of several shapes, which differ in kind: text or a list of text."""

    shapes: tuple[Shape, ...]


Shape = Text | Integer | Number | Boolean | Null | Anything | ListOf | MapOf | Record | OneOf


def read(node: Node, shape: Shape) -> tuple[Plain, tuple[Problem, ...]]:
    """The plain value, defaults filled in and lists as tuples, with every problem found.

    Where there are problems the value is not to be used.
    """
    problems: list[Problem] = []
    value = _read(node, shape, "", problems)
    return value, tuple(problems)


def _read(node: Node, shape: Shape, label: str, problems: list[Problem]) -> Plain:
    if isinstance(shape, OneOf):
        return _read_one_of(node, shape, label, problems)
    complaint = _complaint(node, shape)
    if complaint is not None:
        problems.append(_problem(node.place, label, complaint))
        return None
    if isinstance(shape, Record):
        return _read_record(node, shape, problems)
    if isinstance(shape, MapOf):
        return _read_map(node, shape, problems)
    if isinstance(shape, ListOf) and isinstance(node.value, tuple):
        return tuple(
            _read(item, shape.item, f"{label}[{position}]", problems)
            for position, item in enumerate(node.value)
        )
    return plain(node)


def _read_record(node: Node, shape: Record, problems: list[Problem]) -> Plain:
    written = _mapping(node)
    of = f" of a {shape.what}" if shape.what else ""
    for key in written:
        if key not in shape.fields:
            unknown = f'unknown key "{key}"{of}'
            problems.append(
                Problem(
                    message=unknown, place=node.key_places[key], hint=nearest(key, shape.fields)
                )
            )
    for key, known in shape.fields.items():
        if known.required and key not in written:
            problems.append(Problem(message=f'"{key}"{of} is missing', place=node.place))
    return {
        key: _read(written[key], known.shape, key, problems) if key in written else known.default
        for key, known in shape.fields.items()
    }


def _read_map(node: Node, shape: MapOf, problems: list[Problem]) -> Plain:
    found: dict[str, Plain] = {}
    for key, item in _mapping(node).items():
        if shape.key_pattern and not re.fullmatch(shape.key_pattern, key):
            what = shape.key_what or f"match {shape.key_pattern}"
            problems.append(
                Problem(message=f'key "{key}" must be {what}', place=node.key_places[key])
            )
        found[key] = _read(item, shape.value, key, problems)
    return found


def _read_one_of(node: Node, shape: OneOf, label: str, problems: list[Problem]) -> Plain:
    for choice in shape.shapes:
        if isinstance(choice, OneOf) or _kind(choice) in ("any", _kind_of(node)):
            return _read(node, choice, label, problems)
    for choice in shape.shapes:  # an integer is a number too
        if _complaint(node, choice) is None:
            return _read(node, choice, label, problems)
    names = " or ".join(_name(choice) for choice in shape.shapes)
    problems.append(_problem(node.place, label, (f"must be {names}, {_but(node)}", "")))
    return None


def _problem(place: Place, label: str, complaint: tuple[str, str]) -> Problem:
    message, hint = complaint
    return Problem(message=f'"{label}" {message}' if label else message, place=place, hint=hint)


def _mapping(node: Node) -> Mapping[str, Node]:
    return node.value if isinstance(node.value, Mapping) else {}


# ---- what is wrong with one value


def _complaint(node: Node, shape: Shape) -> tuple[str, str] | None:
    """Message and hint when the node itself (not its parts) does not fit."""
    kind, wanted = _kind_of(node), _kind(shape)
    fits = wanted in ("any", kind) or (wanted == "number" and kind == "integer")
    if not fits:
        return f"must be {_name(shape)}, {_but(node)}", _way_out(node, wanted)
    if isinstance(shape, Text):
        return _text_complaint(str(node.value), shape)
    if isinstance(shape, Integer | Number):
        return _bound_complaint(node.value, shape)
    if isinstance(shape, ListOf) and isinstance(node.value, tuple):
        short = len(node.value) < shape.minimum
        items = "item" if shape.minimum == 1 else "items"
        return (f"needs at least {shape.minimum} {items}", "") if short else None
    return None


def _text_complaint(value: str, shape: Text) -> tuple[str, str] | None:
    if shape.choices and value not in shape.choices:
        return f'must be one of {", ".join(shape.choices)}, not "{value}"', _closest(value, shape)
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        return f'must be {shape.what or f"text that matches {shape.pattern}"}, not "{value}"', ""
    return None


def _closest(value: str, shape: Text) -> str:
    hint = nearest(value, shape.choices)
    return hint if hint.startswith("did you mean") else ""


def _bound_complaint(value: object, shape: Integer | Number) -> tuple[str, str] | None:
    if not isinstance(value, int | float):
        return None
    low, high = shape.minimum, shape.maximum
    if low is not None and low == high and value != low:
        return f"must be {low}, not {value}", ""
    if low is not None and value < low:
        return f"must be at least {low}, not {value}", ""
    if high is not None and value > high:
        return f"must be at most {high}, not {value}", ""
    return None


_NUMERAL = re.compile(r"[-+]?0[0-9]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9][0-9_]*")
_TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def _way_out(node: Node, wanted: str) -> str:
    """What to write when YAML took the text for another type than was meant."""
    if wanted == "text" and node.written and not isinstance(node.value, str):
        return f'quote it: "{node.written}"'
    if not isinstance(node.value, str):
        return ""
    if wanted in ("integer", "number", "boolean") and node.quoted:
        return "remove the quotes" if _reads_as(node.value, wanted) else ""
    if wanted == "boolean" and node.value.lower() in _TRUTHS:
        return f"write {_TRUTHS[node.value.lower()]}"
    if wanted in ("integer", "number") and _NUMERAL.fullmatch(node.value):
        return f"write {_numeral(node.value)}"
    return ""


def _reads_as(text: str, wanted: str) -> bool:
    if wanted == "boolean":
        return text in ("true", "false")
    return (
        re.fullmatch(r"-?[0-9]+" if wanted == "integer" else r"-?[0-9]*\.?[0-9]+", text) is not None
    )


def _numeral(text: str) -> str:
    """`010` is meant as 10 by most who write it, as 8 by YAML 1.1: both are offered."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.lstrip("+"))
    if digits.startswith(("0x", "0o")):
        return f"{sign}{int(digits, 0)}"
    digits = digits.replace("_", "")
    decimal = digits.lstrip("0") or "0"
    if digits.startswith("0") and not set(digits) & set("89") and len(digits) > 1:
        return f"{sign}{decimal} (or {sign}{int(digits, 8)} if octal was meant)"
    return f"{sign}{decimal}"


def _but(node: Node) -> str:
    kind = _kind_of(node)
    if kind == "null":
        return "but is empty"
    if kind == "text":
        return "but is text" if node.quoted or len(node.written) > 40 else f'not "{node.value}"'
    if kind in ("list", "mapping"):
        return f"not a {kind}"
    return f"but {node.written} is {'an' if kind == 'integer' else 'a'} {kind}"


def _kind_of(node: Node) -> str:
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "list" if isinstance(value, tuple) else "mapping"


_KINDS: Mapping[type, tuple[str, str]] = {
    Text: ("text", "text"),
    Integer: ("integer", "a whole number"),
    Number: ("number", "a number"),
    Boolean: ("boolean", "true or false"),
    Null: ("null", "empty"),
    Anything: ("any", "any value"),
    ListOf: ("list", "a list"),
    MapOf: ("mapping", "a mapping"),
    Record: ("mapping", "a mapping"),
}


def _kind(shape: Shape) -> str:
    return "" if isinstance(shape, OneOf) else _KINDS[type(shape)][0]


def _name(shape: Shape) -> str:
    if isinstance(shape, OneOf):
        return " or ".join(_name(choice) for choice in shape.shapes)
    if isinstance(shape, Text) and shape.choices:
        return f"one of {', '.join(shape.choices)}"
    if isinstance(shape, Text) and shape.what:
        return shape.what
    return _KINDS[type(shape)][1]


# ---- JSON Schema


def json_schema(shape: Shape, title: str) -> Mapping[str, object]:
    """A JSON Schema (2020-12) that accepts what `read` accepts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_schema(shape),
    }


def _schema(shape: Shape) -> dict[str, object]:
    if isinstance(shape, OneOf):
        return {"anyOf": [_schema(choice) for choice in shape.shapes]}
    if isinstance(shape, Text):
        return _text_schema(shape)
    if isinstance(shape, Integer | Number):
        bounds = {"minimum": shape.minimum, "maximum": shape.maximum}
        kind = "integer" if isinstance(shape, Integer) else "number"
        return {"type": kind, **{key: bound for key, bound in bounds.items() if bound is not None}}
    if isinstance(shape, ListOf):
        least = {"minItems": shape.minimum} if shape.minimum else {}
        return {"type": "array", "items": _schema(shape.item), **least}
    if isinstance(shape, MapOf):
        schema: dict[str, object] = {"type": "object", "additionalProperties": _schema(shape.value)}
        if shape.key_pattern:
            schema["propertyNames"] = {"pattern": _anchored(shape.key_pattern)}
        return schema
    if isinstance(shape, Record):
        return _record_schema(shape)
    kind = _kind(shape)
    return {} if kind == "any" else {"type": kind}


def _text_schema(shape: Text) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    if shape.choices:
        schema["enum"] = list(shape.choices)
    if shape.pattern:
        schema["pattern"] = _anchored(shape.pattern)
    return schema


def _record_schema(shape: Record) -> dict[str, object]:
    properties: dict[str, object] = {}
    for key, known in shape.fields.items():
        notes: dict[str, object] = {"description": known.description} if known.description else {}
        if not known.required and known.default is not None:
            notes["default"] = _json(known.default)
        properties[key] = _schema(known.shape) | notes
    required = [key for key, known in shape.fields.items() if known.required]
    schema: dict[str, object] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return schema | {"required": required} if required else schema


def _json(value: Plain) -> object:
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json(item) for item in value]
    return value


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"
