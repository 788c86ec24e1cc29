"""What the parts of one operator's declaration must have to do with each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from dataevolver.columns import parse_type
from dataevolver.errors import Problem, nearest
from dataevolver.operators import (
    FROM_INPUTS,
    REPEAT,
    TIMES,
    Example,
    Operator,
    Parameter,
    Value,
    check_value,
    references,
)
from dataevolver.yamlfile import Node

_HOLDERS = ("column", "columns", "list", "map")
_RESERVED = re.compile("con|prn|aux|nul|(?:com|lpt)[1-9]")  # no file names on Windows


def check_operator(operator: Operator, node: Node) -> tuple[Problem, ...]:
    """Every contradiction in a declaration; `node` gives the places."""
    return tuple(problem for check in _CHECKS for problem in check(operator, node))


def _check_name(operator: Operator, node: Node) -> Iterator[Problem]:
    stem = PurePosixPath(operator.path).stem
    place = node.place_of("name")
    if operator.name != stem:
        yield Problem(
            message=f'the name "{operator.name}" is not that of the file, "{stem}"',
            place=place,
            hint=f'write "name: {stem}" or rename the file',
        )
    if _RESERVED.fullmatch(operator.name):
        yield Problem(message=f'"{operator.name}" cannot be a file name on Windows', place=place)


def _check_parameters(operator: Operator, node: Node) -> Iterator[Problem]:
    known: list[str] = []
    for parameter in operator.parameters:
        for key, message in _parameter_complaints(parameter, known):
            place = node.place_of("parameters", parameter.name, key)
            yield Problem(message=f'"{parameter.name}": {message}', place=place)
        known.append(parameter.name)


def _parameter_complaints(parameter: Parameter, known: list[str]) -> Iterator[tuple[str, str]]:
    """Key and message of what is wrong with one parameter; `known` are those declared before."""
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None and low > high:
        yield "minimum", f"the minimum {low} is above the maximum {high}"
    if (low, high) != (None, None) and not {"integer", "number"} & {parameter.type, parameter.of}:
        yield "minimum" if low is not None else "maximum", "only numbers have a minimum or maximum"
    is_pattern = parameter.type == "string" and parameter.of == "pattern"
    if parameter.of != "any" and not is_pattern and parameter.type not in _HOLDERS:
        yield "of", "only columns, lists and maps are of something"
    if parameter.required:
        return
    complaint = check_value(parameter, parameter.default)
    if complaint is not None:
        yield "default", f"the default {complaint}"
    if isinstance(parameter.default, str) and "${" in parameter.default:
        for name in references(parameter.default):
            if name not in known:
                yield "default", f"the default refers to ${name}, which is not declared before it"


def _check_references(operator: Operator, node: Node) -> Iterator[Problem]:
    known = {parameter.name: parameter for parameter in operator.parameters}
    for path, text in _referring(operator):
        for name in references(text):
            if name not in known:
                yield Problem(
                    message=f'"{text}": ${name} is not a parameter',
                    place=node.place_of(*path),
                    hint=nearest(name, known),
                )
            elif f"${name}.values" in text and known[name].type != "map":
                yield Problem(
                    message=f'"{text}": only a map has values; "{name}" is of type {known[name].type}',
                    place=node.place_of(*path),
                )


def _referring(operator: Operator) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text that may name a parameter, with its path in the file."""
    for key, ports in (("inputs", operator.inputs), ("outputs", operator.outputs)):
        for position, port in enumerate(ports):
            yield (key, position, "column"), port.column
            yield (key, position, "type"), port.type
    for position, column in enumerate(operator.removes):
        yield ("removes", position), column
    facts = {
        "requires": operator.requires,
        "provides": operator.provides,
        "keeps": operator.keeps,
    }
    for key, listed in facts.items():
        for position, fact in enumerate(listed):
            yield (key, position), str(fact)


def _check_types(operator: Operator, node: Node) -> Iterator[Problem]:
    for key, ports in (("inputs", operator.inputs), ("outputs", operator.outputs)):
        for position, port in enumerate(ports):
            if "<" in port.type and parse_type(port.type) is None:
                yield Problem(
                    message=f'"{port.type}" is not a type',
                    place=node.place_of(key, position, "type"),
                    hint="for example: list<text>, list<struct<role: text, content: text>>",
                )


def _check_ports(operator: Operator, node: Node) -> Iterator[Problem]:
    for position, port in enumerate(operator.inputs):
        if port.type in FROM_INPUTS:
            yield Problem(
                message=f'"{port.type}" is the type of an output, not of an input',
                place=node.place_of("inputs", position, "type"),
            )
    if not operator.inputs:
        for position, port in enumerate(operator.outputs):
            if port.type in FROM_INPUTS:
                yield Problem(
                    message=f'"{port.type}" needs an input whose type it can take',
                    place=node.place_of("outputs", position, "type"),
                )
    if operator.rows == "fewer":
        for key, ports in (("outputs", operator.outputs), ("removes", operator.removes)):
            if ports:
                yield Problem(
                    message=f'an operator with "rows: fewer" only drops rows: no "{key}"',
                    place=node.place_of(key),
                    hint="write the column in an operator of its own, before this one",
                )
    if operator.rows == "same" and not operator.outputs and not operator.removes:
        yield Problem(
            message="it changes nothing: no outputs, no columns removed, no rows dropped or made",
            place=node.place,
            hint='add "outputs" or "rows: fewer"',
        )


def _check_suggestions(operator: Operator, node: Node) -> Iterator[Problem]:
    names = [parameter.name for parameter in operator.parameters]
    for name, suggestion in operator.suggest.items():
        parameter = operator.parameter(name)
        if parameter is None:
            yield Problem(
                message=f'"{name}" is not a parameter',
                place=node.place_of("suggest", name),
                hint=nearest(name, names),
            )
        elif isinstance(suggestion, Mapping):
            tried = suggestion["try"]
            for value in tried if isinstance(tried, tuple) else ():
                complaint = check_value(parameter, value)
                if complaint is not None:
                    place = node.place_of("suggest", name, "try")
                    yield Problem(message=f'"{name}" {complaint}', place=place)


def _check_examples(operator: Operator, node: Node) -> Iterator[Problem]:
    for position, example in enumerate(operator.examples):
        yield from _check_arguments(operator, example, node, position)
        for key, rows in (("dropped", example.dropped), ("failed", example.failed)):
            for row in rows:
                if row >= len(example.given):
                    yield Problem(
                        message=f"row {row} is not given; there are {len(example.given)}",
                        place=node.place_of("examples", position, key, str(row)),
                        hint="rows count from 0",
                    )
        for key, given in (("given", example.given), ("expect", example.expect)):
            if not all(map(_is_well_repeated, given)):
                yield Problem(
                    message=f"{REPEAT} and {TIMES} stand alone and together: a text and a number",
                    place=node.place_of("examples", position, key),
                    hint=f'write {{{REPEAT}: "ab ", {TIMES}: 1000}}',
                )
        if operator.rows != "more" and len(example.expect) > len(example.given):
            yield Problem(
                message="more rows are expected than given",
                place=node.place_of("examples", position, "expect"),
                hint='an operator that makes rows has "rows: more"',
            )


def _is_well_repeated(value: Value) -> bool:
    """Whether every `{$repeat: TEXT, $times: N}` in a row can be written out."""
    if isinstance(value, Mapping):
        if {REPEAT, TIMES}.isdisjoint(value):
            return all(map(_is_well_repeated, value.values()))
        times = value.get(TIMES)
        return (
            value.keys() == {REPEAT, TIMES}
            and isinstance(value[REPEAT], str)
            and isinstance(times, int)
            and not isinstance(times, bool)
            and times >= 0
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(map(_is_well_repeated, value))
    return True


def _check_arguments(
    operator: Operator, example: Example, node: Node, position: int
) -> Iterator[Problem]:
    names = [parameter.name for parameter in operator.parameters]
    for name, value in example.arguments.items():
        place = node.place_of("examples", position, "with", name)
        parameter = operator.parameter(name)
        if parameter is None:
            hint = nearest(name, names)
            yield Problem(message=f'"{name}" is not a parameter', place=place, hint=hint)
            continue
        complaint = check_value(parameter, value)
        if complaint is not None:
            yield Problem(message=f'"{name}" {complaint}', place=place)
    for parameter in operator.parameters:
        if parameter.required and parameter.name not in example.arguments:
            place = node.place_of("examples", position, "with")
            yield Problem(message=f'the example gives no "{parameter.name}"', place=place)


_CHECKS: tuple[Callable[[Operator, Node], Iterator[Problem]], ...] = (
    _check_name,
    _check_parameters,
    _check_references,
    _check_types,
    _check_ports,
    _check_suggestions,
    _check_examples,
)
