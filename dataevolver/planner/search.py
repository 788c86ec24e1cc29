"""The planner that needs no model: diagnosis and induction give ideas, experience orders them.

Nothing here knows a data set. The same situation and seed give the same proposals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from dataevolver.edits import Add, Edit, Remove, Set, apply
from dataevolver.errors import SpecError, UnsatisfiedError
from dataevolver.operators import Operator
from dataevolver.operators import fingerprint as value_fingerprint
from dataevolver.planner.choosing import hygiene_ideas, likeness_ideas, resample_ideas
from dataevolver.planner.declaring import read_made
from dataevolver.planner.fields import field_names
from dataevolver.planner.library_ideas import library_ideas, without_defaults
from dataevolver.planner.mapping import mapping_ideas
from dataevolver.planner.placing import FINISHING, free_id, is_essential, place
from dataevolver.planner.proposals import Idea, NewOperator, Proposal, Round, Situation
from dataevolver.planner.texts import text_columns, text_ideas
from dataevolver.plans import Plan, Step, check_arguments, fingerprint
from dataevolver.profiler import Row
from dataevolver.solver import solve
from dataevolver.yamlfile import as_json

_LOOKED_AT = 700  # rows that induction reads
_ALIKE = 2  # children of one kind and attribute in a round,
_ALIKE_FROM_LIBRARY = 1  # of these fewer: many operators say that they address the same
_AGAIN = 0.3  # what is left of an idea's priority each time that it was tried in vain
_BROKEN = 0.02  # the same when it could not even run
_JITTER = 0.05  # so that equal ideas take turns from seed to seed
_UNTOUCHED_ROUNDS = 2  # a step stays that long before its removal is tried
_TRIMMING = 0.02  # priority of removals and nudges: after everything that could add something
_WEAK = 0.03  # fall of the gap with which a step was taken, from which it is not tried without
_NUDGES = (0.8, 1.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A proposal in the making."""

    kind: str
    attribute: str
    edits: tuple[Edit, ...]
    rationale: str
    priority: float
    operators: tuple[NewOperator, ...] = ()


def propose(situation: Situation) -> tuple[Proposal, ...]:
    """Children of the incumbent worth trying, the best first; never a plan that was tried before.

    Fewer than `situation.children`, or none, when nothing else is left to try.
    """
    children = sorted(_children(situation), key=lambda child: -child.priority)
    known = set(situation.tried) | {fingerprint(situation.plan)}
    alike: Counter[tuple[str, str]] = Counter()
    chosen: list[Proposal] = []
    for child in children:
        most = _ALIKE_FROM_LIBRARY if child.kind in ("clean", "filter") else _ALIKE
        if len(chosen) == situation.children or alike[child.kind, child.attribute] == most:
            continue
        complete = _completed(child, situation)
        if complete is None or complete.fingerprint in known:
            continue
        known.add(complete.fingerprint)
        alike[child.kind, child.attribute] += 1
        chosen.append(complete)
    return tuple(chosen)


def _completed(child: _Child, situation: Situation) -> Proposal | None:
    """The proposal of a child that gives a plan which can be solved, without columns too many."""
    edits = child.edits
    if not edits:
        return None
    plan = _edited(situation.plan, edits)
    if plan is not None and situation.sources:
        columns = _columns_after(plan, child.operators, situation)
        if columns is None:
            return None
        edits = (*edits, *_tidy_up(plan, columns, situation))
        if child.kind == "map":
            edits = (*edits, *_in_order(plan, columns, situation))
        plan = _edited(situation.plan, edits)
    if plan is None:
        return None
    return Proposal(
        kind=child.kind,
        attribute=child.attribute,
        edits=edits,
        rationale=child.rationale,
        fingerprint=_fingerprint(plan, child.operators),
        new_operators=child.operators,
        free=child.kind in ("hygiene", "relation"),
    )


def _columns_after(
    plan: Plan, operators: Sequence[NewOperator], situation: Situation
) -> Sequence[str] | None:
    """The columns that the plan ends with, or None when it cannot be solved."""
    catalog = {**situation.catalog, **{made.name: read_made(made) for made in operators}}
    if check_arguments(plan, catalog):
        return None
    try:
        resolution = solve(plan, catalog, situation.sources)
    except UnsatisfiedError:
        return None
    return tuple(resolution.steps[-1].after.columns) if resolution.steps else ()


def _tidy_up(plan: Plan, columns: Sequence[str], situation: Situation) -> tuple[Edit, ...]:
    """Drop what no exemplar has, such as the scores that the solver had written for a filter.

    Only where rows have just the exemplars' fields so far: before that, a column may be needed yet.
    """
    wanted = set(field_names(situation.exemplars))
    surplus = [name for name in columns if name not in wanted]
    if not surplus or not set(field_names(situation.prepared)) <= wanted:
        return ()
    for last in takewhile(lambda step: step.operator in FINISHING, reversed(plan.steps)):
        dropped = last.arguments["columns"]
        if last.operator == "drop_columns":
            known = list(dropped) if isinstance(dropped, (list, tuple)) else []
            return (Set(id=last.id, parameter="columns", value=[*known, *surplus]),)
    if "drop_columns" not in situation.catalog:
        return ()
    step = Step(
        id=free_id("drop_fields", [known.id for known in plan.steps]),
        operator="drop_columns",
        arguments={"columns": surplus},
        rationale="The exemplars have no such fields.",
    )
    return (Add(step=step, after=plan.steps[-1].id),)


def _in_order(plan: Plan, columns: Sequence[str], situation: Situation) -> tuple[Edit, ...]:
    """The exemplars' fields in the order in which exemplars have them."""
    wanted = list(field_names(situation.exemplars))
    if (
        list(columns) == wanted
        or set(columns) != set(wanted)
        or "order_columns" not in situation.catalog
    ):
        return ()
    step = Step(
        id=free_id("order_fields", [known.id for known in plan.steps]),
        operator="order_columns",
        arguments={"columns": wanted},
        rationale="The exemplars have their fields in this order.",
    )
    return (Add(step=step, after=plan.steps[-1].id),)


def _children(situation: Situation) -> list[_Child]:
    """Mapping first: until rows have the exemplars' fields, every other attribute is off by it."""
    rows = _spread(situation.prepared)
    mapping = mapping_ideas(rows, situation.exemplars, situation.catalog)
    children = _placed(mapping, situation)
    untried = [
        child
        for child in children
        if (found := _completed(child, situation)) and found.fingerprint not in situation.tried
    ]
    if untried:
        formatted = [child for child in untried if child.operators]
        return formatted or untried
    if mapping and all(done.proposal.kind != "map" for done in situation.rounds):
        return []  # they are being tried: what rows without the right fields want is no news
    failures = _failures(situation.rounds)
    trims = (*_trimming(situation), *_nudges(situation))
    return [
        *_placed(_ideas(situation, rows), situation),
        *(
            replace(child, priority=child.priority * failures.get(_signature(child.edits), 1.0))
            for child in trims
        ),
    ]


def _placed(ideas: Sequence[Idea], situation: Situation) -> list[_Child]:
    failures = _failures(situation.rounds)
    bodies = {name: operator.body for name, operator in situation.catalog.items()}
    return [_child(idea, situation, failures, bodies) for idea in ideas]


def _spread(rows: Sequence[Row]) -> Sequence[Row]:
    """Some of the rows, evenly spread: enough to see a habit."""
    return rows[:: max(1, len(rows) // _LOOKED_AT)][:_LOOKED_AT]


def _ideas(situation: Situation, rows: Sequence[Row]) -> list[Idea]:
    exemplars, catalog = situation.exemplars, situation.catalog
    if not rows:
        return []
    return [
        *_cuts_together(text_ideas(rows, exemplars, catalog), situation.rounds),
        *hygiene_ideas(situation),
        *library_ideas(situation, rows),
        *resample_ideas(situation),
        *likeness_ideas(text_columns(rows, exemplars), situation),
    ]


def _cuts_together(ideas: Sequence[Idea], rounds: Sequence[Round]) -> tuple[Idea, ...]:
    """The ideas and, once a cut has drowned in the noise, all cuts as one."""
    cuts = [idea for idea in ideas if idea.kind == "cut"]
    in_vain = any(done.proposal.kind == "cut" and not done.accepted for done in rounds)
    if len(cuts) < 2 or not in_vain:
        return tuple(ideas)
    together = replace(
        cuts[0],
        steps=tuple(step for idea in cuts for step in idea.steps),
        operators=tuple(made for idea in cuts for made in idea.operators),
        rationale=" ".join(idea.rationale for idea in cuts),
        promise=sum(idea.promise for idea in cuts),
    )
    return (together, *ideas)


def _child(
    idea: Idea, situation: Situation, failures: Mapping[str, float], bodies: dict[str, str]
) -> _Child:
    named, operators = _unused_names(idea, situation, bodies)
    expected = situation.experience.expected(idea.kind, idea.attribute)
    chance = 1.0 + _JITTER * situation.random.random()
    edits = place(situation.plan, named, situation.catalog)
    memory = failures.get(_signature(edits), 1.0)
    return _Child(
        kind=idea.kind,
        attribute=idea.attribute,
        edits=edits,
        rationale=idea.rationale,
        priority=max(0.001, expected) * idea.promise * chance * memory,
        operators=operators,
    )


def _unused_names(
    idea: Idea, situation: Situation, bodies: dict[str, str]
) -> tuple[Idea, tuple[NewOperator, ...]]:
    """The idea with names for its operators that no operator with another body has.

    `bodies` are those of the round so far: two of its children may be accepted together.
    """
    renamed: dict[str, str] = {}
    operators = []
    for made in idea.operators:
        name, number = made.name, 2
        while bodies.get(name, made.body) != made.body:
            name, number = f"{made.name}_{number}", number + 1
        bodies[name] = made.body
        renamed[made.name] = name
        yaml = made.yaml.replace(f"\nname: {made.name}\n", f"\nname: {name}\n", 1)
        operators.append(replace(made, name=name, yaml=yaml))
    steps = tuple(
        replace(
            step,
            operator=renamed.get(step.operator, step.operator),
            arguments=without_defaults(situation.catalog.get(step.operator), step.arguments),
        )
        for step in idea.steps
    )
    return replace(idea, steps=steps), tuple(operators)


def _failures(rounds: Sequence[Round]) -> dict[str, float]:
    """What is left of the priority of edits that were tried and not taken."""
    left: dict[str, float] = {}
    for done in rounds:
        if not done.accepted:
            key = _signature(done.proposal.edits)
            left[key] = left.get(key, 1.0) * (_BROKEN if done.failure else _AGAIN)
    return left


def _signature(edits: Sequence[Edit]) -> str:
    """What the edits do, wherever in a plan."""
    return value_fingerprint([_content(edit) for edit in edits])


def _content(edit: Edit) -> object:
    if isinstance(edit, Add):
        return [edit.step.operator, as_json(edit.step.arguments)]
    if isinstance(edit, Set):
        return [edit.id, edit.parameter]
    return [type(edit).__name__, edit.id]


def _trimming(situation: Situation) -> list[_Child]:
    """The removal of the step that was taken for the smallest fall of the gap, if that was small.

    Once a step; those for fields, formats and relations stay, and so do those that are new.
    """
    missed = {
        edit.id
        for done in situation.rounds
        for edit in done.proposal.edits
        if isinstance(edit, Remove)
    }
    recent = {
        step.operator
        for done in situation.rounds[-_UNTOUCHED_ROUNDS * situation.children :]
        for step in _added(done)
    }
    falls = {
        step.id: done.before.get("gap", 0.0) - done.after.get("gap", 0.0)
        for done in situation.rounds
        for step in _added(done)
    }
    weak = [
        step
        for step in situation.plan.steps
        if step.id not in missed
        and falls.get(step.id, 0.0) < _WEAK
        and step.operator not in recent
        and not is_essential(situation.plan, step, situation.catalog)
    ]
    return [
        _Child(
            kind="remove",
            attribute="simplicity",
            edits=(Remove(id=step.id),),
            rationale=f"Does the plan do without {step.id}?",
            priority=_TRIMMING * (1.0 + situation.random.random()),
        )
        for step in sorted(weak, key=lambda step: falls.get(step.id, 0.0))[:1]
    ]


def _added(done: Round) -> list[Step]:
    """The steps that an accepted round brought."""
    edits = done.proposal.edits if done.accepted else ()
    return [edit.step for edit in edits if isinstance(edit, Add)]


def _nudges(situation: Situation) -> list[_Child]:
    """A numeric bound of a filter, a quarter down and, when that was in vain, up."""
    done = Counter(
        (edit.id, edit.parameter)
        for known in situation.rounds
        for edit in known.proposal.edits
        if isinstance(edit, Set) and known.proposal.kind == "nudge"
    )
    for step in situation.plan.steps:
        operator = situation.catalog.get(step.operator)
        if operator is None or operator.rows != "fewer":
            continue
        for name, value in step.arguments.items():
            count = done[step.id, name]
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value:
                continue
            if count < len(_NUDGES):
                return [_nudge(step, operator, (name, value), _NUDGES[count])]
    return []


def _nudge(step: Step, operator: Operator, bound: tuple[str, float], factor: float) -> _Child:
    name, value = bound
    parameter = operator.parameter(name)
    whole = parameter is not None and parameter.type == "integer"
    nudged = round(value * factor) if whole else round(value * factor, 3)
    return _Child(
        kind="nudge",
        attribute=operator.addresses[0] if operator.addresses else "quality",
        edits=(Set(id=step.id, parameter=name, value=nudged),),
        rationale=f"{name} of {step.id}: {value} or rather {nudged}?",
        priority=_TRIMMING,
    )


def _fingerprint(plan: Plan, operators: Sequence[NewOperator]) -> str:
    """Of the plan and of what its new operators do: their bodies may differ under one name."""
    return value_fingerprint([fingerprint(plan), [made.body for made in operators]])


def _edited(plan: Plan, edits: Sequence[Edit]) -> Plan | None:
    try:
        return apply(plan, edits)
    except SpecError:
        return None
