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

from dataevolver.bodies.arrays import (
    ID,
    answer_schema,
    as_lists,
    checked_column,
    checked_table,
    first_of_lists,
)
from dataevolver.calls import Call, Job
from dataevolver.columns import TEXT
from dataevolver.errors import Problem, RunError

NO_MEANS: Mapping[str, object] = types.MappingProxyType({})
_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A Python step's `apply`, ready to be called."""

    job: Job
    apply: Callable[[Any, Mapping[str, Any]], Any]

    def call(self, rows: object, means: Mapping[str, object] = NO_MEANS) -> Any:
        """What `apply` gives for a batch or a reader. The parameters are its own copy."""
        return self.apply(rows, {**self.job.parameters, **means})


def load_body(job: Job) -> Body:
    """Run the module's top level. RunError when it cannot be imported or has no `apply`."""
    module = types.ModuleType(job.operator)
    try:
        exec(compile(job.code, f"{job.name}.py", "exec"), module.__dict__)  # noqa: S102
    except (ImportError, SyntaxError) as error:
        hint = "a Python operator may import what is installed beside dve"
        if job.extra and isinstance(error, ImportError):
            hint = f'pip install "dataevolver-dve[{job.extra}]"'
        message = f"{job.title} cannot be loaded: {error}"
        raise RunError(Problem(message=message, hint=hint)) from error
    except (Exception, SystemExit) as error:
        raise RunError(
            f"{job.title} cannot be loaded: its module raised {_raised(error)}"
        ) from error
    apply = module.__dict__.get("apply")
    if not callable(apply):
        raise RunError(f"{job.title} defines no apply(batch, params)")
    return Body(job=job, apply=apply)


def answer_batch(body: Body, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The answers of a row-scope body for a batch, in its order."""
    answers = list(_answers(body, batch))
    if len(answers) == 1:
        return answers[0]
    schema = answer_schema(body.job)
    table = pa.Table.from_batches(answers, schema).combine_chunks()
    columns = [
        column.chunk(0) if column.num_chunks else pa.nulls(0, column.type)
        for column in table.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _answers(body: Body, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Answers for a batch; where `apply` raises, for its halves, down to the row that it fails on."""
    try:
        answers = [_call(body, call, batch) for call in body.job.calls]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - not ours: what it raises belongs to a row
        if batch.num_rows <= 1:
            yield _failed_row(body.job, batch, error)
            return
        middle = batch.num_rows // 2
        yield from _answers(body, batch.slice(0, middle))
        yield from _answers(body, batch.slice(middle))
        return
    if body.job.rows == "more":
        yield from _more_rows(body.job, batch, answers[0])
    else:
        yield _same_rows(body.job, batch, answers)


def _call(body: Body, call: Call, batch: pa.RecordBatch) -> Any:
    """What `apply` gives for one call: for the items of lists when it is nested."""
    columns = {name: batch.column(column) for name, column in call.arguments}
    if body.job.rows == "more":
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


def _same_rows(job: Job, batch: pa.RecordBatch, answers: list[Any]) -> pa.RecordBatch:
    columns: dict[str, pa.Array] = {ID.name: batch.column(ID.name)}
    says = {"failed": pa.nulls(batch.num_rows, pa.string())}
    says["detail"] = says["failed"]
    for call, given in zip(job.calls, answers, strict=True):
        lists = batch.column(dict(call.arguments)["value"]) if call.nested else None
        rows = len(pc.list_parent_indices(lists)) if call.nested else batch.num_rows
        for answer in call.answers:
            values = checked_column(job, given, answer.names, answer.kind, rows)
            columns[answer.column] = as_lists(values, lists) if call.nested else values
        for name in says if rows else ():
            if name in given:
                texts = checked_column(job, given, (name,), TEXT, rows)
                texts = first_of_lists(as_lists(texts, lists)) if call.nested else texts
                says[name] = pc.coalesce(says[name], texts)
    columns |= {"__failed": says["failed"], "__detail": says["detail"]}
    return _in_order(job, columns)


def _more_rows(job: Job, batch: pa.RecordBatch, given: object) -> Iterator[pa.RecordBatch]:
    if batch.num_rows:
        yield from checked_table(job, given)


def _failed_row(job: Job, batch: pa.RecordBatch, error: BaseException) -> pa.RecordBatch:
    schema = answer_schema(job)
    columns = {field.name: pa.nulls(batch.num_rows, field.type) for field in schema}
    reason = f"raised {type(error).__name__}"
    columns |= {
        ID.name: batch.column(ID.name),
        "__failed": pa.array([reason] * batch.num_rows, pa.string()),
        "__detail": pa.array([_shortened(str(error))] * batch.num_rows, pa.string()),
    }
    return _in_order(job, columns)


def answer_all(
    body: Body, rows: pa.RecordBatchReader, means: Mapping[str, object] = NO_MEANS
) -> Iterator[pa.RecordBatch]:
    """The answers of a body that sees all rows at once; what it raises fails the run.

    `means` are parameters beside its own: what it may use of the machine.
    """
    job = body.job
    arguments = job.calls[0].arguments
    fields = [ID, *(pa.field(name, rows.schema.field(column).type) for name, column in arguments)]
    names = [ID.name, *(column for _name, column in arguments)]
    schema = pa.schema(fields)
    batches = (
        pa.RecordBatch.from_arrays([batch.column(name) for name in names], schema=schema)
        for batch in rows
    )
    try:
        given = body.call(pa.RecordBatchReader.from_batches(schema, batches), means)
    except (Exception, SystemExit) as error:
        raise RunError(f"{job.title} raised {_raised(error)}") from error
    yield from checked_table(job, given)


def _in_order(job: Job, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    schema = answer_schema(job)
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {_shortened(str(error))}"


def _shortened(text: str) -> str:
    """One line of a message, valid as Unicode."""
    line = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 3] + "..."
