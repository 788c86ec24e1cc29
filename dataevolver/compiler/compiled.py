"""What the compiler answers: code that a person can read and the runner can execute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.columns import Columns
from dataevolver.operators import Value
from dataevolver.plans import Plan


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
class Ports:
    """How a Python segment's batches are made of columns, and its answer put back into them.

    `reads` and `writes` pair the name inside Python with a column path. With `each`, `apply` gets
    one column called `value`, once for every read; the i-th answer goes to the i-th write.
    """

    each: bool = False
    reads: tuple[tuple[str, str], ...] = ()
    writes: tuple[tuple[str, str], ...] = ()
    removes: tuple[str, ...] = ()


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
    ports: Ports = Ports()  # python only


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPlan:
    """A plan that can run: its segments in order."""

    plan: Plan
    segments: tuple[Segment, ...]
    output: str  # the last segment's name, or the source's when there are no steps
    columns: Columns
    fingerprint: str
