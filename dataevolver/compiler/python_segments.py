"""Python segments: what is read for a body's batches, and how its answers get back into the rows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from dataevolver.calls import Answer, Call
from dataevolver.columns import TEXT, ColumnPath
from dataevolver.compiler.bodies import check_writable, type_after
from dataevolver.compiler.compiled import CompiledStep, Segment
from dataevolver.compiler.fused import LIVING, mark
from dataevolver.compiler.joined import (
    CHILDREN,
    INPUT,
    Answers,
    child_columns,
    joined,
    multiplied,
)
from dataevolver.compiler.layout import indent, listed, with_queries
from dataevolver.compiler.paths import elements, first_of, reference
from dataevolver.compiler.ports import Application, applications, named_inputs, named_outputs
from dataevolver.compiler.rendering import step_error
from dataevolver.compiler.segments import (
    APART,
    Inputs,
    Rendered,
    compiled_step,
    drops_rows,
    fused_parts,
    fused_query,
    living_rows,
    segment,
)
from dataevolver.errors import Place
from dataevolver.operators import fingerprint
from dataevolver.solver import ResolvedStep
from dataevolver.sql import identifier

_ANSWERS = '"__answers"'
_INPUT = "__input"


def python_segment(name: str, inputs: Inputs, step: ResolvedStep, after: Rendered) -> Segment:
    """The body as it stands, with a query before and one after it. Raises CompileError.

    `after` are row-scope steps that the query after it goes on with.
    """
    operator, sources = step.bound.operator, inputs.names
    uses = _uses(step)
    reads: dict[str, str] = {}
    calls = tuple(_call(step, number, use, reads) for number, use in enumerate(uses))
    columns = [f"{value} AS {identifier(column)}" for value, column in reads.items()]
    if len(sources) > 1:
        calls = tuple(
            replace(call, arguments=(*call.arguments, (_INPUT, _INPUT))) for call in calls
        )
    opening = [(f'"{INPUT}" AS NOT MATERIALIZED', living_rows(sources[0]))]
    parts = [compiled_step(step, operator.body)]
    if operator.rows == "more":
        writing = _multiplied(with_queries(opening), step, calls)
    else:
        answered = joined(step, _answers(step, uses, calls))
        writing = f"{with_queries(opening)}\n{answered}\n"
        if after:
            opening.append((f"{identifier(step.id)} AS", answered))
            parts += fused_parts(after, f"FROM {identifier(step.id)}", True)
            writing = _fused(opening, parts)
    frame = segment(
        name,
        [step, *(later for later, _body in after)],
        parts,
        inputs=sources,
        code=operator.body,
        rows="fewer" if drops_rows(after) else operator.rows,
    )
    reading, kept = _reading(sources, columns), tuple(opening) if after else ()
    made = replace(frame, reading=reading, calls=calls, opening=kept, writing=writing)
    return _with_digests(made, step)


def _fused(opening: Sequence[tuple[str, str]], parts: Sequence[CompiledStep]) -> str:
    """The body's answers put back, and the SQL steps after it."""
    queries = [(f"{identifier(part.id)} AS", part.code) for part in parts[1:]]
    return fused_query([*opening, *queries], parts[-1])


def _with_digests(made: Segment, step: ResolvedStep) -> Segment:
    operator, parameters = step.bound.operator, step.bound.parameters
    return replace(
        made,
        parameters=parameters,
        extra=operator.extra,
        answers_digest=fingerprint([operator.digest, parameters, made.reading]),
        digest=fingerprint([made.digest, parameters, made.reading, made.writing]),
    )


def _reading(sources: Sequence[str], columns: Sequence[str]) -> str:
    """The rows that become batches. Those of several inputs follow each other, told apart by
    `__input` (0, 1, ...); answers are about those of the first.
    """
    parts = []
    for number, source in enumerate(sources):
        row = '"__id"' if not number else f'"__id" + {number * APART} AS "__id"'
        names = [row, *columns, *([f'{number} AS "{_INPUT}"'] if len(sources) > 1 else [])]
        parts.append(f"SELECT\n{listed(names)}\nFROM {identifier(source)}\nWHERE {LIVING}\n")
    return "UNION ALL\n".join(parts)


def check_python(step: ResolvedStep) -> None:
    """Raises CompileError for a body that is no module with `apply`, or cannot be put back."""
    operator = step.bound.operator
    try:
        module = ast.parse(operator.body)
    except (SyntaxError, ValueError) as error:
        line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
        place = Place(file=operator.body_shown, line=line)
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise step_error(step, message, place) from error
    names = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    if "apply" not in names:
        raise step_error(step, "the module defines no function apply(batch, params)")
    if len(step.inputs) > 1 and (operator.scope == "row" or operator.rows == "more"):
        raise step_error(step, f"has {len(step.inputs)} inputs; a Python operator reads one")
    for use in _uses(step):
        for _name, path in use.outputs:
            check_writable(step, use, path)


def _uses(step: ResolvedStep) -> tuple[Application, ...]:
    operator = step.bound.operator
    if operator.scope == "row" and operator.rows != "more":
        return applications(step.bound, step.before.columns)
    outputs = () if operator.rows == "fewer" else named_outputs(step.bound, step.before.columns)
    named = named_inputs(step.bound, step.before.columns)
    return (Application(each=False, value=None, named=named, outputs=outputs),)


def _call(step: ResolvedStep, number: int, use: Application, reads: dict[str, str]) -> Call:
    """What `apply` gets and gives for one use; `reads` collects the columns to be read for it."""
    arguments: dict[str, str] = {}

    def read(name: str, path: ColumnPath) -> None:
        nested = use.is_nested and path == use.value
        value = elements(path) if nested else reference(path, step.before.columns)
        arguments[name] = reads.setdefault(value, f"__in_{len(reads)}")

    if use.value is not None:
        read("value", use.value)
    for name, paths in use.named.items():
        if isinstance(paths, ColumnPath):
            read(name, paths)
        elif paths is not None and not use.each:
            for path in paths:
                read(str(path), path)
    return Call(
        arguments=tuple(arguments.items()),
        answers=_answers_of(step, number, use),
        nested=use.is_nested,
    )


def _answers_of(step: ResolvedStep, number: int, use: Application) -> tuple[Answer, ...]:
    if step.bound.operator.rows == "fewer":
        return (Answer(names=("reason",), column=f"__reason_{number}", kind=TEXT),)
    return tuple(
        Answer(
            names=(name, "value") if use.each else (name,),
            column=f"__out_{number}_{index}",
            kind=type_after(step, path),
        )
        for index, (name, path) in enumerate(use.outputs)
    )


def _answers(step: ResolvedStep, uses: Sequence[Application], calls: Sequence[Call]) -> Answers:
    is_row = step.bound.operator.scope == "row"
    is_filter = step.bound.operator.rows == "fewer"
    reasons = []
    writes = []
    for use, call in zip(uses, calls, strict=True):
        names = [identifier(answer.column) for answer in call.answers]
        if is_filter:
            reasons.append(first_of(names[0]) if call.nested else names[0])
            continue
        for (_name, path), column in zip(use.outputs, names, strict=True):
            writes.append((path, f"{column}[__index]" if call.nested else column))
    return Answers(
        source=_ANSWERS,
        columns='* EXCLUDE ("__id")',
        order="all" if is_row else "some" if is_filter else "any",
        writes=tuple(writes),
        reason=f"COALESCE({', '.join(reasons)})" if len(reasons) > 1 else "".join(reasons),
        can_fail=is_row,
        numbered=any(call.nested for call in calls),
    )


def _multiplied(query: str, step: ResolvedStep, calls: Sequence[Call]) -> str:
    """New rows are their parent's columns with the answers in place."""
    new = {
        path.column: identifier(answer.column)
        for (_name, path), answer in zip(
            named_outputs(step.bound, step.before.columns), calls[0].answers, strict=True
        )
    }
    values = []
    for name, kind in step.after.columns.items():
        old = identifier(name) if step.before.columns.get(name) == kind else "NULL"
        values.append(
            f'CASE WHEN "__failed" IS NULL THEN {new[name]} ELSE {old} END' if name in new else old
        )
    failed = mark(step.id, "failed", '"__failed"', '"__detail"')
    new_mark = f'CASE WHEN "__failed" IS NOT NULL THEN {failed} END'
    columns = child_columns(step, values, new_mark)
    children = f'SELECT\n{columns}\nFROM "{INPUT}"\nJOIN {_ANSWERS} USING ("__id")'
    more = f'{query},\n"{CHILDREN}" AS (\n{indent(children)}\n)\n'
    return more + multiplied(step, INPUT, step.before.columns) + "\n"
