"""The steps of a resolution, cut into segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import jinja2

from dataevolver.compiler.bodies import RowBody, render_row, render_select
from dataevolver.compiler.compiled import CompiledPlan, Segment
from dataevolver.compiler.python_segments import check_python, python_segment
from dataevolver.compiler.rendering import step_error
from dataevolver.compiler.segments import Inputs, fused_segment, input_views, select_segment
from dataevolver.errors import CompileError, Problem
from dataevolver.operators import fingerprint
from dataevolver.solver import Resolution, ResolvedStep

# Answers are put back row by row, which DuckDB does on one core: work there has to be cheap.
_BESIDE_ANSWERS = 0.002  # seconds for a million characters

_Rendered = RowBody | str  # a row step's expressions, or the whole SELECT or module


def compile_plan(resolution: Resolution, templates: jinja2.Environment) -> CompiledPlan:
    """The code of every step. Raises CompileError with every step that cannot be compiled."""
    rendered = _render(resolution.steps, templates)
    segments: list[Segment] = []
    made_by: dict[str, str] = {}
    columns = dict(resolution.sources)
    for group in _groups(resolution.steps, rendered):
        name = f"{len(segments) + 1:02d}_{group[0].id}"
        sources = tuple(made_by.get(known, known) for known in group[0].inputs)
        inputs = Inputs(names=sources, columns=columns[sources[0]])
        segments.append(_segment(name, inputs, group, rendered))
        made_by[group[-1].id] = name
        columns[name] = group[-1].after.columns
    last = segments[-1] if segments else None
    return CompiledPlan(
        plan=resolution.plan,
        sources=dict(resolution.sources),
        segments=tuple(segments),
        output=last.name if last else resolution.plan.source,
        columns=resolution.columns,
        fingerprint=fingerprint(
            [list(resolution.columns), [[one.name, one.inputs, one.digest] for one in segments]]
        ),
    )


def _render(steps: Sequence[ResolvedStep], templates: jinja2.Environment) -> dict[str, _Rendered]:
    rendered: dict[str, _Rendered] = {}
    problems: list[Problem] = []
    for step in steps:
        try:
            rendered[step.id] = _body(step, templates)
        except CompileError as error:
            problems.extend(error.problems)
    if problems:
        raise CompileError(problems)
    return rendered


def _body(step: ResolvedStep, templates: jinja2.Environment) -> _Rendered:
    operator = step.bound.operator
    if operator.language == "python":
        check_python(step)
        return operator.body
    if operator.language != "sql":
        raise step_error(step, f"operators of language {operator.language} cannot run here")
    if _is_row(step):
        return render_row(step, templates)
    return render_select(step, templates, input_views(len(step.inputs)))


def _is_row(step: ResolvedStep) -> bool:
    operator = step.bound.operator
    fusable = operator.language == "sql" and operator.scope == "row" and operator.rows != "more"
    return fusable and len(step.inputs) == 1


def _is_python_row(step: ResolvedStep) -> bool:
    operator = step.bound.operator
    return operator.language == "python" and operator.scope == "row" and operator.rows != "more"


def _groups(
    steps: Sequence[ResolvedStep], rendered: dict[str, _Rendered]
) -> list[list[ResolvedStep]]:
    """Steps that run together. Each group but the last is read by the next ones from its file."""
    readers = Counter(name for step in steps for name in step.inputs)
    groups: list[list[ResolvedStep]] = []
    marked = False
    for step in steps:
        joins = bool(groups) and _continues(groups[-1], step, readers)
        if joins and not (marked and _loses_columns(step)):
            groups[-1].append(step)
        else:
            groups.append([step])
            marked = False
        body = rendered[step.id]
        marked = marked or not isinstance(body, RowBody) or bool(body.reason or body.failure)
    return groups


def _continues(group: Sequence[ResolvedStep], step: ResolvedStep, readers: Counter[str]) -> bool:
    """A Python body begins a segment, so that its work is kept whatever comes after it."""
    before = group[-1]
    follows = step.inputs == (before.id,) and readers[before.id] == 1
    if not follows or not _is_row(step):
        return False
    return _is_row(group[0]) or (
        _is_python_row(group[0]) and step.bound.operator.cost <= _BESIDE_ANSWERS
    )


def _loses_columns(step: ResolvedStep) -> bool:
    """Whether rows that left before could not keep their columns as they were."""
    after = step.after.columns
    return any(after.get(name) != kind for name, kind in step.before.columns.items())


def _segment(
    name: str,
    inputs: Inputs,
    group: Sequence[ResolvedStep],
    rendered: dict[str, _Rendered],
) -> Segment:
    first = group[0]
    body = rendered[first.id]
    pairs = [(step, one) for step in group if isinstance(one := rendered[step.id], RowBody)]
    if not isinstance(body, str):
        return fused_segment(name, inputs, pairs)
    if first.bound.operator.language == "python":
        return python_segment(name, inputs, first, pairs)
    return select_segment(name, inputs, first, body)
