"""What induction finds in rows and exemplars, and that the operators that it makes do as they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pytest
from case_files import cases
from hypothesis import given
from hypothesis import strategies as st

from dataevolver.library import builtin, templates
from dataevolver.planner import NewOperator
from dataevolver.planner.affixes import cut_operator, mine_endings, mine_openings
from dataevolver.planner.classifier import fit_classifier, score_operator
from dataevolver.planner.composing import format_operator, join_operator
from dataevolver.planner.copies import copy_operator, mine_copying
from dataevolver.planner.declaring import read_made
from dataevolver.planner.fields import Part, map_fields
from dataevolver.planner.formats import (
    NumberStyle,
    Supplier,
    mine_format,
    suppliers,
    write_number,
)
from dataevolver.planner.layout import Rewrite, mine_layout, mine_line_breaks, mine_list_marks
from dataevolver.planner.runs import mine_edges, mine_wordings
from dataevolver.planner.spacing import mine_spacing, spacing_operator
from dataevolver.runner import run_examples

FORMATS = cases("induction/formats")


def only(found: Sequence[Any]) -> Any:
    """The one that was found, or None."""
    assert len(found) <= 1
    return found[0] if found else None


MINERS: dict[str, Any] = {
    "spacing": mine_spacing,
    "layout": mine_layout,
    "copies": mine_copying,
    "line_breaks": mine_line_breaks,
    "list_marks": mine_list_marks,
    "wordings": lambda rows, exemplars: only([w.rewrite() for w in mine_wordings(rows, exemplars)]),
    "edges": lambda rows, exemplars: only(mine_edges(rows, exemplars)),
}


def replacing(rewrite: Rewrite) -> Callable[[str], str]:
    """The library's own operator with the mined pattern, on the real engine."""

    def replaced(text: str) -> str:
        return str(
            duckdb.execute(
                "SELECT regexp_replace(?, ?, ?, 'g')", [text, rewrite.pattern, rewrite.replacement]
            ).fetchall()[0][0]
        )

    return replaced


def failures(made: NewOperator) -> tuple[object, ...]:
    """The examples of a made operator that the real engine does not confirm."""
    return run_examples(read_made(made), templates([builtin()]))


@pytest.mark.parametrize("case", FORMATS)
def test_the_answer_format_of_exemplars(case: dict[str, Any]) -> None:
    shape = mine_format([{"text": text} for text in case["exemplars"]], "text")
    found = shape and {
        "lead": shape.lead,
        "tail": shape.tail,
        "slot": shape.slot,
        "line": shape.line,
        "style": str(shape.style),
    }
    assert found == case["expect"]
    if shape is not None:
        assert all(shape.holds(text) for text in case["exemplars"])


@pytest.mark.parametrize(
    "case", [case for case in FORMATS if (case.values[0]["expect"] or {}).get("lead")]
)
def test_a_made_format_operator_writes_the_format(case: dict[str, Any]) -> None:
    shape = mine_format([{"text": text} for text in case["exemplars"]], "text")
    assert shape is not None
    value = "B" if shape.slot == "letter" else "1234.50"
    rows = [{"text": "Some 1,024 words.", "final": value}, {"text": "Others 3.", "final": value}]
    for column in ("final", "") if shape.slot == "number" else ("final",):
        made = format_operator(shape, Supplier(column=column, share=1.0, agreement=1.0), rows)
        assert failures(made) == ()
        written = read_made(made).examples[0].expect[0]["text"]
        assert shape.holds(str(written))


@pytest.mark.parametrize("case", cases("induction/affixes"))
def test_boilerplate_at_the_edges(case: dict[str, Any]) -> None:
    mine = mine_openings if case["side"] == "opening" else mine_endings
    affix = mine(case["rows"], case["exemplars"])
    assert (affix and list(affix.phrases)) == case["expect"]
    if affix is not None:
        assert {text: affix.cut(text) for text in case["cut"]} == case["cut"]
        made = cut_operator("text", affix, [*case["rows"], *case["cut"]])
        assert failures(made) == ()


@pytest.mark.parametrize("case", cases("induction/texts"))
def test_habits_of_writing(case: dict[str, Any]) -> None:
    found = MINERS[case["what"]](case["rows"], case["exemplars"])
    if case["expect"] is None:
        assert found is None
        return
    for name, value in case["expect"].items():
        shown = getattr(found, name)
        assert (list(shown) if isinstance(shown, tuple) else shown) == value
    changes = case.get("change", {})
    change = found.apply if hasattr(found, "apply") else replacing(found)
    assert {text: change(text) for text in changes} == changes
    texts = [*case["rows"], *changes]
    if case["what"] == "spacing":
        assert failures(spacing_operator("text", found, texts)) == ()
    if case["what"] == "copies":
        assert failures(copy_operator("text", found, texts)) == ()


@pytest.mark.parametrize("case", cases("induction/fields"))
def test_which_column_plays_which_field(case: dict[str, Any]) -> None:
    best = map_fields(case["raw"], case["exemplars"])[0]
    assert {field: list(part.columns) for field, part in best.parts.items()} == case["expect"]
    assert best.constants == case.get("constants", {})
    assert best.missing == ()


def test_a_made_join_leaves_out_what_is_blank() -> None:
    part = Part(columns=("instruction", "input"))
    rows = [{"instruction": "Sort.", "input": "3, 1"}, {"instruction": "Sing.", "input": " "}]
    assert [part.value(row) for row in rows] == ["Sort.\n3, 1", "Sing."]
    assert failures(join_operator("prompt", part, rows)) == ()


def test_the_slot_is_filled_from_the_column_that_agrees_with_the_text() -> None:
    shape = mine_format([{"a": f"So {n} + 1 = {n + 1}.\n#### {n + 1}"} for n in range(8)], "a")
    assert shape is not None
    rows = [
        {"work": f"{n} + 2 = {n + 2}", "id": str(100 + n), "gold": f"{n + 2}.0"} for n in range(8)
    ]
    bodies = [row["work"] for row in rows]
    found = suppliers(rows, bodies, ["id", "gold", "work"], shape)
    assert [supplier.column for supplier in found] == ["gold", "id", ""]


def test_a_classifier_says_what_it_goes_by() -> None:
    rows = [f"well you know it is {n} or so i guess" for n in range(60)]
    exemplars = [f"The sum is {n}; hence the result." for n in range(24)]
    classifier = fit_classifier(rows, exemplars)
    assert classifier is not None and classifier.accuracy > 0.9
    assert classifier.score(exemplars[0]) > 0.5 > classifier.score(rows[0])
    assert classifier.words["hence"] > 0 > classifier.words["guess"]
    made = score_operator("text", classifier, rows)
    assert "'guess': -" in made.body and "'hence': " in made.body
    assert failures(made) == ()


def test_sides_that_are_alike_have_no_classifier() -> None:
    texts = [f"The sum of {n} and {n * 7 % 13} is asked for." for n in range(96)]
    assert fit_classifier(texts[::2], texts[1::2]) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.booleans())
def test_a_written_number_is_written_the_same_again(value: Any, commas: bool) -> None:
    style = NumberStyle(commas=commas)
    written = write_number(str(value), style)
    assert written is not None
    assert write_number(written, style) == written
    assert write_number(f"${value}", NumberStyle(commas=commas, decimals=2)) is not None


@pytest.mark.parametrize("text", ["", " ", "B", "12 pens", "1/2", "1e5", "--3", "٣"])
def test_what_is_no_number_is_not_written(text: str) -> None:
    assert write_number(text, NumberStyle()) is None
