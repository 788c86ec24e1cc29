"""Plans become code: whole texts in tests/cases/compiler/*.yml."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import cases
from hypothesis import given
from hypothesis import strategies as st
from small_operators import columns
from workbench import compile_text

from dataevolver.compiler import CompiledPlan
from dataevolver.compiler.checking import complaint_about_expression
from dataevolver.compiler.layout import indent, tidy
from dataevolver.errors import CompileError

UPPER = {
    "parameters": {"column": "column"},
    "inputs": ["$column: text"],
    "outputs": ["$column: text"],
    "body": "upper({{ column }})",
}
ROWS = {"raw": columns({"text": "text", "title": "text"})}
TWO = "steps:\n  - {id: a, operator: upper, with: {column: text}}\n"


def _compile(case: dict[str, Any]) -> CompiledPlan:
    sources = {name: columns(written) for name, written in case["sources"].items()}
    return compile_text(case["plan"], case["operators"], sources)


@pytest.mark.parametrize(
    "case", [*cases("compiler/fused"), *cases("compiler/joined"), *cases("compiler/python")]
)
def test_a_plan_becomes_the_code_that_its_case_shows(case: dict[str, Any]) -> None:
    code = {}
    for segment in _compile(case).segments:
        if segment.language == "sql":
            code[segment.name] = segment.code
        else:
            code |= {
                f"{segment.name} reading": segment.reading,
                f"{segment.name} writing": segment.writing,
            }
    assert code == case["code"]


@pytest.mark.parametrize("case", cases("compiler/errors"))
def test_what_may_not_run_is_refused_with_all_its_problems(case: dict[str, Any]) -> None:
    with pytest.raises(CompileError) as refused:
        _compile(case)
    assert str(refused.value) == case["error"].rstrip("\n")


def test_a_fingerprint_changes_with_the_code_and_with_nothing_else() -> None:
    one = compile_text(TWO, {"upper": UPPER}, ROWS)
    same = compile_text(f"description: other words\n{TWO}", {"upper": UPPER}, ROWS)
    other_body = compile_text(TWO, {"upper": {**UPPER, "body": "lower({{ column }})"}}, ROWS)
    other_column = compile_text(TWO.replace("text", "title"), {"upper": UPPER}, ROWS)
    assert one.fingerprint == same.fingerprint
    assert len({one.fingerprint, other_body.fingerprint, other_column.fingerprint}) == 3


def test_a_plan_without_steps_is_its_source() -> None:
    compiled = compile_text("steps: []\n", {}, ROWS)
    assert (compiled.segments, compiled.output) == ((), "raw")
    assert compiled.columns == ROWS["raw"]


def test_a_step_that_two_others_read_ends_its_segment() -> None:
    union = {
        "scope": "global",
        "rows": "more",
        "body": 'SELECT *, 1 AS "__ordinal" FROM {{ input }}',
    }
    plan = """steps:
  - {id: a, operator: upper, with: {column: text}}
  - {id: b, operator: upper, with: {column: text}}
  - {id: c, operator: upper, with: {column: text}, from: [a]}
  - {id: d, operator: union, from: [b, c]}
"""
    compiled = compile_text(plan, {"upper": UPPER, "union": union}, ROWS)
    shape = [(one.name, [step.id for step in one.steps], one.inputs) for one in compiled.segments]
    assert shape == [
        ("01_a", ["a"], ("raw",)),
        ("02_b", ["b"], ("01_a",)),
        ("03_c", ["c"], ("01_a",)),
        ("04_d", ["d"], ("02_b", "03_c")),
    ]


def test_a_fused_segment_shows_the_rows_after_each_of_its_steps() -> None:
    two = TWO + "  - {id: b, operator: upper, with: {column: title}}\n"
    (segment,) = compile_text(two, {"upper": UPPER}, ROWS).segments
    assert segment.query_upto("a").endswith('SELECT * FROM "a"')
    assert '"b" AS' not in segment.query_upto("a")
    assert '"b" AS' in segment.query_upto("b")


@given(st.text(st.sampled_from("'\"\n -/*eE$\\a"), max_size=12))
def test_layout_never_changes_what_a_literal_says(value: str) -> None:
    literal = "'" + value.replace("'", "''") + "'"
    assert literal in indent(tidy(f"\n    upper(\n      {literal}\n    )"), 3)


@pytest.mark.parametrize(
    "text",
    [
        "list_transform(x, lambda y: list_filter(y, lambda z: z > 1))",
        "(SELECT max(u) FROM unnest(x) AS t(u))",
        "CASE WHEN x IS NULL THEN NULL ELSE x END -- why",
        "{'a': x, 'b': [1, 2]}",
        "x[1:2] || x->>'$.a'",
        "regexp_replace(x, '(?i)<b>', '\\1', 'g')",
        "[y FOR y IN x IF y > 0]",
    ],
)
def test_every_kind_of_expression_may_run(text: str) -> None:
    assert complaint_about_expression(text) == ""
