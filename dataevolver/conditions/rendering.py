"""A condition as DuckDB SQL that never raises: a value that is not what is wanted counts as null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.conditions.grammar import OPERATIONS, Call, Column, Expression, Literal
from dataevolver.conditions.reading import read_condition
from dataevolver.conditions.wording import failing, missing
from dataevolver.sql import literal

_SQL: Mapping[str, str] = {"number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One part of a condition: its SQL (true, false or null), and what to say when it is not true."""

    holds: str
    failing: str
    missing: str


def refusals(text: str, refs: Mapping[str, str], kinds: Mapping[str, str]) -> tuple[Refusal, ...]:
    """The parts of a condition, all of which a row must fulfil.

    `refs` is the SQL of each column by its path, `kinds` its kind as in `ColumnType`. NaN is null.
    """
    condition = read_condition(text)
    sql = _Rendering(refs=refs, kinds=kinds, wanted=condition.columns)
    return tuple(
        Refusal(holds=sql.of(part), failing=failing(part), missing=missing(part))
        for part in condition.parts
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendering:
    refs: Mapping[str, str]
    kinds: Mapping[str, str]
    wanted: Mapping[str, str]

    def of(self, expression: Expression) -> str:
        if isinstance(expression, Literal):
            return literal(expression.value)
        if isinstance(expression, Column):
            return self._column(expression.path)
        parts = self._arguments(expression)
        if expression.name == "contains" and self._is_list(expression.arguments[0]):
            return f"list_contains({parts[0]}, {parts[1]})"
        joined = {
            "or": " OR ".join(parts),
            "and": " AND ".join(parts),
            "all": ", ".join(parts),
            "rest": ", ".join(parts[1:]),
        }
        return OPERATIONS[expression.name].sql.format(*parts, **joined)

    def _arguments(self, call: Call) -> list[str]:
        parts = [self.of(argument) for argument in call.arguments]
        if OPERATIONS[call.name].takes in ("alike", "ordered") and self._is_mixed(call):
            return [f"try_cast({part} AS VARCHAR)" for part in parts]
        if call.name in ("length", "contains") and not self._is_list(call.arguments[0]):
            parts[0] = f"try_cast({parts[0]} AS VARCHAR)"
        return parts

    def _column(self, path: str) -> str:
        """As the kind that is wanted of it; the solver has checked it where it is known."""
        reference, kind, wanted = self.refs[path], self.kinds[path], self.wanted[path]
        if wanted == "any" or wanted == kind or (wanted == "number" and kind == "integer"):
            return f"nullif({reference}, 'nan'::DOUBLE)" if kind == "number" else reference
        value = f"try_cast({reference} AS {_SQL[wanted]})"
        return f"nullif({value}, 'nan'::DOUBLE)" if wanted == "number" else value

    def _is_list(self, expression: Expression) -> bool:
        return isinstance(expression, Column) and self.kinds[expression.path] == "list"

    def _is_mixed(self, call: Call) -> bool:
        """Columns are compared of which nothing says what they are, and they differ."""
        paths = [one.path for one in call.arguments if isinstance(one, Column)]
        if len(paths) < len(call.arguments):
            return False
        kinds = {self.kinds[path].replace("integer", "number") for path in paths}
        return {self.wanted[path] for path in paths} == {"any"} and len(kinds) > 1
