"""A plan's own SQL and Python, called by hand: no accounts, no reuse, no checks, no kept rows beside.

    python by_hand.py --prepare PROJECT PLAN CODE.pickle   # not measured
    python by_hand.py CODE.pickle CORPUS.jsonl OUTPUT.jsonl WORKERS

`side_by_side.py` runs it as the tool `by hand`: what `dve run` adds is the difference.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import duckdb
import pyarrow as pa

from dataevolver.bodies import answer_all, answer_batch, answer_schema, load_body
from dataevolver.calls import Job
from dataevolver.compiler import MARK_TYPE, Segment
from dataevolver.workspace import open_workspace, prepare

BATCH = 2_048
MEMORY = 4_000_000_000  # that a body which sees all rows may use


def write_code(project: Path, plan: str, file: Path) -> None:
    """The compiled plan as plain values."""
    compiled = prepare(open_workspace(project), plan).compiled
    code = [plain(segment) for segment in compiled.segments]
    file.write_bytes(pickle.dumps((code, list(compiled.columns))))


def plain(segment: Segment) -> dict[str, object]:
    if segment.language == "sql":
        return {"name": segment.name, "query": segment.code}
    return {
        "name": segment.name,
        "query": segment.writing,
        "reading": segment.reading,
        "job": segment.job,
    }


def main(code: Path, corpus: str, output: str, workers: int) -> None:
    steps, columns = pickle.loads(code.read_bytes())
    jobs = {step["name"]: step["job"] for step in steps if "job" in step}
    with get_context("fork").Pool(workers, load_all, (jobs,)) as pool, duckdb.connect() as database:
        database.execute(
            'CREATE TABLE raw AS SELECT row_number() OVER () - 1 AS "__id", "__id" AS "__source", '
            f"NULL::{MARK_TYPE} AS \"__mark\", * FROM read_json(?, format = 'newline_delimited')",
            [corpus],
        )
        for step in steps:
            if "job" in step:
                database.register("__answers", answers(database, pool, step["reading"], step["job"]))  # fmt: skip
            database.execute(f'CREATE TABLE "{step["name"]}" AS {step["query"]}')
        named = ", ".join(f'"{column}"' for column in columns)
        database.execute(
            f'COPY (SELECT {named} FROM "{steps[-1]["name"]}" WHERE "__mark" IS NULL) '
            "TO $1 (FORMAT json)",
            [output],
        )


def answers(database: duckdb.DuckDBPyConnection, pool: Pool, reading: str, job: Job) -> pa.Table:
    reader = database.sql(reading).to_arrow_reader(BATCH)
    if job.scope == "row":
        found: Sequence[pa.RecordBatch] = pool.map(answer, ((job.name, batch) for batch in reader))
    else:
        means = {"__threads": 2, "__memory": MEMORY, "__spill": "."}
        found = list(answer_all(load_body(job), reader, means))
    return pa.Table.from_batches(found, answer_schema(job))


BODIES: dict[str, object] = {}  # of a worker, which does nothing else


def load_all(jobs: dict[str, Job]) -> None:
    BODIES.update((name, load_body(job)) for name, job in jobs.items() if job.scope == "row")


def answer(task: tuple[str, pa.RecordBatch]) -> pa.RecordBatch:
    name, batch = task
    return answer_batch(BODIES[name], batch)  # type: ignore[arg-type]


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        write_code(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
