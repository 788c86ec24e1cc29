"""Passages go from later rows, word for word, wherever they begin."""

from __future__ import annotations

import random
import types
from collections.abc import Sequence
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels import passages
from dataevolver.library import builtin

WORDS = st.sampled_from(["red", "Red", "oak", "天", "counterintuitive"])
TEXTS = st.lists(st.one_of(st.none(), st.lists(WORDS, max_size=9).map(" ".join)), max_size=7)


@cache
def module() -> types.ModuleType:
    path = builtin().root / "macros" / "dedup" / "dedup_passages.py"
    body = types.ModuleType("dedup_passages")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), body.__dict__)
    return body


def cleaned(
    texts: Sequence[str | None], size: int, ids: Sequence[int], rows: int = 1000, threads: int = 1
) -> dict[int, str | None]:
    table = pa.table({"__id": pa.array(ids, pa.int64()), "column": pa.array(texts, pa.string())})
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(rows))
    answer = module().apply(reader, {"size": size, "__threads": threads})
    return dict(zip(answer["__id"].to_pylist(), answer["into"].to_pylist(), strict=True))


def words_left(texts: Sequence[str | None], size: int) -> list[list[str]]:
    """The words of each row that lie in no run that a row before it has."""
    first: dict[tuple[str, ...], int] = {}
    left = []
    for row, text in enumerate(texts):
        split = (text or "").split()
        gone = set()
        for at in range(len(split) - size + 1):
            if first.setdefault(tuple(split[at : at + size]), row) != row:
                gone |= {*range(at, at + size)}
        left.append([word for at, word in enumerate(split) if at not in gone])
    return left


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(2, 4), st.randoms(use_true_random=False))
def test_what_stays_is_what_plain_python_leaves(
    texts: list[str | None], size: int, chance: random.Random
) -> None:
    rows = list(range(len(texts)))
    chance.shuffle(rows)
    found = cleaned([texts[row] for row in rows], size, rows, chance.randint(1, 4))
    assert [(found[row] or "").split() for row in range(len(texts))] == words_left(texts, size)
    assert [found[row] is None for row in range(len(texts))] == [text is None for text in texts]


def test_parts_and_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(0)
    texts = [" ".join(chance.choices("abcdefgh", k=12)) for _ in range(200)]
    whole = cleaned(texts, 3, range(200))
    assert [text.split() for text in whole.values() if text is not None] == words_left(texts, 3)
    monkeypatch.setattr(passages, "_AT_ONCE", 50)
    assert cleaned(texts, 3, range(200), 17, 3) == whole
