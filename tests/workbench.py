"""Operators with bodies, compiled and run for real in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from small_operators import operator

from dataevolver.bodies import arrow_type
from dataevolver.columns import Columns
from dataevolver.compiler import CompiledPlan, compile_plan
from dataevolver.library import templates
from dataevolver.operators import Operator, fingerprint
from dataevolver.plans import read_plan
from dataevolver.project import Target
from dataevolver.runner import RunResult, run
from dataevolver.solver import solve
from dataevolver.sources.shapes import Observer, columns_of

Row = Mapping[str, Any]
HEAD = "dve: 1\nplan: prepare\nsource: raw\nexemplars: expert\n"
ONE_CORE = Target(name="test", memory_limit="500MB", threads=1)


def operator_with_body(name: str, declared: Mapping[str, Any]) -> Operator:
    """As `small_operators.operator`, but cheap, with the `body` that the mapping also holds."""
    made = operator(name, {"cost": 0.001, **declared})
    suffix = {"sql": "sql", "python": "py"}.get(made.language, "md")
    return replace(made, body=declared["body"], body_path=f"test/{name}.{suffix}")


def compile_text(
    plan: str, operators: Mapping[str, Any], sources: Mapping[str, Columns]
) -> CompiledPlan:
    """A plan's YAML (its head may be left out), solved and compiled."""
    catalog = {name: operator_with_body(name, body) for name, body in operators.items()}
    text = plan if plan.startswith("dve:") else HEAD + plan
    return compile_plan(solve(read_plan(text, "plan.yml"), catalog, sources), templates(()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A source: what `ingest` would give for these rows."""

    path: Path
    digest: str
    columns: Columns


def write_rows(path: Path, rows: Sequence[Row], columns: Columns | None = None) -> Rows:
    """Rows as a source's Parquet; columns are typed as ingesting would."""
    seen = Observer()
    seen.add([dict(row) for row in rows], range(1, len(rows) + 1))
    columns = columns or columns_of(seen.root)
    numbers = pa.array(range(len(rows)), pa.int64())
    arrays = {"__id": numbers, "__source": numbers}
    for name, kind in columns.items():
        arrays[name] = pa.array([row.get(name) for row in rows], arrow_type(kind))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(arrays), path)
    return Rows(path=path, digest=fingerprint([str(dict(row)) for row in rows]), columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A folder to run plans in, and the operators that they may name."""

    folder: Path
    operators: Mapping[str, Any]

    @property
    def store(self) -> Path:
        """Where finished segments are kept."""
        return self.folder / "cache"

    def sources(self, **rows: Sequence[Row]) -> Mapping[str, Rows]:
        """Sources by name."""
        return {
            name: write_rows(self.folder / f"{name}.parquet", given) for name, given in rows.items()
        }

    def compile(self, plan: str, sources: Mapping[str, Rows]) -> CompiledPlan:
        """A plan over these sources."""
        columns = {name: source.columns for name, source in sources.items()}
        return compile_text(plan, self.operators, columns)

    def run(
        self,
        plan: str,
        sources: Mapping[str, Rows],
        target: Target = ONE_CORE,
        name: str = "run",
    ) -> RunResult:
        """Run it in `runs/NAME`."""
        compiled = self.compile(plan, sources)
        folder = self.folder / "runs" / name
        return run(compiled, sources, target, store=self.store, folder=folder)


def kept_rows(result: RunResult) -> list[dict[str, Any]]:
    """The rows that stayed, without our columns."""
    rows = pq.read_table(result.output).to_pylist()
    return [{name: row[name] for name in row if not name.startswith("__")} for row in rows]


def left_rows(result: RunResult) -> list[dict[str, Any]]:
    """The rows that left, with our columns."""
    return list(pq.read_table(result.rejected).to_pylist())
