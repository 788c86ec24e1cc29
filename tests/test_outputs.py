"""Samples of a source and finished output: the same rows everywhere, files whole or not at all."""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataevolver.errors import RunError
from dataevolver.project import Output, Source
from dataevolver.sources import (
    Ingested,
    ingest,
    load_rows,
    read_rows,
    sample_rows,
    write_output,
    write_sample,
)

JSONL, PARQUET = Output(), Output(format="parquet")


def ingested(rows: list[dict[str, Any]], root: Path, name: str = "raw") -> Ingested:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (root / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return ingest(Source(name=name, paths=(f"{name}.jsonl",)), root, root / "cache")


def numbered(count: int) -> list[dict[str, Any]]:
    return [{"n": number, "t": f"text {number}"} for number in range(count)]


def test_a_smaller_sample_is_part_of_a_larger_one(tmp_path: Path) -> None:
    found = ingested(numbered(3000), tmp_path)
    samples = [sample_rows(found, size, 7)[0] for size in (200, 600, 2000, 5000)]
    assert [len(ids) for ids in samples] == [200, 600, 2000, 3000]
    assert all(set(less) < set(more) for less, more in itertools.pairwise(samples))
    assert all(list(ids) == sorted(ids) for ids in samples)


def test_a_sample_depends_on_the_seed_and_not_on_the_order(tmp_path: Path) -> None:
    rows = numbered(500)
    shuffled = random.Random(1).sample(rows, len(rows))
    first, second = ingested(rows, tmp_path), ingested(shuffled, tmp_path, "shuffled")
    chosen = sample_rows(first, 50, 0)[1]
    assert sorted(row["n"] for row in sample_rows(second, 50, 0)[1]) == [row["n"] for row in chosen]
    assert sample_rows(first, 50, 1)[1] != chosen


def test_duplicates_come_into_a_sample_together(tmp_path: Path) -> None:
    rows = [{"t": f"Text {number}  x"} for number in range(100)]
    rows += [{"t": f"text {number}\nX"} for number in range(100)]
    found = ingested(rows, tmp_path)
    ids, chosen = sample_rows(found, 40, 3)
    assert len(ids) == 40
    assert {row_id % 100 for row_id in ids} == {row_id for row_id in ids if row_id < 100}
    assert chosen == load_rows(found.path, ids)


def test_a_written_sample_keeps_ids_and_types(tmp_path: Path) -> None:
    rows = [{"m": [{"role": "user", "content": str(number)}], "x": None} for number in range(9)]
    found = ingested(rows, tmp_path)
    write_sample(found, (2, 5), tmp_path / "deep" / "sample.parquet")
    table = pq.read_table(tmp_path / "deep" / "sample.parquet")
    assert table["__id"].to_pylist() == table["__source"].to_pylist() == [2, 5]
    assert table.schema.names == pq.read_schema(found.path).names
    assert load_rows(tmp_path / "deep" / "sample.parquet") == [rows[2], rows[5]]


def test_no_row_is_loaded_for_no_id(tmp_path: Path) -> None:
    assert load_rows(ingested(numbered(3), tmp_path).path, ()) == []


def test_exemplars_are_read_without_leaving_anything(tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_text("q,n\nx,1\n")
    source = Source(name="gold", paths=("gold.csv",))
    assert read_rows(source, tmp_path) == [{"q": "x", "n": 1}]
    assert [path.name for path in tmp_path.iterdir()] == ["gold.csv"]


# ---------------------------------------------------------------- output

ODD = pa.table(
    {
        "__id": [3, 1, 2],
        "__source": [3, 1, 2],
        "z": ['é "x"\n\u2028', None, "NUL\0"],
        "n": [1.0, float("nan"), 0.1],
        "m": [[{"b": 1, "a": "NaN"}], [], None],
        'odd "name"': [float("-inf"), 2.0, None],
        "a": [True, False, None],
    }
).sort_by("__id")


def test_json_lines_are_in_order_readable_and_whole(tmp_path: Path) -> None:
    pq.write_table(ODD, tmp_path / "rows.parquet")
    write_output(tmp_path / "rows.parquet", JSONL, tmp_path / "out" / "x.jsonl")
    assert (tmp_path / "out" / "x.jsonl").read_text(encoding="utf-8") == (
        '{"z":null,"n":null,"m":[],"odd \\"name\\"":2.0,"a":false}\n'
        '{"z":"NUL\\u0000","n":0.1,"m":null,"odd \\"name\\"":null,"a":null}\n'
        '{"z":"é \\"x\\"\\n\u2028","n":1.0,"m":[{"b":1,"a":"NaN"}],"odd \\"name\\"":null,"a":true}\n'
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.jsonl"]


def test_parquet_output_holds_the_columns_that_are_the_users(tmp_path: Path) -> None:
    pq.write_table(ODD, tmp_path / "rows.parquet")
    write_output(tmp_path / "rows.parquet", PARQUET, tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.schema.names == ["z", "n", "m", 'odd "name"', "a"]
    assert table["z"].to_pylist() == [None, "NUL\0", 'é "x"\n\u2028']


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    rows = [
        {"m": [{"role": "user", "content": "é\n"}], "s": "x", "n": 1},
        {"m": [], "s": None, "n": None},
    ]
    found = ingested(rows, tmp_path)
    write_output(found.path, JSONL, tmp_path / "again.jsonl")
    again = Source(name="again", paths=("again.jsonl",))
    assert read_rows(again, tmp_path) == rows


def rows_of(path: Path) -> list[object]:
    if path.suffix == ".jsonl":
        return [json.loads(line)["n"] for line in path.read_bytes().splitlines()]
    return list(pq.read_table(path)["n"].to_pylist())


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_shards_are_of_about_one_size_and_hold_all_rows_in_order(
    format: str, tmp_path: Path
) -> None:
    noise = random.Random(0)
    rows = [
        {"n": n, "t": "".join(noise.choices("abcdefghijklmnop", k=noise.randrange(200)))}
        for n in range(20_000)
    ]
    found, pattern = ingested(rows, tmp_path), tmp_path / "out" / f"x-{{shard}}.{format}"
    files = write_output(found.path, Output(format=format, shard_bytes=120_000), pattern)
    assert [path.name for path in files] == [
        f"x-{number:05d}-of-{len(files):05d}.{format}" for number in range(len(files))
    ]
    assert [n for path in files for n in rows_of(path)] == list(range(20_000))
    sizes = [path.stat().st_size for path in files]
    assert len(files) > 3 and min(sizes[:-1]) >= 120_000 and max(sizes) < 400_000
    again = write_output(found.path, Output(format=format, shard_bytes=10**9), pattern)
    assert [path.name for path in again] == [f"x-00000-of-00001.{format}"]
    assert sorted(pattern.parent.iterdir()) == list(again)


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_no_rows_are_one_shard(format: str, tmp_path: Path) -> None:
    pq.write_table(ODD.slice(0, 0), tmp_path / "rows.parquet")
    pattern = tmp_path / f"{{shard}}.{format}"
    files = write_output(tmp_path / "rows.parquet", Output(format=format, shard_bytes=1), pattern)
    assert [path.name for path in files] == [f"00000-of-00001.{format}"]


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_a_full_disk_leaves_the_old_output_and_nothing_else(format: str, tmp_path: Path) -> None:
    noise = random.Random(0)
    texts = ["".join(noise.choices("abcdefghijklmnop", k=1000)) for _ in range(2000)]
    found = ingested([{"t": text} for text in texts], tmp_path)
    output = tmp_path / "out" / f"x.{format}"
    output.parent.mkdir()
    output.write_text("before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(RunError) as error:
            write_output(found.path, Output(format=format), output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(error.value).startswith(f"cannot write {output}: ")
    assert "nothing half written was left" in str(error.value)
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    assert output.read_text() == "before"


def test_a_target_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    found = ingested(numbered(3), tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError) as error:
        write_output(found.path, JSONL, tmp_path / "file" / "x.jsonl")
    assert str(error.value).startswith(f"cannot write {tmp_path / 'file' / 'x.jsonl'}: ")
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(RunError, match="Is a directory"):
        write_output(found.path, JSONL, tmp_path / "x.jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cache",
        "file",
        "raw.jsonl",
        "x.jsonl",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    found = ingested(numbered(3), tmp_path)
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(RunError, match="Permission denied"):
        write_output(found.path, JSONL, tmp_path / "out" / "x.jsonl")


def test_an_output_without_columns_is_refused(tmp_path: Path) -> None:
    duckdb.sql("SELECT 1 AS __id").write_parquet(str(tmp_path / "rows.parquet"))
    with pytest.raises(RunError, match="left no column"):
        write_output(tmp_path / "rows.parquet", JSONL, tmp_path / "x.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]
