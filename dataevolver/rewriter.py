"""A resolution made cheaper without changing its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dataevolver.solver import Resolution, ResolvedStep
from dataevolver.solver.effects import after
from dataevolver.solver.needs import commute, unmet, wants


def rewrite(resolution: Resolution) -> Resolution:
    """Where the plan allows it, filters that look at one row go before costlier steps that commute
    with them. The rows that stay are the same; a row that two filters drop counts for the first.
    """
    if not resolution.plan.optimize:
        return resolution
    steps = resolution.steps
    position = 1
    while position < len(steps):
        pair = steps[position - 1], steps[position]
        if _gains(*pair) and _only_reads(pair[1], pair[0], steps) and _is_legal(*pair):
            steps = _exchanged(steps, position)
            position = max(1, position - 1)
        else:
            position += 1
    return replace(resolution, steps=_with_reasons(resolution.steps, steps))


def _gains(first: ResolvedStep, second: ResolvedStep) -> bool:
    """A cheaper filter goes first. A step that makes rows numbers them, so it is not passed."""
    costly, filtering = first.bound.operator, second.bound.operator
    return (
        (filtering.scope, filtering.rows) == ("row", "fewer")
        and costly.scope == "row"
        and costly.rows != "more"
        and filtering.cost < costly.cost
        and commute(first.bound, second.bound)
    )


def _only_reads(second: ResolvedStep, first: ResolvedStep, steps: Sequence[ResolvedStep]) -> bool:
    """Whether nothing but the second reads the first, and neither reads anything else."""
    readers = [step.id for step in steps for name in step.inputs if name == first.id]
    return readers == [second.id] and second.inputs == (first.id,) and len(first.inputs) == 1


def _is_legal(first: ResolvedStep, second: ResolvedStep) -> bool:
    """Whether both have what they need in the other order, and the same is known after them."""
    if unmet(wants(second.bound), first.before):
        return False
    between = after(second.bound, (first.before,))
    if unmet(wants(first.bound), between):
        return False
    return after(first.bound, (between,)) == second.after


def _exchanged(steps: Sequence[ResolvedStep], position: int) -> tuple[ResolvedStep, ...]:
    """The step at `position` and the one before it change places; what read the one reads the other."""
    first, second = steps[position - 1], steps[position]
    between = after(second.bound, (first.before,))
    pair = (
        replace(second, inputs=first.inputs, before=first.before, after=between),
        replace(first, inputs=(second.id,), before=between, after=second.after),
    )
    rest = [
        replace(step, inputs=tuple(first.id if name == second.id else name for name in step.inputs))
        for step in steps[position + 1 :]
    ]
    return (*steps[: position - 1], *pair, *rest)


def _with_reasons(
    before: Sequence[ResolvedStep], steps: Sequence[ResolvedStep]
) -> tuple[ResolvedStep, ...]:
    """A filter that passed others says which of them is the first."""
    places = {step.id: place for place, step in enumerate(before)}
    named: list[ResolvedStep] = []
    for place, step in enumerate(steps):
        passed = [later.id for later in steps[place + 1 :] if places[later.id] < places[step.id]]
        if passed and not step.moved and not step.inserted_for:
            step = replace(step, moved=f"before step {passed[0]}, which costs more")
        named.append(step)
    return tuple(named)
