"""The file of a plan -> Plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from dataevolver.errors import Place, Problem, SpecError
from dataevolver.operators import Value
from dataevolver.plans.checks import check_inputs
from dataevolver.plans.plan import Plan, Step
from dataevolver.yamlfile import (
    Anything,
    Boolean,
    Field,
    Integer,
    ListOf,
    MapOf,
    Node,
    Null,
    OneOf,
    Plain,
    Record,
    Text,
    load,
    read,
)

NAME_PATTERN = "[a-z][a-z0-9_]*"
_NAME = Text(
    pattern=NAME_PATTERN,
    what="small letters, digits and _, a letter first",
)
_SOME = Text(pattern=r"[\s\S]+", what="some text")

STEP_SHAPE = Record(
    {
        "id": Field(_NAME, required=True, description="A word chosen once; other steps name it."),
        "operator": Field(_SOME, required=True, description="What the step does."),
        "from": Field(
            ListOf(_SOME, minimum=1),
            default=(),
            description="Steps above or sources that it reads; else the step before it.",
        ),
        "with": Field(MapOf(Anything()), default={}, description="The operator's parameters."),
        "tags": Field(ListOf(_SOME), default=(), description="Words to select steps by."),
        "rationale": Field(Text(), default="", description="Why the step is there."),
        "origin": Field(Text(), default="", description="Who asked for it."),
    },
    what="step",
)
PLAN_SHAPE = Record(
    {
        "dve": Field(
            Integer(minimum=1, maximum=1), required=True, description="The format's version."
        ),
        "plan": Field(_NAME, required=True, description="The plan's name."),
        "description": Field(Text(), default="", description="What the plan is for."),
        "source": Field(_SOME, required=True, description="The source that the first step reads."),
        "exemplars": Field(_SOME, required=True, description="What the output should be like."),
        "optimize": Field(
            Boolean(),
            default=False,
            description="Steps that commute may run cheapest first.",
        ),
        "steps": Field(
            OneOf((ListOf(STEP_SHAPE), Null())), required=True, description="In written order."
        ),
    },
    what="plan",
)


def read_plan(text: str, file: str) -> Plan:
    """The plan that a file writes. Raises SpecError with every problem of it, each with its place.

    Names in `from` that are no steps are taken for sources: `check_inputs` knows which there are.
    """
    plan = parse_plan(text, file)
    problems = check_inputs(plan)
    if problems:
        raise SpecError(problems)
    return plan


def parse_plan(text: str, file: str) -> Plan:
    """As `read_plan`, but what the steps read is not checked: a plan between two edits."""
    node = load(text, file)
    value, problems = read(node, PLAN_SHAPE)
    if problems:
        raise SpecError(problems)
    plan = _plan(cast("Mapping[str, Plain]", value), node, file)
    repeated = tuple(_repeated_ids(plan))
    if repeated:
        raise SpecError(repeated)
    return plan


def _plan(written: Mapping[str, Plain], node: Node, file: str) -> Plan:
    nodes = _children(node).get("steps")
    steps = cast("Sequence[Mapping[str, Plain]]", written["steps"] or ())
    inner = nodes.value if nodes is not None and isinstance(nodes.value, tuple) else ()
    return Plan(
        name=str(written["plan"]),
        source=str(written["source"]),
        exemplars=str(written["exemplars"]),
        description=str(written["description"]),
        optimize=written["optimize"] is True,
        steps=tuple(_step(step, place) for step, place in zip(steps, inner, strict=True)),
        file=file,
    )


def _step(written: Mapping[str, Plain], node: Node) -> Step:
    return Step(
        id=str(written["id"]),
        operator=str(written["operator"]),
        inputs=tuple(cast("Sequence[str]", written["from"])),
        arguments=dict(cast("Mapping[str, Value]", written["with"])),
        rationale=str(written["rationale"]),
        origin=str(written["origin"]),
        tags=tuple(cast("Sequence[str]", written["tags"])),
        place=node.place,
        places=dict(_places(node)),
    )


def _places(node: Node) -> Iterator[tuple[tuple[str, ...], Place]]:
    for key, place in node.key_places.items():
        yield (key,), place
        inner = _children(node)[key]
        for name, inner_place in inner.key_places.items():
            yield (key, name), inner_place
        if isinstance(inner.value, tuple):
            for position, item in enumerate(inner.value):
                yield (key, str(position)), item.place


def _children(node: Node) -> Mapping[str, Node]:
    return node.value if isinstance(node.value, Mapping) else {}


def _repeated_ids(plan: Plan) -> Iterator[Problem]:
    first: dict[str, Step] = {}
    for step in plan.steps:
        known = first.setdefault(step.id, step)
        if known is not step:
            yield Problem(
                message=f'two steps are called "{step.id}"; the first is at {known.place}',
                place=step.place_of("id"),
                hint="give one of them another id",
            )
        if step.id == plan.source:
            yield Problem(
                message=f'step "{step.id}" has the name of the source',
                place=step.place_of("id"),
                hint="give the step another id",
            )
