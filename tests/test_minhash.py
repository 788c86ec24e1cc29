"""Near duplicates: no pair below the threshold, nearly all at it, one survivor, always the same."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import tracemalloc
import types
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels import bands_for, shingle_sets
from dataevolver.library import builtin

DATA = Path(__file__).parents[2] / "shared" / "data"
WINDOW = 5
FOUND = 0.998  # of the rows that exact comparison removes, as the operator's body says

Pair = tuple[int, int]


@cache
def module() -> types.ModuleType:
    path = builtin().root / "macros" / "dedup" / "dedup_near.py"
    body = types.ModuleType("dedup_near")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), body.__dict__)
    return body


def removed(
    texts: Sequence[str | None],
    threshold: float,
    ids: Sequence[int] | None = None,
    rows_a_batch: int = 1000,
    threads: int = 1,
) -> dict[int, str]:
    """Which ids go, and as whose duplicates."""
    numbers = range(len(texts)) if ids is None else ids
    table = pa.table(
        {"__id": pa.array(numbers, pa.int64()), "column": pa.array(texts, pa.string())}
    )
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(rows_a_batch))
    answer = module().apply(
        reader,
        {"size": WINDOW, "threshold": threshold, "prefer": "highest", "__threads": threads},
    )
    return dict(zip(answer["__id"].to_pylist(), answer["detail"].to_pylist(), strict=True))


def shingles(text: str) -> frozenset[Any]:
    words = re.findall(r"[^\W_]+", text.lower())
    if len(words) >= WINDOW:
        return frozenset(zip(*(words[offset:] for offset in range(WINDOW)), strict=False))
    letters = "".join(words)
    places = range(max(1, len(letters) - WINDOW + 1))
    return (
        frozenset(letters[place : place + WINDOW] for place in places) if letters else frozenset()
    )


def similarities(texts: Sequence[str]) -> Mapping[Pair, float]:
    """The exact Jaccard similarity of every pair that shares a shingle."""
    sets = [shingles(text) for text in texts]
    holders = defaultdict(list)
    for row, held in enumerate(sets):
        for shingle in held:
            holders[shingle].append(row)
    shared: Counter[Pair] = Counter()
    for rows in holders.values():
        shared.update((one, other) for place, one in enumerate(rows) for other in rows[place + 1 :])
    return {
        (one, other): count / (len(sets[one]) + len(sets[other]) - count)
        for (one, other), count in shared.items()
    }


def survivors(count: int, pairs: Sequence[Pair]) -> dict[int, int]:
    """Row to the lowest row of its component."""
    lowest = list(range(count))

    def find(row: int) -> int:
        while lowest[row] != row:
            row = lowest[row]
        return row

    for one, other in pairs:
        first, second = sorted((find(one), find(other)))
        lowest[second] = first
    return {row: find(row) for row in range(count)}


@cache
def real_texts() -> tuple[str, ...]:
    """Templated questions as they are, and web pages with words changed here and there."""
    questions = DATA / "math" / "llm_adapters_math_data.jsonl.gz"
    pages = DATA / "web" / "c4_demo_300.jsonl"
    if not questions.is_file() or not pages.is_file():
        pytest.skip(f"no real texts in {DATA}")
    lines = gzip.decompress(questions.read_bytes()).decode("utf-8").splitlines()
    texts = [json.loads(line)["instruction"] for line in lines]
    chance = random.Random(1)
    for line in pages.read_text(encoding="utf-8").splitlines()[:150]:
        words = json.loads(line)["text"].split(" ")[:300]
        for share in (0.0, 0.01, 0.03, 0.06, 0.1):
            changed = (
                f"x{chance.randrange(1000)}" if chance.random() < share else word for word in words
            )
            texts.append(" ".join(changed))
    return tuple(texts)


@cache
def real_similarities() -> Mapping[Pair, float]:
    return similarities(real_texts())


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.9])
def test_on_real_texts_exact_comparison_removes_the_same_rows(threshold: float) -> None:
    texts = real_texts()
    pairs = [pair for pair, value in real_similarities().items() if value >= threshold - 1e-12]
    lowest = survivors(len(texts), pairs)
    expected = {row for row in lowest if lowest[row] != row}
    got = set(removed(texts, threshold))
    assert len(expected) > 100
    assert got - expected == set()
    assert len(got) >= FOUND * len(expected)


def test_row_order_and_batches_change_nothing() -> None:
    texts = real_texts()
    ids = list(range(len(texts)))
    mixed = list(ids)
    random.Random(2).shuffle(mixed)
    whole = removed(texts, 0.7)
    assert removed([texts[row] for row in mixed], 0.7, ids=mixed, rows_a_batch=77) == whole


def test_threads_change_nothing() -> None:
    assert removed(real_texts(), 0.7, threads=3) == removed(real_texts(), 0.7)


def test_a_second_call_gives_what_the_first_gave() -> None:
    texts = ["the cat sat on the mat by the door", "the dog sat on the rug by the window"]
    first = removed(texts, 0.5)
    removed([*texts, "a fish swam in the tank near the light"], 0.5)
    assert removed(texts, 0.5) == first == {}


WORDS = st.sampled_from(
    ["red", "blue", "oak", "elm", "sun", "moon", "天", "气", "ก", "क्या", "👨‍👩‍👧", "."]
)
TEXTS = st.lists(st.lists(WORDS, max_size=14).map(" ".join), max_size=12)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_one_of_each_group_stays_and_equal_texts_are_a_group(
    texts: list[str], threshold: float
) -> None:
    gone = removed(texts, threshold)
    kept = [row for row in range(len(texts)) if row not in gone]
    assert all(int(detail.removeprefix("of row ")) in kept for detail in gone.values())
    assert all(int(detail.removeprefix("of row ")) < row for row, detail in gone.items())
    left = [texts[row].strip() for row in kept if texts[row].strip()]
    assert len(set(left)) == len(left)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from([0.3, 0.5, 0.8, 1.0]), st.randoms(use_true_random=False))
def test_small_tables_give_what_brute_force_gives(
    texts: list[str], threshold: float, chance: random.Random
) -> None:
    expected = brute_force(texts, threshold)
    rows = list(range(len(texts)))
    chance.shuffle(rows)
    batch = chance.randint(1, 5)
    got = removed([texts[row] for row in rows], threshold, ids=rows, rows_a_batch=batch)
    assert got == {row: f"of row {one}" for row, one in expected.items() if row != one}


def brute_force(texts: Sequence[str], threshold: float) -> dict[int, int]:
    """Row to survivor, by the sets that the kernels make, every pair compared exactly."""
    members, sizes = shingle_sets(pa.array(texts, pa.string()), WINDOW)
    ends = [0, *sizes.cumsum().tolist()]
    sets = [set(members[first:last].tolist()) for first, last in itertools.pairwise(ends)]
    near = [
        (one, other)
        for one, other in itertools.combinations(range(len(sets)), 2)
        if sets[one] and len(sets[one] & sets[other]) >= threshold * len(sets[one] | sets[other])
    ]
    return survivors(len(texts), near)


def test_nothing_at_all_is_a_valid_input() -> None:
    assert removed([], 0.7) == {}
    assert removed([None, "", "  ", "\u200b", None], 0.7) == {}


def test_a_chain_is_one_component_and_its_first_row_stays() -> None:
    words = [f"w{number}" for number in range(30)]
    chain = [" ".join(words[start : start + 20]) for start in range(0, 8, 2)]
    assert similarities(chain)[0, 3] < 0.6 <= similarities(chain)[0, 1]
    assert removed(chain, 0.6) == {1: "of row 0", 2: "of row 0", 3: "of row 0"}


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_pair_at_the_threshold_is_missed_once_in_a_thousand_times(threshold: float) -> None:
    bands, width = bands_for(threshold)
    assert bands * width <= 256
    assert (1 - threshold**width) ** bands <= 1e-3


@pytest.mark.slow
def test_memory_goes_by_the_rows_not_by_their_texts(tmp_path: Path) -> None:
    schema = pa.schema([("__id", pa.int64()), ("column", pa.string())])

    def batches(words: int) -> Iterator[pa.RecordBatch]:
        for first in range(0, 600, 100):
            texts = [
                " ".join(
                    f"w{(row * words + place) * 2654435761 % 1000003}" for place in range(words)
                )
                for row in range(first, first + 100)
            ]
            yield pa.record_batch([range(first, first + 100), texts], schema=schema)

    peaks = []
    for words in (100, 1000):
        reader = pa.RecordBatchReader.from_batches(schema, batches(words))
        tracemalloc.start()
        module().apply(
            reader, {"size": 5, "threshold": 0.7, "prefer": "highest", "__spill": str(tmp_path)}
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] < 20_000_000  # of ten times the text
    assert list(tmp_path.iterdir()) == []
