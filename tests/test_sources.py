"""Files in, rows out: whatever the format, nothing is lost in silence."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard
from case_files import cases

from dataevolver.errors import SpecError
from dataevolver.project import Source
from dataevolver.sources import Ingested, ingest, load_rows


def content(written: str | Mapping[str, Any]) -> bytes:
    if isinstance(written, str):
        return written.encode()
    if "latin1" in written:
        return str(written["latin1"]).encode("latin-1")
    if "repeat" in written:
        head, piece, times = written["repeat"]
        return (head + piece * times).encode()
    packed = (
        gzip.compress(written["gzip"].encode())
        if "gzip" in written
        else zstandard.compress(written["zstd"].encode())
    )
    return packed[: -written["cut"]]


def write(files: Mapping[str, Any], root: Path) -> None:
    for name, written in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content(written))


def read(case: Mapping[str, Any], root: Path) -> Ingested:
    write(case["files"], root)
    source = Source(
        name="raw",
        paths=tuple(case.get("paths") or case["files"]),
        format=case.get("format", "auto"),
        on_error=case.get("on_error", "fail"),
    )
    return ingest(source, root, root.parent / f"{root.name}-cache")


def skipped_rows(found: Ingested) -> Sequence[Mapping[str, Any]]:
    if found.skipped is None:
        return []
    return [json.loads(line) for line in found.skipped.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", cases("sources/read"))
def test_files_are_read_as_documented(case: Mapping[str, Any], tmp_path: Path) -> None:
    found = read(case, tmp_path)
    assert {name: str(kind) for name, kind in found.columns.items()} == case["columns"]
    assert list(found.columns) == list(case["columns"])
    if "rows" in case:
        assert load_rows(found.path) == case["rows"]
        assert found.rows == len(case["rows"])
    assert list(found.warnings) == case.get("warnings", [])
    assert skipped_rows(found) == case.get("skipped", [])
    assert found.skipped_rows == len(case.get("skipped", []))


@pytest.mark.parametrize("case", cases("sources/refuse"))
def test_a_refusal_says_where_and_what_would_do(case: Mapping[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        read(case, tmp_path)
    assert str(error.value) == case["error"]
    assert list((tmp_path.parent / f"{tmp_path.name}-cache").glob("*")) == []
