"""Tokens, runs and sets in bulk say what plain Python says of one text after the other."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels import (
    Rows,
    characters,
    connected,
    in_order,
    letters,
    lines,
    preferred,
    repeated,
    runs,
    slices,
    words,
)
from dataevolver.library import Library, builtin, load_catalog

PIECES = st.sampled_from(
    [
        "red", "Red", "a", "counterintuitively", "x" * 40, "7", "_", "-", ".", " ", "\n", "\r\n",
        "天", "気", "ก", "กั", "क्या", "İ", "ẞ", "é", "e\u0301", "👨\u200d👩\u200d👧", "❤\ufe0f", "𠀀", "𝐀",
        "\u00a0", "\u2028", "\u200b", "\x00", "\t",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.none(), st.lists(PIECES, max_size=12).map("".join)), max_size=8)
SPACELESS = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and character != "\ufe0f"


def is_blank(character: str) -> bool:
    return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf") and (
        character not in "\u200c\u200d"
    )


def lower(text: str | None) -> str:
    """Character by character, as Arrow does it: a final sigma is a sigma, İ is one letter."""
    return "".join(
        character.lower() if len(character.lower()) == 1 else "i" if character == "İ" else character
        for character in text or ""
    )


def split_words(text: str | None) -> list[str]:
    found: list[str] = []
    open_word = False
    for character in lower(text):
        alone = unicodedata.name(character, "").startswith(SPACELESS)
        if not is_letter(character):
            open_word = False
        elif alone or not open_word:
            found.append(character)
            open_word = not alone
        else:
            found[-1] += character
    return found


def split_lines(text: str | None) -> list[str]:
    whole = lower(text).replace("\r", "\n").replace("\u2028", "\n").split("\n")
    stripped = (line.strip("".join(filter(is_blank, set(line)))) for line in whole)
    return [line for line in stripped if line]


SPLITS: Sequence[tuple[Callable[[Any], Rows], Callable[[str | None], Sequence[str]]]] = [
    (words, split_words),
    (lines, split_lines),
    (characters, lambda text: [one for one in lower(text) if not is_blank(one)]),
    (letters, lambda text: [one for one in lower(text) if is_letter(one)]),
]


def array(texts: Sequence[str | None]) -> pa.Array:
    return pa.array(["before", *texts, "after"], pa.string()).slice(1, len(texts))


@pytest.mark.parametrize(("bulk", "plain"), SPLITS)
@settings(max_examples=150, deadline=None)
@given(texts=TEXTS)
def test_tokens_are_those_that_python_finds(
    bulk: Callable[[Any], Rows],
    plain: Callable[[str | None], Sequence[str]],
    texts: list[str | None],
) -> None:
    found = bulk(array(texts))
    expected = [plain(text) for text in texts]
    assert found.sizes.tolist() == [len(tokens) for tokens in expected]
    names = [token for tokens in expected for token in tokens]
    pairs = set(zip(names, found.values.tolist(), strict=True))
    assert len(pairs) == len(set(names)) == len(set(found.values.tolist()))


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 12), st.booleans())
def test_runs_are_those_of_one_row(texts: list[str | None], size: int, whole: bool) -> None:
    tokens = words(array(texts))
    found = runs(tokens, size, whole=whole)
    expected = []
    for text in texts:
        split = split_words(text)
        mine = [tuple(split[at : at + size]) for at in range(len(split) - size + 1)]
        expected.append([tuple(split)] if whole and split and not mine else mine)
    assert found.sizes.tolist() == [len(mine) for mine in expected]
    names = [run for mine in expected for run in mine]
    pairs = set(zip(names, found.values.tolist(), strict=True))
    assert len(pairs) == len(set(names)) == len(set(found.values.tolist()))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_repeats_is_counted_row_by_row(texts: list[str | None]) -> None:
    shares = []
    for text in texts:
        counts = Counter(split_words(text))
        again = sum(count for count in counts.values() if count > 1)
        shares.append(again / max(1, counts.total()))
    assert repeated(words(array(texts))).tolist() == pytest.approx(shares)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 9))
def test_slices_change_nothing(texts: list[str | None], at_once: int) -> None:
    whole = words(array(texts))
    sizes = np.array([len((text or "").encode()) for text in texts], np.int64)
    parts = list(slices(sizes, at_once))
    assert [row for first, last in parts for row in range(first, last)] == list(range(len(texts)))
    assert all(sizes[first:last].sum() <= at_once or last == first + 1 for first, last in parts)
    found = [words(array(texts).slice(first, last - first)).values for first, last in parts]
    assert np.concatenate([*found, np.zeros(0, np.uint64)]).tolist() == whole.values.tolist()


EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(EDGES, max_size=4))
def test_what_edges_connect_is_one_component_however_they_come(
    rounds: list[list[tuple[int, int]]],
) -> None:
    lowest = np.arange(12)
    group = list(range(12))
    for edges in rounds:
        ends = np.array(edges, np.int64).reshape(-1, 2)
        lowest = connected(lowest, ends[:, 0], ends[:, 1])
        for one, other in edges:
            low, high = sorted((group[one], group[other]))
            group = [low if held == high else held for held in group]
        assert lowest.tolist() == group


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.0, 2.0, np.nan]))))
def test_the_least_rank_is_preferred_and_then_the_first(rows: list[tuple[int, float]]) -> None:
    group = np.array([group for group, _ in rows], np.int64)
    found = preferred(group, np.array([rank for _, rank in rows]))
    for at, (mine, _) in enumerate(rows):
        mates = [(rank != rank, rank, row) for row, (held, rank) in enumerate(rows) if held == mine]
        assert (
            found[at]
            == min(mates, key=lambda mate: (mate[0], 0 if mate[0] else mate[1], mate[2]))[2]
        )


def test_all_kinds_of_arrow_text_are_read() -> None:
    texts = pa.array(["A b", None, "ç"])
    expected = words(texts).values.tolist()
    assert words(texts.cast(pa.large_string())).values.tolist() == expected
    assert words(pa.chunked_array([texts[:1], texts[1:]])).values.tolist() == expected
    assert words(pa.nulls(2)).sizes.tolist() == [0, 0]


def test_answers_come_in_the_order_of_the_questions() -> None:
    for threads in (1, 3):
        assert list(in_order(lambda number: number * number, range(50), threads)) == [
            number * number for number in range(50)
        ]


def test_what_a_thread_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [1, 0], 2))


def test_the_kernels_count_in_the_digest_of_a_body_that_imports_them(tmp_path: Path) -> None:
    catalog = load_catalog([builtin()])
    assert catalog["repetition_score"].kernels and not catalog["trim"].kernels
    (tmp_path / "operators/clean").mkdir(parents=True)
    declaration = (
        "name: NAME\nversion: 1\nsummary: Does.\nlanguage: python\nscope: row\nrows: same\n"
        "parameters:\n  columns: {type: columns, of: text, description: Which.}\n"
        "inputs: [{column: $columns, type: text}]\noutputs: [{column: $columns, type: text}]\n"
        "examples: [{with: {columns: [a]}, given: [{a: x}], expect: [{a: x}]}]\n"
    )
    for name, line in (("near", "from dataevolver.kernels import words"), ("far", "import re")):
        (tmp_path / f"operators/clean/{name}.yml").write_text(declaration.replace("NAME", name))
        body = f"{line}\n\n\ndef apply(batch, params):\n    return {{}}\n"
        (tmp_path / f"operators/clean/{name}.py").write_text(body)
    own = load_catalog([Library(name="own", root=tmp_path)])
    assert own["near"].kernels == catalog["repetition_score"].kernels
    assert own["far"].kernels == ""
