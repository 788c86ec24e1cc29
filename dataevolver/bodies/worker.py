"""A process that calls Python operators: batches come through a pipe, answers go back.

It ends when the pipe does, so none is left behind by a run that was killed.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

import pyarrow as pa

from dataevolver.bodies.body import answer_batch, load_body
from dataevolver.calls import Job
from dataevolver.errors import RunError


def main() -> None:
    """Serve the pipe whose descriptor is the first argument, until it is closed."""
    with Connection(int(sys.argv[1])) as pipe, contextlib.suppress(EOFError, OSError):
        serve(pipe)


def serve(pipe: Connection) -> None:
    """Each question is a job with its batches' schema, or None for the last job again, and a batch.

    The answer to it is the problems that there are, and when there are none, a batch.
    """
    ask: Callable[[bytes], pa.Buffer] = bytes
    while True:
        fresh: tuple[Job, bytes] | None = pipe.recv()
        batch = pipe.recv_bytes()
        try:
            ask = ask if fresh is None else _loaded(*fresh)
            answers = ask(batch)
        except RunError as error:
            pipe.send(error.problems)
        else:
            pipe.send(())
            pipe.send_bytes(answers)


def _loaded(job: Job, schema_bytes: bytes) -> Callable[[bytes], pa.Buffer]:
    body, schema = load_body(job), pa.ipc.read_schema(pa.py_buffer(schema_bytes))

    def ask(batch: bytes) -> pa.Buffer:
        rows = pa.ipc.read_record_batch(pa.py_buffer(batch), schema)
        return answer_batch(body, rows).serialize()

    return ask
