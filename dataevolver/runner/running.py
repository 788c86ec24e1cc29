"""A plan's segments in order, each done once, and what came out of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from dataevolver.bodies import load_body
from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.errors import Problem, RunError
from dataevolver.project import Target
from dataevolver.runner.accounts import Accounts, take_accounts
from dataevolver.runner.engine import Connection, count_rows, open_engine, view_file
from dataevolver.runner.means import Means, open_means
from dataevolver.runner.outcome import OUTPUT, REJECTED, Outcome, place_outcome
from dataevolver.runner.results import RunResult, StepResult
from dataevolver.runner.store import (
    Relation,
    answers_path,
    finished,
    keep_accounts,
    open_sources,
    segment_keys,
    segment_path,
)
from dataevolver.runner.work import Work, write_segment
from dataevolver.sources.placing import placed
from dataevolver.sources.progress import Progress, unheard

_LARGE = 1 << 30  # bytes of a segment's input, from which disk is dearer than time

Report = Callable[[StepResult | Progress], None]


def run(
    compiled: CompiledPlan,
    inputs: Mapping[str, Relation],
    target: Target,
    *,
    store: Path,
    folder: Path,
    report: Report = unheard,
) -> RunResult:
    """Run a plan. Finished segments are kept in `store` and used again by any run of the same work.

    `folder` becomes the run's (its name is the run's id): `steps.jsonl` grows as steps finish,
    `output.parquet` and `rejected.parquet` are there at the end. `report` hears of each step that
    is finished, and of the progress until then.
    RunError says which step failed; what was finished before it stays finished.
    """
    began = time.perf_counter()
    store, folder = store.resolve(), folder.resolve()
    store.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    with open_means(target, store) as means:
        work = _Work(
            compiled=compiled, inputs=inputs, means=means, store=store, folder=folder, report=report
        )
        sources, accounts, steps = _do_all(work, target)
    last = accounts.get(compiled.output)
    return RunResult(
        run_id=folder.name,
        plan=compiled.plan.name,
        fingerprint=compiled.fingerprint,
        steps=steps,
        rows_in=sum(sources.values()),
        rows_out=last.kept if last else sources[compiled.output],
        output=folder / OUTPUT,
        rejected=folder / REJECTED,
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is to be done, where it is kept, and who waits for it."""

    compiled: CompiledPlan
    inputs: Mapping[str, Relation]
    means: Means
    store: Path
    folder: Path
    report: Report

    @property
    def keys(self) -> Mapping[str, str]:
        """The hash of each source's and segment's rows."""
        return segment_keys(self.compiled, self.inputs)

    @property
    def log(self) -> Path:
        """A line for each step that finished."""
        return self.folder / "steps.jsonl"


def _do_all(
    work: _Work, target: Target
) -> tuple[Mapping[str, int], Mapping[str, Accounts], tuple[StepResult, ...]]:
    """The rows of each source, the accounts by segment, and the results by step."""
    compiled, inputs = work.compiled, work.inputs
    files = tuple(inputs[name].path.resolve() for name in compiled.sources)
    with open_engine(target, files, (work.store, work.folder)) as connection:
        open_sources(connection, compiled, inputs)
        sources = {name: count_rows(connection, name) for name in compiled.sources}
        accounts, steps = _do_segments(connection, work, sources)
        size = max(_row_bytes(inputs[name].path) for name in compiled.sources)
        outcome = Outcome(compiled=compiled, accounts=accounts, row_bytes=size)
        place_outcome(connection, outcome, work.keys, work.store, work.folder)
    return sources, accounts, steps


def _do_segments(
    connection: Connection, work: _Work, sources: Mapping[str, int]
) -> tuple[Mapping[str, Accounts], tuple[StepResult, ...]]:
    """The accounts by segment, and the results by step."""
    keys = work.keys
    _check_bodies(work, keys)
    living = dict(sources)
    accounts: dict[str, Accounts] = {}
    results: list[StepResult] = []
    for number, segment in enumerate(work.compiled.segments):
        known = finished(work.store, keys[segment.name])
        try:
            done = known or _do(connection, work, segment, living[segment.inputs[0]])
        except RunError:
            after = work.compiled.segments[number + 1 :]
            _tell(work, [_not_done(segment, "error")])
            _tell(work, [_not_done(other, "skipped") for other in after])
            raise
        view_file(connection, segment.name, segment_path(work.store, keys[segment.name]))
        accounts[segment.name], living[segment.name] = done, done.kept
        told = _results(segment, done, "reused" if known else "success")
        _tell(work, [told])
        results.extend(told)
    return accounts, tuple(results)


def _check_bodies(work: _Work, keys: Mapping[str, str]) -> None:
    """RunError with every Python step to come that cannot be loaded: nothing runs before that."""
    problems: list[Problem] = []
    for segment in work.compiled.segments:
        if segment.language == "python" and finished(work.store, keys[segment.name]) is None:
            try:
                load_body(segment.job)
            except RunError as error:
                problems.extend(error.problems)
    if problems:
        raise RunError(problems)


def _do(connection: Connection, work: _Work, segment: Segment, rows_in: int) -> Accounts:
    """Make a segment's file. Its accounts are kept first: where the file is, the accounts are."""
    began, keys = time.perf_counter(), work.keys
    first = segment.inputs[0]
    source = work.inputs.get(first) if first in work.compiled.sources else None
    read = source.path if source else segment_path(work.store, keys[first])
    with placed(segment_path(work.store, keys[segment.name])) as unfinished:
        told = _progress(work, segment, rows_in)
        row_bytes = _row_bytes(read)
        one = Work(
            segment=segment,
            rows=unfinished,
            answers=answers_path(work.store, segment, keys),
            row_bytes=row_bytes,
            is_large=rows_in * row_bytes > _LARGE,
        )
        write_segment(connection, one, work.means, told)
        view_file(connection, segment.name, unfinished)
        steps = take_accounts(connection, segment, segment.name, rows_in)
        done = Accounts(steps=steps, seconds=time.perf_counter() - began)
        keep_accounts(work.store, keys[segment.name], done)
    return done


def _progress(work: _Work, segment: Segment, rows_in: int) -> Callable[[int], None]:
    """What a segment tells of rows that it has done since it told last; each segment counts alike."""
    segments = work.compiled.segments
    place, done = segments.index(segment), 0
    what = f"running {', '.join(step.id for step in segment.steps)}"

    def told(rows: int) -> None:
        nonlocal done
        done += rows
        share = (place + min(1.0, done / max(1, rows_in))) / len(segments)
        work.report(Progress(what=what, share=share))

    told(0)
    return told


def _row_bytes(path: Path) -> float:
    """About how many bytes a row of a Parquet file is, unpacked."""
    kept = pq.read_metadata(path)
    sizes = (kept.row_group(number).total_byte_size for number in range(kept.num_row_groups))
    return float(sum(sizes)) / max(1, int(kept.num_rows))


def _results(segment: Segment, done: Accounts, status: str) -> list[StepResult]:
    return [
        StepResult(
            id=account.id,
            operator=step.operator,
            status=status,
            rows_in=account.rows_in,
            kept=account.kept,
            dropped=account.dropped,
            failed=account.failed,
            added=account.added,
            reasons=account.reasons,
            seconds=done.seconds / len(segment.steps),
            segment=segment.name,
        )
        for step, account in zip(segment.steps, done.steps, strict=True)
    ]


def _not_done(segment: Segment, status: str) -> list[StepResult]:
    return [
        StepResult(
            id=step.id,
            operator=step.operator,
            status=status,
            rows_in=0,
            kept=0,
            dropped=0,
            failed=0,
            added=0,
            reasons={},
            seconds=0.0,
            segment=segment.name,
        )
        for step in segment.steps
    ]


def _tell(work: _Work, results: Sequence[Sequence[StepResult]]) -> None:
    """Add a line for each step to the log, on the disk before anybody hears of it."""
    told = [result for of_segment in results for result in of_segment]
    with work.log.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in told)
        file.flush()
        os.fsync(file.fileno())
    for result in told:
        work.report(result)
