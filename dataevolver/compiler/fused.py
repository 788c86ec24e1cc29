"""One row-scope SQL step as a CTE over whole rows. Filters mark a row, they do not delete it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataevolver.columns import ColumnPath, to_sql
from dataevolver.compiler.bodies import RowBody
from dataevolver.compiler.layout import indent, listed
from dataevolver.compiler.paths import rewritten
from dataevolver.solver import ResolvedStep
from dataevolver.solver.effects import removed_columns
from dataevolver.sql import identifier, literal

MARK_TYPE = "STRUCT(step VARCHAR, kind VARCHAR, reason VARCHAR, detail VARCHAR)"
LIVING = '"__mark" IS NULL'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """The rows with their reasons beside them."""

    source: str  # FROM ...
    reasons: tuple[str, ...]  # names of the columns with the reasons
    mark: str  # the new value of __mark; empty when the step marks nothing
    living: str  # what holds for a row whose values are computed; empty when it always does


def mark(step: str, kind: str, reason: str, detail: str = "NULL::VARCHAR") -> str:
    """The value of `__mark` for a row that leaves; reason and detail are SQL."""
    return (
        f"{{'step': {literal(step)}, 'kind': {literal(kind)}, "
        f"'reason': {reason}, 'detail': {detail}}}"
    )


def fused_step(step: ResolvedStep, body: RowBody, source: str, marked: bool) -> str:
    """The CTE's body. `source` is its FROM; with `marked`, rows may have left before it.

    For a row that has left nothing is computed and its columns stay as they were.
    """
    judged = _judge(step, body, source, marked)
    values = new_values(step, body.writes, judged.living)
    before = step.before.columns
    removes = removed_columns(step.bound, before)
    in_place = {n: v for n, v in values.items() if n in before and n not in removes}
    replaces = {"__mark": judged.mark, **in_place} if judged.mark else in_place
    excludes = [*judged.reasons, *(name for name in before if name in removes)]
    star = "*"
    if excludes:
        star += f" EXCLUDE ({', '.join(map(identifier, excludes))})"
    if replaces:
        star += f" REPLACE (\n{_aliased(replaces)}\n)"
    added = {name: value for name, value in values.items() if name not in in_place}
    return f"SELECT\n{listed([star, *_aliases(added)])}\n{judged.source}"


def new_values(
    step: ResolvedStep,
    writes: Sequence[tuple[ColumnPath, str]],
    living: str,
    numbered: bool = False,
) -> dict[str, str]:
    """The value after the step of each column that it writes; its old one for rows that left."""
    grouped: dict[str, list[tuple[ColumnPath, str]]] = {}
    for path, expression in writes:
        grouped.setdefault(path.column, []).append((path, expression))
    values = {}
    for column, written in grouped.items():
        value = rewritten(column, step.after.columns[column], written, numbered)
        kept = f" ELSE {_old_value(step, column)}" if column in step.before.columns else ""
        values[column] = f"CASE WHEN {living} THEN {value}{kept} END" if living else value
    return values


def _old_value(step: ResolvedStep, column: str) -> str:
    before, after = step.before.columns[column], step.after.columns[column]
    name = identifier(column)
    return name if before == after else f"TRY_CAST({name} AS {to_sql(after)})"


def _judge(step: ResolvedStep, body: RowBody, source: str, marked: bool) -> _Judged:
    living = LIVING if marked else ""
    reasons = {"__failed": body.failure, "__reason": body.reason}
    reasons = {name: f"CAST({text} AS VARCHAR)" for name, text in reasons.items() if text}
    if not reasons:
        return _Judged(source=source, reasons=(), mark="", living=living)
    guarded = {
        name: f"CASE WHEN {living} THEN {reason} END" if living else reason
        for name, reason in reasons.items()
    }
    inner = f"SELECT\n{listed(['*', *_aliases(guarded)])}\n{source}"
    kinds = {"__failed": "failed", "__reason": "dropped"}
    choices = "\n".join(
        f"  WHEN {identifier(name)} IS NOT NULL THEN {mark(step.id, kinds[name], identifier(name))}"
        for name in reasons
    )
    alive = [condition for condition in (living, '"__failed" IS NULL') if condition]
    return _Judged(
        source=f"FROM (\n{indent(inner)}\n)",
        reasons=tuple(reasons),
        mark=f'CASE\n{choices}\n  ELSE "__mark"\nEND',
        living=" AND ".join(alive) if body.failure else living,
    )


def _aliases(values: Mapping[str, str]) -> list[str]:
    return [f"{value} AS {identifier(name)}" for name, value in values.items()]


def _aliased(values: Mapping[str, str]) -> str:
    return listed(_aliases(values))
