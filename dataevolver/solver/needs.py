"""What a step needs before it can run, and whether a state gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dataevolver.columns import ColumnType, parse_type
from dataevolver.operators import ALL, TABLE, Bound, Fact, Port
from dataevolver.solver.paths import covers, kind_at, root, touches
from dataevolver.solver.resolution import State

UNKNOWN = ColumnType(kind="other", sql="any")  # the type of an output that is declared `any`


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """`kind` is column (`subject` is there and of type `name`), fresh (it is not stale), fact
    (`name` holds of it) or turn (the waiting step `subject` has run). An optional need is met when
    its column is not there.
    """

    kind: str
    subject: str
    name: str = ""
    optional: bool = False

    def __str__(self) -> str:
        if self.kind == "fact":
            return f"{self.subject}: {self.name}"
        return f"column {self.subject}{' up to date' if self.kind == 'fresh' else ''}"


def wants(bound: Bound) -> tuple[Need, ...]:
    """All that has to hold before the step, in declared order."""
    found: dict[Need, None] = {}
    optional = {port.column for port in bound.inputs if port.optional}
    for port in bound.inputs:
        lenient = port.optional
        found[Need(kind="column", subject=port.column, name=port.type, optional=lenient)] = None
        found[Need(kind="fresh", subject=port.column, optional=lenient)] = None
    for port in bound.outputs:
        if root(port.column) != port.column:  # inside a column: it is there, and keeps its type
            kind = declared_type(bound, port).replace("same", "any")
            found[Need(kind="column", subject=port.column, name=kind)] = None
    read = {port.column for port in bound.inputs}
    for path in bound.removes:
        if path not in read and path != ALL:
            found[Need(kind="column", subject=path, name="any")] = None
    for fact in bound.requires:
        found[
            Need(
                kind="fact", subject=fact.subject, name=fact.name, optional=fact.subject in optional
            )
        ] = None
    return tuple(found)


def is_met(need: Need, state: State) -> bool:
    """Whether the state gives what is needed; the order of steps (`turn`) is not its matter."""
    kind = kind_at(state.columns, need.subject)
    if kind is None and need.optional:
        return True
    if need.kind == "column":
        return kind is not None and accepts(need.name, kind)
    if need.kind == "fresh":
        return root(need.subject, state.columns) not in state.stale
    return holds(Fact(subject=need.subject, name=need.name), state.facts)


def unmet(needs: Iterable[Need], state: State) -> tuple[Need, ...]:
    """The needs that the state does not meet; of each column only the first."""
    missing = [need for need in needs if not is_met(need, state)]
    absent: dict[str, Need] = {}
    for need in missing:
        if need.kind == "column":
            absent.setdefault(need.subject, need)
    return tuple(need for need in missing if absent.get(need.subject, need) is need)


def holds(fact: Fact, facts: Iterable[Fact]) -> bool:
    """Whether the fact is known, of its subject or of a path that covers it."""
    return any(
        known.name == fact.name
        and (
            known.subject == fact.subject
            or (TABLE not in (known.subject, fact.subject) and covers(known.subject, fact.subject))
        )
        for known in facts
    )


def accepts(declared: str, kind: ColumnType) -> bool:
    """Whether a port of the declared type takes a column of this kind."""
    if declared == "any" or kind == UNKNOWN or declared == kind.kind:
        return True
    if declared == "number":
        return kind.kind == "integer"
    return parse_type(declared) == kind


def declared_type(bound: Bound, port: Port) -> str:
    """The type that a port declares, with the parameter that it may name filled in."""
    return str(bound.parameters[port.type[1:]]) if port.type.startswith("$") else port.type


def reads(bound: Bound) -> tuple[str, ...]:
    """The paths that the step's result may depend on; a fact that it names counts as read."""
    named = [fact.subject for fact in (*bound.requires, *bound.provides) if fact.subject != TABLE]
    inner = [
        column
        for fact in (*bound.requires, *bound.provides)
        if fact.subject == TABLE
        for column in arguments(fact)
    ]
    return (*(port.column for port in bound.inputs), *named, *inner)


def writes(bound: Bound) -> tuple[str, ...]:
    """The paths that the step changes, makes or removes."""
    return (*(port.column for port in bound.outputs), *bound.removes)


def arguments(fact: Fact) -> tuple[str, ...]:
    """The columns that a fact is about beside its subject: `unique(text, id)` names two."""
    inside = fact.name.partition("(")[2].rpartition(")")[0]
    return tuple(part.strip() for part in inside.split(",") if part.strip())


def commute(first: Bound, second: Bound) -> bool:
    """Whether two steps give the same rows in either order."""
    if not (_minds_no_rows(first, second) and _minds_no_rows(second, first)):
        return False
    return not (_disturbs(first, second) or _disturbs(second, first))


def _minds_no_rows(step: Bound, other: Bound) -> bool:
    """A step that looks at more than one row minds which rows are there."""
    if step.operator.scope == "global":
        return False
    if step.operator.scope == "keyed" or step.operator.rows == "more":
        sure = other.operator.language == "sql" and not other.operator.fails
        return other.operator.scope == "row" and other.operator.rows == "same" and sure
    return True


def _disturbs(writer: Bound, other: Bound) -> bool:
    return any(
        touches(written, touched)
        for written in writes(writer)
        for touched in (*reads(other), *writes(other))
    )
