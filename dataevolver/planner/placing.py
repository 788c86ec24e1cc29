"""Where a step belongs in a plan, and the edits that put it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dataevolver.edits import UNSET, Add, Edit, Move, Set, Unset
from dataevolver.operators import Operator, Value
from dataevolver.planner.proposals import Idea
from dataevolver.plans import Plan, Step, value_content

# The stages of a plan, in order. Texts are cleaned before phrases are looked for in them and before
# an answer is put behind them, rows are judged when their texts are final, and the fields that only
# served on the way go at the very end.
MAP, CLEAN, TEXT, LAYOUT, FORMAT, JUDGE, CHOOSE, FINISH = range(8)

_OF_KIND: Mapping[str, int] = {
    "map": MAP,
    "cut": TEXT,
    "rewrite": TEXT,
    "clean": CLEAN,
    "layout": LAYOUT,
    "copy": LAYOUT,
    "edge": LAYOUT,
    "format": FORMAT,
    "filter": JUDGE,
    "relation": JUDGE,
    "score": JUDGE,
    "hygiene": CHOOSE,
    "resample": CHOOSE,
}
FINISHING = ("drop_columns", "order_columns")
_LAYOUTS = ("one_sentence_per_line",)


def stage_of(step: Step, catalog: Mapping[str, Operator]) -> int:
    """The stage of a step that is in a plan, by what its operator does."""
    operator = catalog.get(step.operator)
    if step.operator in FINISHING:
        return FINISH
    if operator is None:
        return TEXT
    if operator.rows != "same":
        return CHOOSE if operator.scope == "global" else JUDGE
    if "schema" in operator.addresses:
        return MAP
    if "answer_format" in operator.addresses:
        return FORMAT
    if step.operator in _LAYOUTS:
        return LAYOUT
    return TEXT if "evolved" in operator.tags else CLEAN


def is_essential(plan: Plan, step: Step, catalog: Mapping[str, Operator]) -> bool:
    """Whether a step gives rows their fields, formats or relations, or guards one that does.

    What earns its place by the gap alone can be tried without.
    """
    operator = catalog.get(step.operator)
    if operator is None or {"schema", "relation", "answer_format", "duplicates"} & set(
        operator.addresses
    ):
        return True
    guarded = [known.id for known in plan.steps if stage_of(known, catalog) in (MAP, FORMAT)]
    position = [known.id for known in plan.steps].index(step.id)
    later = {known.id for known in plan.steps[position:]}
    return operator.rows == "fewer" and bool(later & set(guarded))


def place(plan: Plan, idea: Idea, catalog: Mapping[str, Operator]) -> tuple[Edit, ...]:
    """Edits that add the idea's steps together, behind the last step of their stage or an earlier one.

    A finishing step goes to the end; ids that are taken get a number. Hygiene that the plan has
    already is moved, what cleans or filters in the same way already is set to more columns or other
    parameters. No edits: there is nothing to be done.
    """
    taken = {step.id for step in plan.steps}
    stage = _OF_KIND[idea.kind]
    after: str | None = None
    for step in plan.steps:
        if stage_of(step, catalog) <= stage:
            after = step.id
    if idea.kind == "hygiene":
        for known in plan.steps:
            if known.operator == idea.steps[0].operator:
                moves = (Move(id=known.id, after=after),) if known.id != after else ()
                return (*_refined(known, idea.steps[0]), *moves)
    last = plan.steps[-1].id if plan.steps else None
    edits: list[Edit] = []
    for step in idea.steps:
        standing = _standing(plan, step) if idea.kind in ("clean", "filter") else None
        if standing is not None:
            edits.extend(_refined(standing, step))
            continue
        named = replace(step, id=free_id(step.id, taken))
        taken.add(named.id)
        if step.operator in FINISHING and idea.kind == "map":
            edits.append(Add(step=named, after=last if last != after else after))
            continue
        edits.append(Add(step=named, after=after))
        last = named.id if last == after else last
        after = named.id
    return tuple(edits)


def _standing(plan: Plan, wanted: Step) -> Step | None:
    """The plan's own step that does the same to one of the columns, or to others in the same way."""
    same = [step for step in plan.steps if step.operator == wanted.operator]
    columns = set(_columns(wanted))
    shared = [step for step in same if columns & set(_columns(step)) or not columns]
    alike = [
        step
        for step in same
        if isinstance(wanted.arguments.get("columns"), (list, tuple))
        and {edit.parameter for edit in _refined(step, wanted)} <= {"columns"}
    ]
    return next(iter((*shared, *alike)), None)


def _columns(step: Step) -> tuple[str, ...]:
    found = step.arguments.get("columns", step.arguments.get("column", ()))
    listed = found if isinstance(found, (list, tuple)) else (found,)
    return tuple(str(name) for name in listed)


def _refined(known: Step, wanted: Step) -> tuple[Set, ...]:
    """The plan's step with the columns of both and the wanted parameters; none when it has them."""
    arguments = dict(wanted.arguments)
    if "columns" in arguments:
        arguments["columns"] = list(dict.fromkeys((*_columns(known), *_columns(wanted))))
    names = dict.fromkeys((*known.arguments, *arguments))
    return tuple(
        Set(id=known.id, parameter=name, value=arguments.get(name, UNSET))
        for name in names
        if not _alike(known.arguments.get(name, UNSET), arguments.get(name, UNSET))
    )


def _alike(one: Value | Unset, other: Value | Unset) -> bool:
    """Equal, whether lists are lists or tuples."""
    if isinstance(one, Unset) or isinstance(other, Unset):
        return one is other
    return value_content(one) == value_content(other)


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """The id, with a number behind it when it is taken."""
    known = set(taken)
    if wanted not in known:
        return wanted
    stem = re.sub(r"_\d+$", "", wanted)
    return next(name for number in range(2, 1000) if (name := f"{stem}_{number}") not in known)
