"""Semantic duplicates: what brute force finds, whatever the order of rows and the batches."""

from __future__ import annotations

import random
import types
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.library import builtin

Vector = Sequence[float] | None
NUMBERS = st.sampled_from([-1.0, 0.0, 0.1, 1.0, 2.0])
VECTORS = st.lists(st.one_of(st.none(), st.lists(NUMBERS, min_size=3, max_size=3)), max_size=10)


@cache
def module() -> types.ModuleType:
    path = builtin().root / "macros" / "dedup" / "dedup_semantic.py"
    body = types.ModuleType("dedup_semantic")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), body.__dict__)
    return body


def removed(
    vectors: Sequence[Vector], threshold: float, ids: Sequence[int], rows_a_batch: int
) -> dict[int, str]:
    kinds = pa.list_(pa.float64())
    table = pa.table({"__id": pa.array(ids, pa.int64()), "column": pa.array(vectors, kinds)})
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(rows_a_batch))
    answer = module().apply(reader, {"threshold": threshold, "prefer": "highest"})
    return dict(zip(answer["__id"].to_pylist(), answer["detail"].to_pylist(), strict=True))


def brute_force(vectors: Sequence[Vector], threshold: float) -> dict[int, str]:
    group = list(range(len(vectors)))
    for one, left in enumerate(vectors):
        for other, right in enumerate(vectors[:one]):
            if left and right and any(left) and any(right):
                cosine = np.dot(left, right) / np.linalg.norm(left) / np.linalg.norm(right)
                if cosine >= threshold - 1e-6:
                    low, high = sorted((group[one], group[other]))
                    group = [low if held == high else held for held in group]
    return {row: f"of row {held}" for row, held in enumerate(group) if held != row}


@settings(max_examples=80, deadline=None)
@given(VECTORS, st.sampled_from([0.5, 0.9, 1.0]), st.randoms(use_true_random=False))
def test_small_tables_give_what_brute_force_gives(
    vectors: list[list[float] | None], threshold: float, chance: random.Random
) -> None:
    rows = list(range(len(vectors)))
    chance.shuffle(rows)
    found = removed([vectors[row] for row in rows], threshold, rows, chance.randint(1, 4))
    assert found == brute_force(vectors, threshold)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(0).standard_normal((300, 4)).round(2).tolist()
    whole = removed(drawn, 0.9, range(300), 1000)
    assert len(whole) > 20
    monkeypatch.setitem(module().__dict__, "BLOCK", 7)
    assert removed(drawn, 0.9, range(300), 1000) == whole
