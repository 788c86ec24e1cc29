"""The Operator that a declaration makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from dataevolver.errors import Problem
from dataevolver.library.checks import check_operator
from dataevolver.library.shape import HEAD_SHAPE, OPERATOR_SHAPE
from dataevolver.operators import Example, Fact, Operator, Parameter, Port
from dataevolver.yamlfile import Node, read

_AS_WRITTEN = (
    "name", "version", "summary", "language", "scope", "rows", "tags", "removes", "conflicts",
    "addresses", "suggest", "fails", "extra",
)  # fmt: skip


def read_operator(
    node: Node, *, body: str, body_path: str, library: str, path: str, has_examples: bool = True
) -> tuple[Operator | None, tuple[Problem, ...]]:
    """The operator that a declaration makes with its body, or every problem of the declaration.

    `path` is the declaration's file, whose stem must be the name; the folder in `body_path`
    (`clean/strip_markup.sql`) is the category. Neither file is touched.
    """
    value, problems = read(node, OPERATOR_SHAPE if has_examples else HEAD_SHAPE)
    if problems:
        return None, problems
    written: Any = value  # the shape has been checked
    operator = Operator(
        **{key: written[key] for key in _AS_WRITTEN},
        cost=float(written["cost"]),
        tables=written["from"],
        counterparts={peer: tuple(names) for peer, names in written["counterparts"].items()},
        category=str(PurePosixPath(body_path).parent),
        parameters=_parameters(node, written["parameters"]),
        inputs=_ports(written["inputs"]),
        outputs=_ports(written["outputs"]),
        requires=_facts(written["requires"]),
        provides=_facts(written["provides"]),
        keeps=_facts(written["keeps"]),
        examples=tuple(map(_example, written["examples"])) if has_examples else (),
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
        others=tuple(tuple(rows) for rows in written["others"]),
    )
