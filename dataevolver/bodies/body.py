"""Python bodies over Arrow batches: called, and kept from losing a batch for one bad row.

Answers are batches of `__id`, `__ordinal` (rows: more), a column for each answer, and `__failed`
and `__detail`, which say why a row could not be processed.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.columns import TEXT
from dataevolver.compiler import Call, Segment
from dataevolver.errors import Problem, RunError
from dataevolver.runner.arrays import (
    ID,
    answer_schema,
    as_lists,
    checked_column,
    checked_table,
    first_of_lists,
)

_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A segment's `apply`, ready to be called."""

    segment: Segment
    apply: Callable[[Any, Mapping[str, Any]], Any]

    def call(self, rows: object) -> Any:
        """What `apply` gives for a batch or a reader. The parameters are its own copy."""
        return self.apply(rows, dict(self.segment.parameters))


def load_body(segment: Segment) -> Body:
    """Run the module's top level. RunError when it cannot be imported or has no `apply`."""
    step = segment.steps[0]
    module = types.ModuleType(step.operator)
    try:
        exec(compile(segment.code, f"{segment.name}.py", "exec"), module.__dict__)  # noqa: S102
    except (ImportError, SyntaxError) as error:
        raise RunError(
            Problem(
                message=f'step "{step.id}" (operator {step.operator}) cannot be loaded: {error}',
                hint="a Python operator may import what is installed beside dve",
            )
        ) from error
    except (Exception, SystemExit) as error:
        raise RunError(
            f'step "{step.id}" (operator {step.operator}) cannot be loaded: '
            f"its module raised {_raised(error)}"
        ) from error
    apply = module.__dict__.get("apply")
    if not callable(apply):
        raise RunError(
            f'step "{step.id}" (operator {step.operator}) defines no apply(batch, params)'
        )
    return Body(segment=segment, apply=apply)


def answer_rows(body: Body, rows: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The answers for the rows that a segment reads, in their order."""
    if body.segment.scope == "row":
        for batch in rows:
            yield from _answer_batch(body, batch)
    else:
        yield from _answer_all(body, rows)


def _answer_batch(body: Body, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Answers for a batch; where `apply` raises, for its halves, down to the row that it fails on."""
    try:
        answers = [_call(body, call, batch) for call in body.segment.calls]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - not ours: what it raises belongs to a row
        if batch.num_rows <= 1:
            yield _failed_row(body.segment, batch, error)
            return
        middle = batch.num_rows // 2
        yield from _answer_batch(body, batch.slice(0, middle))
        yield from _answer_batch(body, batch.slice(middle))
        return
    if body.segment.rows == "more":
        yield from _more_rows(body.segment, batch, answers[0])
    else:
        yield _same_rows(body.segment, batch, answers)


def _call(body: Body, call: Call, batch: pa.RecordBatch) -> Any:
    """What `apply` gives for one call: for the items of lists when it is nested."""
    columns = {name: batch.column(column) for name, column in call.arguments}
    if body.segment.rows == "more":
        columns = {ID.name: batch.column(ID.name), **columns}
    rows = batch.num_rows
    if call.nested:
        lists = columns["value"]
        owners = pc.list_parent_indices(lists)
        columns = {
            name: pc.list_flatten(column) if column is lists else column.take(owners)
            for name, column in columns.items()
        }
        rows = len(owners)
    if not rows:
        return {}
    return body.call(_record_batch(columns, rows))


def _record_batch(columns: Mapping[str, pa.Array], rows: int) -> pa.RecordBatch:
    if not columns:
        return pa.RecordBatch.from_struct_array(pa.array([{}] * rows, pa.struct([])))
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _same_rows(segment: Segment, batch: pa.RecordBatch, answers: list[Any]) -> pa.RecordBatch:
    columns: dict[str, pa.Array] = {ID.name: batch.column(ID.name)}
    failed = pa.nulls(batch.num_rows, pa.string())
    for call, given in zip(segment.calls, answers, strict=True):
        lists = batch.column(dict(call.arguments)["value"]) if call.nested else None
        rows = len(pc.list_parent_indices(lists)) if call.nested else batch.num_rows
        for answer in call.answers:
            values = checked_column(segment, given, answer.names, answer.kind, rows)
            columns[answer.column] = as_lists(values, lists) if call.nested else values
        if rows and "failed" in given:
            faults = checked_column(segment, given, ("failed",), TEXT, rows)
            faults = first_of_lists(as_lists(faults, lists)) if call.nested else faults
            failed = pc.coalesce(failed, faults)
    columns |= {"__failed": failed, "__detail": pa.nulls(batch.num_rows, pa.string())}
    return _in_order(segment, columns)


def _more_rows(segment: Segment, batch: pa.RecordBatch, given: object) -> Iterator[pa.RecordBatch]:
    if batch.num_rows:
        yield from checked_table(segment, given)


def _failed_row(segment: Segment, batch: pa.RecordBatch, error: BaseException) -> pa.RecordBatch:
    schema = answer_schema(segment)
    columns = {field.name: pa.nulls(batch.num_rows, field.type) for field in schema}
    reason = f"raised {type(error).__name__}"
    columns |= {
        ID.name: batch.column(ID.name),
        "__failed": pa.array([reason] * batch.num_rows, pa.string()),
        "__detail": pa.array([_shortened(str(error))] * batch.num_rows, pa.string()),
    }
    return _in_order(segment, columns)


def _answer_all(body: Body, rows: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """One call for all rows; what it raises fails the run."""
    segment = body.segment
    arguments = segment.calls[0].arguments
    fields = [ID, *(pa.field(name, rows.schema.field(column).type) for name, column in arguments)]
    names = [ID.name, *(column for _name, column in arguments)]
    schema = pa.schema(fields)
    batches = (
        pa.RecordBatch.from_arrays([batch.column(name) for name in names], schema=schema)
        for batch in rows
    )
    try:
        given = body.call(pa.RecordBatchReader.from_batches(schema, batches))
    except (Exception, SystemExit) as error:
        step = segment.steps[0]
        raise RunError(
            f'step "{step.id}" (operator {step.operator}) raised {_raised(error)}'
        ) from error
    yield from checked_table(segment, given)


def _in_order(segment: Segment, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    schema = answer_schema(segment)
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {_shortened(str(error))}"


def _shortened(text: str) -> str:
    """One line of a message, valid as Unicode."""
    line = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 3] + "..."
