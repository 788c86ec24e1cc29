"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dataevolver.errors import Problem, RunError

SHARD = "{shard}"  # in a path: its number and how many there are


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """A path beside the target to write to; renamed to the target at the end, removed on failure.

    What is renamed has reached the disk. A full disk or a read-only folder raises RunError.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _writing_to(target):
            yield unfinished
            _flush(unfinished)
            unfinished.replace(target)
            _flush(target.parent)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


@contextmanager
def placed_together(target: Path) -> Iterator[Path]:
    """A folder for numbered files, which all get their names at the end: `{shard}` in the target's
    becomes `00000-of-00003`. Shards of an earlier output go, and nothing is left on failure.
    """
    folder = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _writing_to(target):
            folder.mkdir()
            yield folder
            written = sorted(folder.iterdir())
            for path in written:
                _flush(path)
            count = len(written)
            placed_at = [shard_path(target, number, count) for number in range(count)]
            for path, name in zip(written, placed_at, strict=True):
                path.replace(name)
            for path in shard_paths(target):
                if path not in placed_at:
                    path.unlink()
            _flush(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shard_path(target: Path, number: int, count: int) -> Path:
    """The name of one of `count` shards, the first of which is 0."""
    return target.with_name(target.name.replace(SHARD, f"{number:05d}-of-{count:05d}"))


def shard_paths(target: Path) -> tuple[Path, ...]:
    """The files that are there by the names of shards, in order."""
    pattern = re.escape(target.name).replace(re.escape(SHARD), "[0-9]{5,}-of-[0-9]{5,}")
    return tuple(
        sorted(path for path in target.parent.iterdir() if re.fullmatch(pattern, path.name))
    )


def place_text(target: Path, text: str) -> None:
    """Write a UTF-8 file, whole or not at all; line ends stay as they are."""
    with placed(target) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="")


@contextmanager
def _writing_to(target: Path) -> Iterator[None]:
    """With the target's folder made; what the disk refuses becomes a RunError that names the target."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, duckdb.IOException) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().split("\n")[0]
        raise RunError(
            Problem(
                message=f"cannot write {target}: {reason}",
                hint="nothing half written was left; make room there or choose another path",
            )
        ) from error


def _flush(path: Path) -> None:
    """Wait until a file, or a folder's list of names, has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
