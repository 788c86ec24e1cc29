"""Formats: conversations survive the way there and back; pages and Markdown of others are read right."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.bodies.arrays import arrow_type
from dataevolver.columns import Columns, parse_type
from dataevolver.compiler import MARK_TYPE, compile_plan
from dataevolver.errors import CompileError
from dataevolver.library import builtin, load_catalog, templates
from dataevolver.operators import bind
from dataevolver.plans import Plan, Step
from dataevolver.solver import Catalog, solve

PAGES = Path(__file__).parents[2] / "shared" / "data" / "web" / "html_pages_60.jsonl.gz"
MESSAGES = "list<struct<role: text, content: text>>"

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
unmarked = texts.filter(lambda text: "<|im_" not in text)
turns = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool"]), "content": unmarked}
)
conversations = st.lists(st.lists(turns, max_size=5), min_size=1, max_size=20)


@st.composite
def exchanges(draw: st.DrawFn) -> list[dict[str, str]]:
    """A conversation in which user and assistant take turns, perhaps after a visible system turn."""
    system = draw(st.sampled_from(["", "Be kind.", "你好"]))
    said = draw(st.lists(texts, min_size=1, max_size=6))
    roles = ("user", "assistant")
    lead = [{"role": "system", "content": system}] if system else []
    return lead + [{"role": roles[at % 2], "content": text} for at, text in enumerate(said)]


@cache
def query(steps: str, kind: str) -> str:
    """The SQL of a plan of fused steps over one column, `given`, of this type."""
    written = [
        Step(id=f"step_{number}", operator=name, arguments=arguments)
        for number, (name, arguments) in enumerate(json.loads(steps))
    ]
    plan = Plan(name="plan", source="raw", exemplars="", steps=tuple(written))
    resolution = solve(plan, catalog(), {"raw": columns(kind)})
    (segment,) = compile_plan(resolution, templates([builtin()])).segments
    return segment.code


def columns(kind: str) -> Columns:
    parsed = parse_type(kind)
    assert parsed is not None
    return {"given": parsed}


def result(
    steps: Sequence[tuple[str, Mapping[str, Any]]], kind: str, values: Sequence[Any]
) -> list[dict[str, Any]]:
    """The rows that the steps leave of these values; none of them may fail."""
    table = pa.table({"given": pa.array(values, arrow_type(columns(kind)["given"]))})
    with duckdb.connect() as connection:
        connection.register("rows", table)
        connection.execute(
            "CREATE TABLE raw AS SELECT row_number() OVER () AS __id, 0 AS __source,"
            f" NULL::{MARK_TYPE} AS __mark, * FROM rows"
        )
        code = query(json.dumps(steps), kind)
        found = connection.execute(f"SELECT * FROM ({code}) ORDER BY __id")
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert [row["__mark"] for row in rows if row["__mark"]] == []
    return rows


@pytest.mark.parametrize("form", ["sharegpt", "chatml"])
@settings(max_examples=25, deadline=None)
@given(given_ones=conversations)
def test_a_conversation_survives_another_format(
    form: str, given_ones: list[list[dict[str, str]]]
) -> None:
    there = ("from_messages", {"column": "given", form: "form"})
    back = ("to_messages", {form: "form", "into": "again"})
    rows = result([there, back], MESSAGES, given_ones)
    assert [row["again"] for row in rows] == given_ones


@settings(max_examples=25, deadline=None)
@given(given_ones=st.lists(exchanges(), min_size=1, max_size=20))
def test_exchanges_survive_alpaca_with_history(given_ones: list[list[dict[str, str]]]) -> None:
    parts = {"instruction": "q", "output": "a", "system": "s", "history": "h"}
    there = ("from_messages", {"column": "given", **parts})
    back = ("to_messages", {**parts, "into": "again"})
    rows = result([there, back], MESSAGES, given_ones)
    assert [row["again"] for row in rows] == given_ones


@settings(max_examples=25, deadline=None)
@given(
    given_ones=st.lists(
        st.lists(
            st.fixed_dictionaries(
                {"from": st.sampled_from(["system", "human", "gpt", "tool"]), "value": texts}
            )
        ),
        min_size=1,
        max_size=20,
    )
)
def test_sharegpt_survives_messages(given_ones: list[list[dict[str, str]]]) -> None:
    there = ("to_messages", {"sharegpt": "given"})
    back = ("from_messages", {"sharegpt": "again"})
    rows = result([there, back], "list<struct<from: text, value: text>>", given_ones)
    assert [row["again"] for row in rows] == given_ones


@cache
def catalog() -> Catalog:
    return load_catalog([builtin()])


@cache
def body(name: str) -> ModuleType:
    operator = catalog()[name]
    module = ModuleType(name)
    exec(compile(operator.body, operator.body_path, "exec"), vars(module))
    return module


def answers(name: str, values: Sequence[str | None], **arguments: Any) -> list[Any]:
    """What a Python operator that rewrites texts makes of these."""
    module = body(name)
    parameters = bind(catalog()[name], {"columns": ["text"], **arguments}).parameters
    batch = pa.record_batch([pa.array(values, pa.string())], ["value"])
    written: list[Any] = module.apply(batch, parameters)["value"].to_pylist()
    return written


MARKS = [
    "*", "**", "***", "_", "__", "~~", "`", "``", "# ", "## ", "- ", "1. ", "> ", "|", "\n", "\n\n", " ", "[", "]",
    "](http://x.example/a_b)", "![", "$", "\\(", "\\)", "\\*", "```\n", "\n```\n", "|\n|---|\n|", "---", "===", ">>> ", "今天", "2*3",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(marks=st.lists(st.sampled_from(MARKS), min_size=1, max_size=30))
def test_stripping_markdown_loses_no_word(marks: list[str]) -> None:
    text = "".join(f"{mark}w{number}" for number, mark in enumerate(marks))
    (plain,) = answers("strip_markdown", [text])
    assert re.findall(r"w\d+", plain) == re.findall(r"w\d+", text)


@pytest.mark.skipif(not PAGES.exists(), reason="the shared data is not there")
@pytest.mark.skipif(find_spec("trafilatura") is None, reason="the extra html is not installed")
def test_the_main_text_of_real_pages_has_the_articles_and_not_the_menus() -> None:
    with gzip.open(PAGES, "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    found = answers("extract_main_text", [page["html"] for page in pages])
    score = {
        key: [
            piece in (text or "")
            for page, text in zip(pages, found, strict=True)
            for piece in page[key]
        ]
        for key in ("must_contain", "must_not_contain")
    }
    wanted, unwanted = score["must_contain"], score["must_not_contain"]
    assert None not in found
    assert sum(wanted) / len(wanted) > 0.9
    assert sum(unwanted) / len(unwanted) < 0.1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({}, "name a column: instruction, sharegpt, openai or chatml"),
        (
            {"chatml": "given", "output": "given"},
            "output, input, system and history belong to an instruction: name its column",
        ),
    ],
)
def test_columns_that_make_no_conversation_are_refused(
    arguments: Mapping[str, str], complaint: str
) -> None:
    with pytest.raises(CompileError) as raised:
        query(json.dumps([("to_messages", arguments)]), "text")
    assert complaint in str(raised.value)
