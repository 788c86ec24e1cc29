"""What a run may use of the machine, and how DuckDB and Python share it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from dataevolver.project import Target
from dataevolver.runner.crew import Crew

_OF_DEFAULT = 0.75  # DuckDB would take 80 % of the memory that this process may use; we take 60 %
_OURS = 250 << 20  # of this process without DuckDB: the interpreter, libraries, batches
_WORKER = 100 << 20  # of a process that calls Python operators
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Processes for row-scope Python; what the others are told of threads, memory and disk."""

    crew: Crew
    threads: int
    memory: int  # bytes that the target allows in all
    folder: Path | None = None  # for temporary files

    @contextmanager
    def parameters(self) -> Iterator[Mapping[str, object]]:
        """For a body that sees all rows at once: `__spill`, an empty folder, is gone after."""
        with tempfile.TemporaryDirectory(prefix=".spill-", dir=self.folder) as spill:
            yield {"__spill": spill, "__threads": self.threads, "__memory": self.memory}


@contextmanager
def open_means(target: Target, folder: Path | None = None) -> Iterator[Means]:
    """The means of a target; temporary files go to a folder inside `folder`."""
    with Crew(_crew_size(target)) as crew:
        yield Means(crew=crew, threads=threads_of(target), memory=memory_of(target), folder=folder)


def memory_of(target: Target) -> int:
    """The bytes that a run may use; 60 % of the machine's memory unless the target says."""
    return _bytes(target.memory_limit) if target.memory_limit else int(_machine()[0] * _OF_DEFAULT)


def threads_of(target: Target) -> int:
    """How many threads may work at once; as many as there are cores unless the target says."""
    return target.threads or _machine()[1]


def engine_memory(target: Target) -> int:
    """DuckDB's part: what Python does not need, at least half."""
    limit = memory_of(target)
    return limit - min(limit // 2, _OURS + _crew_size(target) * _WORKER)


def _crew_size(target: Target) -> int:
    """A process for each thread, as far as a quarter of the memory goes."""
    return max(1, min(threads_of(target), memory_of(target) // 4 // _WORKER))


@lru_cache(maxsize=1)
def _machine() -> tuple[int, int]:
    """What DuckDB finds: the memory (bytes) that it would take, and the cores, of a container, too."""
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT current_setting('memory_limit'), current_setting('threads')"
        ).fetchone()
    memory, threads = row or ("", 0)
    return _bytes(str(memory)), int(threads)


def _bytes(size: str) -> int:
    """The bytes of a size such as 4GB, whose spelling was checked where it was read."""
    number = size.rstrip("BIKMGTbikmgt ")
    return int(float(number) * _UNITS[size.removeprefix(number).strip().upper()])
