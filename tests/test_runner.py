"""Plans run on DuckDB: where every row goes, what is kept, and what is started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from case_files import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbench import ONE_CORE, Bench, Rows, kept_rows, left_rows, operator_with_body, write_rows

from dataevolver.columns import TEXT
from dataevolver.errors import RunError
from dataevolver.library import templates
from dataevolver.operators import Example
from dataevolver.project import Target
from dataevolver.runner import (
    StepResult,
    preview,
    run,
    run_examples,
    story,
    write_compiled,
    writer_lock,
)
from dataevolver.runner.engine import open_engine
from dataevolver.sources import Progress

ROW = {"parameters": {"columns": "columns"}, "inputs": ["$columns: text"]}
OPERATORS: Mapping[str, Any] = {
    "upper": {**ROW, "outputs": ["$columns: text"], "body": "upper({{ value }})"},
    "trim": {**ROW, "outputs": ["$columns: text"], "body": "trim({{ value }})"},
    "short": {
        **ROW,
        "rows": "fewer",
        "body": "CASE WHEN length({{ value }}) < 3 THEN 'shorter than 3' END",
    },
    "spam": {**ROW, "rows": "fewer", "body": "CASE WHEN {{ value }} ILIKE '%spam%' THEN 'spam' END"},
    "number": {
        "parameters": {"column": "column"},
        "inputs": ["$column: text"],
        "outputs": ["$column: integer"],
        "fails": True,
        "body": "{% if part == 'fail' %}CASE WHEN {{ column }} IS NOT NULL AND "
        "try_cast({{ column }} AS BIGINT) IS NULL THEN 'not a number' END"
        "{% else %}try_cast({{ column }} AS BIGINT){% endif %}",
    },
    "careless": {
        "parameters": {"column": "column", "into": "name"},
        "inputs": ["$column: text"],
        "outputs": ["$into: integer"],
        "body": "CAST({{ column }} AS BIGINT)",
    },
    "drop": {"parameters": {"columns": "columns"}, "removes": ["$columns"], "body": ""},
    "dedup": {
        "scope": "global",
        "rows": "fewer",
        "parameters": {"column": "column"},
        "inputs": ["$column: text"],
        "body": "SELECT \"__id\", 'duplicate' AS reason, 'of row ' || first AS detail FROM ("
        'SELECT "__id", min("__id") OVER (PARTITION BY md5({{ column }})) AS first FROM {{ input }})'
        ' WHERE "__id" > first',
    },
    "rank": {
        "scope": "global",
        "parameters": {"column": "column", "into": "name"},
        "inputs": ["$column: text"],
        "outputs": ["$into: integer"],
        "body": 'SELECT "__id", row_number() OVER (ORDER BY {{ column }}, "__id") '
        "AS {{ params.into | identifier }} FROM {{ input }}",
    },
    "split": {
        "rows": "more",
        "parameters": {"column": "column"},
        "inputs": ["$column: text"],
        "outputs": ["$column: text"],
        "body": "SELECT * REPLACE (part AS {{ column }}) FROM (SELECT *, unnest(parts) AS part, "
        "generate_subscripts(parts, 1) AS \"__ordinal\" FROM (SELECT *, "
        "list_filter(string_split({{ column }}, ' '), lambda x: x <> '') AS parts "
        "FROM {{ input }}))",
    },
    "union": {
        "scope": "global",
        "rows": "more",
        "body": '{% for one in inputs %}SELECT *, 1 AS "__ordinal" FROM {{ one }} '
        '{{ "UNION ALL BY NAME " if not loop.last }}{% endfor %}',
    },
    "py_upper": {
        **ROW,
        "language": "python",
        "outputs": ["$columns: text"],
        "body": "import pyarrow.compute as pc\n\n\ndef apply(batch, params):\n"
        "    return {'value': pc.utf8_upper(batch.column('value'))}\n",
    },
    "py_number": {
        "language": "python",
        "parameters": {"column": "column", "into": "name"},
        "inputs": ["$column: text"],
        "outputs": ["$into: integer"],
        "body": "import pyarrow as pa\n\n\ndef apply(batch, params):\n"
        "    texts = batch.column('column').to_pylist()\n"
        "    return {'into': pa.array([None if x is None else int(x) for x in texts], pa.int64())}\n",
    },
    "py_spam": {
        **ROW,
        "language": "python",
        "rows": "fewer",
        "body": "import pyarrow as pa\n\n\ndef apply(batch, params):\n"
        "    texts = batch.column('value').to_pylist()\n"
        "    return {'reason': pa.array(['spam' if 'spam' in (x or '') else None for x in texts], "
        "pa.string()), 'failed': pa.array(['odd' if x == 'odd' else None for x in texts], "
        "pa.string())}\n",
    },
    "py_rank": {
        "language": "python",
        "scope": "global",
        "parameters": {"column": "column", "into": "name"},
        "inputs": ["$column: text"],
        "outputs": ["$into: integer"],
        "body": "import pyarrow as pa\n\n\ndef apply(rows, params):\n"
        "    table = rows.read_all().sort_by([('column', 'ascending'), ('__id', 'ascending')])\n"
        "    places = pa.array(range(1, table.num_rows + 1), pa.int64())\n"
        "    return pa.table({'__id': table['__id'], 'into': places})\n",
    },
    "py_split": {
        "language": "python",
        "rows": "more",
        "parameters": {"column": "column"},
        "inputs": ["$column: text"],
        "outputs": ["$column: text"],
        "body": "import pyarrow as pa\n\n\ndef apply(batch, params):\n"
        "    ids, parts = [], []\n"
        "    for row, text in zip(batch.column('__id').to_pylist(), batch.column('column').to_pylist()):\n"
        "        if text == 'bad':\n            raise ValueError('cannot split this')\n"
        "        for part in (text or '').split():\n            ids.append(row)\n            parts.append(part)\n"
        "    return pa.table({'__id': pa.array(ids, pa.int64()), 'column': pa.array(parts, pa.string())})\n",
    },
}  # fmt: skip


BODY = OPERATORS["py_upper"]["body"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(folder=tmp_path, operators=OPERATORS)


def texts(*values: str | None) -> list[dict[str, Any]]:
    return [{"text": value} for value in values]


def plan(*steps: str) -> str:
    return "steps:\n" + "".join(f"  - {{{step}}}\n" for step in steps) if steps else "steps: []\n"


def flow(step: StepResult) -> tuple[str, int, int, int, int, int]:
    return step.id, step.rows_in, step.kept, step.dropped, step.failed, step.added


CLEAN = plan(
    "id: trim, operator: trim, with: {columns: [text]}",
    "id: short, operator: short, with: {columns: [text]}",
    "id: number, operator: number, with: {column: text}",
)


# ---- where rows go


def test_every_row_is_accounted_for_with_its_reason(bench: Bench) -> None:
    sources = bench.sources(raw=texts(" 123 ", "ab", "x12", None, "4567", "1"))
    result = bench.run(CLEAN, sources)
    assert [flow(step) for step in result.steps] == [
        ("trim", 6, 6, 0, 0, 0),
        ("short", 6, 4, 2, 0, 0),
        ("number", 4, 3, 0, 1, 0),
    ]
    assert [dict(step.reasons) for step in result.steps] == [
        {},
        {"shorter than 3": 2},
        {"not a number": 1},
    ]
    assert (result.rows_in, result.rows_out) == (6, 3)
    assert kept_rows(result) == [{"text": 123}, {"text": None}, {"text": 4567}]


def test_a_row_that_left_is_kept_as_it_was_then(bench: Bench) -> None:
    sources = bench.sources(raw=[{"text": " ab", "note": "n"}, {"text": "x12 ", "note": None}])
    steps = (
        "id: trim, operator: trim, with: {columns: [text]}",
        "id: short, operator: short, with: {columns: [text]}",
        "id: drop, operator: drop, with: {columns: [note]}",
        "id: rank, operator: rank, with: {column: text, into: rank}",
    )
    left = left_rows(bench.run(plan(*steps), sources))
    assert [json.loads(row.pop("__row")) for row in left] == [{"text": "ab", "note": "n"}]
    assert left == [
        {
            "__id": 0,
            "__source": 0,
            "__step": "short",
            "__kind": "dropped",
            "__reason": "shorter than 3",
            "__detail": None,
        }
    ]


def test_a_row_that_cannot_be_cast_keeps_its_text(bench: Bench) -> None:
    sources = bench.sources(raw=texts("12x", "12"))
    result = bench.run(plan("id: number, operator: number, with: {column: text}"), sources)
    assert [(row["__reason"], row["__row"]) for row in left_rows(result)] == [
        ("not a number", '{"text":"12x"}')
    ]


def test_nothing_is_computed_for_a_row_that_left(bench: Bench) -> None:
    sources = bench.sources(raw=texts("1", "spam", "2"))
    steps = (
        "id: spam, operator: spam, with: {columns: [text]}",
        "id: count, operator: careless, with: {column: text, into: n}",
    )
    result = bench.run(plan(*steps), sources)
    assert [step.segment for step in result.steps] == ["01_spam", "01_spam"]
    assert kept_rows(result) == [{"text": "1", "n": 1}, {"text": "2", "n": 2}]


def test_no_rows_and_no_rows_left_are_results_too(bench: Bench) -> None:
    dropping = plan(
        "id: short, operator: short, with: {columns: [text]}",
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: dedup, operator: dedup, with: {column: text}",
        "id: rank, operator: py_rank, with: {column: text, into: rank}",
        "id: split, operator: split, with: {column: text}",
        "id: again, operator: py_split, with: {column: text}",
    )
    result = bench.run(dropping, bench.sources(raw=texts("a", "b")))
    assert [flow(step)[1:] for step in result.steps] == [(2, 0, 2, 0, 0)] + [(0, 0, 0, 0, 0)] * 5
    assert (result.rows_out, kept_rows(result)) == (0, [])
    compiled_columns = {"text", "rank"}
    assert {*duckdb.read_parquet(str(result.output)).columns} == {
        "__id",
        "__source",
        *compiled_columns,
    }


def test_a_plan_without_steps_gives_its_source(bench: Bench) -> None:
    result = bench.run(plan(), bench.sources(raw=texts("a", None)))
    assert (kept_rows(result), result.steps) == (texts("a", None), ())


def test_a_conversation_is_judged_and_rewritten_inside(bench: Bench) -> None:
    turns = [{"role": "user", "content": "hi  "}, {"role": "assistant", "content": "hello"}]
    rows = [
        {"messages": turns},
        {"messages": [{"role": "user", "content": "spam"}]},
        {"messages": None},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "spam"}, None]},
        {"messages": [{"role": "assistant", "content": None}]},
    ]
    for upper in ("upper", "py_upper"):
        steps = (
            "id: trim, operator: trim, with: {columns: ['messages[].content']}",
            "id: spam, operator: spam, with: {columns: ['messages[role=user].content']}",
            f"id: upper, operator: {upper}, with: {{columns: ['messages[role=assistant].content']}}",
        )
        result = bench.run(plan(*steps), bench.sources(raw=rows), name=upper)
        assert kept_rows(result) == [
            {
                "messages": [
                    {"role": "user", "content": "hi"},
                    {"role": "assistant", "content": "HELLO"},
                ]
            },
            {"messages": None},
            {"messages": []},
            {"messages": [{"role": "assistant", "content": "SPAM"}, None]},
            {"messages": [{"role": "assistant", "content": None}]},
        ]
        assert [row["__source"] for row in left_rows(result)] == [1]


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.sampled_from(["upper", "trim", "short", "spam"]), min_size=2, max_size=5),
    values=st.lists(st.none() | st.text(" aspm\n", max_size=6), max_size=12),
)
def test_fused_steps_do_what_they_do_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], values: list[str | None]
) -> None:
    bench = Bench(folder=tmp_path_factory.mktemp("fused"), operators=OPERATORS)
    written = [
        f"id: s{place}, operator: {name}, with: {{columns: [text]}}"
        for place, name in enumerate(steps)
    ]
    rows = texts(*values)
    fused = bench.run(plan(*written), _source(bench, rows), name="fused")
    reasons = []
    for place, step in enumerate(written):
        alone = bench.run(plan(step), _source(bench, rows), name=f"alone{place}")
        rows = kept_rows(alone)
        reasons.append(dict(alone.steps[0].reasons))
    assert (kept_rows(fused), [dict(step.reasons) for step in fused.steps]) == (rows, reasons)


def _source(bench: Bench, rows: list[dict[str, Any]]) -> Mapping[str, Rows]:
    """Rows of one text column, which may be none."""
    return {"raw": write_rows(bench.folder / "raw.parquet", rows, {"text": TEXT})}


# ---- new rows and several inputs


@pytest.mark.parametrize("split", ["split", "py_split"])
def test_new_rows_get_new_ids_and_keep_their_source(bench: Bench, split: str) -> None:
    sources = bench.sources(raw=texts("a b", "", "c", None, "d e f"))
    steps = (
        f"id: split, operator: {split}, with: {{column: text}}",
        "id: spam, operator: spam, with: {columns: [text]}",
    )
    result = bench.run(plan(*steps), sources)
    assert flow(result.steps[0]) == ("split", 5, 6, 2, 0, 3)
    assert result.steps[0].reasons == {"no row was made of it": 2}
    rows = duckdb.read_parquet(str(result.output)).fetchall()
    assert rows == [(0, 0, "a"), (1, 0, "b"), (3, 2, "c"), (5, 4, "d"), (6, 4, "e"), (7, 4, "f")]


def test_a_row_that_cannot_be_multiplied_fails_alone(bench: Bench) -> None:
    sources = bench.sources(raw=texts("a b", "bad", "c"))
    result = bench.run(plan("id: split, operator: py_split, with: {column: text}"), sources)
    assert flow(result.steps[0]) == ("split", 3, 3, 0, 1, 1)
    (left,) = left_rows(result)
    assert (left["__source"], left["__reason"], left["__detail"], left["__row"]) == (
        1,
        "raised ValueError",
        "cannot split this",
        '{"text":"bad"}',
    )


def test_the_rows_of_two_sources_stay_apart(bench: Bench) -> None:
    sources = bench.sources(raw=texts("a", "spam"), more=[{"text": "b", "note": "n"}])
    steps = (
        "id: clean, operator: spam, with: {columns: [text]}, from: [raw]",
        "id: both, operator: union, from: [clean, more]",
        "id: upper, operator: upper, with: {columns: [text]}",
    )
    result = bench.run(plan(*steps), sources)
    assert kept_rows(result) == [{"text": "A", "note": None}, {"text": "B", "note": "n"}]
    assert flow(result.steps[1]) == ("both", 1, 2, 0, 0, 1)
    rows = duckdb.read_parquet(str(result.output)).select('"__id"', '"__source"').fetchall()
    assert rows == [(0, 0), (1, 1 << 40)]


# ---- Python bodies


def test_a_body_that_raises_loses_one_row_not_the_batch(bench: Bench) -> None:
    values = [str(number) for number in range(300)]
    values[17], values[255] = "x" * 300, "seven\nteen"
    sources = bench.sources(raw=texts(*values, None))
    step = "id: number, operator: py_number, with: {column: text, into: n}"
    result = bench.run(plan(step), sources)
    assert flow(result.steps[0]) == ("number", 301, 299, 0, 2, 0)
    assert result.steps[0].reasons == {"raised ValueError": 2}
    first, second = left_rows(result)
    assert (first["__source"], len(first["__detail"])) == (17, 200)
    assert second["__detail"] == r"invalid literal for int() with base 10: 'seven\nteen'"
    assert [row["n"] for row in kept_rows(result)][-2:] == [299, None]


def test_a_body_may_drop_rows_and_say_which_failed(bench: Bench) -> None:
    sources = bench.sources(raw=texts("a", "spam", "odd", None))
    result = bench.run(plan("id: spam, operator: py_spam, with: {columns: [text]}"), sources)
    assert flow(result.steps[0]) == ("spam", 4, 2, 1, 1, 0)
    assert result.steps[0].reasons == {"odd": 1, "spam": 1}


def test_a_body_over_all_rows_is_put_back_by_id(bench: Bench) -> None:
    sources = bench.sources(raw=texts("c", "a", "b"))
    both = [
        bench.run(plan(f"id: rank, operator: {name}, with: {{column: text, into: rank}}"), sources, name=name)
        for name in ("rank", "py_rank")
    ]  # fmt: skip
    assert kept_rows(both[0]) == kept_rows(both[1])
    assert [row["rank"] for row in kept_rows(both[0])] == [3, 1, 2]


def test_every_body_that_cannot_be_loaded_is_told_before_anything_runs(bench: Bench) -> None:
    missing = {
        name: {**OPERATORS["py_upper"], "extra": extra, "body": f"import no_{name}\n{BODY}"}
        for name, extra in (("first", "html"), ("second", ""))
    }
    able = replace(bench, operators={**OPERATORS, **missing})
    sources = able.sources(raw=texts("a"))
    steps = plan(
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: one, operator: first, with: {columns: [text]}",
        "id: two, operator: second, with: {columns: [text]}",
    )
    with pytest.raises(RunError) as failed:
        able.run(steps, sources)
    assert str(failed.value).splitlines() == [
        "step \"one\" (operator first) cannot be loaded: No module named 'no_first'",
        '  pip install "dataevolver-dve[html]"',
        "step \"two\" (operator second) cannot be loaded: No module named 'no_second'",
        "  a Python operator may import what is installed beside dve",
    ]
    assert list(able.store.glob("*.parquet")) == []


@pytest.mark.parametrize("case", cases("runner/wrong_answers"))
def test_a_wrong_answer_names_the_operator(tmp_path: Path, case: dict[str, Any]) -> None:
    wrong = {
        "language": case.get("language", "python"),
        "scope": case.get("scope", "row"),
        "rows": case.get("rows", "same"),
        "parameters": {"column": "column"},
        "inputs": ["$column: text"],
        "outputs": [] if case.get("rows") == "fewer" else ["$column: text"],
        "body": case["body"],
    }
    bench = Bench(folder=tmp_path, operators={"wrong": wrong})
    sources = bench.sources(raw=texts("a", "b", "b"))
    with pytest.raises(RunError) as failed:
        bench.run(plan("id: s, operator: wrong, with: {column: text}"), sources)
    assert str(failed.value) == case["error"].rstrip("\n")
    assert [path for path in bench.store.iterdir() if path.suffix == ".parquet"] == []


# ---- what is kept, and started again


def test_finished_segments_are_used_again_with_the_same_accounts(bench: Bench) -> None:
    sources = bench.sources(raw=texts("abc", "ABC", "a", "spam"))
    head = (
        "id: short, operator: short, with: {columns: [text]}",
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: dedup, operator: dedup, with: {column: text}",
    )
    spam = "id: spam, operator: spam, with: {columns: [text]}"
    first = bench.run(plan(*head), sources, name="first")
    second = bench.run(plan(*head, spam), sources, name="second")
    third = bench.run(plan(spam, *head), sources, name="third")
    assert [step.status for step in second.steps] == ["reused"] * 3 + ["success"]
    assert [flow(step) for step in second.steps[:3]] == [flow(step) for step in first.steps]
    assert [step.status for step in third.steps] == ["success"] * 4
    other = bench.run(plan(*head), bench.sources(raw=texts("abc")), name="fourth")
    assert {step.status for step in other.steps} == {"success"}


def test_a_torn_file_of_accounts_means_that_the_work_is_done_again(bench: Bench) -> None:
    sources = bench.sources(raw=texts("abc"))
    upper = plan("id: upper, operator: upper, with: {columns: [text]}")
    bench.run(upper, sources)
    (accounts,) = bench.store.glob("*.json")
    accounts.write_text('{"steps": [', encoding="utf-8")
    assert bench.run(upper, sources, name="again").steps[0].status == "success"


def test_the_log_has_a_line_for_each_step_even_when_one_fails(bench: Bench) -> None:
    sources = bench.sources(raw=texts("x", "y"))
    steps = (
        "id: dedup, operator: dedup, with: {column: text}",
        "id: count, operator: careless, with: {column: text, into: n}",
        "id: rank, operator: rank, with: {column: text, into: rank}",
    )
    heard: list[str] = []
    compiled = bench.compile(plan(*steps), sources)
    with pytest.raises(RunError):
        run(
            compiled,
            sources,
            ONE_CORE,
            store=bench.store,
            folder=bench.folder / "run",
            report=lambda event: heard.extend([event.id] if isinstance(event, StepResult) else []),
        )
    lines = (bench.folder / "run" / "steps.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(line["id"], line["status"]) for line in map(json.loads, lines)]
    assert told == [("dedup", "success"), ("count", "error"), ("rank", "skipped")]
    assert heard == ["dedup", "count", "rank"]


def test_a_database_error_names_the_step_inside_the_segment(bench: Bench) -> None:
    sources = bench.sources(raw=texts("1", "x"))
    steps = (
        "id: trim, operator: trim, with: {columns: [text]}",
        "id: count, operator: careless, with: {column: text, into: n}",
        "id: upper, operator: upper, with: {columns: [text]}",
    )
    with pytest.raises(RunError, match=r'^step "count" \(operator careless\) failed: Conversion'):
        bench.run(plan(*steps), sources)


def test_an_operator_that_fails_on_all_rows_fails_the_run(bench: Bench) -> None:
    sources = bench.sources(raw=texts("x", "y"))
    with pytest.raises(RunError) as failed:
        bench.run(plan("id: n, operator: py_number, with: {column: text, into: n}"), sources)
    assert str(failed.value).splitlines()[0] == (
        'step "n" (operator py_number) failed on all 2 rows: raised ValueError: '
        "invalid literal for int() with base 10: 'x'"
    )


def test_an_interrupted_run_keeps_what_was_finished(bench: Bench) -> None:
    sources = bench.sources(raw=texts("abc", "a"))
    steps = plan(
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: dedup, operator: dedup, with: {column: text}",
    )

    def interrupt(event: StepResult | Progress) -> None:
        if isinstance(event, StepResult):
            raise KeyboardInterrupt

    compiled = bench.compile(steps, sources)
    with pytest.raises(KeyboardInterrupt):
        run(compiled, sources, ONE_CORE, store=bench.store, folder=bench.folder / "r", report=interrupt)  # fmt: skip
    assert list(bench.store.glob(".*")) == []
    result = bench.run(steps, sources)
    assert [step.status for step in result.steps] == ["reused", "success"]


def test_ctrl_c_stops_a_query_and_leaves_no_half_file(bench: Bench) -> None:
    endless = {
        "scope": "global",
        "rows": "fewer",
        "body": 'SELECT "__id", max(n) AS reason FROM {{ input }}, range(1000000000000) AS t(n) '
        'WHERE n * n % 7 = 3 GROUP BY "__id"',
    }
    slow = replace(bench, operators={**OPERATORS, "endless": endless})
    sources = slow.sources(raw=texts("a"))
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            slow.run(plan("id: endless, operator: endless"), sources)
    finally:
        timer.cancel()
    assert list(slow.store.iterdir()) == []


_KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_runner
from workbench import Bench
bench = Bench(folder=Path({folder!r}), operators=test_runner.slow_operators(Path({gate!r})))
bench.run(test_runner.SLOW, bench.sources(raw=test_runner.texts("abc", "ab", "spam", "ABC")))
"""
SLOW = plan(
    "id: upper, operator: upper, with: {columns: [text]}",
    "id: waits, operator: waits, with: {columns: [text]}",
    "id: short, operator: short, with: {columns: [text]}",
)


def slow_operators(gate: Path) -> Mapping[str, Any]:
    """One that waits for ever while the gate's file is there."""
    waits = {
        **OPERATORS["py_upper"],
        "body": f"import os\nimport time\n\n\ndef apply(batch, params):\n"
        f"    while os.path.exists({str(gate)!r}):\n        time.sleep(0.01)\n"
        f"    return {{'value': batch.column('value')}}\n",
    }
    return {**OPERATORS, "waits": waits}


def test_a_run_that_was_killed_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.touch()
    killed = tmp_path / "killed"
    program = _KILLED.format(tests=str(Path(__file__).parent), folder=str(killed), gate=str(gate))
    process = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[1])
    log = killed / "runs" / "run" / "steps.jsonl"
    while not (log.exists() and log.read_bytes().endswith(b"\n")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    gate.unlink()
    rows = texts("abc", "ab", "spam", "ABC")
    bench = Bench(folder=killed, operators=slow_operators(gate))
    resumed = bench.run(SLOW, bench.sources(raw=rows), name="resumed")
    fresh = Bench(folder=tmp_path / "fresh", operators=slow_operators(gate))
    undisturbed = fresh.run(SLOW, fresh.sources(raw=rows))
    assert [step.status for step in resumed.steps] == ["reused", "success", "success"]
    assert resumed.output.read_bytes() == undisturbed.output.read_bytes()
    assert resumed.rejected.read_bytes() == undisturbed.rejected.read_bytes()


def test_threads_do_not_change_a_byte(tmp_path: Path) -> None:
    rows = [
        {"text": f"{'spam' if number % 7 == 0 else 'row'} {number % 9000} {'word ' * (number % 5)}"}
        for number in range(40_000)
    ]
    steps = plan(
        "id: trim, operator: trim, with: {columns: [text]}",
        "id: spam, operator: spam, with: {columns: [text]}",
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: dedup, operator: dedup, with: {column: text}",
        "id: split, operator: split, with: {column: text}",
    )
    results = []
    for threads in (1, 2):
        bench = Bench(folder=tmp_path / str(threads), operators=OPERATORS)
        target = Target(name="test", memory_limit="300MB", threads=threads)
        results.append(bench.run(steps, bench.sources(raw=rows), target))
    assert [flow(step) for step in results[0].steps] == [flow(step) for step in results[1].steps]
    assert results[0].output.read_bytes() == results[1].output.read_bytes()
    assert results[0].rejected.read_bytes() == results[1].rejected.read_bytes()


# ---- one writer


def test_a_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom dataevolver.runner import writer_lock\n"
        f"with writer_lock(Path({str(tmp_path)!r})):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(RunError) as refused, writer_lock(tmp_path):
        pass
    assert str(refused.value) == (
        f"another dve (process {holder.pid}) is writing in {tmp_path}; wait until it is done"
    )
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with writer_lock(tmp_path):
        assert (tmp_path / "writer.lock").read_text(encoding="ascii") == str(os.getpid())


# ---- locked


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{folder}/../outside.csv'",
        "ATTACH '{folder}/../outside.db'",
        "ATTACH '/tmp/outside.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '1TB'",
        "SET allowed_directories = ['/']",
        "RESET lock_configuration",
        "SELECT * FROM hidden",
    ],
)
def test_the_engine_reaches_nothing_but_its_files(tmp_path: Path, statement: str) -> None:
    hidden = ["a Python variable is no table"]
    folder = tmp_path / "store"
    folder.mkdir()
    with open_engine(ONE_CORE, (), (folder,)) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(folder=folder))
    assert hidden


# ---- looking in


def test_a_row_tells_its_story(bench: Bench) -> None:
    sources = bench.sources(raw=texts(" 123 ", " ab "))
    bench.run(CLEAN, sources)
    compiled = bench.compile(CLEAN, sources)
    told = story(compiled, sources, ONE_CORE, bench.store, 1)
    assert [(one.step, one.before, one.after) for one in told] == [
        ("trim", {"text": " ab "}, {"text": "ab"}),
        ("short", {"text": "ab"}, None),
    ]
    mark = told[-1].mark
    assert mark is not None
    assert (mark.step, mark.kind, mark.reason) == ("short", "dropped", "shorter than 3")
    lived = story(compiled, sources, ONE_CORE, bench.store, 0)
    assert [one.is_unchanged for one in lived] == [False, True, False]
    assert lived[-1].after == {"text": 123}
    with pytest.raises(RunError, match="have no row 2"):
        story(compiled, sources, ONE_CORE, bench.store, 2)


def test_a_story_tells_the_steps_after_a_python_body_one_by_one(bench: Bench) -> None:
    sources = bench.sources(raw=texts("abc ", "ab ", "spam"))
    steps = plan(
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: trim, operator: trim, with: {columns: [text]}",
        "id: short, operator: short, with: {columns: [text]}",
        "id: again, operator: py_spam, with: {columns: [text]}",
        "id: spam, operator: spam, with: {columns: [text]}",
    )
    result = bench.run(steps, sources)
    segments = ["01_upper"] * 3 + ["02_again"] * 2
    assert [step.segment for step in result.steps] == segments
    assert [flow(step)[1:4] for step in result.steps] == [
        (3, 3, 0), (3, 3, 0), (3, 2, 1), (2, 2, 0), (2, 1, 1),
    ]  # fmt: skip
    compiled = bench.compile(steps, sources)
    told = story(compiled, sources, ONE_CORE, bench.store, 1)
    assert [(one.step, one.before, one.after) for one in told] == [
        ("upper", {"text": "ab "}, {"text": "AB "}),
        ("trim", {"text": "AB "}, {"text": "AB"}),
        ("short", {"text": "AB"}, None),
    ]
    lived = story(compiled, sources, ONE_CORE, bench.store, 0)
    assert [one.after for one in lived] == [{"text": "ABC "}] + [{"text": "ABC"}] * 4
    rows = preview(compiled, sources, ONE_CORE, bench.store, "upper", limit=2)
    assert [row["text"] for row in rows] == ["ABC ", "AB "]
    for kept in bench.store.glob("*.answers.parquet"):
        kept.unlink()
    with pytest.raises(RunError, match="segment 01_upper is missing"):
        story(compiled, sources, ONE_CORE, bench.store, 0)


def test_sql_that_costs_much_stands_apart_from_a_python_body(bench: Bench) -> None:
    """Answers are put back on one core; a query of its own has all of them."""
    sources = bench.sources(raw=texts("abc ", "ab "))
    dear = {**OPERATORS["short"], "cost": 0.01}
    steps = plan(
        "id: upper, operator: py_upper, with: {columns: [text]}",
        "id: trim, operator: trim, with: {columns: [text]}",
        "id: dear, operator: dear, with: {columns: [text]}",
        "id: again, operator: trim, with: {columns: [text]}",
    )
    result = replace(bench, operators={**OPERATORS, "dear": dear}).run(steps, sources)
    assert [step.segment for step in result.steps] == [
        "01_upper", "01_upper", "02_dear", "02_dear",
    ]  # fmt: skip
    assert kept_rows(result) == texts("ABC")


def test_a_bodys_answers_are_used_again_when_the_sql_after_it_changes(bench: Bench) -> None:
    sources = bench.sources(raw=texts("abc", "ab"))
    short = "id: short, operator: short, with: {columns: [text]}"
    counting = {
        **OPERATORS["py_upper"],
        "body": f"import pathlib\n{BODY}".replace(
            "    return",
            f"    with pathlib.Path({str(bench.folder)!r}, 'calls').open('a') as calls:\n"
            "        calls.write('x')\n    return",
        ),
    }  # fmt: skip
    counted = replace(bench, operators={**OPERATORS, "counting": counting})
    body = "id: upper, operator: counting, with: {columns: [text]}"
    trim = "id: trim, operator: trim, with: {columns: [text]}"
    counted.run(plan(body, short), sources, name="first")
    again = counted.run(plan(body, trim, short), sources, name="second")
    assert {step.status for step in again.steps} == {"success"}
    assert kept_rows(again) == texts("ABC")
    assert (bench.folder / "calls").read_text() == "x"


def test_a_story_follows_the_rows_that_were_made_of_one(bench: Bench) -> None:
    sources = bench.sources(raw=texts("spam a", "b"))
    steps = plan(
        "id: split, operator: split, with: {column: text}",
        "id: spam, operator: spam, with: {columns: [text]}",
    )
    bench.run(steps, sources)
    told = story(bench.compile(steps, sources), sources, ONE_CORE, bench.store, 0)
    assert [(one.step, one.before, one.after) for one in told] == [
        ("split", {"text": "spam a"}, {"text": "spam"}),
        ("split", {"text": "spam a"}, {"text": "a"}),
        ("spam", {"text": "spam"}, None),
        ("spam", {"text": "a"}, {"text": "a"}),
    ]


def test_the_rows_after_any_step_can_be_looked_at(bench: Bench) -> None:
    sources = bench.sources(raw=texts(" 1 ", " 123", " 456"))
    compiled = bench.compile(CLEAN, sources)
    with pytest.raises(RunError, match="run the plan first"):
        preview(compiled, sources, ONE_CORE, bench.store, "trim")
    bench.run(CLEAN, sources)
    rows = preview(compiled, sources, ONE_CORE, bench.store, "short", limit=1)
    assert rows == ({"__id": 1, "__source": 1, "text": "123"},)
    with pytest.raises(RunError, match='no step "shrt"'):
        preview(compiled, sources, ONE_CORE, bench.store, "shrt")


def test_compiled_files_are_numbered_and_stale_ones_go(bench: Bench) -> None:
    sources = bench.sources(raw=texts("a"))
    steps = (
        "id: short, operator: short, with: {columns: [text]}",
        "id: upper, operator: py_upper, with: {columns: [text]}",
    )
    folder = bench.folder / "compiled"
    write_compiled(bench.compile(plan(steps[0]), sources), folder)
    (folder / "notes.md").touch()
    paths = write_compiled(bench.compile(plan(*steps), sources), folder)
    assert [path.name for path in paths] == ["01_short.sql", "02_upper.py"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "01_short.sql",
        "02_upper.py",
        "notes.md",
    ]
    assert (
        paths[0]
        .read_text(encoding="utf-8")
        .startswith("-- 01_short: short (short)\n-- reads raw\n\nWITH\n")
    )
    compile(paths[1].read_text(encoding="utf-8"), "02_upper.py", "exec")


# ---- examples


def test_an_example_says_what_came_out_differently() -> None:
    def example(given: Any, expect: Any, **reasons: Any) -> Example:
        return Example(
            arguments={"columns": ["text"]},
            given=tuple(given),
            expect=tuple(expect),
            dropped=reasons.get("dropped", {}),
            failed=reasons.get("failed", {}),
        )

    short = replace(
        operator_with_body("short", OPERATORS["short"]),
        examples=(
            example(texts("abc", "a"), texts("abc"), dropped={1: "shorter than 3"}),
            example(texts("abc", "a"), texts("abc"), dropped={1: "too short"}),
            example(texts("abc", "a"), texts("abc", "a")),
            example(texts("abc"), texts("abd")),
            example(texts("abc"), [{"txt": "abc"}]),
            example(texts("abc"), texts("abc"), failed={0: "odd"}),
        ),
    )
    assert [str(failure) for failure in run_examples(short, templates(()))] == [
        "short, example 2: row 1 should be dropped (too short); it was dropped: shorter than 3",
        "short, example 3: 2 rows should stay, 1 did (row 1: it was dropped: shorter than 3)",
        "short, example 4: row 0 of those that stay: text should be 'abd', is 'abc'",
        'short, example 5: row 0 of those that stay has no column "txt"',
        "short, example 6: row 0 should be failed (odd); it stayed",
    ]


def test_a_body_that_cannot_run_is_a_failed_example() -> None:
    broken = replace(
        operator_with_body("trim", {**OPERATORS["trim"], "body": "trim({{ valu }})"}),
        examples=(
            Example(
                arguments={"columns": ["text"]},
                given=({"text": "a"},),
                expect=(),
                dropped={},
                failed={},
            ),
        ),
    )
    (failure,) = run_examples(broken, templates(()))
    assert failure.message == "test/trim.sql:1: step \"trim\" (operator trim): 'valu' is undefined"
