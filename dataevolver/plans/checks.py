"""Whether the steps can read what they name, and are given what their operators take."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dataevolver.errors import Place, Problem, nearest
from dataevolver.operators import Operator, check_value
from dataevolver.plans.plan import Plan, Step, explicit_inputs


def check_inputs(plan: Plan, sources: Collection[str] | None = None) -> tuple[Problem, ...]:
    """Steps that read in a loop or from below, and, with `sources`, names that nothing has."""
    inputs = explicit_inputs(plan)
    looping: set[str] = set()
    problems: list[Problem] = []
    for loop in _loops(inputs):
        looping.update(loop)
        problems.append(_loop_problem(plan, loop))
    place = {step.id: position for position, step in enumerate(plan.steps)}
    for step in plan.steps:
        for position, name in enumerate(step.inputs):
            at = step.place_of("from", str(position))
            below = place.get(name, -1) > place[step.id]
            if below and not (step.id in looping and name in looping):
                message = f'step "{step.id}" reads "{name}", which comes after it'
                hint = f'move "{step.id}" below "{name}"'
                problems.append(Problem(message=message, place=at, hint=hint))
            elif sources is not None and name not in place and name not in sources:
                known = [*(each.id for each in plan.steps[: place[step.id]]), *sources]
                message = f'step "{step.id}" reads "{name}", which is no step and no source'
                problems.append(Problem(message=message, place=at, hint=nearest(name, known)))
    return tuple(problems)


def _loops(inputs: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Each loop once, from its first step in written order; a step is in one loop at most."""
    done: set[str] = set()
    for start in inputs:
        trail: list[str] = []
        loop = _loop_from(start, inputs, trail, done)
        if loop:
            yield loop


def _loop_from(
    start: str, inputs: Mapping[str, tuple[str, ...]], trail: list[str], done: set[str]
) -> tuple[str, ...]:
    """Depth first without recursion: plans of thousands of steps are chains as long."""
    pending = [(start, iter(inputs[start]))] if start not in done else []
    trail.append(start)
    while pending:
        name, names = pending[-1]
        following = next((each for each in names if each in inputs and each not in done), None)
        if following is None:
            pending.pop()
            trail.pop()
            done.add(name)
        elif following in trail:
            loop = tuple(trail[trail.index(following) :])
            done.update(trail)
            return loop
        else:
            trail.append(following)
            pending.append((following, iter(inputs[following])))
    return ()


def _loop_problem(plan: Plan, loop: tuple[str, ...]) -> Problem:
    steps = [step for name in loop if (step := plan.step(name)) is not None]
    edges = [
        f"{_input_place(step, name)}: {step.id} reads {name}"
        + ("" if step.inputs else ", the step before it")
        for step, name in zip(steps, (*loop[1:], loop[0]), strict=True)
    ]
    return Problem(
        message=f"steps read each other in a loop: {' reads '.join((*loop, loop[0]))}",
        place=_input_place(steps[0], (*loop, loop[0])[1]),
        hint="\n".join(edges),
    )


def _input_place(step: Step, name: str) -> Place | None:
    if name in step.inputs:
        return step.place_of("from", str(step.inputs.index(name)))
    return step.place


def check_arguments(plan: Plan, catalog: Mapping[str, Operator]) -> tuple[Problem, ...]:
    """Every unknown operator and parameter, missing parameter and value that does not do."""
    return tuple(problem for step in plan.steps for problem in _check_step(step, catalog))


def _from_elsewhere(name: str, catalog: Mapping[str, Operator]) -> str:
    """Which operators do what another tool calls by this name; empty when none does."""
    found = [
        f'"{operator.name}"'
        for operator in catalog.values()
        if any(name in names for names in operator.counterparts.values())
    ]
    return f"here that is {' or '.join(found)}" if found else ""


def _check_step(step: Step, catalog: Mapping[str, Operator]) -> Iterator[Problem]:
    operator = catalog.get(step.operator)
    if operator is None:
        yield Problem(
            message=f'step "{step.id}": unknown operator "{step.operator}"',
            place=step.place_of("operator"),
            hint=_from_elsewhere(step.operator, catalog) or nearest(step.operator, catalog),
        )
        return
    yield from _check_tables(step, operator)
    names = [parameter.name for parameter in operator.parameters]
    for name in step.arguments:
        if name not in names:
            yield Problem(
                message=f'step "{step.id}": {operator.name} has no parameter "{name}"',
                place=step.place_of("with", name),
                hint=nearest(name, names) if names else "it takes none",
            )
    for parameter in operator.parameters:
        if parameter.name in step.arguments:
            value = step.arguments[parameter.name]
            complaint = check_value(parameter, value)
            if complaint:
                is_one_of_a_list = parameter.type in ("list", "columns") and isinstance(value, str)
                yield Problem(
                    message=f'step "{step.id}": "{parameter.name}" {complaint}',
                    place=step.place_of("with", parameter.name),
                    hint=f"write [{value}]" if is_one_of_a_list else "",
                )
        elif parameter.required:
            yield Problem(
                message=f'step "{step.id}": {operator.name} needs "{parameter.name}"',
                place=step.place_of("with"),
                hint=parameter.description,
            )
    yield from _check_bounds(step)


def _check_tables(step: Step, operator: Operator) -> Iterator[Problem]:
    if max(1, len(step.inputs)) < operator.tables:
        yield Problem(
            message=f'step "{step.id}": {operator.name} reads {operator.tables} inputs',
            place=step.place_of("from"),
            hint=f"name them: from: [{', '.join(['STEP_OR_SOURCE'] * operator.tables)}]",
        )


def _check_bounds(step: Step) -> Iterator[Problem]:
    """Operators call their bounds `minimum` and `maximum`; between crossed ones lies nothing."""
    low, high = step.arguments.get("minimum"), step.arguments.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield Problem(
            message=f'step "{step.id}": the minimum {low} is above the maximum {high}',
            place=step.place_of("with", "minimum"),
            hint="no row can be within: swap them",
        )
