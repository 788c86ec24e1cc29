"""`dve evaluate` as a function: a finished run, or any two files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataevolver.artifacts import Entry, RunFolder, add_to_history, read_results
from dataevolver.evaluator import Encoder, Evaluation, Settings, Slice, examine, measure, slices
from dataevolver.material import Material, Sample, gather, report_ruler
from dataevolver.project import Source
from dataevolver.sources import Report, read_rows, unheard
from dataevolver.workspace import Workspace, load_plan

_PERMUTATIONS = 200


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
    table = _of_sample(folder.path / "output.parquet", sample)
    names = [name for name in table.column_names if not name.startswith("__")]
    kept = table.column("__source").to_pylist()
    evaluation = measure(
        report_ruler(material),
        table.select(names).to_pylist(),
        kept,
        on="audit",
        permutations=_PERMUTATIONS,
    )
    rejected = _of_sample(folder.path / "rejected.parquet", sample)
    reasons = zip(
        rejected.column("__source").to_pylist(),
        rejected.column("__reason").to_pylist(),
        strict=True,
    )
    return Measured(
        evaluation=evaluation,
        slices=slices(
            sample.rows,
            sample.ids,
            set(kept),
            dict(reasons),
            workspace.project.source_field,
        ),
    )


def _of_sample(path: Path, sample: Sample) -> pa.Table:
    """The rows of a run's file that come from the sample; the others are not kept in memory."""
    return pq.read_table(path, filters=pc.field("__source").isin(sample.ids))


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
