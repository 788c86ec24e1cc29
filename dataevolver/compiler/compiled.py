"""What the compiler answers: code that a person can read and the runner can execute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.calls import Call, Job
from dataevolver.columns import Columns
from dataevolver.compiler.layout import with_queries
from dataevolver.operators import Value
from dataevolver.plans import Plan
from dataevolver.sql import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStep:
    """One step. `code` is its CTE's body or SELECT (sql) or its module's source (python)."""

    id: str
    operator: str
    code: str
    reads: tuple[str, ...]  # column paths
    writes: tuple[str, ...]  # column paths
    columns: Columns  # after the step, without the technical ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Steps that run together and whose output is kept: one query, or one Python module."""

    name: str  # "01_strip_markup": the file's stem in target/compiled/PLAN/
    language: str  # sql | python
    scope: str  # row | keyed | global
    rows: str  # same | fewer | more
    steps: tuple[CompiledStep, ...]
    inputs: tuple[str, ...]  # names of sources or of earlier segments
    code: str  # sql: one SELECT over views named as the inputs; python: the module
    parameters: Mapping[str, Value]  # python: given to apply(); sql: empty
    columns: Columns  # of the output, without the technical ones
    digest: str  # of code, parameters and operators, not of the data
    reading: str = ""  # python: the SELECT whose rows become batches
    calls: tuple[Call, ...] = ()  # python: what is done with a batch
    extra: str = ""  # python: the optional dependency that the module imports
    opening: tuple[tuple[str, str], ...] = ()  # python: the first CTEs, where SQL steps follow
    writing: str = ""  # python: the SELECT that puts the view `__answers` back into the rows
    answers_digest: str = ""  # python: of what gives the answers, not of what is made of them

    @property
    def job(self) -> Job:
        """What is to be done in Python."""
        step = self.steps[0]
        return Job(
            step=step.id,
            operator=step.operator,
            name=self.name,
            code=self.code,
            parameters=self.parameters,
            scope=self.scope,
            rows=self.rows,
            calls=self.calls,
            extra=self.extra,
        )

    @property
    def keeps_answers(self) -> bool:
        """Whether a Python body's answers are kept: other SQL steps may be put after it."""
        return bool(self.opening)

    def query_upto(self, step: str) -> str:
        """The rows (with the technical columns) after one step of a fused segment."""
        kept = self.steps[: [known.id for known in self.steps].index(step) + 1]
        queries = [(f"{identifier(part.id)} AS", part.code) for part in kept]
        if self.opening:
            queries = [*self.opening, *queries[1:]]
        return f"{with_queries(queries)}\nSELECT * FROM {identifier(step)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPlan:
    """A plan that can run: its segments in order."""

    plan: Plan
    sources: Mapping[str, Columns]  # of each source that is read, in a fixed order
    segments: tuple[Segment, ...]
    output: str  # the last segment's name, or the source's when there are no steps
    columns: Columns
    fingerprint: str
