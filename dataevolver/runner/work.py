"""One segment's work: its living rows in, a Parquet file of rows, living and marked, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.bodies import answer_all, answer_schema, load_body
from dataevolver.compiler import CompiledStep, Segment
from dataevolver.errors import Problem, RunError
from dataevolver.runner.engine import Connection, copy_to, fitting_rows, read_batches
from dataevolver.runner.means import Means
from dataevolver.runner.store import ANSWERS, is_whole, view_answers
from dataevolver.runner.stretches import copy_by_stretches, goes_by_stretches
from dataevolver.sources import placed
from dataevolver.sql import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A segment to be done: the files that it makes, and about how large an input row is.

    A segment that is not large is not packed: that takes longer than to write it.
    """

    segment: Segment
    rows: Path
    answers: Path
    row_bytes: float
    is_large: bool


def write_segment(
    connection: Connection, work: Work, means: Means, told: Callable[[int], None]
) -> None:
    """Write a segment's output in order of `__id`. RunError names the step.

    `told` hears how many rows a Python body has answered, batch by batch; DuckDB keeps that to
    itself.
    """
    segment = work.segment
    if segment.language == "sql":
        with blamed(connection, segment):
            _copy(connection, work, segment.code)
        return
    try:
        if not is_whole(work.answers):
            with placed(work.answers) as unfinished:
                _write_answers(connection, work, unfinished, means, told)
        view_answers(connection, work.answers)
        check_answers(connection, segment)
        with blamed(connection, segment):
            _copy(connection, work, segment.writing)
    finally:
        if not segment.keeps_answers:
            work.answers.unlink(missing_ok=True)


def _copy(connection: Connection, work: Work, query: str) -> None:
    if goes_by_stretches(work.segment):
        copy_by_stretches(connection, work.segment, query, work.rows, work.row_bytes)
    else:
        copy_to(connection, query, work.rows, work.row_bytes, packed=work.is_large)


def _write_answers(
    connection: Connection, work: Work, path: Path, means: Means, told: Callable[[int], None]
) -> None:
    schema = answer_schema(work.segment.job)
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for batch in answer_batches(connection, work.segment, means, work.row_bytes):
            writer.write_batch(batch)
            told(batch.num_rows)


def answer_batches(
    connection: Connection, segment: Segment, means: Means, row_bytes: float = 0
) -> Iterator[pa.RecordBatch]:
    """The answers of a Python body for the living rows, as they come."""
    body = load_body(segment.job)
    size = fitting_rows(row_bytes)
    with blamed(connection, segment), read_batches(connection, segment.reading, size) as rows:
        if segment.scope == "row":
            yield from means.crew.answers(body, rows)
        else:
            with means.parameters() as parameters:
                yield from answer_all(body, rows, parameters)


def check_answers(connection: Connection, segment: Segment) -> None:
    """RunError for answers about rows that were not asked about, or twice, or not at all."""
    if segment.scope == "row" and segment.rows != "more":
        return
    living = f'SELECT "__id" FROM {identifier(segment.inputs[0])} WHERE "__mark" IS NULL'
    (row,) = connection.execute(
        f'SELECT count(DISTINCT a."__id"), count(*), (SELECT count(*) FROM ({living})), '
        f'(SELECT min("__id") FROM "{ANSWERS}" ANTI JOIN ({living}) USING ("__id")) '
        f'FROM "{ANSWERS}" AS a'
    ).fetchall()
    different, given, asked, unknown = row
    if unknown is not None:
        raise _wrong(segment, f"answered for row {unknown}, which it was not given")
    if segment.rows != "more" and different < given:
        raise _wrong(segment, f"answered {given} times for {different} rows")
    if segment.rows == "same" and given < asked:
        raise _wrong(segment, f"answered for {given} of {asked} rows")


@contextmanager
def blamed(connection: Connection, segment: Segment) -> Iterator[None]:
    """A database error inside becomes a RunError that names the step. Failing disks pass through."""
    try:
        yield
    except duckdb.IOException:
        raise
    except RuntimeError as error:
        if "interrupted" in str(error):  # what DuckDB makes of Ctrl-C
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        step = _culprit(connection, segment)
        raise RunError(
            Problem(
                message=f'step "{step.id}" (operator {step.operator}) failed: {_sentence(error)}',
                hint=_hint(error, segment),
            )
        ) from error


def _culprit(connection: Connection, segment: Segment) -> CompiledStep:
    """The first step of a fused segment whose rows cannot be had; else the only one."""
    for step in segment.steps[:-1]:
        try:
            with read_batches(connection, segment.query_upto(step.id), fitting_rows(0)) as rows:
                for _batch in rows:
                    continue
        except (duckdb.Error, pa.ArrowException):
            return step
    return segment.steps[-1]


def _hint(error: duckdb.Error, segment: Segment) -> str:
    if isinstance(error, duckdb.OutOfMemoryException):
        return "raise memory_limit of the target, or lower its threads"
    file = f"{segment.name}.{'sql' if segment.language == 'sql' else 'py'}"
    return f"the query is {file}: `dve compile` writes it to target/compiled"


def _sentence(error: duckdb.Error) -> str:
    """The first lines of DuckDB's message, without the query or the advice that follows."""
    return str(error).split("\n\n", 1)[0].strip().removeprefix("Invalid Input Error: ")


def _wrong(segment: Segment, message: str) -> RunError:
    step = segment.steps[0]
    return RunError(f'step "{step.id}" (operator {step.operator}) {message}')
