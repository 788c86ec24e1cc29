"""The steps that a person or the planner asked for, in the order in which they were written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dataevolver.errors import Place
from dataevolver.operators import Value
from dataevolver.operators import fingerprint as value_fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One use of an operator. Without `inputs` it reads the step before it, the first the source."""

    id: str
    operator: str
    inputs: tuple[str, ...] = ()
    arguments: Mapping[str, Value] = field(default_factory=dict)  # only what was written
    rationale: str = ""
    origin: str = ""
    tags: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)
    places: Mapping[tuple[str, ...], Place] = field(
        default_factory=dict, compare=False, repr=False
    )  # of its keys and parameters: ("operator",), ("with", "columns"), ("from", "0")

    def place_of(self, *path: str) -> Place | None:
        """Where a key or a parameter is written; of what is not written, where the step is."""
        return self.places.get(path, self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is wanted, in the order in which it was written."""

    name: str
    source: str
    exemplars: str
    description: str = ""
    optimize: bool = False
    steps: tuple[Step, ...] = ()
    file: str = ""

    def step(self, identifier: str) -> Step | None:
        """The step of that id, or None."""
        return next((known for known in self.steps if known.id == identifier), None)


def explicit_inputs(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """What each step reads, by step id, also where it is not written. Never empty."""
    before = (plan.source, *(step.id for step in plan.steps))
    return {step.id: step.inputs or (before[position],) for position, step in enumerate(plan.steps)}


def fingerprint(plan: Plan) -> str:
    """sha256 (64 hex) of what can change the data: not of names, words, tags or comments."""
    inputs = explicit_inputs(plan)
    steps = [
        [step.id, step.operator, list(inputs[step.id]), _arguments(step)] for step in plan.steps
    ]
    return value_fingerprint([plan.source, plan.optimize, steps])


def content(plan: Plan) -> str:
    """Canonical JSON of all that the plan says: equal if and only if its meaning is.

    `==` takes 1, 1.0 and true for equal and a list for another thing than a tuple.
    """
    steps = [step_content(step) for step in plan.steps]
    header = [plan.name, plan.source, plan.exemplars, plan.description, plan.optimize]
    return json.dumps([header, steps], ensure_ascii=False)


def step_content(step: Step) -> str:
    """As `content`, of one step."""
    words = [step.rationale, step.origin, list(step.tags)]
    written = [step.id, step.operator, list(step.inputs), _arguments(step), words]
    return json.dumps(written, ensure_ascii=False)


def value_content(value: Value) -> str:
    """As `content`, of one value. The keys of a mapping have an order."""
    return json.dumps(_pairs(value), ensure_ascii=False)


def _arguments(step: Step) -> list[object]:
    """By name: arguments have no order, unlike the keys of a mapping that is given to one."""
    return [[name, _pairs(step.arguments[name])] for name in sorted(step.arguments)]


def _pairs(value: Value) -> object:
    if isinstance(value, Mapping):
        return {"pairs": [[key, _pairs(item)] for key, item in value.items()]}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_pairs(item) for item in value]
    return value
