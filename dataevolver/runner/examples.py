"""An operator's examples, run as one-step plans on the real engine, in memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import jinja2
import pyarrow as pa

from dataevolver.bodies import answer_schema, arrow_type
from dataevolver.columns import Columns
from dataevolver.compiler import MARK_TYPE, Segment, compile_plan
from dataevolver.errors import DataEvolverError
from dataevolver.operators import Example, Operator, Value, bind, written_out
from dataevolver.plans import Plan
from dataevolver.project import Target
from dataevolver.runner.engine import SOURCES_APART, Connection, open_engine
from dataevolver.runner.means import Means, open_means
from dataevolver.runner.store import ANSWERS
from dataevolver.runner.work import answer_batches, blamed, check_answers
from dataevolver.solver import Resolution, ResolvedStep, State
from dataevolver.solver.effects import after, merge
from dataevolver.sources.shapes import Observer, columns_of, converter
from dataevolver.yamlfile import as_json

_GIVEN = "given"
_TOLERANCE = 1e-6
_LONGEST = 2_000  # of a value in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFailure:
    """An example (numbered from 1) whose rows are not what it says."""

    operator: str
    number: int
    message: str

    def __str__(self) -> str:
        return f"{self.operator}, example {self.number}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    kept: Sequence[Mapping[str, object]]
    dropped: Mapping[int, str]  # reasons by the given row's number
    failed: Mapping[int, str]


def run_examples(operator: Operator, templates: jinja2.Environment) -> tuple[ExampleFailure, ...]:
    """Compile and run each example of an operator; what did not come out as written."""
    failures = []
    target = Target(name="examples", threads=1)
    with open_means(target) as means, open_engine(target) as connection:
        for number, example in enumerate(operator.examples, 1):
            try:
                segment = one_step(connection, operator, example, templates)
                outcome = _outcome(answered_rows(connection, segment, means))
                complaint = next(_complaints(example, outcome), "")
            except DataEvolverError as error:
                complaint = str(error)
            if complaint:
                failures.append(
                    ExampleFailure(operator=operator.name, number=number, message=complaint)
                )
    return tuple(failures)


def one_step(
    connection: Connection, operator: Operator, example: Example, templates: jinja2.Environment
) -> Segment:
    """The example as a plan of one step, with its rows in the database."""
    sources = {
        name: load_rows(connection, name, number, rows)
        for number, (name, rows) in enumerate(_inputs(example))
    }
    return compiled_alone(operator, example.arguments, sources, templates)


def compiled_alone(
    operator: Operator,
    arguments: Mapping[str, Value],
    sources: Mapping[str, Columns],
    templates: jinja2.Environment,
) -> Segment:
    """An operator as the only step of a plan, on tables of these names and columns."""
    bound = bind(operator, arguments)
    states = [
        State(columns=columns, facts=frozenset(), stale=frozenset(), derived={})
        for columns in sources.values()
    ]
    step = ResolvedStep(
        id=operator.name,
        bound=bound,
        inputs=tuple(sources),
        before=merge(bound, states),
        after=after(bound, states),
    )
    plan = Plan(name="example", source=next(iter(sources)), exemplars="")
    resolution = Resolution(plan=plan, sources=sources, steps=(step,))
    (segment,) = compile_plan(resolution, templates).segments
    return segment


def _inputs(example: Example) -> Iterator[tuple[str, Sequence[Mapping[str, Value]]]]:
    yield _GIVEN, example.given
    for number, rows in enumerate(example.others, 2):
        yield f"{_GIVEN}_{number}", rows


def load_rows(
    connection: Connection, name: str, number: int, given: Sequence[Mapping[str, Value]]
) -> Columns:
    """The rows of the n-th input as a table, their columns typed as those of a source."""
    rows = [as_json(written_out(row)) for row in given]
    seen = Observer()
    seen.add(rows, range(1, len(rows) + 1))
    columns = columns_of(seen.root)
    first = number * SOURCES_APART
    ids = pa.array(range(first, first + len(rows)), pa.int64())
    arrays: dict[str, pa.Array] = {"__id": ids}
    for column, kind in columns.items():
        convert = converter(kind, seen.root.fields[column]) or (lambda value: value)
        values = [row.get(column) for row in rows]
        arrays[column] = pa.array(
            [None if value is None else convert(value) for value in values], arrow_type(kind)
        )
    connection.register("__given", pa.table(arrays))
    connection.execute(
        f'CREATE OR REPLACE TABLE "{name}" AS SELECT "__id", "__id" AS "__source", '
        f'NULL::{MARK_TYPE} AS "__mark", * EXCLUDE ("__id") FROM "__given"'
    )
    return columns


def answered_rows(
    connection: Connection, segment: Segment, means: Means
) -> list[dict[str, object]]:
    """All rows after the segment, those that were dropped or failed with their mark."""
    query = segment.code
    if segment.language == "python":
        answers = pa.Table.from_batches(
            answer_batches(connection, segment, means), schema=answer_schema(segment.job)
        )
        connection.register(ANSWERS, answers)
        check_answers(connection, segment)
        query = segment.writing
    with blamed(connection, segment):
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def _outcome(rows: Sequence[Mapping[str, object]]) -> _Outcome:
    reasons: dict[str, dict[int, str]] = {"dropped": {}, "failed": {}}
    kept = []
    for row in rows:
        mark = row["__mark"]
        if isinstance(mark, Mapping):
            reasons[mark["kind"]][int(str(row["__source"]))] = mark["reason"]
        else:
            kept.append(row)
    return _Outcome(kept=kept, **reasons)


def _complaints(example: Example, outcome: _Outcome) -> Iterator[str]:
    for kind, expected, got in (
        ("dropped", example.dropped, outcome.dropped),
        ("failed", example.failed, outcome.failed),
    ):
        for number, reason in expected.items():
            if got.get(number) != reason:
                yield f"row {number} should be {kind} ({reason}); {_fate(number, outcome)}"
    if len(outcome.kept) != len(example.expect):
        fates = ", ".join(
            f"row {number}: {_fate(number, outcome)}"
            for number in sorted({**outcome.dropped, **outcome.failed})
        )
        yield f"{len(example.expect)} rows should stay, {len(outcome.kept)} did ({fates})"
        return
    for number, (wanted, row) in enumerate(zip(example.expect, outcome.kept, strict=True)):
        for name, short in wanted.items():
            value = written_out(short)
            if name not in row:
                yield f'row {number} of those that stay has no column "{name}"'
            elif not is_equal(value, row[name]):
                yield f"row {number} of those that stay: {name} should be {_shown(value)}, is {_shown(row[name])}"


def _fate(number: int, outcome: _Outcome) -> str:
    if number in outcome.dropped:
        return f"it was dropped: {outcome.dropped[number]}"
    if number in outcome.failed:
        return f"it failed: {outcome.failed[number]}"
    return "it stayed"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text):,} characters)"


def is_equal(expected: object, got: object) -> bool:
    """Whether two values are the same; a field that an object does not have is null."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        names = {**expected, **got}
        return all(is_equal(expected.get(name), got.get(name)) for name in names)
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        return len(expected) == len(got) and all(map(is_equal, expected, got))
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return math.isclose(expected, got, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE) or (
            math.isnan(expected) and math.isnan(got)
        )
    return expected == got
