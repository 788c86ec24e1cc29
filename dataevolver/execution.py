"""`dve run` as a function: read, solve, compile, run, test, and only then put the output in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dataevolver.artifacts import (
    Ending,
    Request,
    RunFolder,
    keep_lock,
    open_run,
    write_manifest,
    write_results,
)
from dataevolver.checker import CheckResult, Prepared, check
from dataevolver.errors import CheckFailedError, Problem
from dataevolver.evaluator import Slice, run_slices, traits_of_sources
from dataevolver.project import check_columns
from dataevolver.runner import (
    RunResult,
    StepResult,
    engine_memory,
    run,
    write_compiled,
    writer_lock,
)
from dataevolver.sources import SHARD, Progress, write_output, write_rejected
from dataevolver.workspace import Ready, Workspace, prepare, shown

Report = Callable[[StepResult | Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """A finished run whose output is in place."""

    folder: RunFolder
    ready: Ready
    result: RunResult
    checks: tuple[CheckResult, ...]
    slices: tuple[Slice, ...]
    output: Path
    rejected: Path  # dropped and failed rows, each with its step and reason
    value: dict[str, Any]  # run_results.json


def execute(workspace: Workspace, request: Request, report: Report) -> Execution:
    """Run a plan on all rows.

    Raises CheckFailedError when a test of severity error fails: the output that was in place stays.
    `report` hears of progress and of every step as it finishes. One run at a time: another gets
    RunError.
    """
    with writer_lock(workspace.target_folder):
        ready = prepare(workspace, request.plan, report)
        check_columns(workspace.project, ready.compiled.columns)
        keep_lock(workspace, ready.resolution, locked=request.locked)
        folder = open_run(workspace.target_folder, request)
        write_compiled(ready.compiled, workspace.target_folder / "compiled" / request.plan)
        write_manifest(workspace, ready.resolution, ready.compiled, ready.sources)
        target = workspace.target
        with traits_of_sources(workspace, ready, report) as traits:
            result = run(
                ready.compiled,
                ready.sources,
                replace(target, threads=request.threads or target.threads),
                store=workspace.store,
                folder=folder.path,
                report=report,
            )
            found = run_slices(workspace, ready, result, traits())
        return _put_in_place(workspace, request, folder, _Done(ready, result, found))


@dataclass(frozen=True, slots=True)
class _Done:
    """A run that came to its end, before its tests."""

    ready: Ready
    result: RunResult
    slices: tuple[Slice, ...]


def _put_in_place(
    workspace: Workspace, request: Request, folder: RunFolder, done: _Done
) -> Execution:
    project, ready, result = workspace.project, done.ready, done.result
    output = workspace.root / project.output.path.replace("{plan}", request.plan)
    prepared = Prepared(
        path=result.output,
        columns=ready.compiled.columns,
        rows_in=result.rows_in,
        rows_out=result.rows_out,
        slices=done.slices,
    )
    checks = check(project, prepared)
    failed = [item for item in checks if item.status == "fail"]
    unreadable = sum(source.skipped_rows for source in ready.sources.values())
    ending = Ending(checks=checks, slices=done.slices, unreadable=unreadable)
    if failed:
        write_results(folder, request, result, ending)
        raise CheckFailedError([_failure(item, workspace, output) for item in failed])
    memory = engine_memory(workspace.target)
    files = write_output(result.output, project.output, output, memory)
    rejected = _beside(output)
    write_rejected(result.rejected, rejected, memory)
    ending = replace(ending, output=shown(workspace, _together(output, files)))
    value = write_results(folder, request, result, ending)
    return Execution(
        folder=folder,
        ready=ready,
        result=result,
        checks=checks,
        slices=done.slices,
        output=_together(output, files),
        rejected=rejected,
        value=value,
    )


def _together(output: Path, files: Sequence[Path]) -> Path:
    """The output as one path: a pattern, when there are shards."""
    return output.with_name(output.name.replace(SHARD, f"*-of-{len(files):05d}"))


def _beside(output: Path) -> Path:
    """Where the rows go that are left out: a file for all shards."""
    name = output.name.split(".")[0].replace(SHARD, "").strip("-_")
    return output.with_name(f"{name or 'rows'}.rejected.jsonl")


def _failure(item: CheckResult, workspace: Workspace, output: Path) -> Problem:
    examples: Sequence[str] = [f"  {example}" for example in item.examples]
    return Problem(
        message="\n".join([f'test "{item.name}" failed: {item.says}', *examples]),
        hint=f"{shown(workspace, output)} was not replaced; mend the plan or the test",
    )
