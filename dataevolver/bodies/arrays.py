"""What a Python body gives back, checked against what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.calls import Job
from dataevolver.columns import TEXT, ColumnType
from dataevolver.errors import RunError

ID = pa.field("__id", pa.int64())
_ORDINAL = pa.field("__ordinal", pa.int64())
_FAULT = (pa.field("__failed", pa.string()), pa.field("__detail", pa.string()))
_ARROW: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_TESTS: Mapping[str, Sequence[Callable[[pa.DataType], bool]]] = {
    "text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
    "integer": (pa.types.is_integer,),
    "number": (pa.types.is_integer, pa.types.is_floating),
    "boolean": (pa.types.is_boolean,),
    "list": (pa.types.is_list, pa.types.is_large_list),
    "struct": (pa.types.is_struct,),
}


def arrow_type(kind: ColumnType) -> pa.DataType:
    """The Arrow type that a column is kept as."""
    if kind.kind == "list":
        return pa.list_(arrow_type(kind.item or TEXT))
    if kind.kind == "struct":
        return pa.struct([(name, arrow_type(inner)) for name, inner in kind.fields])
    return _ARROW[kind.kind]


def answer_schema(job: Job) -> pa.Schema:
    """The columns of a job's answers."""
    fields = [
        pa.field(
            answer.column,
            pa.list_(arrow_type(answer.kind)) if call.nested else arrow_type(answer.kind),
        )
        for call in job.calls
        for answer in call.answers
    ]
    ordinal = [_ORDINAL] if job.rows == "more" else []
    return pa.schema([ID, *ordinal, *fields, *_FAULT])


def checked_column(
    job: Job, given: Any, names: Sequence[str], kind: ColumnType, rows: int
) -> pa.Array:
    """The array that a body gave under one of these names. RunError unless it is what it declares."""
    if not rows:
        return pa.nulls(0, arrow_type(kind))
    if not isinstance(given, Mapping):
        raise _wrong(job, f"apply gave {type(given).__name__}, not a dict of arrays")
    name = next((known for known in names if known in given), None)
    if name is None:
        raise _wrong(job, f'apply gave no "{names[0]}"')
    values = given[name]
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if not isinstance(values, pa.Array):
        raise _wrong(job, f'apply gave {type(values).__name__} for "{name}", not an array')
    if len(values) != rows:
        raise _wrong(job, f'apply gave {len(values)} values of "{name}" for {rows} rows')
    return _cast(job, name, values, kind)


def checked_table(job: Job, given: object) -> Iterator[pa.RecordBatch]:
    """The table that a body gave, as batches of answers. RunError unless it is what it declares."""
    if not isinstance(given, pa.Table):
        raise _wrong(job, f"apply gave {type(given).__name__}, not a pyarrow.Table")
    table = {name: given.column(name).combine_chunks() for name in given.column_names}
    rows = given.num_rows
    if ID.name not in table:
        raise _wrong(job, 'apply gave no "__id"')
    ids = table[ID.name]
    if not pa.types.is_integer(ids.type) or ids.null_count:
        raise _wrong(job, 'apply gave "__id" that are not all whole numbers')
    columns = {
        ID.name: ids.cast(ID.type),
        _ORDINAL.name: pa.array(range(rows), _ORDINAL.type),
        "__failed": pa.nulls(rows, pa.string()),
        "__detail": pa.nulls(rows, pa.string()),
    }
    if "detail" in table and job.rows == "fewer":
        columns["__detail"] = checked_column(job, table, ("detail",), TEXT, rows)
    for answer in job.calls[0].answers:
        columns[answer.column] = checked_column(job, table, answer.names, answer.kind, rows)
    schema = answer_schema(job)
    yield pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def as_lists(values: pa.Array, lists: pa.Array) -> pa.Array:
    """Values for the items of lists, as lists of the same lengths."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0)
    ends = pc.cumulative_sum(pc.cast(lengths, pa.int32()))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    return pa.ListArray.from_arrays(offsets, values, mask=lists.is_null())


def first_of_lists(lists: pa.Array) -> pa.Array:
    """The first text in each list, null where there is none."""
    firsts = [
        next((value for value in values or () if value is not None), None)
        for values in lists.to_pylist()
    ]
    return pa.array(firsts, pa.string())


def _cast(job: Job, name: str, values: pa.Array, kind: ColumnType) -> pa.Array:
    expected = arrow_type(kind)
    if values.type == expected:
        return values
    fits = any(test(values.type) for test in _TESTS.get(kind.kind, ()))
    if fits or pa.types.is_null(values.type):
        try:
            return values.cast(expected)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise _wrong(job, f'apply gave "{name}" that is not {kind}: {error}') from error
    raise _wrong(job, f'apply gave {values.type} for "{name}", which is declared {kind}')


def _wrong(job: Job, message: str) -> RunError:
    return RunError(f"{job.title}: {message}")
