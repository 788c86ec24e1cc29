"""Ideas from the catalog: operators that address what is off, parameters from the exemplars."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dataevolver.operators import Operator, Parameter, Value
from dataevolver.planner.annotated import with_annotations
from dataevolver.planner.declaring import column_word, operator_word
from dataevolver.planner.likeness import texts
from dataevolver.planner.proposals import Finding, Idea, Situation
from dataevolver.plans import Step
from dataevolver.profiler import Row, Summary, summarise

_OFF = 0.01  # lower bound of an attribute's H from which an operator is tried against it
_VAGUE = 0.3  # promise of an operator that addresses the group of what is off,
_EXACT = 0.9  # and of one that names the measure itself
_SPREADING = 0.97  # for each thing that an operator addresses: what does one thing does it best
GROUPS = frozenset(
    [
        "length",
        "casing",
        "characters",
        "encoding",
        "markup",
        "structure",
        "language",
        "repetition",
        "completeness",
        "boilerplate",
        "answer_format",
        "schema",
        "cross_field",
        "duplicates",
        "conversation",
        "relation",
    ]
)
_FLOORED = ("min", "p01", "p05")
_CEILED = ("p95", "p99", "max")
_SPOKEN = 0.98  # share of the rows in the exemplars' languages from which none is filtered
_MOST_VARIANTS = 3
# What a text must hold that an operator providing the fact has work on.
_WORK: Mapping[str, re.Pattern[str]] = {
    "decoded": re.compile(r"[^\x00-\x7f]"),
    "nfc": re.compile(r"[^\x00-\x7f]"),
    "no_emails": re.compile(r"\S[@\uff20]\S"),
    "no_markup": re.compile(r"<[^<>]+>|&#?\w+;"),
    "no_repeated_lines": re.compile(r"\n"),
    "no_urls": re.compile(r"://|www\.|\w\.\w{2,}/"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An operator, what it may mend, and whether it says so of the very measure."""

    operator: Operator
    findings: tuple[Finding, ...]
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    exemplars: Summary
    rows: Summary
    sample: Sequence[Row]


def library_ideas(situation: Situation, rows: Sequence[Row]) -> tuple[Idea, ...]:
    """An idea for each operator, columns and suggested values that address what is off in `rows`."""
    off = [finding for finding in situation.findings if finding.lower >= _OFF]
    if not off:
        return ()
    sides = _Sides(exemplars=summarise(situation.exemplars), rows=summarise(rows), sample=rows)
    cases = [
        case
        for operator in situation.catalog.values()
        if operator.language != "llm"
        and operator.tables == 1
        and "evolved" not in operator.tags
        for case in _cases(operator, off)
    ]
    ideas = [
        (case, [_annotated(idea, situation.catalog) for idea in _variants(case, sides)])
        for case in cases
    ]
    return (*_tidying(ideas), *(idea for _, variants in ideas for idea in variants))


def _annotated(idea: Idea, catalog: Mapping[str, Operator]) -> Idea:
    return replace(idea, steps=with_annotations(idea.steps[0], catalog))


def _cases(operator: Operator, off: Sequence[Finding]) -> list[_Case]:
    """What is off and addressed by name; else what is off in a group that is addressed."""
    addressed = set(operator.addresses)
    named = addressed - GROUPS  # `characters` is a group and also a measure of another one
    exact = tuple(
        finding
        for finding in off
        if {finding.attribute, finding.attribute.rpartition(".")[2]} & named
    )
    vague = tuple(finding for finding in off if finding.group in addressed)
    found = exact or vague
    return [_Case(operator=operator, findings=found, exact=bool(exact))] if found else []


def _tidying(ideas: Sequence[tuple[_Case, Sequence[Idea]]]) -> list[Idea]:
    """One idea of everything that cleans just what is off: alone each may drown in the noise."""
    covered: set[str] = set()
    chosen: list[tuple[int, str, Idea]] = []
    for case, variants in sorted(ideas, key=lambda pair: -len(pair[0].findings)):
        names = {finding.attribute for finding in case.findings}
        if case.exact and variants and variants[0].kind == "clean" and names - covered:
            covered |= names
            chosen.append((_precedence(case.operator), case.operator.name, variants[0]))
    if len(chosen) < 2:
        return []
    parts = [idea for _, _, idea in sorted(chosen, key=lambda item: item[:2])]
    worst = max(parts, key=lambda idea: idea.promise)
    return [
        Idea(
            kind="clean",
            attribute=worst.attribute,
            column=worst.column,
            steps=tuple(step for idea in parts for step in idea.steps),
            rationale=f"Tidy texts: {', '.join(sorted(covered))} are off.",
            promise=sum(idea.promise for idea in parts),
        )
    ]


def _precedence(operator: Operator) -> int:
    """Broken characters hide markup, and markup hides whitespace."""
    order = [group in operator.addresses for group in ("encoding", "markup")]
    return order.index(True) if any(order) else len(order)


def _variants(case: _Case, sides: _Sides) -> list[Idea]:
    """The operator on all columns that are off or, with bounds from a column, on each of them."""
    off = _columns(case.findings, sides.exemplars)
    columns = [column for column in off if _has_work(case.operator, column, sides)]
    if not columns:
        return []
    operator = case.operator
    bounded = any(
        isinstance(value, str) and value.startswith("exemplars.")
        for value in operator.suggest.values()
    )
    single = any(parameter.type == "column" for parameter in operator.parameters)
    targets: list[tuple[str, ...]] = [(column,) for column in columns]
    if len(columns) > 1 and not bounded and not single:
        targets.insert(0, tuple(columns))
    return [
        _idea(case, target, arguments)
        for target in targets
        for arguments in _arguments(operator, target, sides)
    ]


def _columns(findings: Sequence[Finding], exemplars: Summary) -> list[str]:
    """Text columns with a finding, the worst first."""
    ranked = sorted(findings, key=lambda finding: (-finding.lower, finding.attribute))
    known = exemplars.columns
    return list(dict.fromkeys(found.column for found in ranked if found.column in known))


def _has_work(operator: Operator, column: str, sides: _Sides) -> bool:
    """Whether it can change a text: some row has what it mends, and not all have its facts already."""
    if operator.rows != "same":
        return True
    counts = [sides.rows.statistic(column, measure, "max") for measure in operator.addresses]
    named = [
        count
        for measure, count in zip(operator.addresses, counts, strict=True)
        if count is not None and measure not in GROUPS
    ]
    if named:
        return any(named)
    witnesses = [_WORK.get(fact.name) for fact in operator.provides]
    if not witnesses:
        return True
    found = texts(sides.sample, column)
    return any(
        witness is None or any(witness.search(text) for text in found) for witness in witnesses
    )


def _arguments(operator: Operator, columns: Sequence[str], sides: _Sides) -> list[dict[str, Value]]:
    """Arguments by `suggest`: the first choice of each parameter, then one other choice at a time.

    Empty when a parameter without a default has no suggestion, or when no row is out of bounds.
    """
    choices: dict[str, Sequence[Value]] = {}
    for parameter in operator.parameters:
        suggestion = operator.suggest.get(parameter.name)
        found = _suggested(parameter, suggestion, columns, sides.exemplars)
        if found:
            choices[parameter.name] = found
        elif parameter.required:
            return []
    if _hold_already(operator, columns[0], sides):
        return []
    first = {name: values[0] for name, values in choices.items()}
    others = [{**first, name: value} for name, values in choices.items() for value in values[1:]]
    return [first, *others][:_MOST_VARIANTS]


def _hold_already(operator: Operator, column: str, sides: _Sides) -> bool:
    """Whether the operator has bounds and nearly all rows are within what exemplars have."""
    bounds = [
        suggestion.split(".")[1:]
        for suggestion in operator.suggest.values()
        if isinstance(suggestion, str) and suggestion.count(".") == 2
    ]
    inside = []
    if "exemplars.languages" in operator.suggest.values() and column in sides.rows.columns:
        shares = sides.rows.columns[column].languages
        known = sum(shares.get(language, 0.0) for language in sides.exemplars.languages)
        inside.append(known >= _SPOKEN)
    for measure, name in bounds:
        bound = sides.exemplars.statistic(column, measure, name)
        ours = sides.rows.statistic(column, measure, "p01" if name in _FLOORED else "p99")
        if bound is not None and ours is not None:
            inside.append(bound <= ours if name in _FLOORED else ours <= bound)
    return bool(inside) and all(inside)


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


def _idea(case: _Case, columns: Sequence[str], arguments: Mapping[str, Value]) -> Idea:
    operator = case.operator
    worst = max(case.findings, key=lambda finding: (finding.column in columns, finding.lower))
    rationale = f"{worst.attribute} is off (H {worst.gap:.2f}): {operator.summary}"
    single = operator_word(f"{operator.name} {column_word(columns[0])}")
    step = Step(
        id=single if len(columns) == 1 else operator.name,
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
        promise=(_EXACT if case.exact else _VAGUE)
        * worst.lower
        * _SPREADING ** len(operator.addresses),
    )


def _kind(operator: Operator) -> str:
    if operator.rows == "same":
        return "clean"
    return "hygiene" if "duplicates" in operator.addresses else "filter"
