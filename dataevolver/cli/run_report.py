"""A run for the person who waits for it: a line for each step, then where every row went."""

from __future__ import annotations

from collections.abc import Iterator

from dataevolver.cli.messages import counted, table
from dataevolver.evaluator import slice_says
from dataevolver.execution import Execution
from dataevolver.runner import StepResult
from dataevolver.workspace import Sources, Workspace, shown

_REASONS = 3
_SLICES = 5


def step_text(step: StepResult) -> str:
    """A line for a step that is finished."""
    lost = step.dropped + step.failed
    change = f"-{lost}" if lost else ""
    change += f" +{step.added}" if step.added else ""
    return f"  {step.status:8} {step.kept:>9} rows {change:>8} {step.seconds:8.2f} s  {step.id}"


def source_warnings(sources: Sources, workspace: Workspace) -> Iterator[str]:
    """What was mended or left out while the sources were read."""
    for source in sources.values():
        if source.skipped is not None:
            yield (
                f'{counted(source.skipped_rows, "row")} of source "{source.name}" '
                f"could not be read; kept aside in {shown(workspace, source.skipped)}"
            )
        yield from source.warnings


def execution_text(execution: Execution, workspace: Workspace) -> str:
    """The accounting: every row that came in is kept, dropped with a reason, or failed with one."""
    result = execution.result
    parts = []
    if any(step.dropped or step.failed for step in result.steps):
        header = ("step", "rows in", "kept", "dropped", "failed", "reasons")
        parts.append(table([_line(step) for step in result.steps], header))
    if not result.steps:
        parts.append(f'the plan "{result.plan}" has no steps yet: `dve evolve` grows it')
    share = result.rows_out / result.rows_in if result.rows_in else 0.0
    parts.append(
        f"{result.rows_in} rows in, {result.rows_out} out ({share:.0%}) "
        f"in {result.seconds:.1f} s -> {shown(workspace, execution.output)}"
    )
    if result.rows_out < result.rows_in:
        parts.append(f"rows that were left out: {shown(workspace, execution.rejected)}")
    parts.extend(_slice_warnings(execution))
    parts.extend(
        f"test {check.name}: {check.status}; {check.says}"
        for check in execution.checks
        if check.status != "pass"
    )
    passed = sum(check.status == "pass" for check in execution.checks)
    if passed:
        parts.append(f"{passed} of {len(execution.checks)} tests passed")
    return "\n".join(parts)


def _slice_warnings(execution: Execution) -> Iterator[str]:
    """Languages, lengths and sources that lose more than their share, and where to see all."""
    lopsided = sorted((one for one in execution.slices if one.warning), key=lambda one: -one.undue)
    for one in lopsided[:_SLICES]:
        yield f"warning: {slice_says(one)}"
    if lopsided:
        more = len(lopsided) - _SLICES
        others = f"{more} more, and " if more > 0 else ""
        yield f"{others}what every slice kept and dropped: `dve slices`"


def _line(step: StepResult) -> tuple[str, ...]:
    reasons = list(step.reasons.items())
    named = ", ".join(f"{reason}: {count}" for reason, count in reasons[:_REASONS])
    more = f", {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
    numbers = (step.rows_in, step.kept, step.dropped, step.failed)
    return (step.id, *map(str, numbers), named + more)
