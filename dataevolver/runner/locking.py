"""One writer at a time in a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from dataevolver.errors import Problem, RunError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. RunError names the process that holds it already.

    The operating system lets go of the lock when its process ends, however it ends.
    """
    with _opened(folder / "writer.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise RunError(
                f"another dve (process {holder}) is writing in {folder}; wait until it is done"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="ascii")
    except OSError as error:
        raise RunError(
            Problem(
                message=f"cannot write in {path.parent}: {error.strerror}",
                hint="dve keeps there what it can make again; it must be a folder to write in",
            )
        ) from error
