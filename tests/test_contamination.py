"""Benchmark texts are found in rows wherever they stand, and on real data as many as there are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels.overlap import held, overlaps, reference

MATHS = Path(__file__).parents[2] / "shared" / "data" / "math"
WORDS = st.sampled_from(["red", "Blue", "oak,", "elm", "天", "7"])
TEXTS = st.lists(st.one_of(st.none(), st.lists(WORDS, max_size=9).map(" ".join)), max_size=6)


def test_of_svamp_800_questions_are_in_the_maths_data() -> None:
    data, benchmark = MATHS / "llm_adapters_math_data.jsonl.gz", MATHS / "svamp.jsonl"
    if not data.is_file() or not benchmark.is_file():
        pytest.skip(f"no real texts in {MATHS}")
    lines = gzip.decompress(data.read_bytes()).decode("utf-8").splitlines()
    texts = pa.array([json.loads(line)["instruction"] for line in lines])
    rows = map(json.loads, benchmark.read_text(encoding="utf-8").splitlines())
    questions = pa.array([f"{row['Body']} {row['Question']}" for row in rows])
    shares, whose = held(texts, reference(questions, 13, 6))
    assert len(set(whose[shares == 1].tolist())) == 800
    assert (shares == 1).sum() == 800


def plain_runs(text: str | None, size: int, shortest: int) -> set[tuple[str, ...]]:
    words = (text or "").lower().replace(",", "").split()
    if shortest <= len(words) < size:
        return {tuple(words)}
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def is_held(run: tuple[str, ...], text: str | None) -> bool:
    return run in plain_runs(text, len(run), len(run))


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.integers(1, 4), st.integers(1, 3))
def test_shares_are_those_that_plain_python_finds(
    texts: list[str | None], known: list[str | None], size: int, shortest: int
) -> None:
    own, others = pa.array(texts, pa.string()), pa.array(known, pa.string())
    shares, whose = held(own, reference(others, size, shortest))
    for text, share, row in zip(texts, shares.tolist(), whose.tolist(), strict=True):
        expected = [
            sum(is_held(run, text) for run in runs) / max(1, len(runs))
            for runs in (plain_runs(other, size, shortest) for other in known)
        ]
        assert share == pytest.approx(max(expected, default=0.0))
        assert row == (expected.index(max(expected)) if share else -1)


def reader(texts: Sequence[str | None], known: Sequence[str], rows: int) -> pa.RecordBatchReader:
    table = pa.table(
        {
            "__id": [
                *range(len(texts)),
                *((1 << 44) + (1 << 40) + row for row in range(len(known))),
            ],
            "column": pa.array([*texts, *known], pa.string()),
            "__input": [0] * len(texts) + [1] * len(known),
        }
    )
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(rows))


def test_batches_and_threads_change_nothing(tmp_path: Path) -> None:
    texts = ["one two three four", None, "", "six seven one two", "three two one"] * 20
    for rows, threads in ((1000, 1), (3, 1), (7, 3)):
        params = {"size": 2, "shortest": 1, "__threads": threads}
        ids, shares, whose = overlaps(
            reader(texts, ["one two", "two three"], rows), tmp_path, params
        )
        assert ids.tolist() == list(range(100))
        assert [str(share) for share in shares[:5].tolist()] == ["1.0", "nan", "0.0", "1.0", "0.0"]
        assert whose[:5].tolist() == [0, -1, -1, 0, -1]


def test_one_input_is_not_enough(tmp_path: Path) -> None:
    table = pa.table({"__id": [0], "column": ["a"]})
    with pytest.raises(ValueError, match="name both in from"):
        overlaps(table.to_reader(), tmp_path, {"size": 2, "shortest": 1})
