"""Conditions: what they mean, what is refused, and that their SQL takes every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.columns import NUMBER, TEXT
from dataevolver.conditions import ConditionError, column_text, read_condition, refusals
from dataevolver.conditions.grammar import Call, Column, Expression, Literal
from dataevolver.conditions.wording import expression_text, failing
from dataevolver.errors import UnsatisfiedError
from dataevolver.library import builtin, load_catalog
from dataevolver.plans import check_arguments, read_plan
from dataevolver.solver import solve
from dataevolver.sql import identifier

CATALOG = load_catalog([builtin()])
KINDS = {"n": "number", "i": "integer", "t": "text", "b": "boolean", "l": "list", "x": "other"}
REFS = {name: identifier(name) for name in KINDS}
HEADER = (
    "dve: 1\nplan: p\nsource: raw\nexemplars: good\nsteps:\n  - id: k\n    operator: keep_where\n"
)


@pytest.mark.parametrize("case", cases("conditions/refused"))
def test_what_is_no_condition_is_refused_with_its_place(case: Mapping[str, Any]) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(case["where"])
    assert str(caught.value) == case["error"]


@pytest.mark.parametrize("case", cases("conditions/read"))
def test_a_condition_is_read(case: Mapping[str, Any]) -> None:
    condition = read_condition(case["where"])
    assert expression_text(condition.root) == case["text"]
    assert dict(condition.columns) == case["columns"]
    assert [failing(part) for part in condition.parts] == case["failing"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "a = 1" + ")" * 5000,
        "abs(" * 5000,
        "not " * 5000 + "a",
        "-" * 5000 + "1 = a",
        "a = 1 and " * 5000 + "a = 1",
        "a + " * 5000 + "1 > 0",
    ],
)
def test_a_deep_or_long_condition_is_read_or_refused(text: str) -> None:
    try:
        refusals(text, {"a": "a"}, {"a": "number"})
    except ConditionError as error:
        assert "more than 40" in str(error)


def _plan(where: str) -> Any:
    return read_plan(f"{HEADER}    with:\n      where: {where}\n", "p.yml")


def test_a_wrong_condition_is_refused_with_the_plans_line() -> None:
    [problem] = check_arguments(_plan("scroe <= 0.3 adn x = 1"), CATALOG)
    assert str(problem) == (
        'p.yml:9:7: step "k": "where" is wrong at character 14: "adn" is not expected here: '
        'did you mean "and"?'
    )


def test_the_solver_inserts_the_annotation_that_a_condition_reads() -> None:
    plan = _plan("text_repetition <= 0.3 and text_language in ['en']")
    resolution = solve(plan, CATALOG, {"raw": {"text": TEXT}})
    assert [step.bound.operator.name for step in resolution.steps] == [
        "repetition_score", "language", "keep_where",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "complaint"),
    [
        ("score > 0.5", 'step "k" reads column "score", which is not there\n  did you mean "scores"?\n  columns there: text, scores'),
        ("text > 0.5", 'step "k" reads column "text" as number, but it is text'),
        ("scores = 'x'", 'step "k" reads column "scores" as text, but it is number'),
    ],
)  # fmt: skip
def test_a_column_that_does_not_do_is_refused(where: str, complaint: str) -> None:
    alone = {"keep_where": CATALOG["keep_where"]}
    with pytest.raises(UnsatisfiedError) as caught:
        solve(_plan(where), alone, {"raw": {"text": TEXT, "scores": NUMBER}})
    assert str(caught.value) == f"p.yml:6:5: {complaint}"


NUMBERS = st.recursive(
    st.one_of(
        st.sampled_from(["n", "i"]).map(lambda name: Column(path=name, at=0)),
        st.integers(0, 2**70).map(lambda value: Literal(value=value, at=0)),
        st.floats(0, 1e300).map(lambda value: Literal(value=value, at=0)),
        st.sampled_from(["t", "l", "x"]).map(
            lambda name: Call(name="length", arguments=(Column(path=name, at=0),), at=0)
        ),
        st.just(Call(name="number", arguments=(Column(path="t", at=0),), at=0)),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/%"), inner, inner).map(
            lambda parts: Call(name=parts[0], arguments=parts[1:], at=0)
        ),
        st.tuples(inner, inner).map(lambda pair: Call(name="coalesce", arguments=pair, at=0)),
        inner.map(lambda one: Call(name="abs", arguments=(one,), at=0)),
    ),
    max_leaves=5,
)
TEXTS = st.one_of(
    st.just(Column(path="t", at=0)),
    st.just(Call(name="lower", arguments=(Column(path="t", at=0),), at=0)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
        lambda value: Literal(value=value, at=0)
    ),
)
COMPARISONS = st.one_of(
    st.tuples(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS, NUMBERS),
    st.tuples(st.just("between"), NUMBERS, NUMBERS, NUMBERS),
    st.tuples(st.sampled_from(["=", "<", "starts with", "ends with", "contains"]), TEXTS, TEXTS),
    st.tuples(st.just("contains"), st.just(Column(path="l", at=0)), TEXTS),
    st.tuples(st.just("is null"), st.sampled_from(list(KINDS)).map(lambda name: Column(path=name, at=0))),
    st.tuples(st.just("="), st.just(Column(path="x", at=0)), st.just(Column(path="l", at=0))),
).map(lambda parts: Call(name=parts[0], arguments=parts[1:], at=0))  # fmt: skip
CONDITIONS = st.recursive(
    st.one_of(COMPARISONS, st.just(Column(path="b", at=0))),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(
            lambda parts: Call(name=parts[0], arguments=parts[1:], at=0)
        ),
        inner.map(lambda one: Call(name="not", arguments=(one,), at=0)),
    ),
    max_leaves=4,
)


def _is_plain(root: Expression) -> bool:
    """Whether it names a column, and repeats no operation that reading would join or cancel."""
    return "Column" in repr(root) and "'not', arguments=(Call(name='not'" not in repr(root)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS.filter(_is_plain))
def test_a_condition_written_and_read_is_the_same_and_its_sql_takes_every_row(
    root: Expression,
) -> None:
    text = expression_text(root)
    condition = read_condition(text)
    assert expression_text(condition.root) == text
    wanted = ", ".join(
        f"{part.holds} AS part_{number}" for number, part in enumerate(refusals(text, REFS, KINDS))
    )
    rows = duckdb.connect().sql(
        "SELECT * FROM (VALUES"
        " (NULL, NULL, NULL, NULL, NULL, NULL),"
        " ('nan'::DOUBLE, 9223372036854775807, '', true, []::VARCHAR[], DATE '2026-01-01'),"
        " ('-inf'::DOUBLE, -9223372036854775808, 'nan', false, ['a', NULL], DATE '0001-01-01'),"
        " (1e308, 0, '👨‍👩‍👧 x', false, [''], NULL)) AS rows(n, i, t, b, l, x)"
    )
    assert len(rows.project(wanted).fetchall()) == 4


@given(st.text(min_size=1, max_size=20))
def test_no_text_makes_reading_raise_anything_else(text: str) -> None:
    for written in (text, f"a = {text}", f"a in [{text}]"):
        try:
            read_condition(written)
        except ConditionError as error:
            assert error.at >= 1


def test_a_column_of_any_name_can_be_written() -> None:
    for name in ("score", "my score", "in", "a.b", "a-b", "1st", "messages[].content"):
        assert list(read_condition(f"{column_text(name)} = 1").columns) == [name]
