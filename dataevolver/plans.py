"""A plan: the steps that a person or the planner asked for, and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dataevolver.errors import Place
from dataevolver.operators import Value


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
