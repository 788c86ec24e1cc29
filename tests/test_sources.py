"""Files in, rows out: whatever the format, nothing is lost in silence."""

from __future__ import annotations

import csv
import datetime
import decimal
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from case_files import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dataevolver.errors import SpecError
from dataevolver.project import Source
from dataevolver.sources import Ingested, Progress, ingest, load_rows
from dataevolver.sources.blocks import REMARKS


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


def rows_of(path: Path, root: Path, **options: Any) -> list[dict[str, object]]:
    return load_rows(ingested(path, root, **options).path)


def ingested(path: Path, root: Path, **options: Any) -> Ingested:
    return ingest(Source(name="raw", paths=(str(path),), **options), root, root / "cache")


def write_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


# ---------------------------------------------------------------- compression, Parquet, size


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_compressed_files_of_several_parts_are_read_whole(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl"  # known by its first bytes, not by its name
    path.write_bytes(pack(b'{"a": 1}\n') + pack(b'{"a": 2}\n'))
    assert rows_of(path, tmp_path) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("cut", [1, 4, 8, 20])
def test_a_gzip_file_cut_off_anywhere_is_refused(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": "some more text"}\n' * 50)[:-cut])
    with pytest.raises(SpecError, match="cut off before its end"):
        ingested(path, tmp_path, on_error="skip")


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b'{"a": "some more text"}\n' * 5000))
    packed[40] ^= 0xFF
    path = tmp_path / "raw.jsonl.gz"
    path.write_bytes(packed)
    with pytest.raises(SpecError, match=r"raw\.jsonl\.gz"):
        ingested(path, tmp_path)


def test_parquet_types_become_ours(tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 5, 1, 10, 30)
    table = pa.table(
        {
            "t": pa.array(["a", None], pa.large_string()),
            "i": pa.array([1, 2], pa.int32()),
            "u": pa.array([2**64 - 1, 1], pa.uint64()),
            "f": pa.array([0.5, None], pa.float32()),
            "b": [True, None],
            "n": pa.nulls(2),
            "d": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(9, 2)),
            "day": [moment.date(), None],
            "ns": pa.array([moment, None], pa.timestamp("ns")),
            "c": pa.array(["x", "y"]).dictionary_encode(),
            "l": [[{"k": moment.time()}], None],
            "m": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int8())),
            "__index_level_0__": [0, 1],
        }
    )
    pq.write_table(table, tmp_path / "raw.parquet")
    found = ingested(tmp_path / "raw.parquet", tmp_path)
    assert {name: str(kind) for name, kind in found.columns.items()} == {
        "t": "text", "i": "integer", "u": "text", "f": "number", "b": "boolean", "n": "text",
        "d": "number", "day": "text", "ns": "text", "c": "text",
        "l": "list<struct<k: text>>", "m": "list<struct<key: text, value: integer>>",
    }  # fmt: skip
    assert load_rows(found.path) == [
        {
            "t": "a", "i": 1, "u": "18446744073709551615", "f": 0.5, "b": True, "n": None,
            "d": 1.5, "day": "2024-05-01", "ns": "2024-05-01T10:30:00", "c": "x",
            "l": [{"k": "10:30:00"}], "m": [{"key": "a", "value": 1}],
        },
        {
            "t": None, "i": 2, "u": "1", "f": None, "b": None, "n": None, "d": None,
            "day": None, "ns": None, "c": "y", "l": None, "m": [],
        },
    ]  # fmt: skip
    assert found.warnings == (
        f"raw.parquet: {REMARKS['pandas index']} (1 in this file)",
        '"u" holds integers beyond 64 bits (first at raw.parquet); read as text',
    )


def test_binary_columns_of_parquet_are_refused_with_a_hint(tmp_path: Path) -> None:
    pq.write_table(pa.table({"image": [b"\xff"]}), tmp_path / "raw.parquet")
    with pytest.raises(SpecError) as error:
        ingested(tmp_path / "raw.parquet", tmp_path)
    assert str(error.value) == (
        'raw.parquet: the column "image" holds binary, which has no meaning here\n'
        "  turn it into text, or leave the column out"
    )


def test_parquet_and_json_lines_are_one_source(tmp_path: Path) -> None:
    pq.write_table(pa.table({"m": [[{"a": 1}]], "x": [1]}), tmp_path / "a.parquet")
    write_lines(tmp_path / "b.jsonl", [{"m": [{"a": 2.5, "b": "t"}], "x": "s"}])
    assert rows_of(tmp_path / "*.[jp]*", tmp_path) == [
        {"m": [{"a": 1.0, "b": None}], "x": "1"},
        {"m": [{"a": 2.5, "b": "t"}], "x": "s"},
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["raw.jsonl", "raw.json"])
def test_a_line_of_50_megabytes_is_a_row_like_others(name: str, tmp_path: Path) -> None:
    long = "word " * 10_000_000
    (tmp_path / name).write_text(f'{{"t": "a"}}\n{{"t": "{long}"}}\n{{"t": "b"}}\n')
    path = ingested(tmp_path / name, tmp_path).path
    lengths = [len(str(row["t"])) for row in load_rows(path)]
    assert lengths == [1, 50_000_000, 1]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jsonl", "json", "csv", "parquet"])
def test_memory_does_not_grow_with_the_file(ending: str, tmp_path: Path) -> None:
    peaks = [peak_memory(tmp_path, ending, rows) for rows in (20_000, 120_000)]
    assert peaks[1] < peaks[0] + 100  # MiB; the larger file has 100 MB more


def peak_memory(root: Path, ending: str, rows: int) -> int:
    """MiB at the peak of a process that ingests a file of `rows` KB.

    Not by getrusage: its ru_maxrss begins with what the parent, pytest, has.
    """
    folder = root / str(rows)
    folder.mkdir()
    lines = [f'{{"id": {number}, "text": "{"abcd " * 200}"}}' for number in range(rows)]
    path = folder / f"raw.{ending}"
    if ending == "parquet":
        text = ["abcd " * 200] * rows
        pq.write_table(pa.table({"text": text}), path, use_dictionary=False, compression=None)
    elif ending == "json":
        path.write_text("[" + ",\n".join(lines) + "]")
    elif ending == "csv":
        path.write_text("id,text\n" + "\n".join(f"{n},{'abcd ' * 200}" for n in range(rows)))
    else:
        path.write_text("\n".join(lines))
    program = (
        "import re, sys; from pathlib import Path\n"
        "from dataevolver.project import Source; from dataevolver.sources import ingest\n"
        "root = Path(sys.argv[1])\n"
        "ingest(Source(name='raw', paths=(sys.argv[2],)), root, root / 'cache')\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(re.search('VmHWM:[^0-9]*([0-9]+)', status)[1]) // 1024)"
    )
    command = [sys.executable, "-c", program, str(folder), path.name]
    package = Path(__file__).parents[1]
    return int(subprocess.run(command, cwd=package, check=True, stdout=subprocess.PIPE).stdout)


def test_objects_with_names_that_are_data_are_kept_as_their_json(tmp_path: Path) -> None:
    rows = [{"m": {f"user {number}": number}} for number in range(1200)]
    found = ingested(write_lines(tmp_path / "raw.jsonl", rows), tmp_path)
    assert load_rows(found.path)[1199] == {"m": '{"user 1199":1199}'}
    (warning,) = found.warnings
    assert warning == (
        '"m" holds objects (first at raw.jsonl:1) and objects with more than 1000 different '
        "fields (first at raw.jsonl:1001); read as text that holds JSON"
    )


def test_rows_with_names_that_are_data_are_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "raw.jsonl", [{f"user {n}": n} for n in range(1200)])
    with pytest.raises(SpecError) as error:
        ingested(path, tmp_path)
    assert str(error.value) == (
        "raw.jsonl:1001: there are more than 1000 different fields\n"
        "  put what varies from row to row into a list of objects"
    )


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "raw.jsonl")
    with pytest.raises(SpecError) as error:
        ingested(Path("raw.jsonl"), tmp_path)
    assert str(error.value) == (
        'source "raw": "raw.jsonl" is not a file\n  it is read more than once, which a pipe or a '
        "device does not allow; save it to a file"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "raw.jsonl", [{"a": 1}])
    path.chmod(0)
    with pytest.raises(SpecError, match=r"raw\.jsonl: cannot be read: Permission denied"):
        ingested(path, tmp_path)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "raw.jsonl", [{"a": "x" * 1000}] * 5000)
    source = Source(name="raw", paths=(path.name,))

    def write_more(progress: Progress) -> None:
        with path.open("a") as file:
            file.write('{"a": 1}\n')

    with pytest.raises(SpecError) as error:
        ingest(source, tmp_path, tmp_path / "cache", write_more)
    assert str(error.value) == (
        "raw.jsonl was changed while it was being read\n"
        "  run again when nothing writes to it any more"
    )
    assert list((tmp_path / "cache").iterdir()) == []


# ---------------------------------------------------------------- the cache


def test_an_ingested_source_is_found_again(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "raw.jsonl", [{"a": 1}, {"a": "x"}])
    first = ingested(path, tmp_path)
    made = first.path.stat().st_mtime_ns
    assert ingested(path, tmp_path) == first
    assert first.path.stat().st_mtime_ns == made
    write_lines(path, [{"a": 2}])
    assert ingested(path, tmp_path).path != first.path


def test_the_same_contents_have_the_same_digest_elsewhere(tmp_path: Path) -> None:
    digests = []
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        path = write_lines(tmp_path / name / f"{name}.jsonl", [{"a": 1}])
        digests.append(ingested(path, tmp_path / name).digest)
    assert digests[0] == digests[1]


def test_messages_name_the_files_of_this_reading(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "old.jsonl", [{"a": 1}, {"a": "x"}])
    ingested(path, tmp_path)
    renamed = path.rename(tmp_path / "new.jsonl")
    assert "new.jsonl:1" in ingested(renamed, tmp_path).warnings[0]


def test_ids_count_the_rows_of_all_files_in_order(tmp_path: Path) -> None:
    write_lines(tmp_path / "b.jsonl", [{"a": 3}])
    write_lines(tmp_path / "a.jsonl", [{"a": 1}, {"a": 2}])
    table = pq.read_table(ingested(tmp_path / "*.jsonl", tmp_path).path)
    assert table.to_pydict() == {"__id": [0, 1, 2], "__source": [0, 1, 2], "a": [1, 2, 3]}


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_progress_goes_to_the_end_and_never_back(ending: str, tmp_path: Path) -> None:
    rows = [{"a": "x" * 1000}] * 9000
    path = tmp_path / f"raw.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=1000)
    elif ending == "csv":
        path.write_text("a\n" + "".join(f"{row['a']}\n" for row in rows))
    else:
        write_lines(path, rows)
    seen: list[Progress] = []
    ingest(Source(name="raw", paths=(path.name,)), tmp_path, tmp_path / "cache", seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert shares[-1] == 1
    assert {progress.what for progress in seen} == {"reading raw"}


# ---------------------------------------------------------------- any rows

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcB"), inner, max_size=3)
    ),
    max_leaves=6,
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from("pqrs"), VALUES, max_size=4), min_size=1, max_size=6
)


def fits(value: Any, found: Any) -> bool:
    """Whether `found` says the same as `value`: itself, or its JSON where it became text."""
    if value is None or value == found:
        return value == found
    if isinstance(found, str):
        return bool(json.loads(found) == value)
    if isinstance(value, list):
        return len(value) == len(found) and all(map(fits, value, found))
    if isinstance(value, dict):
        return all(fits(value.get(name), inner) for name, inner in found.items())
    return False


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_no_value_is_lost(rows: list[dict[str, Any]]) -> None:
    assume(any(rows))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = rows_of(write_lines(root / "raw.jsonl", rows), root)
        (root / "raw.json").write_text(json.dumps(rows))
        from_array = rows_of(root / "raw.json", root)
    names = {name for row in rows for name in row}
    assert len(found) == len(rows)
    for row, read_row in zip(rows, found, strict=True):
        assert set(read_row) == names
        assert all(fits(row.get(name), read_row[name]) for name in names)
    assert from_array == found


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=40, deadline=None)
@given(table=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_no_cell_is_lost(table: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "raw.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *table])
        found = rows_of(path, Path(folder))
    for cells, row in zip(table, found, strict=True):
        for cell, value in zip(cells, row.values(), strict=True):
            if isinstance(value, str) or value is None:
                assert (value or "") == cell
            elif isinstance(value, bool):
                assert str(value).lower() == cell.lower()
            else:
                assert float(cell) == value
