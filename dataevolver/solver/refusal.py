"""Why a stretch has no order: each need that cannot be met, with the whole chain behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from dataevolver.columns import text_paths
from dataevolver.errors import Problem, nearest
from dataevolver.solver.needs import Need, unmet
from dataevolver.solver.paths import kind_at, root
from dataevolver.solver.points import Point, serve
from dataevolver.solver.search import reach_next
from dataevolver.solver.supply import Supply, clash, made_names
from dataevolver.solver.ways import Action, Ways, hindrance, overwrites, reachable, ways

_SHOWN = 20  # columns that one message lists at most


def walk(start: Point, supply: Supply) -> tuple[Point, tuple[Problem, ...]]:
    """Go through the steps one by one and gather what each lacks. A step with a problem runs all
    the same, so that the problems after it are found too.
    """
    problems: list[Problem] = []
    point = start
    while point.waiting:
        reached = reach_next(point, supply)
        if reached is None:
            problems.extend(_problems(point, supply))
            reached = serve(point, point.waiting[0])
        point = reached
    return point, tuple(problems)


def _problems(point: Point, supply: Supply) -> Iterator[Problem]:
    """What the next step lacks: what cannot be had at all, else what cannot be had together."""
    first = point.waiting[0]
    missing = unmet(first.needs, point.state)
    known = ways(missing, point, supply)
    had = reachable(known, point)
    hopeless = [need for need in missing if need not in had]
    chain = _Chain(point=point, supply=supply, known=known, had=had)
    for need in hopeless or missing:
        lines = _column_hints(need, point, supply) if need.kind == "column" else []
        lines += chain.lines(need, 0) if need not in had else chain.hindrances(need)
        yield Problem(
            message=f'step "{first.step.id}" {_complaint(need, point)}',
            place=first.step.place,
            hint="\n".join(lines),
        )


def _complaint(need: Need, point: Point) -> str:
    if need.kind == "fact":
        return f'needs "{need}", which does not hold there'
    if need.kind == "fresh":
        origins = point.state.derived[root(need.subject, point.state.columns)]
        named = " and ".join(f'"{origin}"' for origin in origins)
        return f'reads column "{need.subject}", which is stale: {named} changed after it was made'
    kind = kind_at(point.state.columns, need.subject)
    if kind is None:
        return f'reads column "{need.subject}", which is not there'
    return f'reads column "{need.subject}" as {need.name}, but it is {kind}'


def _column_hints(need: Need, point: Point, supply: Supply) -> list[str]:
    columns = point.state.columns
    if kind_at(columns, need.subject) is not None:
        return []
    names = list(dict.fromkeys([*columns, *map(str, text_paths(columns))]))
    made = set() if "[" in need.subject else set(made_names(supply.catalog, columns))
    close = "" if need.subject in made else nearest(need.subject, [*names, *made])
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" * (len(names) > _SHOWN))
    near = [close] if close.startswith("did you mean") else []
    return [*near, f"columns there: {shown}" if names else "no columns are left there"]


@dataclass(slots=True, kw_only=True)
class _Chain:
    """Explains one need after the other; what was explained once is only named again."""

    point: Point
    supply: Supply
    known: Ways
    had: Collection[Need]
    told: set[Need] = field(default_factory=set)

    def lines(self, need: Need, depth: int) -> list[str]:
        """Who would give it and what that lacks, indented by two spaces a level."""
        self.told.add(need)
        indent = "  " * depth
        lines: list[str] = []
        for action in self.known.get(need, ()):
            lacks = [wanted for wanted in action.needs if wanted not in self.had]
            named = " and ".join(_named(wanted, self.point) for wanted in lacks)
            lines.append(f"{indent}{_actor(action)} would give it, but needs {named}")
            for wanted in lacks:
                if wanted in self.told:
                    lines.append(f"{indent}  {_named(wanted, self.point)}: see above")
                else:
                    lines += self.lines(wanted, depth + 1)
        lines += [f"{indent}{line}" for line in self._unusable(need)]
        if not lines and need.kind != "column":
            lines.append(f"{indent}no operator gives {_named(need, self.point)}")
        return lines

    def _unusable(self, need: Need) -> Iterator[str]:
        """Operators of the catalog that are out of the question from the start."""
        if need.kind == "column" and root(need.subject) in self.point.state.columns:
            return
        for offer in self.supply.offers(need):
            name = offer.operator.name
            if offer.lacks:
                parameters = " and ".join(f'"{parameter}"' for parameter in offer.lacks)
                yield f"{name} would give it, but nothing determines its {parameters}: add the step"
                continue
            if offer.operator.removes:
                yield f"{name} would give it, but also removes columns: add the step"
                continue
            clashes = (clash(offer.operator, other) for other in self.point.present.values())
            why = next((text for text in clashes if text), "")
            if why:
                yield f"{name} would give it, but {why}"

    def hindrances(self, need: Need) -> list[str]:
        """Each provider could run, yet none where it is needed."""
        lines: list[str] = []
        for action in self.known.get(need, ()):
            other = hindrance(self.point, action)
            if other is not None and action.stop is not None:
                lines.append(
                    f'step "{action.stop.step.id}" gives it later, but may not pass '
                    f'step "{other.step.id}": they do not commute'
                )
            else:
                lost = "" if action.stop else overwrites(action.bounds[0], self.point)
                why = f'would overwrite column "{lost}"' if lost else "ends what else is needed"
                lines.append(f"{_actor(action)} would give it, but {why}")
        return lines


def _actor(action: Action) -> str:
    if action.stop is not None:
        return f'step "{action.stop.step.id}"'
    if action.repeats:
        return f"{action.bounds[0].operator.name}, run again,"
    return action.bounds[0].operator.name


def _named(need: Need, point: Point) -> str:
    if need.kind == "turn":
        return f'step "{need.subject}" before it'
    if need.kind == "fact":
        return f'"{need}"'
    if need.kind == "fresh":
        return f'column "{need.subject}" up to date'
    kind = kind_at(point.state.columns, need.subject)
    return f'column "{need.subject}"' + (f" as {need.name}, not {kind}" if kind else "")
