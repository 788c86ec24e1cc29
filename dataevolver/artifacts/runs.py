"""`target/runs/ID/`: one folder a run, never written again once the run is finished."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb

from dataevolver import __version__
from dataevolver.checker import CheckResult
from dataevolver.compiler import CompiledPlan
from dataevolver.errors import Place, Problem, RunError, SpecError
from dataevolver.evaluator import Slice, slice_of, slice_value
from dataevolver.runner import RunResult
from dataevolver.solver import Resolution, ResolvedStep
from dataevolver.sources import place_text
from dataevolver.workspace import Sources, Workspace
from dataevolver.yamlfile import as_json

REQUEST, RESULTS, STEPS, SUMMARY = "request.json", "run_results.json", "steps.jsonl", "summary.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for, as data: `dve retry` asks for the same again."""

    plan: str
    kind: str = "run"  # run | evolve
    locked: bool = False
    threads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """Where one run keeps its artifacts."""

    id: str
    path: Path

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end, with success or without."""
        return (self.path / RESULTS).is_file()


def open_run(target_folder: Path, request: Request) -> RunFolder:
    """A new folder whose name sorts by time; it holds the request from the first moment."""
    now = datetime.now(timezone.utc)
    milliseconds = now.microsecond // 1000
    run_id = f"{now:%Y%m%dT%H%M%S}.{milliseconds:03d}Z-{secrets.token_hex(2)}"
    folder = RunFolder(id=run_id, path=target_folder / "runs" / run_id)
    _write_json(folder.path / REQUEST, {"schema": "request/1", **asdict(request)})
    return folder


def latest_run(target_folder: Path, *, finished: bool = False) -> RunFolder:
    """The newest run of a plan, not of an evolve. RunError when there is none."""
    folder = target_folder / "runs"
    names = (
        sorted((path.name for path in folder.iterdir()), reverse=True) if folder.is_dir() else []
    )
    for name in names:
        found = RunFolder(id=name, path=folder / name)
        is_run = (found.path / REQUEST).is_file() and read_request(found).kind == "run"
        if is_run and (found.is_finished or not finished):
            return found
    raise RunError("nothing has been run yet: `dve run` runs the plan")


def read_request(folder: RunFolder) -> Request:
    """What a run was asked for."""
    written = _read_json(folder, REQUEST)
    known = {field.name for field in fields(Request)}
    return Request(**{name: value for name, value in written.items() if name in known})


def read_results(folder: RunFolder) -> dict[str, Any]:
    """A finished run's results, as they were written."""
    return _read_json(folder, RESULTS)


def read_slices(folder: RunFolder) -> tuple[Slice, ...]:
    """What a finished run kept and dropped by slice; none where the run did not break it down."""
    return tuple(slice_of(value) for value in read_results(folder).get("slices", ()))


def _read_json(folder: RunFolder, name: str) -> dict[str, Any]:
    try:
        written: dict[str, Any] = json.loads((folder.path / name).read_text(encoding="utf-8"))
    except ValueError as error:
        raise SpecError(
            Problem(
                message=f"the record of run {folder.id} is damaged: {error}",
                place=Place(file=f"target/runs/{folder.id}/{name}"),
                hint="delete its folder; `dve run` runs the plan again",
            )
        ) from error
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a run: `output` is relative to the project, empty when a test held it back.

    `unreadable` rows were left out while the sources were read, as `on_error: skip` asks.
    """

    checks: Sequence[CheckResult] = ()
    slices: Sequence[Slice] = ()
    output: str = ""
    unreadable: int = 0


def write_results(
    folder: RunFolder, request: Request, result: RunResult, ending: Ending
) -> dict[str, Any]:
    """Write `run_results.json`, the last file of a run."""
    value = {
        "schema": "run_results/1",
        "run": folder.id,
        "dataevolver": __version__,
        "request": asdict(request),
        "plan": result.plan,
        "fingerprint": result.fingerprint,
        "rows_unreadable": ending.unreadable,
        "rows_in": result.rows_in,
        "rows_out": result.rows_out,
        "seconds": round(result.seconds, 3),
        "output": ending.output,
        "steps": [asdict(step) for step in result.steps],
        "checks": [asdict(check) for check in ending.checks],
        "slices": [slice_value(one) for one in ending.slices],
    }
    _write_json(folder.path / RESULTS, value)
    return value


def write_manifest(
    workspace: Workspace, resolution: Resolution, compiled: CompiledPlan, sources: Sources
) -> Path:
    """Write `target/manifest.json`: what the plan is made of. No times, no absolute paths."""
    segment_of = {step.id: made.name for made in compiled.segments for step in made.steps}
    value = {
        "schema": "manifest/1",
        "dataevolver": __version__,
        "duckdb": duckdb.__version__,
        "project": workspace.project.name,
        "plan": resolution.plan.name,
        "fingerprint": compiled.fingerprint,
        "sources": {
            name: {
                "rows": source.rows,
                "skipped": source.skipped_rows,
                "digest": source.digest,
                "columns": _types(source.columns),
            }
            for name, source in sources.items()
        },
        "steps": [_step_value(step, segment_of[step.id]) for step in resolution.steps],
    }
    path = workspace.target_folder / "manifest.json"
    _write_json(path, value)
    return path


def _step_value(step: ResolvedStep, segment: str) -> dict[str, object]:
    operator = step.bound.operator
    return {
        "id": step.id,
        "operator": operator.name,
        "version": operator.version,
        "library": operator.library,
        "hash": operator.digest,
        "declared_in": operator.path,
        "parameters": as_json(step.bound.parameters),
        "inputs": list(step.inputs),
        "inserted_for": step.inserted_for,
        "moved": step.moved,
        "segment": segment,
        "columns": _types(step.after.columns),
    }


def _types(columns: Mapping[str, object]) -> dict[str, str]:
    return {name: str(kind) for name, kind in columns.items()}


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    place_text(path, text)
