"""Why a step is there, what it works on and what depends on it, as text for a person."""

from __future__ import annotations

from collections.abc import Iterator

from dataevolver.columns import Columns
from dataevolver.errors import Problem, SpecError, nearest
from dataevolver.operators import TABLE, Fact
from dataevolver.solver.effects import merge, read_paths, removed_columns, written_ports
from dataevolver.solver.needs import holds
from dataevolver.solver.paths import kind_at, root, touches
from dataevolver.solver.resolution import Resolution, ResolvedStep, State

_MARGIN = 12  # width of the words at the left


def explain(resolution: Resolution, step_id: str) -> str:
    """Lines of `word  text`. SpecError with the nearest id when the plan has no such step."""
    step = next((known for known in resolution.steps if known.id == step_id), None)
    if step is None:
        known = [known.id for known in resolution.steps]
        message = f'no step is called "{step_id}"'
        raise SpecError(Problem(message=message, hint=nearest(step_id, known)))
    operator = step.bound.operator
    lines = [f"{step.id}: {operator.summary}"]
    for word, text in (
        *_why(resolution, step),
        *_place(resolution, step),
        *_effects(resolution, step),
        *_dependents(resolution, step),
    ):
        lines.append(f"  {word:<{_MARGIN}}{text}")
    return "\n".join(lines)


def _why(resolution: Resolution, step: ResolvedStep) -> Iterator[tuple[str, str]]:
    operator = step.bound.operator
    yield "operator", f"{operator.name} ({operator.category}, version {operator.version})"
    if step.inserted_for:
        yield "inserted", step.inserted_for
        return
    written = resolution.plan.step(step.id)
    if written is None:
        return
    place = f" in {written.place}" if written.place else ""
    yield "asked for", f"by the plan{place}"
    if written.rationale:
        yield "rationale", written.rationale
    if written.origin:
        yield "origin", written.origin
    if step.moved:
        yield "moved", step.moved


def _place(resolution: Resolution, step: ResolvedStep) -> Iterator[tuple[str, str]]:
    position = resolution.steps.index(step) + 1
    yield "runs", f"{position} of {len(resolution.steps)}, after {' and '.join(step.inputs)}"


def _effects(resolution: Resolution, step: ResolvedStep) -> Iterator[tuple[str, str]]:
    bound = step.bound
    before = merge(bound, _states(resolution, step))
    for path in read_paths(bound, before.columns):
        writer = _writer(resolution, step, path)
        yield "reads", f"{path} ({kind_at(before.columns, path)}), from {writer}"
    for port in written_ports(bound, before.columns):
        kind = kind_at(step.after.columns, port.column)
        new = ", new" if root(port.column, before.columns) not in before.columns else ""
        yield "writes", f"{port.column} ({kind}{new})"
    for name in removed_columns(bound, before.columns):
        if name not in step.after.columns:
            yield "removes", name
    for fact in bound.requires:
        yield "requires", f"{fact}, from {_giver(resolution, step, fact)}"
    for fact in bound.provides:
        yield "provides", str(fact)
    ended = sorted(before.facts - step.after.facts)
    if ended:
        yield "ends", ", ".join(map(str, ended))
    stale = sorted(step.after.stale - before.stale)
    if stale:
        yield "makes stale", ", ".join(stale)


def _dependents(resolution: Resolution, step: ResolvedStep) -> Iterator[tuple[str, str]]:
    """Later steps that read a column or require a fact which is what this step made it."""
    used = False
    for later in resolution.steps:
        columns: Columns = merge(later.bound, _states(resolution, later)).columns
        reasons = [
            f"reads {path}"
            for path in read_paths(later.bound, columns)
            if _writer(resolution, later, path) == step.id
        ]
        reasons += [
            f"requires {fact}"
            for fact in later.bound.requires
            if _giver(resolution, later, fact) == step.id
        ]
        if reasons:
            used = True
            yield "used by", f"{later.id}: {', '.join(reasons)}"
    if not used:
        yield "used by", "no other step"


def _states(resolution: Resolution, step: ResolvedStep) -> tuple[State, ...]:
    states = {known.id: known.after for known in resolution.steps}
    for name, columns in resolution.sources.items():
        states[name] = State(columns=columns, facts=frozenset(), stale=frozenset(), derived={})
    return tuple(states[name] for name in step.inputs)


def _before(resolution: Resolution, step: ResolvedStep) -> Iterator[ResolvedStep]:
    """The steps whose output reaches this one, the nearest first."""
    reached = set(step.inputs)
    for known in reversed(resolution.steps):
        if known.id in reached:
            reached.update(known.inputs)
            yield known


def _writer(resolution: Resolution, step: ResolvedStep, path: str) -> str:
    """The last step that wrote what the path names, else the sources that it comes from."""
    reached = set(step.inputs)
    for known in _before(resolution, step):
        if any(touches(port.column, path) for port in known.bound.outputs):
            return known.id
        reached.update(known.inputs)
    return " and ".join(
        name
        for name, columns in resolution.sources.items()
        if name in reached and root(path, columns) in columns
    )


def _giver(resolution: Resolution, step: ResolvedStep, fact: Fact) -> str:
    """Which step provided a fact; one about a column that is not read at all has no giver."""
    for known in _before(resolution, step):
        if holds(fact, known.bound.provides):
            return known.id
    return "an optional column that is not there" if fact.subject != TABLE else "nothing"
