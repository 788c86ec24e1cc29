"""What the solver answers: the steps in the order in which they run, and the state around each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.columns import Columns
from dataevolver.operators import Bound, Fact, Operator
from dataevolver.plans import Plan

Catalog = Mapping[str, Operator]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known at one point of a plan. Columns are in the order of the table."""

    columns: Columns
    facts: frozenset[Fact]
    stale: frozenset[str]  # columns computed from something that was rewritten since
    derived: Mapping[
        str, tuple[str, ...]
    ]  # computed column -> the column paths that were read for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedStep:
    """A step with its parameters filled in, its inputs named, and the state on both sides of it."""

    id: str
    bound: Bound
    inputs: tuple[str, ...]  # ids of steps or names of sources, never empty
    inserted_for: str = (
        ""  # what is wanted and by which step; empty when a person asked for the step
    )
    moved: str = ""  # why it stands elsewhere than where it was written; empty when it does not
    before: State  # of the first input
    after: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A plan that can run. The last step's output is the plan's; without steps it is the source."""

    plan: Plan
    sources: Mapping[str, Columns]  # of each source that is read
    steps: tuple[ResolvedStep, ...]  # in the order in which they run

    @property
    def columns(self) -> Columns:
        """Of the output. What an inserted step computed for another step's use is not part of it."""
        if not self.steps:
            return self.sources[self.plan.source]
        made: set[str] = set()
        for step in self.steps:
            if step.inserted_for:
                made.update(name for name in step.after.columns if name not in step.before.columns)
            else:
                made.difference_update(port.column for port in step.bound.outputs)
        return {
            name: kind for name, kind in self.steps[-1].after.columns.items() if name not in made
        }
