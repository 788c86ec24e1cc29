"""`dve evaluate` as a function: a finished run, or any two files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataevolver.artifacts import Entry, RunFolder, add_to_history, read_results
from dataevolver.evaluator import (
    PERMUTATIONS,
    Encoder,
    Evaluation,
    Settings,
    Slice,
    examine,
    measure,
    slices,
)
from dataevolver.material import Material, gather, prepared_rows, report_ruler
from dataevolver.project import Source
from dataevolver.sources import Report, read_rows, unheard
from dataevolver.workspace import Workspace, load_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The evaluation and what each slice of the raw rows lost."""

    evaluation: Evaluation
    slices: tuple[Slice, ...] = ()


def measure_files(data: Source, exemplars: Source, encoder: Encoder | None = None) -> Measured:
    """How far the rows of any file are from those of another; no project is needed."""
    rows = read_rows(data, Path())
    expert = read_rows(exemplars, Path())
    return Measured(evaluation=examine(rows, expert, Settings(encoder=encoder)))


def measure_run(
    workspace: Workspace, folder: RunFolder, encoder: Encoder | None, report: Report = unheard
) -> Measured:
    """The gap of a finished run's rows to the exemplars kept back, and the loss by slice.

    Measured on the largest sample of the plan's source, and added to `evaluations/PLAN.yml`.
    """
    results = read_results(folder)
    plan = load_plan(workspace, results["plan"])
    settings = replace(
        workspace.project.evolve,
        sample=workspace.project.evolve.sample[-1:],
        source=plan.source,
        exemplars=plan.exemplars,
    )
    material = gather(workspace, settings, encoder, report)
    measured = _measure(workspace, material, folder)
    history = workspace.root / "evaluations" / f"{results['plan']}.yml"
    add_to_history(history, results["plan"], _entry(material, measured, results["fingerprint"]))
    return measured


def _measure(workspace: Workspace, material: Material, folder: RunFolder) -> Measured:
    sample = material.samples[material.sizes[-1]]
    rows, kept = prepared_rows(folder.path / "output.parquet", sample.ids)
    evaluation = measure(
        report_ruler(material),
        rows,
        kept,
        on="audit",
        permutations=PERMUTATIONS,
    )
    reasons = _reasons(folder.path / "rejected.parquet", sample.ids)
    return Measured(
        evaluation=evaluation,
        slices=slices(
            sample.rows,
            sample.ids,
            set(kept),
            reasons,
            workspace.project.source_field,
        ),
    )


def _reasons(path: Path, sources: Sequence[int]) -> dict[int, str]:
    """Why each of these raw rows was left out, where it was."""
    columns = ["__source", "__reason"]
    table = pq.read_table(path, columns=columns, filters=pc.field("__source").isin(sources))
    return dict(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def _entry(material: Material, measured: Measured, fingerprint: str) -> Entry:
    return Entry(
        fingerprint=fingerprint[:12],
        by="evaluate",
        seed=material.settings.seed,
        source=material.source_value,
        exemplars=material.exemplars_value,
        evaluation=measured.evaluation,
        slices=measured.slices,
    )
