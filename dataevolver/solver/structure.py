"""The shape of a plan: what is wrong with it before any column is looked at, and its stretches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from dataevolver.columns import Columns
from dataevolver.errors import Place, Problem, nearest
from dataevolver.operators import Bound, columns_of, references
from dataevolver.plans import Plan, Step, check_arguments, check_inputs, explicit_inputs
from dataevolver.solver.needs import UNKNOWN
from dataevolver.solver.paths import kind_at, root
from dataevolver.solver.resolution import Catalog, State
from dataevolver.solver.supply import clash


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Steps that read one another without a branch. Only its end is read from outside, and only
    its first step may have several inputs.
    """

    inputs: tuple[str, ...]  # sources or ends of earlier stretches, as written
    steps: tuple[Step, ...]


def check_structure(
    plan: Plan, catalog: Catalog, sources: Mapping[str, Columns]
) -> tuple[Problem, ...]:
    """Names that are unknown or used twice, loops, wrong arguments and steps that nothing reads."""
    found = [*_check_ids(plan, sources)]
    if not found:
        found.extend(check_inputs(plan, (*sources, plan.source)))
        found.extend(_check_source(plan, sources))
        found.extend(_check_ends(plan))
    return (*found, *check_arguments(plan, catalog))


def check_together(
    plan: Plan, bounds: Mapping[str, Bound], sources: Mapping[str, Columns]
) -> tuple[Problem, ...]:
    """Steps that may not be in one plan, or not in two branches that join, or not as they are."""
    return (
        *_check_conflicts(plan, bounds),
        *_check_joins(plan, bounds),
        *_check_ports(plan, bounds, sources),
    )


def check_union(step: Step, bound: Bound, states: Sequence[State]) -> tuple[Problem, ...]:
    """Columns that have one name and different types in the inputs of a step that takes them all."""
    if bound.operator.rows != "more":
        return ()
    written = {port.column for port in bound.outputs}
    kinds = {name: kind for state in reversed(states) for name, kind in state.columns.items()}
    found: list[Problem] = []
    for name in kinds:
        shown = [str(state.columns[name]) for state in states if name in state.columns]
        known = {state.columns[name] for state in states if name in state.columns} - {UNKNOWN}
        if name in written or len(known) < 2 or {"integer", "number"}.issuperset(shown):
            continue
        found.append(
            Problem(
                message=f'step "{step.id}" joins columns "{name}" of different types: '
                + " and ".join(dict.fromkeys(shown)),
                place=step.place,
                hint="make them one type, or rename one, before this step",
            )
        )
    return tuple(found)


def check_each_input(step: Step, bound: Bound, states: Sequence[State]) -> tuple[Problem, ...]:
    """Columns that a step with several inputs compares them by, and that one of them has not."""
    declared = {parameter.name: parameter.type for parameter in bound.operator.parameters}
    shared = [
        column
        for port in bound.operator.inputs
        if not port.optional
        and all(declared[name] in ("column", "columns") for name in references(port.column))
        for column in columns_of(port.column, bound)
    ]
    return tuple(
        Problem(
            message=f'step "{step.id}" reads column "{column}" in each of its inputs, '
            f'but "{name}" has none',
            place=step.place,
            hint=nearest(column, state.columns),
        )
        for column in shared
        if any(kind_at(state.columns, column) is not None for state in states)
        for name, state in zip(step.inputs, states, strict=True)
        if len(states) > 1 and kind_at(state.columns, column) is None
    )


def stretches(plan: Plan) -> tuple[Stretch, ...]:
    """The plan's stretches, each after those that it reads, else in written order."""
    inputs = explicit_inputs(plan)
    reads = [name for names in inputs.values() for name in names]
    ids = {step.id for step in plan.steps}
    ends: dict[str, list[Step]] = {}
    found: list[list[Step]] = []
    for step in plan.steps:
        names = inputs[step.id]
        if len(names) == 1 and names[0] in ids and reads.count(names[0]) == 1:
            stretch = ends.pop(names[0])
            stretch.append(step)
        else:
            stretch = [step]
            found.append(stretch)
        ends[step.id] = stretch
    return _in_order(
        [Stretch(inputs=inputs[steps[0].id], steps=tuple(steps)) for steps in found], ids
    )


def _in_order(found: Sequence[Stretch], ids: set[str]) -> tuple[Stretch, ...]:
    """A stretch that starts early may go on late, but is read only at its end."""
    ordered: list[Stretch] = []
    waiting = list(found)
    ended: set[str] = set()
    while waiting:
        ready = next(
            stretch
            for stretch in waiting
            if all(name in ended or name not in ids for name in stretch.inputs)
        )
        waiting.remove(ready)
        ordered.append(ready)
        ended.add(ready.steps[-1].id)
    return tuple(ordered)


def _check_ids(plan: Plan, sources: Mapping[str, Columns]) -> Iterator[Problem]:
    seen: set[str] = set()
    for step in plan.steps:
        if step.id in seen:
            yield Problem(message=f'two steps have the id "{step.id}"', place=step.place_of("id"))
        if step.id in sources:
            yield Problem(
                message=f'step "{step.id}" has the name of a source',
                place=step.place_of("id"),
                hint='rename the step: "from" could mean either',
            )
        seen.add(step.id)


def _check_source(plan: Plan, sources: Mapping[str, Columns]) -> Iterator[Problem]:
    used = not plan.steps or any(plan.source in names for names in explicit_inputs(plan).values())
    if used and plan.source not in sources:
        yield Problem(
            message=f'the plan reads the source "{plan.source}", which is not known',
            place=Place(file=plan.file) if plan.file else None,
            hint=nearest(plan.source, sources),
        )


def _check_ends(plan: Plan) -> Iterator[Problem]:
    read = {name for names in explicit_inputs(plan).values() for name in names}
    for step in plan.steps[:-1]:
        if step.id not in read:
            yield Problem(
                message=f'nothing reads step "{step.id}", and it is not the last one',
                place=step.place,
                hint='name it in the "from" of a later step, or remove it',
            )


def _check_conflicts(plan: Plan, bounds: Mapping[str, Bound]) -> Iterator[Problem]:
    for first, second in combinations(plan.steps, 2):
        why = clash(bounds[first.id].operator, bounds[second.id].operator)
        if why:
            yield Problem(
                message=f'steps "{first.id}" and "{second.id}" may not be in one plan',
                place=second.place,
                hint=f"{why}: remove one of the two",
            )


def _check_joins(plan: Plan, bounds: Mapping[str, Bound]) -> Iterator[Problem]:
    """A step that reads columns of several inputs matches their rows: what both branches wrote
    could be either's. One that reads none stacks them.
    """
    upstream = _upstream(plan)
    for step in plan.steps:
        bound = bounds[step.id]
        if len(step.inputs) < 2 or not bound.inputs or bound.operator.rows != "more":
            continue
        settled = {root(port.column) for port in (*bound.inputs, *bound.outputs)}
        for left, right in combinations(dict.fromkeys(step.inputs), 2):
            shared = upstream.get(left, frozenset()) & upstream.get(right, frozenset())
            one = _writers(upstream.get(left, frozenset()) - shared, plan, bounds)
            other = _writers(upstream.get(right, frozenset()) - shared, plan, bounds)
            for column in one:
                if column in other and column not in settled:
                    yield Problem(
                        message=f'step "{step.id}" joins two branches that both write column '
                        f'"{column}": steps "{one[column]}" and "{other[column]}"',
                        place=step.place,
                        hint="write it in one branch, or rename it in one before they join",
                    )


def _check_ports(
    plan: Plan, bounds: Mapping[str, Bound], sources: Mapping[str, Columns]
) -> Iterator[Problem]:
    read = {name for columns in sources.values() for name in columns}
    for step in plan.steps:
        bound = bounds[step.id]
        outputs = [port.column for port in bound.outputs]
        for name in dict.fromkeys(name for name in outputs if outputs.count(name) > 1):
            yield Problem(
                message=f'step "{step.id}" writes column "{name}" twice',
                place=step.place_of("with"),
            )
        for name in bound.removes:
            if name not in read and root(name) != name:
                yield Problem(
                    message=f'step "{step.id}" removes "{name}", which is not a whole column',
                    place=step.place_of("with"),
                )


def _upstream(plan: Plan) -> dict[str, frozenset[str]]:
    """Each step's id with those of all steps that it reads from."""
    found: dict[str, frozenset[str]] = {}
    for step_id, names in explicit_inputs(plan).items():
        found[step_id] = frozenset({step_id}).union(*(found.get(name, ()) for name in names))
    return found


def _writers(steps: frozenset[str], plan: Plan, bounds: Mapping[str, Bound]) -> dict[str, str]:
    """Column -> the last of the steps that writes it."""
    return {
        root(port.column): step.id
        for step in plan.steps
        if step.id in steps
        for port in bounds[step.id].outputs
    }
