"""Every operator's examples show what it does with the values that break other tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dataevolver.columns import parse_path
from dataevolver.library import builtin, load_catalog
from dataevolver.operators import REPEAT, TIMES, Example, Operator, Port, bind

CATALOG = load_catalog([builtin()])
MEGABYTES_10 = 10_000_000


def is_text(fits: Callable[[str], object]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(fits(value))


def is_long(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and REPEAT in value
        and len(str(value[REPEAT]).encode()) * int(value[TIMES]) >= MEGABYTES_10
    )


def is_turn(value: Any) -> bool:
    return isinstance(value, Mapping) and {"role", "content"} <= value.keys()


UGLY: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "an empty text": is_text(lambda text: not text),
    "a blank text": is_text(lambda text: text and not text.strip()),
    "one character": is_text(lambda text: len(text) == 1),
    "10 MB": is_long,
    "Chinese": is_text(re.compile(r"[\u4e00-\u9fff]").search),
    "Arabic": is_text(re.compile(r"[\u0620-\u064a]").search),
    "Thai": is_text(re.compile(r"[\u0e01-\u0e2e]").search),
    "an emoji with a joiner": is_text(lambda text: "\u200d" in text),
}


def values_in(value: Any) -> Iterator[Any]:
    """The value and all that lies in it; a repeated text is one value."""
    yield value
    if isinstance(value, Mapping) and REPEAT not in value:
        for item in value.values():
            yield from values_in(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from values_in(item)


def read_columns(operator: Operator, example: Example) -> frozenset[str]:
    """The columns whose texts the operator reads in an example; none when it reads no text.

    A code or score that another operator wrote is no text of the user's.
    """
    parameters = {f"${one.name}": one.default for one in operator.parameters}
    texts = [
        port.column
        for port in operator.inputs
        if port.type == "text" and "${" not in str(parameters.get(port.column))
    ]
    bound = bind(replace(operator, inputs=tuple(map(_port, texts))), example.arguments)
    paths = (parse_path(port.column) for port in bound.inputs)
    return frozenset(path.column for path in paths if path is not None)


def _port(column: str) -> Port:
    return Port(column=column, type="text")


def given_values(operator: Operator) -> list[Any]:
    """All values that the examples try: of the columns of text that are read, else of all."""
    found = []
    for example in operator.examples:
        columns = read_columns(operator, example)
        for row in example.given:
            tried = {name: row.get(name) for name in columns} if columns else row
            found += [value for cell in tried.values() for value in values_in(cell)]
    return found


def tries_a_conversation(operator: Operator) -> bool:
    """A path to the texts of the turns where a column of text can be named, else a row with turns."""
    named = [
        text
        for example in operator.examples
        for text in values_in(example.arguments)
        if isinstance(text, str) and re.search(r"\w\[.*\]\.\w", text)
    ]
    takes_text = any(
        parameter.type in ("column", "columns") and parameter.of == "text"
        for parameter in operator.parameters
    )
    turns = any(
        is_turn(value)
        for example in operator.examples
        for row in example.given
        for value in values_in(row)
    )
    return bool(named) if takes_text else turns


@pytest.mark.parametrize("name", CATALOG)
def test_the_examples_try_every_ugly_value(name: str) -> None:
    values = given_values(CATALOG[name])
    missing = [what for what, fits in UGLY.items() if not any(map(fits, values))]
    if not tries_a_conversation(CATALOG[name]):
        missing.append("a conversation")
    assert missing == []
