"""JSON Schemas for editors, made of the shapes that check at run time."""

from __future__ import annotations

from collections.abc import Mapping

from dataevolver.yamlfile.loading import as_json
from dataevolver.yamlfile.shapes import (
    Anything,
    Integer,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Record,
    Shape,
    Tagged,
    Text,
)


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
    if isinstance(shape, Tagged):
        return {"anyOf": [_schema(record) for record in shape.records.values()]}
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
    return {} if isinstance(shape, Anything) else {"type": shape.kind}


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
            notes["default"] = as_json(known.default)
        properties[key] = _schema(known.shape) | notes
    required = [key for key, known in shape.fields.items() if known.required]
    schema: dict[str, object] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return schema | {"required": required} if required else schema


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"
