"""Ideas from the catalog: operators that address what is off, parameters from the exemplars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dataevolver.operators import Operator, Parameter, Value
from dataevolver.planner.annotated import with_annotations
from dataevolver.planner.declaring import column_word, operator_word
from dataevolver.planner.proposals import Effect, Finding, Idea, Situation
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
# An effect is clear from this share of the rows beyond the exemplars' on, where they show it seldom.
_CLEAR = 0.05
_SELDOM = 0.2  # as often as the rows
_SEEN = 0.5  # promise of touching every row and no exemplar: that need not bring a row nearer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An operator, what it may mend, and whether it says so of the very measure.

    Without findings it has to show by its effect that it mends something.
    """

    operator: Operator
    findings: tuple[Finding, ...]
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """The operator of a case on one column, and what it does there if that is known."""

    case: _Case
    column: str
    is_off: bool
    arguments: Mapping[str, Value]
    effect: Effect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    exemplars: Summary
    rows: Summary


def library_ideas(situation: Situation, rows: Sequence[Row]) -> tuple[Idea, ...]:
    """An idea for each operator, columns and suggested values that mend what is off in `rows`.

    By what it addresses, or by its effect: it changes many rows and hardly an exemplar.
    """
    off = [finding for finding in situation.findings if finding.lower >= _OFF]
    sides = _Sides(exemplars=summarise(situation.exemplars), rows=summarise(rows))
    cases = [
        case
        for operator in situation.catalog.values()
        if operator.language != "llm"
        and operator.tables == 1
        and "evolved" not in operator.tags
        and ((case := _case(operator, off)).findings or operator.suggest)
        and (operator.suggest or operator.rows != "same")
    ]
    uses = [use for case in cases for use in _uses(case, sides)]
    effects = situation.effects([(use.case.operator, use.arguments) for use in uses])
    mending = [
        replace(use, effect=effect)
        for use, effect in zip(uses, effects, strict=True)
        if _mends(use, effect)
    ]
    ideas = [
        (case, [_annotated(idea, situation.catalog) for idea in _variants(case, mending, sides)])
        for case in cases
    ]
    return (*_tidying(ideas), *(idea for _, variants in ideas for idea in variants))


def _annotated(idea: Idea, catalog: Mapping[str, Operator]) -> Idea:
    return replace(idea, steps=with_annotations(idea.steps[0], catalog))


def _case(operator: Operator, off: Sequence[Finding]) -> _Case:
    """What is off and addressed by name; else what is off in a group that is addressed."""
    addressed = set(operator.addresses)
    named = addressed - GROUPS  # `characters` is a group and also a measure of another one
    exact = tuple(
        finding
        for finding in off
        if {finding.attribute, finding.attribute.rpartition(".")[2]} & named
    )
    vague = tuple(finding for finding in off if finding.group in addressed)
    return _Case(operator=operator, findings=exact or vague, exact=bool(exact))


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


def _uses(case: _Case, sides: _Sides) -> list[_Use]:
    """The operator with its first arguments on each column that is off, and on the other texts."""
    off = _columns(case.findings, sides.exemplars)
    return [
        _Use(case=case, column=column, is_off=column in off, arguments=arguments)
        for column in dict.fromkeys((*off, *_text_columns(sides.exemplars)))
        for arguments in _arguments(case.operator, (column,), sides)[:1]
    ]


def _mends(use: _Use, effect: Effect | None) -> bool:
    """Whether it touches more of the rows than of the exemplars.

    Where nothing is off only a cleaner may speak for itself, by clearly more: rows are not dropped
    for what no measure sees.
    """
    if effect is None:
        return use.is_off
    if use.is_off:
        return effect.rows > effect.exemplars
    return use.case.operator.rows == "same" and _is_clear(effect)


def _is_clear(effect: Effect) -> bool:
    return effect.rows - effect.exemplars >= _CLEAR and effect.exemplars <= _SELDOM * effect.rows


def _variants(case: _Case, mending: Sequence[_Use], sides: _Sides) -> list[Idea]:
    """The operator on all columns that it mends or, with bounds from a column, on each of them."""
    effects = {use.column: use.effect for use in mending if use.case is case}
    columns = list(effects)
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
        _idea(case, target, arguments, effects[target[0]])
        for target in targets
        for arguments in _arguments(operator, target, sides)
    ]


def _columns(findings: Sequence[Finding], exemplars: Summary) -> list[str]:
    """Text columns with a finding, the worst first."""
    ranked = sorted(findings, key=lambda finding: (-finding.lower, finding.attribute))
    known = exemplars.columns
    return list(dict.fromkeys(found.column for found in ranked if found.column in known))


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


def _idea(
    case: _Case, columns: Sequence[str], arguments: Mapping[str, Value], effect: Effect | None
) -> Idea:
    operator = case.operator
    single = operator_word(f"{operator.name} {column_word(columns[0])}")
    promise, attribute, reason = _evidence(case, columns, effect)
    rationale = f"{reason}: {operator.summary}"
    step = Step(
        id=single if len(columns) == 1 else operator.name,
        operator=operator.name,
        arguments=dict(arguments),
        rationale=rationale,
    )
    return Idea(
        kind=_kind(operator),
        attribute=attribute,
        column=columns[0],
        steps=(step,),
        rationale=rationale,
        promise=promise,
    )


def _evidence(case: _Case, columns: Sequence[str], effect: Effect | None) -> tuple[float, str, str]:
    """The promise, the attribute group and the reason of an idea: an effect, if clear, or what is off."""
    operator = case.operator
    clear = effect if effect is not None and _is_clear(effect) else None
    group, promise, reason = operator.addresses[0] if operator.addresses else "quality", 0.0, ""
    if case.findings:
        worst = max(case.findings, key=lambda finding: (finding.column in columns, finding.lower))
        said = _EXACT if case.exact else _VAGUE
        promise = said * worst.lower * _SPREADING ** len(operator.addresses)
        group, reason = worst.group, f"{worst.attribute} is off (H {worst.gap:.2f})"
    if clear is not None and not case.exact:
        promise = max(promise, _SEEN * (clear.rows - clear.exemplars))
        reason = (
            f"It touches {clear.rows:.0%} of the rows and {clear.exemplars:.0%} of the exemplars"
        )
    return promise, group, reason


def _kind(operator: Operator) -> str:
    if operator.rows == "same":
        return "clean"
    return "hygiene" if "duplicates" in operator.addresses else "filter"
