"""Ideas from the catalog: operators that address what is off, parameters from the exemplars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dataevolver.operators import Operator, Parameter, Value
from dataevolver.planner.declaring import operator_word
from dataevolver.planner.proposals import Finding, Idea, Situation
from dataevolver.plans import Step
from dataevolver.profiler import Summary, summarise

_OFF = 0.01  # lower bound of an attribute's H from which an operator is tried against it
_FLOORED = ("min", "p01", "p05")
_CEILED = ("p95", "p99", "max")
_MOST_VARIANTS = 3
_TIDYING = 0.5  # an operator from the catalog may or may not touch what is off

# What `suggest` may say of one parameter, in words for the rationale.
Choice = tuple[Value, str]


def library_ideas(situation: Situation) -> tuple[Idea, ...]:
    """An idea for each operator, columns and suggested values that address what is off."""
    off = [finding for finding in situation.findings if finding.lower >= _OFF]
    exemplars = summarise(situation.exemplars)
    ideas: list[Idea] = []
    for operator in situation.catalog.values():
        found = [finding for finding in off if addresses(operator, finding)]
        if found and operator.language != "llm" and "evolved" not in operator.tags:
            ideas.extend(_variants(operator, found, exemplars))
    return tuple(ideas)


def addresses(operator: Operator, finding: Finding) -> bool:
    """Whether the operator says that it can move that attribute or its group."""
    return bool({finding.group, finding.attribute} & set(operator.addresses))


def _variants(operator: Operator, findings: Sequence[Finding], exemplars: Summary) -> list[Idea]:
    """The operator on all columns that are off or, with bounds from a column, on each of them."""
    columns = _columns(findings, exemplars)
    if not columns:
        return []
    bounded = any(
        isinstance(value, str) and value.startswith("exemplars.")
        for value in operator.suggest.values()
    )
    single = any(parameter.type == "column" for parameter in operator.parameters)
    targets: list[tuple[str, ...]] = [(column,) for column in columns]
    if len(columns) > 1 and not bounded and not single:
        targets.insert(0, tuple(columns))
    return [
        _idea(operator, findings, target, arguments)
        for target in targets
        for arguments in _arguments(operator, target, exemplars)
    ]


def _columns(findings: Sequence[Finding], exemplars: Summary) -> list[str]:
    """Text columns with a finding, the worst first."""
    ranked = sorted(findings, key=lambda finding: (-finding.lower, finding.attribute))
    known = exemplars.columns
    return list(dict.fromkeys(found.column for found in ranked if found.column in known))


def _arguments(
    operator: Operator, columns: Sequence[str], exemplars: Summary
) -> list[dict[str, Value]]:
    """Arguments by `suggest`: the first choice of each parameter, then one other choice at a time.

    Empty when a parameter without a default has no suggestion.
    """
    choices: dict[str, Sequence[Value]] = {}
    for parameter in operator.parameters:
        suggestion = operator.suggest.get(parameter.name)
        found = _suggested(parameter, suggestion, columns, exemplars)
        if found:
            choices[parameter.name] = found
        elif parameter.required:
            return []
    first = {name: values[0] for name, values in choices.items()}
    others = [{**first, name: value} for name, values in choices.items() for value in values[1:]]
    return [first, *others][:_MOST_VARIANTS]


def without_defaults(
    operator: Operator | None, arguments: Mapping[str, Value]
) -> Mapping[str, Value]:
    """The arguments that a plan has to write: those that are not the operator's own defaults."""
    kept = dict(arguments)
    for parameter in operator.parameters if operator else ():
        if not parameter.required and kept.get(parameter.name) == parameter.default:
            kept.pop(parameter.name, None)
    return kept


def _suggested(
    parameter: Parameter, suggestion: Value, columns: Sequence[str], exemplars: Summary
) -> Sequence[Value]:
    if isinstance(suggestion, Mapping):
        tried = suggestion["try"]
        return list(tried) if isinstance(tried, Sequence) and not isinstance(tried, str) else []
    if not isinstance(suggestion, str):
        return []
    if suggestion in ("off.columns", "text.columns"):
        chosen = columns if suggestion == "off.columns" else _text_columns(exemplars)
        return [list(chosen)] if parameter.type == "columns" else list(chosen)[:1]
    if suggestion == "exemplars.languages":
        return [list(exemplars.languages)] if exemplars.languages else []
    if suggestion == "exemplars.fields":
        return [list(exemplars.fields)]
    return _statistic(parameter, suggestion, columns[0], exemplars)


def _text_columns(exemplars: Summary) -> list[str]:
    return [path for path, column in exemplars.columns.items() if "characters" in column.measures]


def _statistic(
    parameter: Parameter, suggestion: str, column: str, exemplars: Summary
) -> Sequence[Value]:
    """`exemplars.words.p01` of the column, rounded away from the exemplars for whole numbers."""
    _, measure, name = suggestion.split(".")
    found = exemplars.statistic(column, measure, name)
    if found is None or not math.isfinite(found):
        return []
    if parameter.type != "integer":
        return [round(found, 3)]
    if name in _FLOORED:
        return [math.floor(found)]
    return [math.ceil(found) if name in _CEILED else round(found)]


def _idea(
    operator: Operator,
    findings: Sequence[Finding],
    columns: Sequence[str],
    arguments: Mapping[str, Value],
) -> Idea:
    worst = max(findings, key=lambda finding: (finding.column in columns, finding.lower))
    where = ", ".join(columns)
    rationale = f"{worst.attribute} is off (H {worst.gap:.2f}): {operator.summary}"
    step = Step(
        id=f"{operator.name}_{operator_word(where)}" if len(columns) == 1 else operator.name,
        operator=operator.name,
        arguments=dict(arguments),
        rationale=rationale,
    )
    return Idea(
        kind=_kind(operator),
        attribute=worst.group,
        column=columns[0],
        steps=(step,),
        rationale=rationale,
        promise=_TIDYING * worst.lower,
    )


def _kind(operator: Operator) -> str:
    if operator.rows == "same":
        return "clean"
    return "hygiene" if "duplicates" in operator.addresses else "filter"
