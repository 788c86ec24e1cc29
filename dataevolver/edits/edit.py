"""What may be done to a plan, and the plan that results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

from dataevolver.errors import Place, Problem, SpecError, nearest
from dataevolver.operators import Value
from dataevolver.plans import NAME_PATTERN, Plan, Step, check_inputs


class Unset(Enum):
    """The type of UNSET: no value, where null is a value."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Add:
    """Put a new step after another one; None: before all."""

    step: Step
    after: str | None


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a step out. Nothing may read it by name."""

    id: str


@dataclass(frozen=True, slots=True)
class Move:
    """Put a step after another one; None: before all."""

    id: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Set:
    """Give a step's parameter a value; UNSET: leave it to the operator's default."""

    id: str
    parameter: str
    value: Value | Literal[Unset.UNSET]


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another step in a step's place. It may keep the id."""

    id: str
    step: Step


Edit = Add | Remove | Move | Set | Replace


def apply(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """The plan after the edits, made one after the other.

    Raises SpecError with every edit that cannot be made, and when the steps that result read in a
    loop, from below or what was removed.
    """
    problems: list[Problem] = []
    edited = plan
    for number, edit in enumerate(edits, start=1):
        outcome = apply_one(edited, edit)
        if isinstance(outcome, Problem):
            where = f"edit {number}: " if len(edits) > 1 else ""
            problems.append(replace(outcome, message=where + outcome.message))
        else:
            edited = outcome
    problems = problems or [*_dangling(plan, edits, edited), *check_inputs(edited)]
    if problems:
        raise SpecError(problems)
    return edited


def apply_one(plan: Plan, edit: Edit) -> Plan | Problem:
    """The plan after one edit, or why it cannot be made. What the steps read is not checked."""
    if isinstance(edit, Add):
        return _misnamed(plan, plan.steps, edit.step) or _insert(
            plan, plan.steps, edit.step, edit.after
        )
    found = plan.step(edit.id)
    if found is None:
        return _unknown(plan.steps, edit.id, plan)
    others = tuple(step for step in plan.steps if step is not found)
    if isinstance(edit, Remove):
        return replace(plan, steps=others)
    if isinstance(edit, Move):
        return _insert(plan, others, found, edit.after)
    changed = _set(found, edit) if isinstance(edit, Set) else edit.step
    if isinstance(changed, Problem):
        return changed
    steps = tuple(changed if step is found else step for step in plan.steps)
    return _misnamed(plan, others, changed) or replace(plan, steps=steps)


def _insert(plan: Plan, others: Sequence[Step], step: Step, after: str | None) -> Plan | Problem:
    if after is None:
        return replace(plan, steps=(step, *others))
    if after == step.id:
        return Problem(message=f'step "{after}" cannot come after itself', place=step.place)
    place = next((place for place, other in enumerate(others, 1) if other.id == after), None)
    if place is None:
        return _unknown(others, after, plan)
    return replace(plan, steps=(*others[:place], step, *others[place:]))


def _set(step: Step, edit: Set) -> Step | Problem:
    if edit.value is not UNSET:
        return replace(step, arguments={**step.arguments, edit.parameter: edit.value})
    if edit.parameter not in step.arguments:
        return Problem(
            message=f'step "{step.id}" gives no "{edit.parameter}" that could be unset',
            place=step.place,
            hint=nearest(edit.parameter, step.arguments),
        )
    kept = {name: value for name, value in step.arguments.items() if name != edit.parameter}
    return replace(step, arguments=kept)


def _misnamed(plan: Plan, others: Sequence[Step], step: Step) -> Problem | None:
    same = next((other for other in others if other.id == step.id), None)
    if same is not None:
        return Problem(message=f'there is a step "{step.id}" already', place=same.place)
    if step.id == plan.source:
        return Problem(message=f'step "{step.id}" has the name of the source', place=_file(plan))
    if re.fullmatch(NAME_PATTERN, step.id) is None:
        return Problem(
            message=f'"{step.id}" cannot be a step\'s id',
            place=_file(plan),
            hint="an id has small letters, digits and _, a letter first",
        )
    return None


def _unknown(steps: Sequence[Step], name: str, plan: Plan) -> Problem:
    return Problem(
        message=f'no step is called "{name}"',
        place=_file(plan),
        hint=nearest(name, (step.id for step in steps)) if steps else "the plan has no steps",
    )


def _file(plan: Plan) -> Place | None:
    return Place(file=plan.file) if plan.file else None


def _dangling(before: Plan, edits: Sequence[Edit], after: Plan) -> Iterator[Problem]:
    """What is read by a name that was a step's and is no more: read_plan takes it for a source."""
    added = (edit.step for edit in edits if isinstance(edit, Add | Replace))
    gone = {step.id for step in (*before.steps, *added)} - {step.id for step in after.steps}
    for step in after.steps:
        for name in step.inputs:
            if name in gone:
                yield Problem(
                    message=f'step "{step.id}" reads "{name}", which the edits remove',
                    place=step.place,
                    hint=f'let "{step.id}" read another step, or keep "{name}"',
                )
