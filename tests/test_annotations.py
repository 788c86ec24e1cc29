"""Annotations against plain Python: what counts in bulk must count as a person would."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels import SINGLE, code_points, words_in_phrases
from dataevolver.library import builtin, load_catalog

CATALOG = load_catalog([builtin()])
PIECES = st.lists(
    st.sampled_from(
        ["one", "Two", "3.5", "它", "好", "ที่", "ภาษา", "भारत", "سلام", "é", "🎉", "…", "...", ".", "!", "。", ",", "-", "a", " ", " ", "\n", "\n\n", "\r\n", "\t", "\u200d", "\u200b"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
TEXTS = st.lists(st.one_of(st.none(), PIECES), min_size=1, max_size=8)


def apply(name: str, columns: Mapping[str, Sequence[Any]], **arguments: Any) -> dict[str, Any]:
    """The columns that an operator's body gives for these."""
    module: dict[str, Any] = {"__name__": name}
    exec(compile(CATALOG[name].body, name, "exec"), module)
    parameters = {one.name: one.default for one in CATALOG[name].parameters}
    arrays = {key: pa.array(values, pa.string()) for key, values in columns.items()}
    found = module["apply"](pa.record_batch(arrays), {**parameters, **arguments})
    return {key: values.to_pylist() for key, values in found.items()}


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_words_lines_and_sentences_are_each_texts_own(texts: list[str | None]) -> None:
    together = code_points(pa.array(texts, pa.string()))
    for form in ("words", "pieces", "lines", "paragraphs", "sentences"):
        spans = getattr(together, form)()
        alone = [getattr(code_points(pa.array([text], pa.string())), form)() for text in texts]
        assert spans.counts.tolist() == [one.counts[0] for one in alone]
        assert spans.sizes.tolist() == [size for one in alone for size in one.sizes.tolist()]
        assert (spans.sizes > 0).all()


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_spans_cut_where_plain_python_cuts(text: str) -> None:
    read = code_points(pa.array([text]))

    def of(spans: Any) -> list[str]:
        return [text[start:end] for start, end in zip(spans.starts, spans.ends, strict=True)]

    blank = " \n\r\t\u200b"
    lines = [line.strip(blank) for line in re.split("[\n\r]", text)]
    assert of(read.lines()) == [line for line in lines if line]
    assert of(read.pieces()) == re.findall(f"[^{blank}]+", text)
    letters = r"[a-zA-Zé0-9\u0900-\u097f\u0600-\u06ff]+"
    single = r"[\u4e00-\u9fff]|[\u0e00-\u0e30\u0e32\u0e33\u0e40-\u0e46][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*"
    assert of(read.words()) == re.findall(f"{letters}|{single}", text)
    assert read.count(SINGLE)[0] == len(re.findall(r"[\u4e00-\u9fffทภษา]", text))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "坏", "人", "so so", ". "]), max_size=12).map(" ".join))
def test_phrases_are_found_as_whole_words(text: str) -> None:
    found = re.findall(r"[a-z]+|[坏人]", text)
    flagged: set[int] = set()
    for phrase in (["a"], ["so", "so"], ["坏", "人"]):
        for place in range(len(found)):
            if found[place : place + len(phrase)] == phrase:
                flagged |= set(range(place, place + len(phrase)))
    hits, total = words_in_phrases(pa.array([text, "a"]), ["A", "so so", "坏人", " "])
    assert (hits.tolist(), total.tolist()) == ([len(flagged), 1], [len(found), 1])


def test_repetition_rules_are_those_of_the_paper() -> None:
    drawn = random.Random(1)
    texts = [_made_up(drawn) for _ in range(600)]
    found = apply("gopher_repetition", {"value": texts})["name"]
    assert found == [_failed_repetition_rules(text) for text in texts]
    assert len({rule for failed in found for rule in failed}) >= 10


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["red ", "blue", "a ", ". ", "\n", "\n\n", "天", "to be or not "]), max_size=40).map("".join),
        min_size=1,
        max_size=6,
    )
)  # fmt: skip
def test_repetition_rules_judge_each_text_alone(texts: list[str]) -> None:
    found = apply("gopher_repetition", {"value": texts})["name"]
    assert found == [_failed_repetition_rules(text) for text in texts]


def test_repetition_rules_of_web_pages_are_those_of_the_paper() -> None:
    pages = Path(__file__).parents[2] / "shared" / "data" / "web" / "c4_demo_300.jsonl"
    if not pages.exists():
        pytest.skip(f"{pages} is not there")
    texts = [json.loads(line)["text"] for line in pages.read_text(encoding="utf-8").splitlines()]
    found = apply("gopher_repetition", {"value": texts})["name"]
    assert found == [_failed_repetition_rules(text) for text in texts]
    assert any(found)


def _made_up(drawn: random.Random) -> str:
    size = drawn.choice([3, 8, 40, 200])
    known = [drawn.choice("abcdefgh") * drawn.randint(1, 5) + str(n) for n in range(size)]
    gaps = [" ", " ", " ", ". ", "\n", "\n\n", " \n"]
    return "".join(drawn.choice(known) + drawn.choice(gaps) for _ in range(drawn.randint(0, 120)))


def _failed_repetition_rules(text: str) -> list[str]:
    failed = []
    lines = [line.strip().lower() for line in text.split("\n")]
    paragraphs = [part.strip().lower() for part in re.split(r"\n *\n+", text)]
    for name, written in (("lines", lines), ("paragraphs", paragraphs)):
        parts = [part for part in written if part]
        copies = [part for place, part in enumerate(parts) if part in parts[:place]]
        if len(copies) > 0.3 * len(parts):
            failed.append(f"repeated_{name}")
        if sum(map(len, copies)) > 0.2 * sum(map(len, parts)):
            failed.append(f"characters_in_repeated_{name}")
    words = re.findall(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+", text.lower())
    letters = sum(map(len, words))
    for size, most in {2: 0.20, 3: 0.18, 4: 0.16}.items():
        grams = Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))
        covers = [times * len("".join(gram)) for gram, times in grams.items() if times > 1]
        if max(covers, default=0) > most * letters:
            failed.append(f"top_{size}_gram")
    for size, most in {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}.items():
        seen: set[tuple[str, ...]] = set()
        inside: set[int] = set()
        for at in range(len(words) - size + 1):
            gram = tuple(words[at : at + size])
            if gram in seen:
                inside |= set(range(at, at + size))
            seen.add(gram)
        if sum(len(words[place]) for place in inside) > most * letters:
            failed.append(f"repeated_{size}_grams")
    return failed


@pytest.mark.parametrize("case", cases("operators/rule_sets"))
def test_a_rule_of_a_published_set(case: Mapping[str, Any]) -> None:
    text, language = case["text"] * case.get("times", 1), case.get("language", "en")
    columns = {"value": [text], "column": [text], "language_column": [language]}
    assert (case["rule"] in apply(case["set"], columns)["name"][0]) == case["fails"]


def _scored(
    name: str, texts: Sequence[str | None], learnt: Sequence[str], **arguments: Any
) -> list[Any]:
    """What an operator with a second input writes, by row."""
    module: dict[str, Any] = {"__name__": name}
    exec(compile(CATALOG[name].body, name, "exec"), module)
    parameters = {one.name: one.default for one in CATALOG[name].parameters}
    rows = pa.table(
        {
            "__id": pa.array(range(len(texts) + len(learnt)), pa.int64()),
            "column": pa.array([*texts, *learnt], pa.string()),
            "__input": pa.array([0] * len(texts) + [1] * len(learnt)),
        }
    )
    found = module["apply"](rows.to_reader(7), {**parameters, **arguments})
    by_row = dict(zip(found["__id"].to_pylist(), found["name"].to_pylist(), strict=True))
    return [by_row[row] for row in range(len(texts))]


def _prose(drawn: random.Random, topic: Sequence[str]) -> str:
    return " ".join(drawn.choice([*topic, "the", "of", "and", "a"]) for _ in range(40))


SEA, MARKET = (
    ("ship", "wave", "sail", "harbour", "gull"),
    ("price", "share", "bank", "bond", "stock"),
)


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_texts_like_those_learnt_surprise_least(unit: str) -> None:
    drawn = random.Random(2)
    learnt = [_prose(drawn, SEA) for _ in range(50)]
    texts = [_prose(drawn, SEA), _prose(drawn, MARKET), "qxz vvk", None, ""]
    near, far, garbled, none, empty = _scored("perplexity", texts, learnt, unit=unit, size=3)
    assert 1 <= near < far < garbled
    assert none is None and empty is None


def test_chances_of_the_perplexity_model_sum_to_one() -> None:
    """Of each next character after a context, seen ones and one that was never seen."""
    learnt = ["abracadabra", "banana"]
    known = sorted(set("".join(learnt)))
    for context in ("ab", "na", "zz"):
        base = _scored("perplexity", [context], learnt, size=3)[0] ** 2
        whole = _scored("perplexity", [context + one for one in [*known, "q"]], learnt, size=3)
        chances = [base / (value**3) for value in whole]
        assert sum(chances) == pytest.approx(1, abs=0.02)


def test_the_classifier_tells_rows_it_never_learnt_from() -> None:
    drawn = random.Random(3)
    texts = [_prose(drawn, SEA if row % 3 == 0 else MARKET) for row in range(120)]
    scores = np.array(_scored("quality_classifier", texts, [_prose(drawn, SEA) for _ in range(40)]))
    like = np.arange(120) % 3 == 0
    assert scores[like].min() > scores[~like].max()
