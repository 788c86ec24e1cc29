"""Looking into a finished run: what each step did to one row, and the rows after a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.errors import Problem, RunError, nearest
from dataevolver.project import Target
from dataevolver.runner.engine import Connection, count_rows, open_engine, view_file
from dataevolver.runner.store import (
    Relation,
    answers_path,
    finished,
    is_whole,
    open_sources,
    segment_keys,
    segment_path,
    view_answers,
)
from dataevolver.sql import identifier

Row = Mapping[str, object]

_ID, _SOURCE, _MARK = "__id", "__source", "__mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where and why a row left the plan."""

    step: str
    kind: str  # dropped | failed
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStory:
    """What one step did to one row.

    `before` is None for a row that the step made of several; `after` is None when the row left.
    """

    step: str
    operator: str
    before: Row | None
    after: Row | None
    mark: Mark | None

    @property
    def is_unchanged(self) -> bool:
        """Whether the step left the row as it was."""
        return self.mark is None and self.before == self.after


def story(
    compiled: CompiledPlan, inputs: Mapping[str, Relation], target: Target, store: Path, row: int
) -> tuple[StepStory, ...]:
    """What became of a row of the source (`__source`), step by step, up to where it left.

    Raises RunError when the plan has not been run with these inputs, or there is no such row.
    """
    with _opened(compiled, inputs, target, store) as (connection, show_answers):
        before = {name: _rows(connection, identifier(name), row) for name in compiled.sources}
        if not any(before.values()):
            raise _no_row(connection, compiled, row)
        told: list[StepStory] = []
        for segment in compiled.segments:
            rows = [one for name in segment.inputs for one in before[name]]
            show_answers(segment)
            for step, query in _stages(segment):
                after = _rows(connection, query, row) if rows else []
                told.extend(_compare(step, segment, rows, after))
                rows = [one for one in after if one[_MARK] is None]
            before[segment.name] = rows
        return tuple(told)


def preview(
    compiled: CompiledPlan,
    inputs: Mapping[str, Relation],
    target: Target,
    store: Path,
    step: str,
    *,
    limit: int = 10,
) -> tuple[Row, ...]:
    """The first rows that are alive after a step, with `__id` and `__source`."""
    stages = {
        known: (segment, query)
        for segment in compiled.segments
        for known, query in _stages(segment)
    }
    if step not in stages:
        message = f'plan "{compiled.plan.name}" has no step "{step}"'
        raise RunError(Problem(message=message, hint=nearest(step, stages)))
    segment, rows = stages[step]
    with _opened(compiled, inputs, target, store) as (connection, show_answers):
        show_answers(segment)
        query = (
            f'SELECT * EXCLUDE ("{_MARK}") FROM {rows} '
            f'WHERE "{_MARK}" IS NULL ORDER BY "{_ID}" LIMIT {limit}'
        )
        return tuple(_fetch(connection, query))


def _no_row(connection: Connection, compiled: CompiledPlan, row: int) -> RunError:
    """Rows of a second source have numbers far above those of the first."""
    first = next(iter(compiled.sources))
    rows = count_rows(connection, first)
    return RunError(
        Problem(
            message=f'the sources of plan "{compiled.plan.name}" have no row {row}',
            hint=f'"{first}" has the rows 0 to {rows - 1}',
        )
    )


@contextmanager
def _opened(
    compiled: CompiledPlan, inputs: Mapping[str, Relation], target: Target, store: Path
) -> Iterator[tuple[Connection, Callable[[Segment], None]]]:
    """All relations of a finished run by name; and what to call before looking inside a segment."""
    store = store.resolve()
    keys = segment_keys(compiled, inputs)
    files = tuple(inputs[name].path.resolve() for name in compiled.sources)
    with open_engine(target, files, (store,)) as connection:

        def show_answers(segment: Segment) -> None:
            if segment.keeps_answers:
                view_answers(connection, answers_path(store, segment, keys))

        open_sources(connection, compiled, inputs)
        for segment in compiled.segments:
            if not _is_kept(store, segment, keys):
                raise RunError(
                    Problem(
                        message=f'plan "{compiled.plan.name}" has not been run as it is now: '
                        f"segment {segment.name} is missing",
                        hint="run the plan first; if it was run, it or its sources have changed since",
                    )
                )
            view_file(connection, segment.name, segment_path(store, keys[segment.name]))
        yield connection, show_answers


def _is_kept(store: Path, segment: Segment, keys: Mapping[str, str]) -> bool:
    if segment.keeps_answers and not is_whole(answers_path(store, segment, keys)):
        return False
    return finished(store, keys[segment.name]) is not None


def _stages(segment: Segment) -> Iterator[tuple[str, str]]:
    """Each step with what to select from for the rows after it."""
    for step in segment.steps[:-1]:
        yield step.id, f"({segment.query_upto(step.id)})"
    yield segment.steps[-1].id, identifier(segment.name)


def _compare(
    step: str, segment: Segment, before: list[Row], after: list[Row]
) -> Iterator[StepStory]:
    operator = next(known.operator for known in segment.steps if known.id == step)
    known = {row[_ID]: row for row in before}
    makes_rows = segment.rows == "more" or len(segment.inputs) > 1
    for row in after:
        old = known.get(row[_ID])
        if makes_rows:
            old = before[0] if len(before) == 1 else None
        elif old is None:
            continue
        mark = row[_MARK]
        yield StepStory(
            step=step,
            operator=operator,
            before=_shown(old) if old else None,
            after=_shown(row) if mark is None else None,
            mark=_mark(mark) if isinstance(mark, Mapping) else None,
        )


def _mark(value: Mapping[str, object]) -> Mark:
    return Mark(**{key: str(value[key] or "") for key in ("step", "kind", "reason", "detail")})


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in (_SOURCE, _MARK, _ID)}


def _rows(connection: Connection, relation: str, row: int) -> list[Row]:
    return _fetch(
        connection, f'SELECT * FROM {relation} WHERE "{_SOURCE}" = {row} ORDER BY "{_ID}"'
    )


def _fetch(connection: Connection, query: str) -> list[Row]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]
