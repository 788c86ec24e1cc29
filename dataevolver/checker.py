"""The project's tests, run on the rows that a run would put out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dataevolver.columns import Columns, find_path, parse_path
from dataevolver.compiler import reference
from dataevolver.evaluator import Slice, evaluation_runs, is_lopsided, leaks, slice_says
from dataevolver.operators import Value
from dataevolver.profiler import row_text, text_at
from dataevolver.project import Check, Project, Source, check_columns
from dataevolver.sources import load_rows, parquet, read_rows
from dataevolver.sql import literal

_SHOWN = 5  # examples of rows that fail
_WIDTH = 80  # characters of each


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """`status` is pass, warn or fail; `examples` are up to five of the rows that fail, cut short."""

    name: str
    kind: str
    status: str
    failures: int
    says: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is tested: rows in Parquet, their columns, and what came in and went out, by slice, too."""

    path: Path
    columns: Columns
    rows_in: int
    rows_out: int
    slices: Sequence[Slice] = ()


def check(project: Project, prepared: Prepared) -> tuple[CheckResult, ...]:
    """Run every test of the project. Raises SpecError for columns that the rows do not have."""
    check_columns(project, prepared.columns)
    return tuple(_result(item, *_failures(item, project, prepared)) for item in project.checks)


def _result(item: Check, failures: int, says: str, examples: tuple[str, ...]) -> CheckResult:
    failed = "warn" if item.severity == "warn" else "fail"
    return CheckResult(
        name=item.name,
        kind=item.kind,
        status=failed if failures else "pass",
        failures=failures,
        says=says,
        examples=examples,
    )


def _failures(
    item: Check, project: Project, prepared: Prepared
) -> tuple[int, str, tuple[str, ...]]:
    """How many rows fail (for whole-run tests 1 or 0), what was found, and examples."""
    if item.kind == "min_rows":
        wanted = item.arguments["rows"]
        few = isinstance(wanted, int) and prepared.rows_out < wanted
        return int(few), f"{prepared.rows_out} rows, at least {wanted} wanted", ()
    if item.kind == "max_drop_fraction":
        lost = 1 - prepared.rows_out / prepared.rows_in if prepared.rows_in else 0.0
        most = item.arguments["fraction"]
        too_many = isinstance(most, int | float) and lost > most
        return int(too_many), f"{lost:.1%} of the rows dropped, at most {most:.1%} allowed", ()
    if item.kind == "slice_loss":
        return _lopsided(item, prepared)
    if item.kind == "no_overlap":
        return _overlaps(item, project, prepared)
    return _row_failures(item, prepared)


def _lopsided(item: Check, prepared: Prepared) -> tuple[int, str, tuple[str, ...]]:
    """The slices that lose more than the test allows and that it does not accept."""
    settings: Any = item.arguments  # the project's shape has been checked
    judged = [
        one
        for one in prepared.slices
        if one.kind in settings["kinds"]
        and one.value not in settings["accept"].get(one.kind, ())
        and one.rows - one.meant >= settings["minimum_rows"]
    ]
    failing = [
        one
        for one in judged
        if is_lopsided(one, prepared.slices, settings["times"])
        or (settings["maximum"] is not None and one.undue_share > settings["maximum"])
    ]
    shown = tuple(slice_says(one) for one in failing[:_SHOWN])
    return len(failing), f"{len(failing)} of {len(judged)} slices lose too many rows", shown


def _row_failures(item: Check, prepared: Prepared) -> tuple[int, str, tuple[str, ...]]:
    path = find_path(item.column, prepared.columns)
    value = reference(path, prepared.columns) if path is not None else item.column
    rows = f"WITH prepared AS (SELECT *, {value} AS __value FROM {parquet(prepared.path)})"
    query = f"FROM prepared WHERE {_CONDITIONS[item.kind](item.arguments)}"
    with duckdb.connect() as database:
        count = database.execute(f"{rows} SELECT count(*) {query}").fetchone()
        found = database.execute(
            f"{rows} SELECT __source, left(to_json(__value)::VARCHAR, {_WIDTH}) {query} "
            f"ORDER BY __id LIMIT {_SHOWN}"
        ).fetchall()
    failures = int(count[0]) if count else 0
    return (
        failures,
        f"{failures} of {prepared.rows_out} rows fail",
        tuple(f"row {row}: {'null' if text is None else text}" for row, text in found),
    )


def _not_null(_: Mapping[str, Value]) -> str:
    return "__value IS NULL"


def _unique(_: Mapping[str, Value]) -> str:
    """The first of equal values passes."""
    places = (
        "SELECT __id, row_number() OVER (PARTITION BY __value ORDER BY __id) AS place "
        "FROM prepared WHERE __value IS NOT NULL"
    )
    return f"__id IN (SELECT __id FROM ({places}) WHERE place > 1)"


def _accepted(arguments: Mapping[str, Value]) -> str:
    values = arguments["values"]
    known: list[str] = []
    for value in values if isinstance(values, Sequence) else ():
        known.extend(_spellings(value))
    return f"__value IS NOT NULL AND NOT list_contains({literal(known)}, __value::VARCHAR)"


def _range(arguments: Mapping[str, Value]) -> str:
    """A text that is no number fails, too."""
    low, high = arguments["minimum"], arguments["maximum"]
    parts = ["TRY_CAST(__value AS DOUBLE) IS NULL"]
    if low is not None:
        parts.append(f"TRY_CAST(__value AS DOUBLE) < {literal(low)}")
    if high is not None:
        parts.append(f"TRY_CAST(__value AS DOUBLE) > {literal(high)}")
    return f"__value IS NOT NULL AND ({' OR '.join(parts)})"


def _regex(arguments: Mapping[str, Value]) -> str:
    pattern = literal(arguments["pattern"])
    return f"__value IS NOT NULL AND NOT regexp_matches(__value::VARCHAR, {pattern})"


def _spellings(value: Value) -> Sequence[str]:
    """How DuckDB may write a value in text: a number goes by its column, 1 or 1.0."""
    if isinstance(value, bool):
        return (str(value).lower(),)
    if isinstance(value, int | float) and float(value).is_integer():
        return (str(int(value)), str(float(value)))
    return (str(value),)


_CONDITIONS: Mapping[str, Callable[[Mapping[str, Value]], str]] = {
    "not_null": _not_null,
    "unique": _unique,
    "accepted_values": _accepted,
    "range": _range,
    "regex": _regex,
}


def _overlaps(
    item: Check, project: Project, prepared: Prepared
) -> tuple[int, str, tuple[str, ...]]:
    """Rows that share eight consecutive words with a row of the evaluation sets."""
    written = item.arguments["paths"] or project.evaluation_sets
    paths = (written,) if isinstance(written, str) else tuple(str(p) for p in written or ())  # type: ignore[union-attr]
    runs = evaluation_runs(
        [
            row_text(row)
            for path in paths
            for row in read_rows(
                Source(name=item.name, paths=(path,), place=item.place), project.root
            )
        ]
    )
    rows = load_rows(prepared.path)
    leaking = leaks([_text(row, item.column) for row in rows], runs)
    hits = [position for position, leaks_text in enumerate(leaking) if leaks_text]
    shown = tuple(
        f"output row {position}: {json.dumps(row_text(rows[position]), ensure_ascii=False)[:_WIDTH]}"
        for position in hits[:_SHOWN]
    )
    says = f"{len(hits)} of {prepared.rows_out} rows share eight words in a row with {', '.join(paths)}"
    return len(hits), says, shown


def _text(row: Mapping[str, object], column: str) -> str:
    path = parse_path(column)
    if not column or path is None:
        return row_text(row)
    return text_at(row, path) or ""
