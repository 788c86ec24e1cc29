"""One rule for nulls over all operators, and one bad value that costs its own row only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from dataevolver.columns import ColumnPath, parse_path
from dataevolver.errors import RunError
from dataevolver.library import builtin, load_catalog, templates
from dataevolver.operators import Example, Operator, bind
from dataevolver.project import Target
from dataevolver.runner.engine import open_engine
from dataevolver.runner.examples import _Outcome, _outcome, answered_rows, one_step
from dataevolver.runner.means import open_means

CATALOG = load_catalog([builtin()])
TARGET = Target(name="nulls", threads=1)
# The parameters that say what becomes of a null; examples that set one are left out here.
OF_NULLS = frozenset({"drop_null", "invalid", "missing", "null_is_empty", "nulls", "required"})
# What a null is to operators that do not go by the rule, as their summaries say.
OTHERWISE: Mapping[str, str] = {
    "assign_split": "a row without a text has a part of the split, too",
    "default_value": "fills what is null",
    "filter_empty": "drops what is null, unless drop_null is false",
    "group_statistic": "rows whose group is null are a group",
    "hash_columns": "rows that are null in all columns have a hash, too",
    "importance_resample": "a text that is not there is like nothing",
    "join_rows": "null matches nothing",
    "keep_matching": "null matches nothing",
    "keep_split": "a row without a text has a part of the split, too",
    "keep_where": "a condition is not true of null, unless nulls says so",
    "link_rows": "null links nothing: the row is a group of its own",
    "nest_columns": "an object of nulls is an object",
    "number_rows": "rows whose group is null are a group",
    "sample_stratified": "rows whose stratum is null are a stratum",
    "select_by_frequency": "null is none of the values",
    "select_by_values": "null is none of the values",
    "select_diverse": "there is nothing to compare",
    "select_range": "null lies in no range",
    "top_k": "null is never among the highest",
}


@cache
def environment() -> Any:
    return templates([builtin()])


def outcome(operator: Operator, example: Example) -> _Outcome:
    """What the operator makes of the rows of an example; skipped where its extra is not there."""
    try:
        with open_means(TARGET) as means, open_engine(TARGET) as connection:
            segment = one_step(connection, operator, example, environment())
            return _outcome(answered_rows(connection, segment, means))
    except RunError as error:
        if operator.extra and "cannot be loaded" in str(error):
            pytest.skip(f"the extra {operator.extra} is not installed")
        raise


def text_inputs(operator: Operator, example: Example) -> list[ColumnPath]:
    ports = (
        port for port in bind(operator, example.arguments).inputs if port.type in ("text", "any")
    )
    return [path for path in (parse_path(port.column) for port in ports) if path is not None]


def without(value: Any, path: ColumnPath) -> Any:
    """The value of a path's column, with null in place of every text that the path names."""
    if not path.field or value is None:
        return None
    if path.each:
        return [turn if turn is None else {**turn, path.field: None} for turn in value]
    return {**value, path.field: None}


def null_rows(row: Mapping[str, Any], paths: list[ColumnPath]) -> Iterator[Mapping[str, Any]]:
    """The row with its text inputs null: the columns, and where they lie deeper, the texts."""
    names = {path.column for path in paths}
    yield {name: None if name in names else value for name, value in row.items()}
    if any(path.field for path in paths):
        deeper = dict(row)
        for path in paths:
            deeper[path.column] = without(deeper.get(path.column), path)
        yield deeper


def about_nulls(operator: Operator) -> list[str]:
    """The parameters that say what becomes of a null."""
    return [one.name for one in operator.parameters if one.name in OF_NULLS]


def examples_of(operator: Operator) -> Iterator[Example]:
    """Its examples that read text, a row of nulls for each in place of the rest but the first."""
    for example in operator.examples:
        paths = text_inputs(operator, example)
        own = set(about_nulls(operator)) & set(example.arguments)
        if paths and example.given and not own:
            first = next((row for row in example.given if any(row.values())), example.given[0])
            given = (first, *null_rows(first, paths))
            yield replace(example, given=given, expect=(), dropped={}, failed={})


READS_TEXT = [name for name, operator in CATALOG.items() if any(examples_of(operator))]


@pytest.mark.parametrize("name", READS_TEXT)
def test_null_in_null_out_and_a_filter_keeps(name: str) -> None:
    operator = CATALOG[name]
    faults = [fault for example in examples_of(operator) for fault in broken(operator, example)]
    assert bool(faults) == (name in OTHERWISE), faults


def broken(operator: Operator, example: Example) -> Iterator[str]:
    """Where an operator gives something for null, or drops or fails it; row 0 is no null."""
    found = outcome(operator, example)
    gone = {**found.dropped, **found.failed}
    yield from (f"row {row}: {reason}" for row, reason in gone.items() if row)
    if operator.rows != "same":
        return
    ports = bind(operator, example.arguments).outputs
    written = {path for port in ports if (path := parse_path(port.column)) is not None}
    for row in found.kept:
        for path in written if row["__source"] else ():
            if not is_null(row[path.column], path):
                yield f"{path} is {row[path.column]!r}"


def is_null(value: Any, path: ColumnPath) -> bool:
    if value is None or not path.field:
        return value is None
    inside = value if path.each else [value]
    return all(one is None or one[path.field] is None for one in inside)


BAD, AT, ROWS = "what no operator can read", 1_200, 2_500
CHECKED = f"""

_apply = apply


def apply(batch, params):
    if any({BAD!r} in str(value) for column in batch.columns for value in column.to_pylist()):
        raise ValueError("bad")
    return _apply(batch, params)
"""
PYTHON = [
    name
    for name in READS_TEXT
    if CATALOG[name].language == "python" and CATALOG[name].scope == "row"
]


@pytest.mark.parametrize("name", PYTHON)
def test_one_bad_value_among_2500_fails_its_row_alone(name: str) -> None:
    operator = replace(CATALOG[name], body=CATALOG[name].body + CHECKED)
    example = next(examples_of(operator))
    good = example.given[0]
    bad = {
        **good,
        **{
            path.column: spoilt(good.get(path.column), path)
            for path in text_inputs(operator, example)[:1]
        },
    }
    given = (*[good] * AT, bad, *[good] * (ROWS - AT - 1))
    found = outcome(operator, replace(example, given=given))
    assert found.failed == {AT: "raised ValueError"}
    left = {*found.dropped, *(int(str(row["__source"])) for row in found.kept)}
    assert left in ({*range(ROWS)} - {AT}, set())


def spoilt(value: Any, path: ColumnPath) -> Any:
    """The value of a path's column with the bad text in it."""
    if not path.field:
        return BAD
    if path.each:
        return [{**turn, path.field: BAD} for turn in value]
    return {**(value or {}), path.field: BAD}
