"""The cheapest order and insertions with which all the steps of one stretch can run."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from dataevolver.solver.needs import Need, unmet
from dataevolver.solver.points import Point, serve
from dataevolver.solver.supply import Supply
from dataevolver.solver.ways import Action, possible, reachable, take, ways

ORDERS = 1000  # points that one search looks at before it gives up

Finish = Callable[[Point], bool]
Choices = Callable[[Point, Supply], Iterable[Action | None]]  # None: the next step runs


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


def cheapest(start: Point, supply: Supply, finished: Finish, choices: Choices) -> Point | None:
    """Uniform-cost search: least cost of what is inserted, then fewest insertions, then fewest
    moves; of what is equal by all three the furthest, then what was found first.
    """
    heap: list[tuple[float, int, int, int, int, Point, Action | None]] = []
    seen: set[object] = set()
    found = 0
    cost, inserted, moved = 0.0, 0, 0
    point: Point | None = start
    while len(seen) < ORDERS:
        if point is not None and finished(point):
            return point
        if point is not None and point.key not in seen:
            seen.add(point.key)
            for action in choices(point, supply):
                found += 1
                added = 0 if action is None or action.stop else len(action.bounds)
                brought = int(action is not None and action.stop is not None)
                entry = (
                    cost + (action.cost if action else 0.0),
                    inserted + added,
                    moved + brought,
                    len(point.waiting) - (not added),
                    found,
                    point,
                    action,
                )
                heapq.heappush(heap, entry)
        if not heap:
            return None
        cost, inserted, moved, _, _, origin, chosen = heapq.heappop(heap)
        point = _follow(origin, chosen)
    return None


def _follow(point: Point, action: Action | None) -> Point | None:
    """The point after the action, or None when it may not run. A step that can run goes on being
    able to: else it could be made to lack what another, moved before it, then gives it.
    """
    first = point.waiting[0]
    if action is None:
        return serve(point, first)
    following = take(point, action, first.step.id)
    if following is None or unmet(first.needs, point.state):
        return following
    return None if unmet(first.needs, following.state) else following


def _nothing_waits(point: Point) -> bool:
    return not point.waiting


def _needed_now(point: Point, supply: Supply) -> Iterable[Action | None]:
    """The next step runs, or else what it asks for."""
    missing = unmet(point.waiting[0].needs, point.state)
    if not missing:
        return (None,)
    known = ways(missing, point, supply)
    had = reachable(known, point)
    return possible(known, had) if had.issuperset(missing) else ()


def _needed_later(point: Point, supply: Supply) -> Iterable[Action | None]:
    """As `_needed_now`, but what any waiting step may ask for later can be inserted already."""
    if not _can_be_had(point, supply):
        return ()
    missing = unmet(point.waiting[0].needs, point.state)
    known = ways(missing, point, supply)
    now = [action for action in possible(known, reachable(known, point)) if action.stop]
    known = ways(_all_needs(point), point, supply, ever=True)
    later = [action for action in possible(known, reachable(known, point)) if not action.stop]
    return (*now, *later) if missing else (None, *later)


def _can_be_had(point: Point, supply: Supply) -> bool:
    """Whether each need of each waiting step can be had at some time; if not, no order works."""
    goals = _all_needs(point)
    return reachable(ways(goals, point, supply, ever=True), point).issuperset(goals)


def _all_needs(point: Point) -> list[Need]:
    return [need for stop in point.waiting for need in stop.needs]
