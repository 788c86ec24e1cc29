"""Python bodies in processes of their own: the same answers in the same order, and no process left."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workbench import Bench, kept_rows, left_rows

from dataevolver.bodies import load_body
from dataevolver.calls import Answer, Call, Job
from dataevolver.columns import INTEGER
from dataevolver.errors import RunError
from dataevolver.project import Target
from dataevolver.runner import crew
from dataevolver.runner.crew import Crew
from dataevolver.runner.means import engine_memory, memory_of, open_means

DOUBLE = "def apply(batch, params):\n    return {'out': pc.multiply(batch['value'], 2)}\n"
MODULE = "import os\nimport time\n\nimport pyarrow as pa\nimport pyarrow.compute as pc\n\n\n"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first batch already takes too long."""
    monkeypatch.setattr(crew, "ALONE", 0.0)


def job(body: str) -> Job:
    answer = Answer(names=("out",), column="__out_0_0", kind=INTEGER)
    return Job(
        step="s",
        operator="op",
        name="01_s",
        code=MODULE + body,
        parameters={},
        scope="row",
        rows="same",
        calls=(Call(arguments=(("value", "__in_0"),), answers=(answer,)),),
    )


def batches(count: int, rows: int = 3) -> Iterator[pa.RecordBatch]:
    for number in range(count):
        ids = list(range(number * rows, (number + 1) * rows))
        yield pa.record_batch({"__id": ids, "__in_0": ids})


def outputs(answers: Iterator[pa.RecordBatch]) -> list[int | None]:
    return [value for batch in answers for value in batch["__out_0_0"].to_pylist()]


def alive() -> list[str]:
    """The processes that this one has started and that work."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return listed.split()


def test_answers_come_in_order_whoever_gives_them() -> None:
    slow_first = "def apply(batch, params):\n    time.sleep(0.05 if batch['value'][0].as_py() % 2 else 0)\n    return {'out': batch['value']}\n"  # fmt: skip
    with Crew(3) as team:
        assert outputs(team.answers(load_body(job(slow_first)), batches(12))) == list(range(36))


def test_one_crew_does_one_job_after_another() -> None:
    triple = DOUBLE.replace("2)", "3)")
    with Crew(2) as team:
        for _ in range(2):
            assert outputs(team.answers(load_body(job(DOUBLE)), batches(4)))[-1] == 22
            assert outputs(team.answers(load_body(job(triple)), batches(4)))[-1] == 33


def test_the_work_is_done_by_other_processes_and_none_is_left() -> None:
    before = alive()
    who = (
        "def apply(batch, params):\n    return {'out': pa.array([os.getpid()] * batch.num_rows)}\n"
    )
    with Crew(2) as team:
        answered = set(outputs(team.answers(load_body(job(who)), batches(20))))
        assert os.getpid() in answered
        assert len(answered) == 3
    assert alive() == before


def test_few_batches_are_taken_at_a_time() -> None:
    taken = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal taken
        for batch in batches(50):
            taken += 1
            yield batch

    with Crew(2) as team:
        for number, _answers in enumerate(team.answers(load_body(job(DOUBLE)), counted()), 1):
            assert taken <= number + 2


def test_a_row_that_raises_fails_alone_in_any_process() -> None:
    raising = "def apply(batch, params):\n    if 16 in batch['value'].to_pylist():\n        raise ValueError('sixteen')\n    return {'out': batch['value']}\n"  # fmt: skip
    with Crew(3) as team:
        answers = pa.Table.from_batches(team.answers(load_body(job(raising)), batches(8)))
    assert answers["__out_0_0"].to_pylist() == [n if n != 16 else None for n in range(24)]
    assert answers["__failed"].to_pylist()[15:18] == [None, "raised ValueError", None]
    assert answers["__detail"].to_pylist()[16] == "sixteen"


def test_a_wrong_answer_in_another_process_is_told() -> None:
    wrong = "def apply(batch, params):\n    big = 9 in batch['value'].to_pylist()\n    return {'out': pa.array(['x'] * batch.num_rows) if big else batch['value']}\n"  # fmt: skip
    before = alive()
    with Crew(2) as team, pytest.raises(RunError) as failed:
        outputs(team.answers(load_body(job(wrong)), batches(8)))
    assert str(failed.value) == (
        'step "s" (operator op): apply gave string for "out", which is declared integer'
    )
    assert alive() == before


def test_a_process_that_ends_is_an_error_of_the_step() -> None:
    dying = "def apply(batch, params):\n    if 9 in batch['value'].to_pylist():\n        os._exit(7)\n    return {'out': batch['value']}\n"  # fmt: skip
    with Crew(2) as team, pytest.raises(RunError) as failed:
        outputs(team.answers(load_body(job(dying)), batches(8)))
    assert str(failed.value).splitlines()[0] == 'step "s" (operator op): its process ended with 7'


def test_ctrl_c_does_not_wait_for_a_batch() -> None:
    endless = "def apply(batch, params):\n    while batch['value'][0].as_py() == 3:\n        time.sleep(1)\n    return {'out': batch['value']}\n"  # fmt: skip
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    before, began = alive(), time.monotonic()
    timer.start()
    with Crew(2) as team, pytest.raises(KeyboardInterrupt):
        outputs(team.answers(load_body(job(endless)), batches(8)))
    assert time.monotonic() - began < 8
    assert alive() == before


# ---- whole runs

SHOUT = {
    "language": "python",
    "parameters": {"columns": "columns"},
    "inputs": ["$columns: text"],
    "outputs": ["$columns: text"],
    "body": "import pyarrow as pa\n\n\ndef apply(batch, params):\n"
    "    texts = batch['value'].to_pylist()\n    if any('bad' in text for text in texts):\n"
    "        raise ValueError('bad text')\n"
    "    return {'value': pa.array([text.upper() for text in texts])}\n",
}
SPLIT = {
    "language": "python",
    "rows": "more",
    "parameters": {"column": "column"},
    "inputs": ["$column: text"],
    "outputs": ["$column: text"],
    "body": "import pyarrow as pa\n\n\ndef apply(batch, params):\n"
    "    pairs = [(i, part) for i, text in zip(batch['__id'].to_pylist(), batch['column'].to_pylist())\n"
    "             for part in text.split()]\n"
    "    return pa.table({'__id': pa.array([i for i, _ in pairs], pa.int64()),\n"
    "                     'column': pa.array([part for _, part in pairs], pa.string())})\n",
}
PLAN = (
    "steps:\n  - {id: shout, operator: shout, with: {columns: [text]}}\n"
    "  - {id: split, operator: split, with: {column: text}}\n"
)


def test_any_number_of_threads_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = [
        {"text": f"row {number} " + ("bad " if number % 9973 == 7 else "") + "x" * (number % 300)}
        for number in range(40_000)
    ]
    results = []
    for threads in (1, 3):
        bench = Bench(folder=tmp_path / str(threads), operators={"shout": SHOUT, "split": SPLIT})
        target = Target(name="test", memory_limit="2GB", threads=threads)
        results.append(bench.run(PLAN, bench.sources(raw=rows), target))
    one, three = results
    assert [row["__detail"] for row in left_rows(three)] == ["bad text"] * 5
    assert kept_rows(three)[0] == {"text": "ROW"}
    made = pq.read_table(three.output).column("__id").to_pylist()
    left = [row["__id"] for row in left_rows(three) if row["__step"] == "split"]
    assert sorted([*made, *left]) == list(range(len(made) + len(left)))
    assert made == sorted(made)
    assert one.output.read_bytes() == three.output.read_bytes()
    assert one.rejected.read_bytes() == three.rejected.read_bytes()


# ---- what bodies are told of the machine

GLOBAL: dict[str, Any] = {
    "language": "python",
    "scope": "global",
    "parameters": {"column": "column", "into": "name"},
    "inputs": ["$column: text"],
    "outputs": ["$into: text"],
    "body": "import os\n\nimport pyarrow as pa\n\n\ndef apply(rows, params):\n"
    "    table = rows.read_all()\n    open(os.path.join(params['__spill'], 'x'), 'w').close()\n"
    "    told = ' '.join(str(params[name]) for name in ('__threads', '__memory', '__spill'))\n"
    "    return pa.table({'__id': table['__id'], 'into': [told] * table.num_rows})\n",
}


def test_a_body_over_all_rows_is_told_what_it_may_use(tmp_path: Path) -> None:
    bench = Bench(folder=tmp_path, operators={"told": GLOBAL})
    target = Target(name="test", memory_limit="300MB", threads=2)
    result = bench.run(
        "steps:\n  - {id: t, operator: told, with: {column: text, into: told}}\n",
        bench.sources(raw=[{"text": "a"}]),
        target,
    )
    threads, memory, spill = kept_rows(result)[0]["told"].split()
    assert (threads, memory) == ("2", "300000000")
    assert Path(spill).parent == bench.store
    assert not Path(spill).exists()


def test_the_memory_is_shared_between_duckdb_and_python() -> None:
    small = Target(name="small", memory_limit="1GB", threads=2)
    assert memory_of(small) == 1_000_000_000
    assert 500_000_000 <= engine_memory(small) < 600_000_000
    large = Target(name="large", memory_limit="64GiB", threads=8)
    assert memory_of(large) - engine_memory(large) < 1_200_000_000
    with open_means(small) as means:
        assert (means.threads, means.memory) == (2, 1_000_000_000)
