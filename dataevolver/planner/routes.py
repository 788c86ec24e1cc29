"""The way from raw rows to exemplars when one side, or both, are conversations.

Fields are mapped between flat rows. A route says what comes before the mapping (turns become
columns), what comes after it (columns become turns), and how both sides look in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.operators import Value
from dataevolver.planner.declaring import operator_word
from dataevolver.planner.fields import field_names
from dataevolver.planner.proposals import NewOperator
from dataevolver.planner.turns import (
    Conversation,
    conversation_of,
    join_turns_operator,
    rename_turns_operator,
    role_names,
    split_operator,
)
from dataevolver.plans import Step
from dataevolver.profiler import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`added` are columns that the route's own steps leave beside the mapped ones."""

    rows: Sequence[Row]
    exemplars: Sequence[Row]
    wanted: tuple[str, ...]
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    operators: tuple[NewOperator, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.before, *self.after)


def find_route(raw: Sequence[Row], exemplars: Sequence[Row]) -> Route:
    """Straight between flat rows; through roles where one side is a conversation."""
    ours, theirs = conversation_of(raw), conversation_of(exemplars)
    wanted = field_names(exemplars)
    if ours is not None and theirs is not None:
        return _renamed(raw, exemplars, ours, theirs)
    if ours is not None:
        made = split_operator(ours, raw)
        columns: dict[str, Value] = {ours.part(role): role for role in ours.roles}
        step = _step(
            made,
            {"conversation": ours.column, "columns": columns},
            f"The exemplars are not conversations: {', '.join(ours.roles)} become columns.",
        )
        return Route(
            rows=[ours.flat(row) for row in raw],
            exemplars=exemplars,
            wanted=wanted,
            before=(step,),
            operators=(made,),
            added=(ours.column,),
        )
    if theirs is not None:
        flat = [theirs.flat(row) for row in exemplars]
        made = join_turns_operator(theirs, flat)
        turns: dict[str, Value] = {role: theirs.part(role) for role in theirs.roles}
        step = _step(
            made,
            {"conversation": theirs.column, "turns": turns},
            f"The exemplars are conversations of {', '.join(theirs.roles)}.",
        )
        return Route(
            rows=raw,
            exemplars=flat,
            wanted=wanted,
            after=(step,),
            operators=(made,),
            added=(theirs.column,),
        )
    return Route(rows=raw, exemplars=exemplars, wanted=wanted)


def _renamed(
    raw: Sequence[Row], exemplars: Sequence[Row], ours: Conversation, theirs: Conversation
) -> Route:
    """Both are conversations: other keys and names for those who speak, if need be."""
    rows = [_without(row, ours.column) for row in raw]
    shown = [_without(row, theirs.column) for row in exemplars]
    roles = role_names(ours, theirs)
    wanted = field_names(exemplars)
    alike = (ours.column, ours.role, ours.content) == (theirs.column, theirs.role, theirs.content)
    if alike and not roles:
        return Route(rows=rows, exemplars=shown, wanted=wanted, added=(ours.column,))
    made = rename_turns_operator(ours, theirs, raw)
    named: dict[str, Value] = dict(roles)
    step = _step(
        made,
        {"conversation": ours.column, "column": theirs.column, "roles": named},
        f"The exemplars' turns have {theirs.role} and {theirs.content}.",
    )
    added = tuple(dict.fromkeys((ours.column, theirs.column)))
    return Route(
        rows=rows,
        exemplars=shown,
        wanted=wanted,
        before=(step,),
        operators=(made,),
        added=added,
    )


def _without(row: Row, column: str) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != column}


def _step(made: NewOperator, arguments: dict[str, Value], rationale: str) -> Step:
    return Step(
        id=operator_word(made.name), operator=made.name, arguments=arguments, rationale=rationale
    )
