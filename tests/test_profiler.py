"""What is measured of a row: texts in any script, rows of any shape, relations mined from exemplars."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from word_problems import as_conversation, contradicting, damaged, in_boilerplate, problems

from dataevolver.profiler import (
    TEXT_MEASURES,
    UNKNOWN,
    Attributes,
    fields_of,
    language_of,
    magnitudes,
    measure_text,
    mine_attributes,
    profile,
    row_text,
    skeleton,
    summarise,
    text_at,
)
from dataevolver.profiler.relations import CHECKS

CASES = Path(__file__).parent / "cases" / "profiler"
EXEMPLARS = problems(40, seed=1)
RAW = problems(100, seed=2)


def _cases(name: str) -> list[dict[str, Any]]:
    text = (CASES / f"{name}.yml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)
    return found


def _column(attributes: Attributes, rows: list[Any], name: str) -> np.ndarray:
    return profile(rows, attributes)[:, attributes.names.index(name)]


# ------------------------------------------------------------------ texts


@pytest.mark.parametrize("case", _cases("text"), ids=lambda case: str(case["title"]))
def test_the_measures_of_a_text(case: dict[str, Any]) -> None:
    found = dict(zip(TEXT_MEASURES, measure_text(case["text"]), strict=True))
    wanted = {name: pytest.approx(value, abs=1e-6) for name, value in case["measures"].items()}
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    "case", _cases("relations"), ids=lambda case: f"{case['kind']}: {case['texts']}"
)
def test_a_relation(case: dict[str, Any]) -> None:
    assert CHECKS[case["kind"]](*case["texts"]) is case["holds"]


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_finite_measures(text: str) -> None:
    assert np.isfinite(measure_text(text)).all()
    assert isinstance(language_of(text), str)


def test_ten_million_characters_are_measured_by_their_beginning() -> None:
    started = time.process_time()
    measures = dict(zip(TEXT_MEASURES, measure_text("word " * 2_000_000), strict=True))
    assert measures["characters"] == 10_000_000
    assert measures["words"] == 10_000
    assert time.process_time() - started < 1


def test_a_skeleton_keeps_marks_and_line_breaks() -> None:
    assert skeleton("The total is 12.5\n\n#### 93") == b"Aa a a 9.9\n\n#### 9"
    assert skeleton("") == b""


def test_magnitudes_have_no_sign_and_no_separators() -> None:
    assert magnitudes("-1,000.50 and .5, 3. 7") == (1000.5, 0.5, 3.0, 7.0)


def test_a_short_text_has_no_language() -> None:
    assert language_of("Oui, 42") == UNKNOWN
    assert language_of("Il a acheté trois pommes au marché hier matin.") == "fr"
    assert language_of("He bought three apples\nat the market yesterday.") == "en"


# ------------------------------------------------------------------ rows


def test_fields_are_found_in_rows_of_any_shape() -> None:
    rows = [
        {"title": None, "score": 1.5, "good": True, "tags": ["a", "b"], "meta": {"site": "x", "n": 1},
         "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}],
         "turns": [{"from": "human", "value": "hi"}], "__id": 4},
        {"title": "t", "nothing": None},
    ]  # fmt: skip
    found = {
        field.name: (field.kind, [str(path) for path in field.texts]) for field in fields_of(rows)
    }
    assert found == {
        "title": ("text", ["title"]),
        "score": ("number", []),
        "good": ("boolean", []),
        "tags": ("list", ["tags"]),
        "meta": ("struct", ["meta.site"]),
        "messages": (
            "conversation",
            ["messages[role=user].content", "messages[role=assistant].content"],
        ),
        "turns": ("conversation", ["turns[from=human].value"]),
        "nothing": ("empty", []),
    }


def test_text_is_read_at_a_path() -> None:
    row = {
        "messages": [
            {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"}, {"role": "user", "content": None}, "odd",
        ],
        "number": 4.0,
    }  # fmt: skip
    (messages, _) = fields_of([row])
    assert [text_at(row, path) for path in messages.texts] == ["a\nc", "b"]
    assert row_text(row) == "user\na\nassistant\nb\nuser\nc\nuser\nodd\n\x1f4.0"
    assert text_at({}, messages.texts[0]) is None


def test_a_null_differs_from_an_empty_text_in_schema_alone() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    rows = [{**EXEMPLARS[0], "answer": answer} for answer in (None, "")]
    null, empty = (profile([row], attributes)[0] for row in rows)
    differs = [name for name, a, b in zip(attributes.names, null, empty, strict=True) if a != b]
    assert differs == ["answer.present"]


def test_an_absent_field_and_a_null_are_the_same() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    null, absent = (
        profile([{"question": "x", "answer": None}], attributes),
        profile([{"question": "x"}], attributes),
    )
    assert (null == absent).all()


def test_other_fields_and_other_types_count_as_schema() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    rows = [{"question": "a", "answer": 93.0, "more": "", "void": None}]
    assert _column(attributes, rows, "answer.type")[0] == 0
    assert _column(attributes, rows, "row.extra_fields")[0] == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abrole"), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_ROWS = st.lists(
    st.dictionaries(st.sampled_from(["x", "y", "messages", "z.w"]), _VALUES), min_size=2, max_size=6
)


@given(_ROWS, _ROWS)
@settings(max_examples=60, deadline=None)
def test_any_rows_can_be_profiled_by_any_exemplars(exemplars: list[Any], rows: list[Any]) -> None:
    attributes = mine_attributes(exemplars, rows)
    matrix = profile(rows, attributes)
    assert matrix.shape == (len(rows), len(attributes.names))
    assert np.isfinite(matrix).all()
    assert len(set(attributes.names)) == len(attributes.names)
    assert summarise(rows).rows == len(rows)


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_a_row_is_measured_on_its_own_but_for_duplicates(chance: random.Random) -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    order = list(range(len(RAW)))
    chance.shuffle(order)
    single = [k for k, name in enumerate(attributes.names) if name != "row.duplicate"]
    together = profile(RAW, attributes)[order]
    assert (profile([RAW[i] for i in order], attributes)[:, single] == together[:, single]).all()


# ------------------------------------------------------------------ what exemplars teach


def test_relations_are_mined_and_contradictions_counted() -> None:
    rows = damaged(RAW, contradicting, 0.3)
    attributes = mine_attributes(EXEMPLARS, rows)
    kinds = {relation.name for relation in attributes.definition.relations}
    assert kinds == {
        "answer.last_number_agrees", "answer.final_numbers_appear", "answer.equations_hold",
    }  # fmt: skip
    broken = 1 - _column(attributes, rows, "answer.last_number_agrees")
    assert broken.tolist() == [float(a is not b) for a, b in zip(rows, RAW, strict=True)]


def test_a_relation_that_exemplars_break_is_none() -> None:
    exemplars = damaged(EXEMPLARS, contradicting, 0.3)
    names = mine_attributes(exemplars, RAW).names
    assert "answer.last_number_agrees" not in names


def test_a_relation_between_fields_is_mined() -> None:
    exemplars = [{**row, "result": str(row["answer"]).rpartition(" ")[2]} for row in EXEMPLARS]
    names = mine_attributes(exemplars, exemplars).names
    assert "result ~ answer.is_last_number_of" in names
    assert "result ~ answer.contained" in names


def test_the_shape_of_the_last_line_is_learnt() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    rows = [{"question": "q", "answer": f"so\n{end}"} for end in ("#### 93", "#### 93.0", "93", "")]
    assert _column(attributes, rows, "answer.last_line").tolist() == [1, 1, 0, 0]
    assert _column(attributes, rows, "answer.last_line_whole").tolist() == [1, 0, 0, 0]


def test_boilerplate_is_what_raw_repeats_and_no_exemplar_has() -> None:
    rows = damaged(RAW, in_boilerplate, 0.4)
    attributes = mine_attributes(EXEMPLARS, rows)
    assert "i hope this helps !" in attributes.definition.phrases
    found = _column(attributes, rows, "answer.boilerplate") > 0
    assert found.tolist() == [a is not b for a, b in zip(rows, RAW, strict=True)]
    assert mine_attributes(EXEMPLARS, RAW).definition.phrases == ()


def test_a_text_in_another_language_is_off_and_a_short_one_is_not() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    texts = ["Er kaufte gestern auf dem Markt drei Äpfel und zwei Birnen.", "Ja."]
    rows = [{"question": text, "answer": "x"} for text in texts]
    assert _column(attributes, rows, "question.language").tolist() == [0, 1]


def test_only_the_second_of_two_equal_rows_is_a_duplicate() -> None:
    attributes = mine_attributes(EXEMPLARS, RAW)
    rows = [
        {"question": "A  b", "answer": "c"},
        {"question": "x", "answer": "c"},
        {"answer": "C", "question": "a b"},
    ]
    assert _column(attributes, rows, "row.duplicate").tolist() == [0, 0, 1]


def test_conversations_are_measured_by_role_and_by_manners() -> None:
    attributes = mine_attributes([as_conversation(row) for row in EXEMPLARS], RAW)
    turns = [("assistant", "Hello."), ("user", ""), ("user", "And?"), ("tool", "x")]
    good = as_conversation(RAW[0])
    odd = {"messages": [{"role": role, "content": text} for role, text in turns]}
    matrix = profile([good, odd, {"messages": []}, {}], attributes)
    measured = {
        name.removeprefix("messages."): matrix[:, k].round(6).tolist()
        for k, name in enumerate(attributes.names)
        if attributes.attributes[k].group == "conversation"
    }
    assert measured == {
        "turns": np.log1p([2, 4, 0, 0]).round(6).tolist(),
        "alternates": [1, 0, 0, 0],
        "starts_right": [1, 0, 0, 0],
        "ends_right": [1, 0, 0, 0],
        "empty_turns": [0, np.log1p(1).round(6), 0, 0],
        "system_turn": [0, 0, 0, 0],
        "known_speakers": [1, 0, 0, 0],
    }
    assert "messages[role=assistant].content.last_line" in attributes.names


def test_numbers_lists_and_truth_values_have_attributes() -> None:
    rows = [{"n": i, "tags": ["a"] * (i % 3), "ok": i % 2 == 0} for i in range(20)]
    attributes = mine_attributes(rows, rows)
    odd = [{"n": 2.5, "tags": None, "ok": None}]
    assert _column(attributes, rows, "tags.items")[2] == pytest.approx(np.log1p(2))
    assert _column(attributes, odd, "n.whole").tolist() == [0]
    assert _column(attributes, odd, "n.value")[0] == pytest.approx(np.log1p(2.5))
    assert _column(attributes, rows, "ok.value").mean() == 0.5


# ------------------------------------------------------------------ natural units


def test_a_summary_has_the_quantiles_of_each_column() -> None:
    rows: list[Any] = [{"text": "word " * (i + 1), "n": i} for i in range(101)]
    rows += [{"text": None, "n": None}]
    summary = summarise(rows)
    words = summary.columns["text"].measures["words"]
    assert words == {
        "min": 1, "p01": 2, "p05": 6, "p50": 51, "p95": 96, "p99": 100, "max": 101, "mean": 51,
    }  # fmt: skip
    assert summary.columns["text"].present == pytest.approx(101 / 102)
    assert summary.statistic("n", "value", "max") == 100
    assert summary.statistic("n", "words", "max") is None
    assert summary.statistic("absent", "words", "max") is None
    assert summary.fields == ("text", "n")


def test_a_summary_knows_the_languages_and_all_of_a_conversation() -> None:
    summary = summarise([as_conversation(row) for row in RAW])
    assert summary.languages == ("en",)
    assert set(summary.columns) == {
        "messages", "messages[].content", "messages[role=user].content",
        "messages[role=assistant].content",
    }  # fmt: skip
    assert summary.statistic("messages", "turns", "mean") == 2


def test_five_hundred_rows_are_profiled_in_well_under_a_second() -> None:
    rows = problems(500, seed=9)
    attributes = mine_attributes(EXEMPLARS, rows[:10])
    started = time.process_time()
    profile(rows, attributes)
    assert time.process_time() - started < 1
