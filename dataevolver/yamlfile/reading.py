"""Check a node against a shape and gather every problem."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dataevolver.errors import Place, Problem, nearest
from dataevolver.yamlfile.complaints import called, complaint, instead, kind_of
from dataevolver.yamlfile.loading import Node, Plain, plain
from dataevolver.yamlfile.shapes import ListOf, MapOf, OneOf, Record, Shape, Tagged, Text


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
    wrong = complaint(node, shape)
    if wrong is not None:
        problems.append(_problem(node.place, label, wrong))
        return None
    if isinstance(shape, Record):
        return _read_record(node, shape, problems)
    if isinstance(shape, Tagged):
        return _read_tagged(node, shape, problems)
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
    of = _of(shape.what)
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


def _read_tagged(node: Node, shape: Tagged, problems: list[Problem]) -> Plain:
    tag = _mapping(node).get(shape.tag)
    record = shape.records.get(str(tag.value)) if tag is not None else None
    if record is not None:
        return _read_record(node, record, problems)
    if tag is None:
        hint = f"one of {', '.join(shape.records)}"
        missing = f'"{shape.tag}"{_of(shape.what)} is missing'
        problems.append(Problem(message=missing, place=node.place, hint=hint))
    else:
        _read(tag, Text(choices=tuple(shape.records)), shape.tag, problems)
    return None


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
    kind = kind_of(node)
    fitting = [choice for choice in shape.shapes if choice.kind in ("any", kind)]
    if not fitting and kind == "integer":
        fitting = [choice for choice in shape.shapes if choice.kind == "number"]
    if fitting:
        return _read(node, fitting[0], label, problems)
    wrong = f"must be {called(shape)}, {instead(node)}"
    problems.append(_problem(node.place, label, (wrong, "")))
    return None


def _problem(place: Place, label: str, wrong: tuple[str, str]) -> Problem:
    message, hint = wrong
    return Problem(message=f'"{label}" {message}' if label else message, place=place, hint=hint)


def _mapping(node: Node) -> Mapping[str, Node]:
    return node.value if isinstance(node.value, Mapping) else {}


def _of(what: str) -> str:
    article = "an" if what.startswith(("a", "e", "i", "o", "u")) else "a"
    return f" of {article} {what}" if what else ""
