"""What single operators do to rows in memory: how many each of them changes, drops or fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2

from dataevolver.columns import Columns, parse_path
from dataevolver.errors import DataEvolverError
from dataevolver.operators import Operator, Value, bind
from dataevolver.project import Target
from dataevolver.runner.engine import Connection, open_engine
from dataevolver.runner.examples import answered_rows, compiled_alone, is_equal, load_rows
from dataevolver.runner.means import Means, open_means

Rows = Sequence[Mapping[str, Any]]
Use = tuple[Operator, Mapping[str, Value]]  # an operator and its arguments

_ROWS = "rows"


def changed_shares(
    uses: Sequence[Use], rows: Rows, templates: jinja2.Environment
) -> list[float | None]:
    """For each use the share of the rows that the operator, alone, changes, drops or fails.

    None where it cannot be told so: it reads a column that another step has to write or a second
    table, makes new rows, or does not run here. Some 10 ms a use for some hundred rows.
    """
    if not rows:
        return [None] * len(uses)
    target = Target(name="memory", threads=1)
    with open_means(target) as means, open_engine(target) as connection:
        known = {name for row in rows for name in row}
        named = {name for use in uses for name in _columns_read(use) if name in known}
        given = [{name: row.get(name) for name in sorted(named)} for row in rows]
        columns = load_rows(connection, _ROWS, 0, given)
        return [_share(use, given, columns, (connection, means, templates)) for use in uses]


def _columns_read(use: Use) -> set[str]:
    paths = [parse_path(port.column) for port in bind(*use).inputs]
    return {path.column for path in paths if path is not None}


def _share(
    use: Use,
    given: Rows,
    columns: Columns,
    machine: tuple[Connection, Means, jinja2.Environment],
) -> float | None:
    operator, arguments = use
    connection, means, templates = machine
    if operator.tables != 1 or operator.rows == "more" or not _columns_read(use) <= set(columns):
        return None
    try:
        segment = compiled_alone(operator, arguments, {_ROWS: columns}, templates)
        found = answered_rows(connection, segment, means)
    except DataEvolverError:
        return None
    same = sum(_is_same(given[int(str(row["__source"]))], row) for row in found)
    return 1.0 - same / len(given)


def _is_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return after["__mark"] is None and all(
        is_equal(value, after[name]) for name, value in before.items() if name in after
    )
