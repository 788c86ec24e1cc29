"""A project's tests, on real Parquet files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from case_files import cases
from project_case import TINY
from workbench import write_rows

from dataevolver.checker import CheckResult, Prepared, check, check_columns
from dataevolver.errors import SpecError
from dataevolver.project import Project, read_project


def project_with(tests: Sequence[Mapping[str, Any]], root: Path, more: str = "") -> Project:
    listed = "".join(f"  - {json.dumps(test)}\n" for test in tests)
    return read_project(f"{TINY['dve_project.yml']}{more}tests:\n{listed}", root)


def prepared(rows: Sequence[Mapping[str, Any]], root: Path, rows_in: int = 0) -> Prepared:
    source = write_rows(root / "rows.parquet", rows)
    return Prepared(
        path=source.path, columns=source.columns, rows_in=rows_in or len(rows), rows_out=len(rows)
    )


@pytest.mark.parametrize("case", cases("checker/tests"))
def test_a_test_says_which_rows_fail(case: Mapping[str, Any], tmp_path: Path) -> None:
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_text(text)
    project = project_with([case["test"]], tmp_path, case.get("more", ""))
    (result,) = check(project, prepared(case["rows"], tmp_path, case.get("rows_in", 0)))
    assert result == CheckResult(
        name=project.checks[0].name,
        kind=case["test"]["kind"],
        status=case["status"],
        failures=case.get("failures", 0),
        says=case["says"],
        examples=tuple(case.get("examples", ())),
    )


def test_results_are_in_the_order_of_the_project(tmp_path: Path) -> None:
    tests: list[dict[str, Any]] = [
        {"kind": "min_rows", "rows": 9},
        {"kind": "not_null", "column": "a", "name": "own"},
    ]
    found = check(project_with(tests, tmp_path), prepared([{"a": 1}], tmp_path))
    assert [(each.name, each.status) for each in found] == [("min_rows", "fail"), ("own", "pass")]


def test_every_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    tests: list[dict[str, Any]] = [
        {"kind": "not_null", "column": "txt"},
        {"kind": "unique", "column": "messages[].contents"},
        {"kind": "min_rows", "rows": 1},
        {"kind": "regex", "column": "n.x", "pattern": "."},
    ]
    rows = prepared([{"text": "a", "n": 1, "messages": [{"content": "x"}]}], tmp_path)
    with pytest.raises(SpecError) as error:
        check_columns(project_with(tests, tmp_path), rows.columns)
    assert str(error.value) == (
        'dve_project.yml:6:5: the output has no column "txt" for the test "not_null_txt"\n'
        '  did you mean "text"?\n'
        'dve_project.yml:7:5: the output has no column "messages[].contents" for the test '
        '"unique_messages_contents"\n'
        '  did you mean "messages[].content"?\n'
        'dve_project.yml:9:5: the output has no column "n.x" for the test "regex_n_x"\n'
        "  known: messages, messages[].content, n, text"
    )


def test_an_empty_output_is_tested_like_others(tmp_path: Path) -> None:
    full = prepared([{"text": "a"}], tmp_path)
    nothing = write_rows(tmp_path / "none.parquet", [], full.columns)
    tests: list[dict[str, Any]] = [
        {"kind": "not_null", "column": "text"},
        {"kind": "min_rows", "rows": 1},
        {"kind": "max_drop_fraction", "fraction": 0.9},
    ]
    empty = Prepared(path=nothing.path, columns=full.columns, rows_in=0, rows_out=0)
    found = check(project_with(tests, tmp_path), empty)
    assert [each.status for each in found] == ["pass", "fail", "pass"]
