"""Web pages among raw rows: seen as a person sees them, read by the first step of a plan."""

from __future__ import annotations

import pytest

from dataevolver.evaluator.vectors import content_vectors
from dataevolver.library import builtin, load_catalog
from dataevolver.planner.mapping import mapping_ideas
from dataevolver.profiler import is_page, visible_text

CATALOG = load_catalog([builtin()])


def page(text: str) -> str:
    return (
        "<!DOCTYPE html>\n<html><head><title>Shop</title><style>p {color: red}</style></head>"
        f"<body><script>let a = 1 < 2;</script><!-- menu --><p>{text}</p></body></html>"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (page("Tea &amp; cake,  4&nbsp;€"), "Tea & cake, 4 €"),
        (page("喝茶"), "喝茶"),
        ("<HTML><BODY>Loud</BODY></HTML>", "Loud"),
        ("https://x.example\n\x1f<html><p>One</p></html>", "https://x.example One"),
    ],
)
def test_a_page_is_read_as_a_person_sees_it(text: str, shown: str) -> None:
    assert is_page(text)
    assert visible_text(text) == shown


@pytest.mark.parametrize(
    "text", ["", " ", "a <b>bold</b> word", "if a<b and c>d then", "ahead of <html5>"]
)
def test_a_text_with_some_tags_is_no_page(text: str) -> None:
    assert visible_text(text) == text


def test_the_content_of_a_page_is_its_text() -> None:
    bare, dressed, other = content_vectors(
        ["The kettle is on the stove.", page("The kettle is on the stove."), page("Buy a car!")]
    )
    assert float(bare @ dressed) > 0.99
    assert float(bare @ other) < 0.3


def test_pages_are_read_before_their_columns_are_named() -> None:
    sentences = [f"The {word} stands on the table by the door." for word in "abcdefghijkl"]
    raw = [
        {"url": f"https://x.example/{n}", "html": page(text)} for n, text in enumerate(sentences)
    ]
    exemplars = [{"text": text.replace("table", "shelf")} for text in sentences]
    first, second = mapping_ideas(raw, exemplars, CATALOG)[:2]
    assert [step.operator for step in first.steps[:2]] == ["extract_main_text", "rename_columns"]
    assert first.steps[0].arguments == {"columns": ["html"]}
    assert second.steps[0].operator == "strip_markup"
    assert second.steps[1:] == first.steps[1:]


def test_exemplars_that_are_pages_want_pages() -> None:
    raw = [{"html": page(f"Number {n} is here.")} for n in range(12)]
    exemplars = [{"page": page(f"Number {n} was there.")} for n in range(12)]
    assert {idea.steps[0].operator for idea in mapping_ideas(raw, exemplars, CATALOG)} == {
        "rename_columns"
    }
