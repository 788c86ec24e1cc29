"""The cheapest order and insertions with which all the steps of one stretch can run."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator

from dataevolver.solver.needs import Need, unmet
from dataevolver.solver.points import Point, serve
from dataevolver.solver.supply import Supply
from dataevolver.solver.ways import Action, possible, reachable, take, ways

ORDERS = 2000  # points that one search looks at before it gives up

Finish = Callable[[Point], bool]
Successors = Callable[[Point, Supply], Iterator[tuple[Action | None, Point]]]


def arrange(start: Point, supply: Supply) -> Point | None:
    """The point at which nothing waits any more, or None.

    The cheapest when insertions stand right before the steps that need them; only where that does
    not work they may stand earlier.
    """
    if not _can_be_had(start, supply):
        return None
    return cheapest(start, supply, _nothing_waits, _needed_now) or cheapest(
        start, supply, _nothing_waits, _needed_later
    )


def reach_next(start: Point, supply: Supply) -> Point | None:
    """The nearest point at which the first waiting step can run and nothing later counts."""
    first = start.waiting[0]
    return cheapest(start, supply, lambda point: first not in point.waiting, _needed_now)


def cheapest(
    start: Point, supply: Supply, finished: Finish, successors: Successors
) -> Point | None:
    """Uniform-cost search: least cost of what is inserted, then fewest insertions, then fewest
    moves; what is equal by all three in the order in which it was found, the furthest first.
    """
    heap: list[tuple[float, int, int, int, int, Point]] = [(0.0, 0, 0, 0, 0, start)]
    seen: set[object] = set()
    found = 0
    while heap and len(seen) < ORDERS:
        cost, inserted, moved, _, _, point = heapq.heappop(heap)
        if finished(point):
            return point
        if point.key in seen:
            continue
        seen.add(point.key)
        for action, following in successors(point, supply):
            found += 1
            brought = action is not None and action.stop is not None
            added = 0 if action is None or brought else len(action.bounds)
            entry = (
                cost + (action.cost if action else 0.0),
                inserted + added,
                moved + brought,
                len(following.waiting),
                found,
                following,
            )
            heapq.heappush(heap, entry)
    return None


def _nothing_waits(point: Point) -> bool:
    return not point.waiting


def _needed_now(point: Point, supply: Supply) -> Iterator[tuple[Action | None, Point]]:
    """The next step runs, or else what it asks for."""
    first = point.waiting[0]
    missing = unmet(first.needs, point.state)
    if not missing:
        yield None, serve(point, first)
        return
    known = ways(missing, point, supply)
    had = reachable(known, point)
    if had.issuperset(missing):
        yield from _taken(point, possible(known, had))


def _needed_later(point: Point, supply: Supply) -> Iterator[tuple[Action | None, Point]]:
    """As `_needed_now`, but what any waiting step may ask for later can be inserted already. What
    can run goes on being able to: else a step could be made to lack what another then gives it.
    """
    if not _can_be_had(point, supply):
        return
    first = point.waiting[0]
    missing = unmet(first.needs, point.state)
    if not missing:
        yield None, serve(point, first)
    known = ways(missing, point, supply)
    now = [action for action in possible(known, reachable(known, point)) if action.stop]
    known = ways(_all_needs(point), point, supply, ever=True)
    later = [action for action in possible(known, reachable(known, point)) if not action.stop]
    for action, following in _taken(point, (*now, *later)):
        if missing or not unmet(first.needs, following.state):
            yield action, following


def _taken(point: Point, actions: Iterable[Action]) -> Iterator[tuple[Action | None, Point]]:
    for action in actions:
        following = take(point, action, point.waiting[0].step.id)
        if following is not None:
            yield action, following


def _can_be_had(point: Point, supply: Supply) -> bool:
    """Whether each need of each waiting step can be had at some time; if not, no order works."""
    goals = _all_needs(point)
    return reachable(ways(goals, point, supply, ever=True), point).issuperset(goals)


def _all_needs(point: Point) -> list[Need]:
    return [need for stop in point.waiting for need in stop.needs]
