"""SQL segments: steps of row scope in one query, or one step that sees rows together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.columns import Columns
from dataevolver.compiler.bodies import RowBody
from dataevolver.compiler.checking import selected_names
from dataevolver.compiler.compiled import CompiledStep, Segment
from dataevolver.compiler.fused import LIVING, fused_step, mark
from dataevolver.compiler.joined import (
    CHILDREN,
    INPUT,
    Answers,
    child_columns,
    joined,
    multiplied,
)
from dataevolver.compiler.layout import listed, with_queries
from dataevolver.compiler.ports import to_path
from dataevolver.operators import fingerprint
from dataevolver.solver import ResolvedStep
from dataevolver.sql import identifier

APART = 1 << 44  # between the ids of a step's inputs: each may have been numbered from 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The relations that a segment reads, and the first one's columns."""

    names: tuple[str, ...]
    columns: Columns


Rendered = Sequence[tuple[ResolvedStep, RowBody]]


def fused_segment(name: str, inputs: Inputs, steps: Rendered) -> Segment:
    """One query with a CTE a step, each named as the step."""
    parts = fused_parts(steps, f"FROM {identifier(inputs.names[0])}\nWHERE {LIVING}", False)
    return segment(
        name,
        [step for step, _body in steps],
        parts,
        inputs=inputs.names,
        code=fused_query([(f"{identifier(part.id)} AS", part.code) for part in parts], parts[-1]),
        rows="fewer" if drops_rows(steps) else "same",
    )


def fused_parts(steps: Rendered, origin: str, marked: bool) -> list[CompiledStep]:
    """Each step's CTE; the first reads `origin`, whose rows may have left when it is `marked`."""
    parts = []
    for step, body in steps:
        parts.append(compiled_step(step, fused_step(step, body, origin, marked)))
        origin = f"FROM {identifier(step.id)}"
        marked = marked or bool(body.reason or body.failure)
    return parts


def fused_query(queries: Sequence[tuple[str, str]], last: CompiledStep) -> str:
    """The rows after the last one of the queries, which is a step's."""
    names = ["__id", "__source", "__mark", *last.columns]
    columns = listed([identifier(column) for column in names])
    return f"{with_queries(queries)}\nSELECT\n{columns}\nFROM {identifier(last.id)}\n"


def drops_rows(steps: Rendered) -> bool:
    """Whether any of the steps is a filter."""
    return any(body.reason for _step, body in steps)


def select_segment(name: str, inputs: Inputs, step: ResolvedStep, body: str) -> Segment:
    """One step over all rows of its inputs: its SELECT, and the rows with its answers put back."""
    sources = inputs.names
    views = input_views(len(sources))
    queries = [
        (f"{identifier(view)} AS NOT MATERIALIZED", living_rows(source, number))
        for number, (view, source) in enumerate(zip(views, sources, strict=True))
    ]
    queries.append((f"{identifier(step.id)} AS", body))
    if step.bound.operator.rows == "more" or len(sources) > 1:
        is_ordered = "__order" in selected_names(body)
        children = f"SELECT\n{_children(step, body, is_ordered)}\nFROM {identifier(step.id)}"
        queries.append((f'"{CHILDREN}" AS', children))
        last = multiplied(step, views[0], inputs.columns, is_ordered)
    else:
        last = joined(step, _answers(step, body))
    code = f"{with_queries(queries)}\n{last}\n"
    return segment(name, (step,), [compiled_step(step, body)], inputs=sources, code=code)


def input_views(count: int) -> tuple[str, ...]:
    """What a body's inputs are called in its query."""
    return (INPUT,) if count == 1 else tuple(f"{INPUT}_{number + 1}" for number in range(count))


def living_rows(source: str, number: int = 0) -> str:
    """The rows of the n-th input that have not left, without their mark."""
    apart = f' REPLACE ("__id" + {number * APART} AS "__id")' if number else ""
    return f'SELECT * EXCLUDE ("__mark"){apart}\nFROM {identifier(source)}\nWHERE {LIVING}'


def compiled_step(step: ResolvedStep, code: str) -> CompiledStep:
    """A step with its code."""
    return CompiledStep(
        id=step.id,
        operator=step.bound.operator.name,
        code=code,
        reads=tuple(port.column for port in step.bound.inputs),
        writes=tuple(port.column for port in step.bound.outputs),
        columns=step.after.columns,
    )


def segment(
    name: str,
    steps: Sequence[ResolvedStep],
    parts: Sequence[CompiledStep],
    *,
    inputs: tuple[str, ...],
    code: str,
    rows: str = "",
) -> Segment:
    """A segment of SQL, or the frame of one of Python; `rows` is the operator's unless given."""
    operator = steps[0].bound.operator
    return Segment(
        name=name,
        language=operator.language,
        scope=operator.scope,
        rows=rows or operator.rows,
        steps=tuple(parts),
        inputs=inputs,
        code=code,
        parameters={},
        columns=steps[-1].after.columns,
        digest=fingerprint([code, [step.bound.operator.digest for step in steps]]),
    )


def _children(step: ResolvedStep, body: str, is_ordered: bool) -> str:
    """The columns of the rows that a body gives; one with a `__reason` is dropped for it."""
    names = [identifier(column) for column in step.after.columns]
    if "__reason" not in selected_names(body):
        return child_columns(step, names, is_ordered=is_ordered)
    dropped = mark(step.id, "dropped", 'CAST("__reason" AS VARCHAR)')
    new_mark = f'CASE WHEN "__reason" IS NOT NULL THEN {dropped} END'
    return child_columns(step, names, new_mark, is_ordered)


def _answers(step: ResolvedStep, body: str) -> Answers:
    """How the columns of a body's SELECT are read."""
    name = identifier(step.id)
    if step.bound.operator.rows == "fewer":
        detail = '"detail"' if "detail" in selected_names(body) else "NULL"
        columns = (
            f'CAST("reason" AS VARCHAR) AS "__reason", CAST({detail} AS VARCHAR) AS "__detail"'
        )
        return Answers(source=name, columns=columns, order="some", reason='"__reason"')
    paths = [to_path(port.column, step.after.columns) for port in step.bound.outputs]
    outputs = [f'{identifier(path.column)} AS "__out_{k}"' for k, path in enumerate(paths)]
    writes = tuple((path, f'"__out_{k}"') for k, path in enumerate(paths))
    return Answers(source=name, columns=", ".join(outputs), order="any", writes=writes)
