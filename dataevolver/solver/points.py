"""How far a stretch of steps has got, and what running one more makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dataevolver.operators import Bound, Operator
from dataevolver.plans import Step
from dataevolver.solver.effects import after, read_paths
from dataevolver.solver.needs import Need
from dataevolver.solver.paths import root
from dataevolver.solver.resolution import State
from dataevolver.solver.supply import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A step that waits for its turn. One that only asks runs elsewhere: it has several inputs."""

    step: Step
    bound: Bound
    needs: tuple[Need, ...]
    only_asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A step that had its turn. `since` is the state before all that was placed along with it."""

    bound: Bound
    step: Step | None  # None: nobody wrote it
    put_before: str  # id of the step that was next when this one came before it, or empty
    since: State
    before: State
    after: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A step that wrote a computed column, to be run again when that is stale."""

    position: int
    name: str
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What is known after the placed steps, and which steps still wait, in written order."""

    state: State
    makers: Mapping[str, tuple[Maker, ...]]  # computed column -> all that made it what it is
    present: Mapping[str, Operator]  # what is inserted may not clash with these
    waiting: tuple[Stop, ...] = ()
    placed: tuple[Placed, ...] = ()
    position: int = 0

    @property
    def key(self) -> object:
        """Equal for points from which the same can follow."""
        state = self.state
        return (
            tuple(stop.step.id for stop in self.waiting),
            frozenset(state.columns.items()),
            state.facts,
            state.stale,
            frozenset(state.derived.items()),
            frozenset(
                (column, tuple(maker.name for maker in makers))
                for column, makers in self.makers.items()
            ),
            frozenset(self.present),
        )


def serve(point: Point, stop: Stop, put_before: str = "") -> Point:
    """A waiting step has its turn."""
    waiting = tuple(other for other in point.waiting if other is not stop)
    point = replace(point, waiting=waiting)
    if stop.only_asks:
        return point
    return place(point, stop.bound, step=stop.step, put_before=put_before)


def place(
    point: Point,
    bound: Bound,
    *,
    step: Step | None = None,
    put_before: str = "",
    since: State | None = None,
    others: Sequence[State] = (),
) -> Point:
    """The step runs. Its needs are taken as met. `others` are the states of its further inputs."""
    state = after(bound, (point.state, *others))
    name = step.id if step else identity(bound)
    placed = Placed(
        bound=bound,
        step=step,
        put_before=put_before,
        since=since or point.state,
        before=point.state,
        after=state,
    )
    maker = Maker(position=point.position, name=name, bound=bound)
    return replace(
        point,
        state=state,
        makers=updated_makers(point.makers, maker, point.state, state),
        present={**point.present, bound.operator.name: bound.operator},
        placed=(*point.placed, placed),
        position=point.position + 1,
    )


def updated_makers(
    makers: Mapping[str, tuple[Maker, ...]], maker: Maker, before: State, state: State
) -> dict[str, tuple[Maker, ...]]:
    """A step that reads a computed column and writes it again adds to its makers; one that writes
    it from other columns takes their place.
    """
    result = {name: known for name, known in makers.items() if name in state.derived}
    read = {root(path, before.columns) for path in read_paths(maker.bound, before.columns)}
    for port in maker.bound.outputs:
        name = root(port.column, state.columns)
        if name not in state.derived:
            continue
        if name not in read:
            result[name] = (maker,)
        elif name in result:
            result[name] = (*result[name], maker)
    return result


def shared_makers(
    branches: Sequence[Mapping[str, tuple[Maker, ...]]],
) -> dict[str, tuple[Maker, ...]]:
    """Where branches join: what made a column is known when no two branches say different things."""
    result: dict[str, tuple[Maker, ...]] = {}
    for makers in branches:
        for name, known in makers.items():
            result[name] = known if result.get(name, known) == known else ()
    return {name: known for name, known in result.items() if known}


def repeatable(point: Point, column: str) -> tuple[Maker, ...]:
    """The steps that have to run again so that the column is up to date and nothing else changes;
    empty when there are none.
    """
    chain: dict[tuple[int, str], Maker] = {}
    pending = [column]
    while pending:
        name = pending.pop()
        if name not in point.makers:
            return ()
        for maker in point.makers[name]:
            if (maker.position, maker.name) in chain:
                continue
            if maker.bound.operator.rows != "same" or maker.bound.removes:
                return ()
            chain[maker.position, maker.name] = maker
            roots = (root(port.column, point.state.columns) for port in maker.bound.outputs)
            pending.extend(name for name in roots if name in point.state.columns)
    return tuple(chain[key] for key in sorted(chain))
