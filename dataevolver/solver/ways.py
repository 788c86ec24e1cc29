"""How what is needed can be had: a fixed point over the plan's waiting steps and the catalog."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dataevolver.operators import Bound, Value, bind
from dataevolver.solver.needs import Need, commute, is_met, unmet, wants
from dataevolver.solver.paths import root
from dataevolver.solver.points import Point, Stop, place, repeatable, serve
from dataevolver.solver.supply import Supply, gives, identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Bring a waiting step forward (`stop`), insert an operator, or run steps again."""

    key: str
    bounds: tuple[Bound, ...]
    needs: tuple[Need, ...]
    stop: Stop | None = None
    makes_way: bool = False  # the step is no provider itself, but has to stay ahead of one
    repeats: tuple[str, ...] = ()  # names of the steps that run again

    @property
    def cost(self) -> float:
        """Of what is inserted, by column: steps of the plan run anyway."""
        return 0.0 if self.stop else sum(_cost(bound) for bound in self.bounds)


Ways = Mapping[Need, tuple[Action, ...]]


def ways(goals: Iterable[Need], point: Point, supply: Supply, *, ever: bool = False) -> Ways:
    """All that could give the goals before the next step, and what that needs in turn.

    With `ever`, all that could give them at any time: waiting steps in any order, and also what
    holds now, since an action in between may end it.
    """
    found: dict[Need, tuple[Action, ...]] = {}
    pending = deque(goals)
    while pending:
        need = pending.popleft()
        if need in found:
            continue
        met = _is_met(need, point)
        actions: list[Action] = []
        if not met:
            actions.extend(_brought(need, point, ever))
        if not met or ever:
            actions.extend(_added(need, point, supply))
        found[need] = tuple(actions)
        pending.extend(wanted for action in actions for wanted in action.needs)
    return found


def reachable(known: Ways, point: Point) -> frozenset[Need]:
    """The needs that can be had, when nothing that runs ends anything: an action counts once all
    that it needs can be had. So a cycle gives nothing.
    """
    had = {need for need in known if _is_met(need, point)}
    grown = True
    while grown:
        grown = False
        for need, actions in known.items():
            if need not in had and any(had.issuperset(action.needs) for action in actions):
                had.add(need)
                grown = True
    return frozenset(had)


def possible(known: Ways, had: Collection[Need]) -> tuple[Action, ...]:
    """Each action whose needs can be had, once, in the order in which the needs came up; then those
    that do the work of several, an operator on all the columns on which it is wanted.
    """
    actions: dict[str, Action] = {}
    for offered in known.values():
        for action in offered:
            earlier = actions.get(action.key)
            if earlier is None or (earlier.makes_way and not action.makes_way):
                actions[action.key] = action
    can_run = [action for action in actions.values() if all(need in had for need in action.needs)]
    return (*can_run, *_joined(can_run))


def _joined(actions: Iterable[Action]) -> Iterator[Action]:
    """One action for those that differ only in the columns that one operator is given."""
    groups: dict[str, list[Bound]] = {}
    for action in actions:
        several = (
            action.stop is None and not action.repeats and _columns_parameter(action.bounds[0])
        )
        if several:
            bound = action.bounds[0]
            groups.setdefault(identity(bound, but=several), []).append(bound)
    for bounds in groups.values():
        name = _columns_parameter(bounds[0])
        listed = (cast(Sequence[Value], bound.parameters[name]) for bound in bounds)
        columns = tuple(dict.fromkeys(column for values in listed for column in values))
        if len(bounds) > 1:
            bound = bind(bounds[0].operator, {**bounds[0].parameters, name: columns})
            yield Action(key=f"insert {identity(bound)}", bounds=(bound,), needs=wants(bound))


def _columns_parameter(bound: Bound) -> str:
    """The parameter that takes the columns, or an empty text when none does or several do."""
    names = [known.name for known in bound.operator.parameters if known.type == "columns"]
    return names[0] if len(names) == 1 and bound.parameters[names[0]] is not None else ""


def _cost(bound: Bound) -> float:
    name = _columns_parameter(bound)
    count = len(cast(Sequence[Value], bound.parameters[name])) if name else 1
    return bound.operator.cost * count


def take(point: Point, action: Action, put_before: str) -> Point | None:
    """The point after the action, or None when it may not run here."""
    if action.stop is not None:
        if hindrance(point, action) is not None or unmet(action.stop.needs, point.state):
            return None
        return serve(point, action.stop, put_before)
    since = point.state
    for bound in action.bounds:
        lost = not action.repeats and overwrites(bound, point)
        if lost or unmet(wants(bound), point.state):
            return None
        point = place(point, bound, put_before=put_before, since=since)
    return point


def overwrites(bound: Bound, point: Point) -> str:
    """A column that is there, that the step would write without reading it and that others made, or
    an empty text: what nobody wrote into the plan may not throw away what is there.
    """
    columns = point.state.columns
    read = {root(port.column, columns) for port in bound.inputs}
    for port in bound.outputs:
        name = root(port.column, columns)
        made_by = [identity(maker.bound) for maker in point.makers.get(name, ())]
        if name in columns and name not in read and made_by != [identity(bound)]:
            return name
    return ""


def hindrance(point: Point, action: Action) -> Stop | None:
    """The waiting step that a step may not pass: they do not commute, and it is not the one for
    which the step is brought forward.
    """
    if action.stop is None:
        return None
    for position, other in enumerate(point.waiting):
        if other is action.stop:
            return None
        asked_for = position == 0 and not action.makes_way
        if not asked_for and not _may_pass(point, action.stop, position):
            return other
    return None


def _may_pass(point: Point, stop: Stop, position: int) -> bool:
    """Whether a step commutes with the one that waits at the position, or gives that what it lacks
    and what no step before it gives.
    """
    other = point.waiting[position]
    if commute(other.bound, stop.bound):
        return True
    earlier = point.waiting[:position]
    return any(
        gives(stop.bound, need) and not any(gives(known.bound, need) for known in earlier)
        for need in unmet(other.needs, point.state)
    )


def _is_met(need: Need, point: Point) -> bool:
    if need.kind == "turn":
        return all(stop.step.id != need.subject for stop in point.waiting)
    return is_met(need, point.state)


def _brought(need: Need, point: Point, ever: bool) -> Iterator[Action]:
    for position, stop in enumerate(point.waiting):
        turn = need.kind == "turn" and stop.step.id == need.subject
        if stop.only_asks or not (ever or position) or not (turn or gives(stop.bound, need)):
            continue
        ahead = tuple(
            Need(kind="turn", subject=point.waiting[before].step.id)
            for before in range(1, 0 if ever else position)
            if not _may_pass(point, stop, before)
        )
        yield Action(
            key=f"step {stop.step.id}",
            bounds=(stop.bound,),
            needs=(*stop.needs, *ahead),
            stop=stop,
            makes_way=turn,
        )


def _added(need: Need, point: Point, supply: Supply) -> Iterator[Action]:
    if need.kind == "fresh":
        makers = repeatable(point, root(need.subject, point.state.columns))
        operators = [maker.bound.operator for maker in makers]
        if makers and not any(supply.rivals(known) & point.present.keys() for known in operators):
            yield Action(
                key=f"repeat {[maker.name for maker in makers]}",
                bounds=tuple(maker.bound for maker in makers),
                needs=_outer_needs([maker.bound for maker in makers]),
                repeats=tuple(maker.name for maker in makers),
            )
    if need.kind == "column" and root(need.subject) in point.state.columns:
        return
    for offer in supply.offers(need):
        bound = offer.bound
        if bound is None or bound.removes or supply.rivals(offer.operator) & point.present.keys():
            continue
        yield Action(key=f"insert {offer.key}", bounds=(bound,), needs=offer.needs)


def _outer_needs(bounds: Sequence[Bound]) -> tuple[Need, ...]:
    """What steps that run one after the other need and do not give one another."""
    return tuple(
        need
        for position, bound in enumerate(bounds)
        for need in wants(bound)
        if not any(gives(earlier, need) for earlier in bounds[:position])
    )
