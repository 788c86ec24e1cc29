"""`dve evaluate` as a function: a finished run, or any two files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dataevolver.artifacts import Entry, RunFolder, add_to_history, read_results, read_slices
from dataevolver.evaluator import (
    PERMUTATIONS,
    Encoder,
    Evaluation,
    Settings,
    Slice,
    examine,
    measure,
)
from dataevolver.material import Material, gather, prepared_rows, report_ruler
from dataevolver.project import Source
from dataevolver.sources import Report, read_rows, unheard
from dataevolver.workspace import Workspace, load_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The evaluation, and what a run kept and dropped of each slice of all raw rows."""

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

    The gap is measured on the largest sample of the plan's source; both are added to
    `evaluations/PLAN.yml`.
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
    measured = _measure(material, folder)
    history = workspace.root / "evaluations" / f"{results['plan']}.yml"
    add_to_history(history, results["plan"], _entry(material, measured, results["fingerprint"]))
    return measured


def _measure(material: Material, folder: RunFolder) -> Measured:
    sample = material.samples[material.sizes[-1]]
    rows, kept = prepared_rows(folder.path / "output.parquet", sample.ids)
    evaluation = measure(
        report_ruler(material),
        rows,
        kept,
        on="audit",
        permutations=PERMUTATIONS,
    )
    return Measured(evaluation=evaluation, slices=read_slices(folder))


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
