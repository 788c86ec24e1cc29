"""Operators written in a few words, for tests of what looks at declarations only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataevolver.columns import Columns, parse_type
from dataevolver.operators import Fact, Operator, Parameter, Port


def operator(name: str, declared: Mapping[str, Any]) -> Operator:
    """`inputs: ["$column: text", "lang?: text"]` and so on; a parameter is its type or a mapping."""
    return Operator(
        name=name,
        version=1,
        summary=declared.get("summary", f"{name}."),
        language=declared.get("language", "sql"),
        scope=declared.get("scope", "row"),
        rows=declared.get("rows", "same"),
        category="test",
        parameters=tuple(
            _parameter(parameter, given)
            for parameter, given in declared.get("parameters", {}).items()
        ),
        inputs=_ports(declared.get("inputs", ())),
        outputs=_ports(declared.get("outputs", ())),
        removes=tuple(declared.get("removes", ())),
        requires=_facts(declared.get("requires", ())),
        provides=_facts(declared.get("provides", ())),
        keeps=_facts(declared.get("keeps", ())),
        conflicts=tuple(declared.get("conflicts", ())),
        tags=tuple(declared.get("tags", ())),
        addresses=(),
        suggest={},
        fails=declared.get("fails", False),
        cost=float(declared.get("cost", 1)),
        examples=(),
        body="",
        body_path=f"test/{name}.sql",
        library="test",
        path=f"operators/test/{name}.yml",
        extra=declared.get("extra", ""),
        tables=declared.get("from", 1),
    )


def columns(written: Mapping[str, str]) -> Columns:
    """Columns from the texts of their types."""
    kinds = {name: parse_type(text) for name, text in written.items()}
    return {name: kind for name, kind in kinds.items() if kind is not None}


def _parameter(name: str, given: str | Mapping[str, Any]) -> Parameter:
    if isinstance(given, str):
        return Parameter(name=name, type=given, description="")
    required = "default" not in given
    return Parameter(
        name=name,
        type=given["type"],
        description="",
        required=required,
        default=given.get("default"),
        choices=tuple(given.get("choices", ())),
    )


def _ports(written: tuple[str, ...]) -> tuple[Port, ...]:
    ports = []
    for text in written:
        column, _, kind = text.partition(": ")
        optional = column.endswith("?")
        ports.append(Port(column=column.rstrip("?"), type=kind or "any", optional=optional))
    return tuple(ports)


def _facts(written: tuple[str, ...]) -> tuple[Fact, ...]:
    split = (text.rpartition(": ") for text in written)
    return tuple(Fact(subject=subject, name=name) for subject, _, name in split)
