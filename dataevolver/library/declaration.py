"""The YAML of an operator: its shape, and the Operator that it declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from dataevolver.errors import Problem
from dataevolver.library.checks import check_operator
from dataevolver.operators import Example, Fact, Operator, Parameter, Port
from dataevolver.yamlfile import (
    Anything,
    Boolean,
    Field,
    Integer,
    ListOf,
    MapOf,
    Node,
    Number,
    OneOf,
    Record,
    Text,
    read,
)

EXTENSIONS: Mapping[str, str] = {"sql": ".sql", "python": ".py", "llm": ".md"}

_WORD_PATTERN = "[a-z][a-z0-9_]*"
_WORD = Text(pattern=_WORD_PATTERN, what="a word of a-z, 0-9 and _")
_WORDS = ListOf(_WORD)
_LINE = Text(pattern=r"\S(?:[^\n]*\S)?", what="one line of text")
_FACT = Text(
    pattern=rf"\S.*: {_WORD_PATTERN}(?:\([^()]+\))?",
    what='a fact such as "$columns: no_markup" or "table: unique($column)"',
)
_KEPT = Text(
    pattern=rf"\S.*: (?:{_WORD_PATTERN}(?:\([^()]+\))?|\*)",
    what='a fact such as "$columns: no_markup", or "$columns: *" for all of them',
)
_PARAMETER_TYPES = (
    "column", "columns", "name", "string", "integer", "number", "boolean", "list", "map", "any",
)  # fmt: skip
_ITEM_TYPES = (
    "text", "string", "integer", "number", "boolean", "list", "struct", "column", "name", "any",
)  # fmt: skip

_PARAMETER = Record(
    {
        "type": Field(Text(choices=_PARAMETER_TYPES), required=True),
        "of": Field(
            Text(choices=_ITEM_TYPES),
            default="any",
            description="What a column holds, or what the items of a list or map are.",
        ),
        "description": Field(_LINE, default=""),
        "default": Field(
            Anything(), description="Used when a step gives nothing. Without it a step must."
        ),
        "choices": Field(ListOf(Anything(), minimum=1), default=()),
        "minimum": Field(Number()),
        "maximum": Field(Number()),
    },
    "parameter",
)
_PORT = Record(
    {
        "column": Field(Text(pattern=r"\S.*", what="a column or $parameter"), required=True),
        "type": Field(
            Text(
                pattern=r"text|number|integer|boolean|(?:list|struct)(?:<.+>)?|any|same|\$[a-z][a-z0-9_]*",
                what="text, number, integer, boolean, list, struct, any, same or $parameter",
            ),
            default="any",
        ),
        "optional": Field(Boolean(), default=False),
    },
    "port",
)
_SUGGESTION = OneOf(
    (
        Text(
            pattern=r"off\.columns|text\.columns"
            r"|exemplars\.[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?",
            what="off.columns, text.columns, exemplars.ATTRIBUTE.STATISTIC or {try: [...]}",
        ),
        Record({"try": Field(ListOf(Anything(), minimum=1), required=True)}, "suggestion"),
    )
)
_ROW_REASONS = MapOf(Text(), "[0-9]+", "the number of a given row")
_EXAMPLE = Record(
    {
        "with": Field(MapOf(Anything()), default={}, description="Arguments."),
        "given": Field(ListOf(MapOf(Anything())), required=True, description="Rows before."),
        "expect": Field(ListOf(MapOf(Anything())), required=True, description="Rows that stay."),
        "dropped": Field(_ROW_REASONS, default={}, description="Reasons by row of `given`."),
        "failed": Field(_ROW_REASONS, default={}, description="Reasons by row of `given`."),
    },
    "example",
)

OPERATOR_SHAPE = Record(
    {
        "name": Field(_WORD, required=True, description="The file's name without .yml."),
        "version": Field(Integer(minimum=1), default=1),
        "summary": Field(_LINE, required=True, description="One sentence: what it does."),
        "language": Field(Text(choices=tuple(EXTENSIONS)), required=True),
        "scope": Field(
            Text(choices=("row", "keyed", "global")),
            required=True,
            description="row: each row alone; keyed: rows with one key; global: all rows.",
        ),
        "rows": Field(
            Text(choices=("same", "fewer", "more")),
            default="same",
            description="What happens to the number of rows.",
        ),
        "tags": Field(_WORDS, default=()),
        "parameters": Field(MapOf(_PARAMETER, _WORD_PATTERN, _WORD.what), default={}),
        "inputs": Field(ListOf(_PORT), default=(), description="Columns that are read."),
        "outputs": Field(ListOf(_PORT), default=(), description="Columns that are written."),
        "removes": Field(ListOf(Text()), default=(), description="Columns that are gone after."),
        "requires": Field(ListOf(_FACT), default=(), description="What must hold before."),
        "provides": Field(ListOf(_FACT), default=(), description="What holds after."),
        "keeps": Field(
            ListOf(_KEPT), default=(), description="What survives on columns that are rewritten."
        ),
        "conflicts": Field(
            _WORDS, default=(), description="Operators or tags that may not be in one plan with it."
        ),
        "addresses": Field(_WORDS, default=(), description="Attributes of the gap it can move."),
        "suggest": Field(
            MapOf(_SUGGESTION), default={}, description="How the planner may set parameters."
        ),
        "fails": Field(
            Boolean(), default=False, description="The body also says which rows cannot be done."
        ),
        "cost": Field(
            Number(minimum=0), default=1.0, description="Relative seconds for a million characters."
        ),
        "examples": Field(ListOf(_EXAMPLE, minimum=1), required=True, description="Unit tests."),
    },
    "operator",
)


def read_operator(
    node: Node, *, body: str, body_path: str, library: str, path: str
) -> tuple[Operator | None, tuple[Problem, ...]]:
    """The operator that a declaration makes with its body, or every problem of the declaration.

    `path` is the declaration's file, whose stem must be the name; the folder in `body_path`
    (`clean/strip_markup.sql`) is the category. Neither file is touched.
    """
    value, problems = read(node, OPERATOR_SHAPE)
    if problems:
        return None, problems
    written: Any = value  # the shape has been checked
    operator = Operator(
        name=written["name"],
        version=written["version"],
        summary=written["summary"],
        language=written["language"],
        scope=written["scope"],
        rows=written["rows"],
        category=str(PurePosixPath(body_path).parent),
        parameters=_parameters(node, written["parameters"]),
        inputs=_ports(written["inputs"]),
        outputs=_ports(written["outputs"]),
        removes=written["removes"],
        requires=_facts(written["requires"]),
        provides=_facts(written["provides"]),
        keeps=_facts(written["keeps"]),
        conflicts=written["conflicts"],
        tags=written["tags"],
        addresses=written["addresses"],
        suggest=written["suggest"],
        fails=written["fails"],
        cost=float(written["cost"]),
        examples=tuple(_example(example) for example in written["examples"]),
        body=body,
        body_path=body_path,
        library=library,
        path=path,
    )
    problems = check_operator(operator, node)
    return (None if problems else operator), problems


def _parameters(node: Node, written: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """A `default` that is null is a default; one that is not written makes the parameter required."""
    return tuple(
        Parameter(
            name=name,
            type=keys["type"],
            description=keys["description"],
            of=keys["of"],
            required=not _has(node, "parameters", name, "default"),
            default=keys["default"],
            choices=tuple(keys["choices"]),
            minimum=keys["minimum"],
            maximum=keys["maximum"],
        )
        for name, keys in written.items()
    )


def _has(node: Node, *path: str) -> bool:
    for key in path:
        if not isinstance(node.value, Mapping) or key not in node.value:
            return False
        node = node.value[key]
    return True


def _ports(written: Sequence[Mapping[str, Any]]) -> tuple[Port, ...]:
    return tuple(
        Port(column=keys["column"], type=keys["type"], optional=keys["optional"])
        for keys in written
    )


def _facts(written: Sequence[str]) -> tuple[Fact, ...]:
    split = (text.rpartition(": ") for text in written)
    return tuple(Fact(subject=subject, name=name) for subject, _, name in split)


def _example(written: Mapping[str, Any]) -> Example:
    return Example(
        arguments=written["with"],
        given=tuple(written["given"]),
        expect=tuple(written["expect"]),
        dropped={int(row): reason for row, reason in written["dropped"].items()},
        failed={int(row): reason for row, reason in written["failed"].items()},
    )
