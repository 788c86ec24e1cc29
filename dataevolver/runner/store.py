"""Finished segments: a Parquet file each, under a name made of everything that made it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.operators import fingerprint
from dataevolver.runner.accounts import Account, Accounts
from dataevolver.runner.engine import Connection, view_file, view_source

ANSWERS = "__answers"
FORMAT = 1  # raise it whenever the same segment would be kept as other bytes


class Relation(Protocol):
    """Rows to run on: Parquet with `__id` and `__source`, and a hash of what is in it."""

    @property
    def path(self) -> Path: ...

    @property
    def digest(self) -> str: ...


def open_sources(
    connection: Connection, compiled: CompiledPlan, inputs: Mapping[str, Relation]
) -> None:
    """Make each source's rows readable by its name."""
    for place, name in enumerate(compiled.sources):
        view_source(connection, name, inputs[name].path.resolve(), place)


def segment_keys(compiled: CompiledPlan, inputs: Mapping[str, Relation]) -> Mapping[str, str]:
    """For each source and segment, the hash (64 hex) of all that determines its rows."""
    keys = {
        name: fingerprint([inputs[name].digest, place])
        for place, name in enumerate(compiled.sources)
    }
    for segment in compiled.segments:
        made_of = [keys[name] for name in segment.inputs]
        keys[segment.name] = fingerprint([FORMAT, duckdb.__version__, segment.digest, made_of])
    return keys


def segment_path(store: Path, key: str) -> Path:
    """Where a segment's rows are kept; its accounts lie beside it, and are there first."""
    return store / f"{key[:32]}.parquet"


def answers_path(store: Path, segment: Segment, keys: Mapping[str, str]) -> Path:
    """Where a Python body's answers are kept, whatever is made of them."""
    made_of = [keys[name] for name in segment.inputs]
    key = fingerprint([FORMAT, duckdb.__version__, segment.answers_digest, made_of])
    return store / f"{key[:32]}.answers.parquet"


def view_answers(connection: Connection, path: Path) -> None:
    """Make answers readable by the name that queries know them by."""
    view_file(connection, ANSWERS, path)


def finished(store: Path, key: str) -> Accounts | None:
    """The accounts of a segment that is kept whole, or None."""
    beside = _accounts_path(store, key)
    if not (is_whole(segment_path(store, key)) and beside.is_file()):
        return None
    try:
        kept = json.loads(beside.read_text(encoding="utf-8"))
        steps = tuple(Account(**account) for account in kept["steps"])
        return Accounts(steps=steps, seconds=kept["seconds"])
    except (ValueError, LookupError, TypeError):
        return None  # the machine went down before it was on the disk: the segment is made again


def is_whole(path: Path) -> bool:
    """Whether a Parquet file is there to its end."""
    try:
        pq.read_metadata(path)
    except (FileNotFoundError, pa.ArrowException):
        return False
    return True


def keep_accounts(store: Path, key: str, accounts: Accounts) -> None:
    """Write a segment's accounts beside where its rows are going to be."""
    path = _accounts_path(store, key)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.write_text(json.dumps(asdict(accounts), ensure_ascii=False), encoding="utf-8")
    unfinished.replace(path)


def _accounts_path(store: Path, key: str) -> Path:
    return segment_path(store, key).with_suffix(".json")
