"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dataevolver.errors import Problem, RunError


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """A path beside the target to write to; renamed to the target at the end, removed on failure.

    What is renamed has reached the disk. A full disk or a read-only folder raises RunError.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        _flush(unfinished)
        unfinished.replace(target)
        _flush(target.parent)
    except (OSError, duckdb.IOException) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().split("\n")[0]
        raise RunError(
            Problem(
                message=f"cannot write {target}: {reason}",
                hint="nothing half written was left; make room there or choose another path",
            )
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def place_text(target: Path, text: str) -> None:
    """Write a UTF-8 file, whole or not at all; line ends stay as they are."""
    with placed(target) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="")


def _flush(path: Path) -> None:
    """Wait until a file, or a folder's list of names, has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
