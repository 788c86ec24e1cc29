"""Steps that write what another step reads, where no default can name it: for texts in conversations.

`filter_language` reads `question_language`, which the solver has written for a column `question`. A
path such as `messages[role=assistant].content` makes no such name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dataevolver.columns import parse_path
from dataevolver.operators import Operator, Parameter, Value
from dataevolver.planner.declaring import column_word, operator_word
from dataevolver.plans import Step


def with_annotations(step: Step, catalog: Mapping[str, Operator]) -> tuple[Step, ...]:
    """The step with names for the columns that it reads of a nested text, behind those that write them."""
    operator = catalog.get(step.operator)
    arguments = dict(step.arguments)
    writers: dict[str, Step] = {}
    for parameter in operator.parameters if operator is not None else ():
        if parameter.type != "column" or parameter.name in arguments:
            continue
        for name, path in _nested(step).items():
            if isinstance(parameter.default, str) and f"${{{name}}}" in parameter.default:
                arguments[parameter.name] = _named(parameter.default, name, path)
                writer = _writer(parameter.default, name, path, catalog)
                writers.update({writer.id: writer} if writer is not None else {})
    return (*writers.values(), replace(step, arguments=arguments))


def _nested(step: Step) -> dict[str, str]:
    """The parameters that hold a path into something, with the path."""
    paths = {name: value for name, value in step.arguments.items() if isinstance(value, str)}
    return {
        name: value
        for name, value in paths.items()
        if (path := parse_path(value)) is not None and path.field
    }


def _named(template: str, name: str, path: str) -> str:
    return template.replace(f"${{{name}}}", column_word(path))


def _writer(template: str, name: str, path: str, catalog: Mapping[str, Operator]) -> Step | None:
    """The step of the operator whose new column has that name by default."""
    wanted = template.replace(f"${{{name}}}", "${column}")
    for operator in sorted(catalog.values(), key=lambda known: known.name):
        names = [one for one in operator.parameters if one.type == "name"]
        if operator.parameter("column") and any(one.default == wanted for one in names):
            return Step(
                id=operator_word(f"{operator.name} {column_word(path)}"),
                operator=operator.name,
                arguments={"column": path, **_names(names, path)},
                rationale=f"A later step reads it: {operator.summary}",
            )
    return None


def _names(parameters: list[Parameter], path: str) -> dict[str, Value]:
    return {
        one.name: _named(one.default, "column", path)
        for one in parameters
        if isinstance(one.default, str)
    }
