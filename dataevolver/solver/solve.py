"""Plan + catalog + columns -> Resolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dataevolver.columns import Columns
from dataevolver.errors import Problem, UnsatisfiedError
from dataevolver.operators import TABLE, Bound, Operator, bind
from dataevolver.plans import Plan, Step
from dataevolver.solver.assembly import Laid, assemble
from dataevolver.solver.needs import Need, wants
from dataevolver.solver.paths import kind_at
from dataevolver.solver.points import Point, Stop, place, shared_makers
from dataevolver.solver.refusal import walk
from dataevolver.solver.resolution import Catalog, Resolution, State
from dataevolver.solver.search import arrange
from dataevolver.solver.structure import (
    Stretch,
    check_each_input,
    check_structure,
    check_together,
    check_union,
    stretches,
)
from dataevolver.solver.supply import Supply


def solve(plan: Plan, catalog: Catalog, sources: Mapping[str, Columns]) -> Resolution:
    """Put the steps in an order in which each can run, with what is missing inserted.

    Inserted is what costs least within a stretch without branches, right before the step that
    needs it where that works. UnsatisfiedError holds all problems of the plan.
    """
    problems = check_structure(plan, catalog, sources)
    if problems:
        raise UnsatisfiedError(problems)
    bounds = {step.id: bind(catalog[step.operator], step.arguments) for step in plan.steps}
    work = _Work(
        bounds=bounds,
        supply=Supply(catalog=catalog),
        present={bound.operator.name: bound.operator for bound in bounds.values()},
        ends={name: _source_point(columns) for name, columns in sources.items()},
        problems=[*check_together(plan, bounds, sources)],
        laid=[],
    )
    for stretch in stretches(plan):
        _lay(stretch, work)
    if work.problems:
        raise UnsatisfiedError(work.problems)
    read = {name for laid in work.laid for name in laid.inputs} | {plan.source}
    return Resolution(
        plan=plan,
        sources={name: columns for name, columns in sources.items() if name in read},
        steps=assemble(work.laid, (*sources, *bounds)),
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    """What one call of `solve` gathers."""

    bounds: Mapping[str, Bound]
    supply: Supply
    present: Mapping[str, Operator]
    ends: dict[str, Point]  # by source or by the written id of a stretch's last step
    problems: list[Problem]
    laid: list[Laid]

    def stop(self, step: Step, needs: Sequence[Need], *, only_asks: bool = False) -> Stop:
        return Stop(step=step, bound=self.bounds[step.id], needs=tuple(needs), only_asks=only_asks)

    def arrange(self, start: Point) -> Point:
        """The end of a stretch; when it has none, its problems are gathered and it goes on."""
        end = arrange(start, self.supply)
        if end is None:
            end, problems = walk(start, self.supply)
            self.problems.extend(problems)
        self.present = {**self.present, **end.present}
        return end


def _source_point(columns: Columns) -> Point:
    state = State(columns=columns, facts=frozenset(), stale=frozenset(), derived={})
    return Point(state=state, makers={}, present={})


def _lay(stretch: Stretch, work: _Work) -> None:
    if len(stretch.inputs) == 1:
        start = work.ends[stretch.inputs[0]]
        steps, reads = stretch.steps, stretch.inputs
        head: tuple[Laid, ...] = ()
    else:
        start, laid = _join(stretch, work)
        steps, reads = stretch.steps[1:], (stretch.steps[0].id,)
        head = (laid,)
    waiting = tuple(work.stop(step, wants(work.bounds[step.id])) for step in steps)
    begin = replace(start, waiting=waiting, placed=(), present=work.present)
    end = work.arrange(begin)
    work.ends[stretch.steps[-1].id] = end
    work.laid.extend(head)
    work.laid.append(Laid(inputs=reads, placed=end.placed, end=stretch.steps[-1].id))


def _join(stretch: Stretch, work: _Work) -> tuple[Point, Laid]:
    """A step with several inputs: what each input lacks is inserted between it and the step."""
    step = stretch.steps[0]
    bound = work.bounds[step.id]
    starts = [work.ends[name] for name in stretch.inputs]
    asked = asked_of(bound, [start.state for start in starts])
    edges: list[Point] = []
    for start, needs in zip(starts, asked, strict=True):
        stop = work.stop(step, needs, only_asks=True)
        begin = replace(start, waiting=(stop,), placed=(), present=work.present)
        edges.append(work.arrange(begin))
    states = [edge.state for edge in edges]
    work.problems.extend(check_union(step, bound, states))
    work.problems.extend(check_each_input(step, bound, states))
    inputs: list[str] = []
    for number, (name, edge) in enumerate(zip(stretch.inputs, edges, strict=True)):
        inputs.append(f"{step.id}/{number}" if edge.placed else name)
        if edge.placed:
            laid = Laid(
                inputs=(name,), placed=edge.placed, end=inputs[-1], asked=(step.id, asked[number])
            )
            work.laid.append(laid)
    joined = edges[:1] if bound.operator.rows != "more" else edges
    point = Point(
        state=states[0],
        makers=shared_makers([edge.makers for edge in joined]),
        present=work.present,
        position=max(edge.position for edge in edges),
    )
    point = place(point, bound, step=step, others=states[1:])
    return point, Laid(inputs=tuple(inputs), placed=point.placed, end=step.id)


def asked_of(bound: Bound, states: Sequence[State]) -> tuple[tuple[Need, ...], ...]:
    """What a step needs of each of its inputs: of a column, of each input that has it, else of the
    first; of the table, of each input whose rows it takes.
    """
    asked: list[list[Need]] = [[] for _ in states]
    for need in wants(bound):
        holders = [
            number
            for number, state in enumerate(states)
            if kind_at(state.columns, need.subject) is not None
        ]
        if need.subject == TABLE:
            holders = list(range(len(states))) if bound.operator.rows == "more" else [0]
        for number in holders or [0]:
            asked[number].append(need)
    return tuple(tuple(needs) for needs in asked)
