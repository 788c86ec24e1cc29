"""Row-scope Python bodies on all cores: processes that answer batches, in order, a few at a time.

Threads would not do: most bodies hold the interpreter for most of their time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import Pipe
from queue import SimpleQueue
from types import TracebackType

import pyarrow as pa

from dataevolver.bodies import Body, answer_batch, answer_schema
from dataevolver.calls import Job
from dataevolver.errors import Problem, RunError

ALONE = 0.5  # seconds of work after which the crew is called: to start it takes about as long
_PROGRAM = "import sys; sys.path[:] = {path!r}; from dataevolver.bodies.worker import main; main()"
_ENVIRONMENT = {
    # Memory that was used once stays with the process: a third of a numpy kernel's time
    # goes into asking the system for pages again and again.
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
    # One core each.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class Crew:
    """Up to `size` processes, started when a body turns out to be slow; gone after the `with`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._workers: list[_Worker] = []
        self._free: SimpleQueue[_Worker] = SimpleQueue()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._dismiss()

    def answers(self, body: Body, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The answers to each batch, in order, whoever gives them. RunError for wrong answers.

        No more batches are taken than one for each process and one that waits.
        """
        remaining = iter(batches)
        spent = 0.0
        for batch in remaining:
            began = time.perf_counter()
            answers = answer_batch(body, batch)
            spent += time.perf_counter() - began
            yield answers
            if self._size > 1 and spent >= ALONE:
                break
        yield from self._shared(body.job, remaining)

    def _shared(self, job: Job, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with ThreadPoolExecutor(self._size) as threads:
            waiting: deque[Future[pa.RecordBatch]] = deque()
            try:
                for batch in batches:
                    self._call_in()
                    waiting.append(threads.submit(self._ask, job, batch))
                    if len(waiting) > self._size:
                        yield waiting[0].result()
                        waiting.popleft()
                while waiting:
                    yield waiting[0].result()
                    waiting.popleft()
            finally:
                if waiting:  # something went wrong: nobody waits for a batch that takes long
                    self._dismiss()
                for future in waiting:
                    future.cancel()

    def _call_in(self) -> None:
        """One more process, until there are enough."""
        if len(self._workers) < self._size:
            self._workers.append(_Worker())
            self._free.put(self._workers[-1])

    def _ask(self, job: Job, batch: pa.RecordBatch) -> pa.RecordBatch:
        worker = self._free.get()
        try:
            return worker.ask(job, batch)
        finally:
            self._free.put(worker)

    def _dismiss(self) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        self._pipe, other = Pipe()
        program = _PROGRAM.format(path=sys.path)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", program, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                env={**_ENVIRONMENT, **os.environ},
                pass_fds=[other.fileno()],
                start_new_session=True,  # Ctrl-C is for us: we stop it
            )
        self._job: Job | None = None

    def ask(self, job: Job, batch: pa.RecordBatch) -> pa.RecordBatch:
        try:
            return self._asked(job, batch)
        except (EOFError, OSError) as error:
            raise RunError(
                Problem(
                    message=f"{job.title}: its process ended with {self._process.wait()}",
                    hint="-9 is what the system does when memory runs out: lower the threads",
                )
            ) from error

    def _asked(self, job: Job, batch: pa.RecordBatch) -> pa.RecordBatch:
        fresh = None if self._job is job else (job, batch.schema.serialize().to_pybytes())
        self._job = job
        self._pipe.send(fresh)
        self._pipe.send_bytes(batch.serialize())
        problems = self._pipe.recv()
        if problems:
            raise RunError(problems)
        answers = pa.py_buffer(self._pipe.recv_bytes())
        return pa.ipc.read_record_batch(answers, answer_schema(job))

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._pipe.close()
