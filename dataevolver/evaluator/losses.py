"""The slices of a plan's run, with everything that they are made of looked up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dataevolver.evaluator.slices import Outcome, Slice, purposes, slices
from dataevolver.evaluator.traits import row_traits
from dataevolver.project import Target
from dataevolver.runner import RunResult
from dataevolver.runner.means import memory_of
from dataevolver.sources import Progress, unheard
from dataevolver.workspace import Ready, Workspace

_ROOM = 2 << 30  # bytes that a run may use, from which there is room for a second reader
_ASIDE = "400MB"

Traits = Mapping[str, Path]


@contextmanager
def traits_of_sources(
    workspace: Workspace, ready: Ready, report: Callable[[Progress], None] = unheard
) -> Iterator[Callable[[], Traits]]:
    """What gives the traits of a plan's sources. They are found while the block goes on, on a core
    that a run leaves idle; where memory is scarce, when they are asked for. Leaving the block ends it.
    """
    ended = threading.Event()

    def find(told: Callable[[Progress], None], target: Target) -> Traits:
        return {
            name: row_traits(ready.sources[name], workspace.store, target, told)
            for name in ready.compiled.sources
        }

    def unless_ended(_progress: Progress) -> None:
        if ended.is_set():
            raise CancelledError

    if memory_of(workspace.target) < _ROOM:
        yield lambda: find(report, workspace.target)
        return
    with ThreadPoolExecutor(1) as aside:
        target = replace(workspace.target, memory_limit=_ASIDE, threads=1)
        finding = aside.submit(find, unless_ended, target)
        try:
            yield finding.result
        finally:
            ended.set()


def run_slices(
    workspace: Workspace, ready: Ready, result: RunResult, traits: Traits
) -> tuple[Slice, ...]:
    """What a run kept and dropped of each slice of its sources' rows."""
    sources = {name: ready.sources[name] for name in ready.compiled.sources}
    target = workspace.target
    outcome = Outcome(
        sources=sources,
        traits=traits,
        output=result.output,
        rejected=result.rejected,
        source_field=workspace.project.source_field,
        meant=purposes({step.id: step.bound.operator for step in ready.resolution.steps}),
    )
    return slices(outcome, target)
