"""What holds for any rows when operators select, split, combine and reshape them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import HEAD, ONE_CORE, kept_rows, left_rows, write_rows

from dataevolver.compiler import compile_plan
from dataevolver.kernels import gathered
from dataevolver.library import builtin, load_catalog, templates
from dataevolver.plans import read_plan
from dataevolver.runner import RunResult, run
from dataevolver.solver import solve
from dataevolver.yamlfile import dump

Rows = Sequence[Mapping[str, Any]]

CATALOG = load_catalog([builtin()])
TEMPLATES = templates([builtin()])
few = settings(max_examples=6, deadline=None)
letters = st.sampled_from(["a", "b", "c", None])
keyed = st.lists(st.fixed_dictionaries({"k": letters, "q": letters}), min_size=1, max_size=12)
numbers = st.lists(st.one_of(st.none(), st.integers(-3, 9)), min_size=1, max_size=12)
JOINED, FLAGS = "\u200d\u0301ำ", "🇩🇪"
texts = st.text(
    st.sampled_from([*"ab .!?\n。今天กำ", "\u200d", "👩", "🇩", "🇪", "\u0301"]), max_size=40
)


def results(operator: str, arguments: Mapping[str, Any], *sources: Rows) -> list[dict[str, Any]]:
    """The rows that a plan of one step keeps, and that all are accounted for.

    Rows are numbered in `n` first.
    """
    with TemporaryDirectory() as folder:
        done = outcome(Path(folder), operator, arguments, sources)
        (step,) = done.steps
        assert step.rows_in + step.added == step.kept + step.dropped + step.failed
        kept = kept_rows(done)
        assert len(kept) == step.kept
        assert len(left_rows(done)) == step.dropped + step.failed
        return kept


def outcome(
    folder: Path, operator: str, arguments: Mapping[str, Any], sources: Sequence[Rows]
) -> RunResult:
    names = [f"source_{number}" for number in range(len(sources))]
    step = {"id": "step", "operator": operator, "from": names, "with": dict(arguments)}
    text = HEAD.replace("source: raw", f"source: {names[0]}") + dump({"steps": [step]})
    found = {
        name: write_rows(
            folder / f"{name}.parquet", [{**row, "n": n} for n, row in enumerate(rows)]
        )
        for name, rows in zip(names, sources, strict=True)
    }
    columns = {name: source.columns for name, source in found.items()}
    compiled = compile_plan(solve(read_plan(text, "plan.yml"), CATALOG, columns), TEMPLATES)
    return run(compiled, found, ONE_CORE, store=folder / "cache", folder=folder / "run")


@few
@given(rows=keyed, shares=st.lists(st.integers(0, 5), min_size=1, max_size=3))
def test_a_split_gives_every_row_a_part_and_a_key_one_only(rows: Any, shares: list[int]) -> None:
    named = {f"part_{place}": share for place, share in enumerate([*shares, 1])}
    arguments = {"columns": ["k", "q"], "shares": named}
    found = results("assign_split", arguments, rows)
    assert [row["n"] for row in found] == list(range(len(rows)))
    parts: dict[Any, set[str]] = {}
    for row in found:
        assert named[row["split"]] > 0
        if (row["k"], row["q"]) != (None, None):
            parts.setdefault((row["k"], row["q"]), set()).add(row["split"])
    assert all(len(names) == 1 for names in parts.values())
    filtered = [
        row["n"]
        for name in named
        for row in results("keep_split", {**arguments, "keep": [name]}, rows)
    ]
    assert sorted(filtered) == list(range(len(rows)))
    more = results("assign_split", arguments, [*rows, {"k": "new", "q": "new"}])
    assert [row["split"] for row in more[:-1]] == [row["split"] for row in found]


def test_the_shares_of_a_split_are_kept_within_four_deviations() -> None:
    rows = [{"k": f"document {number}"} for number in range(5000)]
    counts = Counter(row["split"] for row in results("assign_split", {"columns": ["k"]}, rows))
    for name, share in {"train": 0.9, "validation": 0.05, "test": 0.05}.items():
        assert abs(counts[name] - share * 5000) <= 4 * (share * (1 - share) * 5000) ** 0.5


@few
@given(rows=keyed)
def test_linked_rows_hang_together_and_no_others(rows: Any) -> None:
    found = results("link_rows", {"columns": ["k", "q"]}, rows)
    group = list(range(len(rows)))
    for _ in rows:
        for one, left in enumerate(rows):
            for other, right in enumerate(rows):
                if any(left[c] is not None and left[c] == right[c] for c in ("k", "q")):
                    group[one] = min(group[one], group[other])
    assert [row["group"] for row in found] == group


@few
@given(left=keyed, right=keyed, maximum=st.integers(1, 4), how=st.sampled_from(["left", "inner"]))
def test_a_join_has_a_row_for_each_match(left: Any, right: Any, maximum: int, how: str) -> None:
    right = [{"k": row["k"], "v": place} for place, row in enumerate(right)]
    found = results("join_rows", {"columns": ["k"], "maximum": maximum, "how": how}, left, right)
    expected = []
    for place, row in enumerate(left):
        matches = [one["v"] for one in right if one["k"] is not None and one["k"] == row["k"]]
        if not matches and how == "left":
            expected.append((place, None))
        elif len(matches) <= maximum:
            expected.extend((place, match) for match in matches)
    assert [(row["n"], row["v"]) for row in found] == expected
    matched = results("keep_matching", {"columns": ["k"]}, left, right)
    others = results("keep_matching", {"columns": ["k"], "keep": "others"}, left, right)
    assert sorted(row["n"] for row in (*matched, *others)) == list(range(len(left)))


@few
@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=3),
    weights=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    stop=st.sampled_from(["all", "first"]),
)
def test_a_mixture_keeps_each_inputs_order_and_the_weights(
    sizes: list[int], weights: list[int], stop: str
) -> None:
    sources = [[{"s": source}] * size for source, size in enumerate(sizes)]
    weights = weights[: len(sizes)]
    found = results("interleave_rows", {"weights": weights, "stop": stop}, *sources)
    for source, size in enumerate(sizes):
        own = [row["n"] for row in found if row["s"] == source]
        assert own == list(range(len(own)))
        assert stop == "first" or len(own) == size
    counts = Counter(row["s"] for row in found)
    if stop == "first":
        assert any(counts[source] == size for source, size in enumerate(sizes))
        rounds = [counts[source] / weight for source, weight in enumerate(weights)]
        assert max(rounds) - min(rounds) <= 1


@few
@given(values=numbers, maximum=st.integers(0, 30), grouped=st.booleans(), data=st.data())
def test_a_budget_is_never_exceeded(
    values: Any, maximum: int, grouped: bool, data: st.DataObject
) -> None:
    rows = [{"size": value, "k": data.draw(letters)} for value in values]
    allocation = data.draw(st.sampled_from(["proportional", "equal"]))
    arguments = {"column": "size", "maximum": maximum}
    if grouped:
        arguments |= {"group": "k", "allocation": allocation}
    found = results("token_budget", arguments, rows)
    assert sum(max(0, row["size"] or 0) for row in found) <= maximum


@few
@given(values=numbers, cut=st.integers(0, 100))
def test_two_ranges_that_meet_share_no_row_and_leave_none(values: Any, cut: int) -> None:
    rows = [{"s": value} for value in values]
    by = {"column": "s", "by": "percentile"}
    low = results("select_range", {**by, "maximum": cut}, rows)
    high = results("select_range", {**by, "minimum": cut}, rows)
    found = sorted(row["n"] for row in (*low, *high))
    assert found == [place for place, value in enumerate(values) if value is not None]


@few
@given(rows=keyed, count=st.integers(0, 14))
def test_strata_are_served_in_turn(rows: Any, count: int) -> None:
    arguments = {"columns": ["k"], "count": count, "allocation": "equal"}
    found = Counter(row["k"] for row in results("sample_stratified", arguments, rows))
    sizes = Counter(row["k"] for row in rows)
    assert found.total() == min(count, len(rows))
    short = [found[key] for key in sizes if found[key] < sizes[key]]
    assert not short or max(found.values(), default=0) <= min(short) + 1


@few
@given(rows=st.lists(st.lists(st.one_of(st.none(), texts), max_size=4), min_size=1, max_size=5))
def test_exploded_rows_group_into_what_they_were(rows: Any) -> None:
    given_rows = [{"id": place, "parts": parts} for place, parts in enumerate([*rows, ["x"]])]
    exploded = results("explode_list", {"column": "parts", "index": "at"}, given_rows)
    back: dict[int, list[Any]] = {}
    for row in exploded:
        back.setdefault(row["id"], []).extend([] if row["at"] is None else [row["parts"]])
    assert list(back.values()) == [*rows, ["x"]]


@few
@given(rows=keyed, seed=st.integers(0, 3))
def test_shuffled_and_sorted_rows_are_the_same_rows(rows: Any, seed: int) -> None:
    shuffled = results("shuffle_rows", {"seed": seed}, rows)
    assert sorted(row["n"] for row in shuffled) == list(range(len(rows)))
    by_key = [row["n"] for row in results("sort_rows", {"columns": ["k"]}, rows)]
    order = [(row["k"] is None, row["k"] or "", place) for place, row in enumerate(rows)]
    assert by_key == [place for *_key, place in sorted(order)]


def is_cut_between_characters(text: str, at: int) -> bool:
    before = text[at - 1 : at].strip()
    return not before or not (text[at] in JOINED or before == "\u200d")


@settings(max_examples=60, deadline=None)
@given(
    text=texts,
    maximum=st.integers(1, 12),
    unit=st.sampled_from(["characters", "words"]),
    whole=st.sampled_from(["paragraph", "line", "sentence", "word", "character"]),
    overlap=st.integers(0, 3),
)
def test_chunks_hold_all_of_a_text_and_never_cut_a_character(
    text: str, maximum: int, unit: str, whole: str, overlap: int
) -> None:
    body: dict[str, Any] = {}
    exec(CATALOG["chunk_text"].body, body)
    batch = pa.record_batch({"__id": [7], "column": [text]})
    arguments = {"maximum": maximum, "unit": unit, "keep_whole": whole, "overlap": overlap}
    found = body["apply"](batch, {**arguments, "separator": None}).to_pydict()
    chunks = found["into"]
    assert found["index"] == list(range(len(chunks)))
    for chunk in chunks:
        assert chunk == chunk.strip() != ""
        places = [at for at in range(len(text)) if text.startswith(chunk, at)]
        assert any(is_cut_between_characters(text, at) for at in places)
    if not overlap:
        assert "".join("".join(chunks).split()) == "".join(text.split())
    if unit == "characters":
        assert all(len(chunk) <= maximum or set(chunk) & set(JOINED + FLAGS) for chunk in chunks)


def test_the_most_different_rows_are_those_of_a_search_through_all() -> None:
    drawn = np.random.default_rng(0).normal(size=(300, 8))
    rows = [{"v": vector.tolist()} for vector in drawn]
    found = sorted(
        row["n"] for row in results("select_diverse", {"column": "v", "count": 40}, rows)
    )
    with TemporaryDirectory() as folder:
        batch = pa.record_batch({"__id": range(300), "v": drawn.tolist()})
        _, vectors = gathered([batch], "v", Path(folder))
        vectors = np.array(vectors)
    chosen = [int(np.argmax(vectors @ vectors.sum(0)))]
    while len(chosen) < 40:
        distance = 1 - (vectors @ vectors[chosen].T).max(1)
        distance[chosen] = -1
        chosen.append(int(np.argmax(distance)))
    assert found == sorted(chosen)


def test_importance_brings_what_the_second_input_is_about() -> None:
    rng = np.random.default_rng(0)
    words = {"wanted": ["ore", "mine", "copper", "smelt"], "other": ["sea", "boat", "sail", "fish"]}
    rows = [
        {"kind": kind, "text": " ".join(rng.choice(words[kind], 12))}
        for kind in ("wanted", "other", "other", "other")
        for _ in range(50)
    ]
    wanted = [{"text": " ".join(rng.choice(words["wanted"], 12))} for _ in range(20)]
    found = results("importance_resample", {"column": "text", "count": 50}, rows, wanted)
    assert Counter(row["kind"] for row in found)["wanted"] >= 48
    assert found == results("importance_resample", {"column": "text", "count": 50}, rows, wanted)


def test_only_the_named_columns_stay() -> None:
    found = results("keep_columns", {"columns": ["q", "k"]}, [{"k": "a", "q": "b"}])
    assert [list(row) for row in found] == [["q", "k"]]


@pytest.mark.parametrize(
    ("operator", "arguments", "complaint"),
    [
        ("select_range", {"column": "n"}, "give a minimum, a maximum or both"),
        ("select_by_frequency", {"column": "n"}, "give count, minimum or maximum"),
        ("join_rows", {"columns": ["n"]}, "join_rows reads 2 inputs"),
        ("interleave_rows", {"weights": [1, 2]}, "interleave_rows reads 2 inputs"),
        (
            "replace_regex",
            {"columns": ["k"], "pattern": "(a)", "replacement": "\\2"},
            "has no group 2",
        ),
        ("extract_regex", {"column": "k", "pattern": "a", "into": "x", "group": 1}, "no group 1"),
        ("split_column", {"column": "k", "into": ["x", "y"], "pattern": "(a)"}, "needs a group"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(
    operator: str, arguments: Mapping[str, Any], complaint: str
) -> None:
    with pytest.raises(Exception, match=complaint):
        results(operator, arguments, [{"k": "a"}])
