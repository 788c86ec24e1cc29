"""The slices of a plan's run, with everything that they are made of looked up."""

from __future__ import annotations

from collections.abc import Callable

from dataevolver.evaluator.slices import Outcome, Slice, purposes, slices
from dataevolver.evaluator.traits import row_traits
from dataevolver.runner import RunResult
from dataevolver.sources import Progress, unheard
from dataevolver.workspace import Ready, Workspace


def run_slices(
    workspace: Workspace,
    ready: Ready,
    result: RunResult,
    report: Callable[[Progress], None] = unheard,
) -> tuple[Slice, ...]:
    """What a run kept and dropped of each slice of its sources' rows."""
    sources = {name: ready.sources[name] for name in ready.compiled.sources}
    target, store = workspace.target, workspace.store
    outcome = Outcome(
        sources=sources,
        traits={name: row_traits(raw, store, target, report) for name, raw in sources.items()},
        output=result.output,
        rejected=result.rejected,
        source_field=workspace.project.source_field,
        meant=purposes({step.id: step.bound.operator for step in ready.resolution.steps}),
    )
    return slices(outcome, target)
