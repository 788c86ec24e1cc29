"""Check operators that need more than rows: databases to run on, and what may not happen to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from project_case import PLAN_HEAD, ProjectCase

SINGERS = "CREATE TABLE singer (name TEXT, age INTEGER); INSERT INTO singer VALUES ('Ada', 5);"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def make_sqlite(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SINGERS)


def make_duckdb(path: Path) -> None:
    with duckdb.connect(str(path)) as database:
        database.execute(SINGERS)


def reasons(project: ProjectCase, rows: Sequence[object], settings: str) -> list[tuple[str, str]]:
    """Run check_sql on rows; the reason and detail of each that left."""
    step = f"  - {{id: sql, operator: check_sql, with: {{column: sql, {settings}}}}}\n"
    project.write(
        {
            "raw.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
            "plans/prepare.yml": f"{PLAN_HEAD}steps:\n{step}",
        }
    )
    answer = project.dve("run")
    assert answer.code == 0, answer.err
    left = project.rows("output/prepare.rejected.jsonl")
    return [(row["reason"], row["detail"]) for row in left]


@pytest.mark.parametrize("make", [make_sqlite, make_duckdb])
def test_a_query_runs_on_a_database_and_changes_nothing(project: ProjectCase, make: object) -> None:
    path = project.folder / "singers.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    outside = project.folder / "outside.csv"
    queries = [
        "SELECT name FROM singer",
        "SELECT title FROM singer",
        "DELETE FROM singer",
        f"COPY singer TO '{outside}'",
        f"SELECT * FROM read_csv('{project.folder}/raw.jsonl')",
        ENDLESS,
        "SELECT 1; DROP TABLE singer",
    ]
    rows = [{"sql": query} for query in queries]
    found = reasons(project, rows, "database: singers.db, seconds: 0.3")
    assert [reason for reason, _ in found] == [
        "SQL does not run",
        "SQL is no query",
        "SQL is no query",
        "SQL does not run",
        "SQL takes too long",
        "several SQL statements",
    ]
    assert "title" in found[0][1]
    assert found[4][1] == "over 0.3 seconds"
    assert path.read_bytes() == before
    assert not outside.exists()


def test_each_row_names_its_database(project: ProjectCase) -> None:
    make_sqlite(project.folder / "bases" / "songs" / "songs.sqlite")
    rows = [
        {"sql": "SELECT name FROM singer", "db": "songs"},
        {"sql": "SELECT name FROM singer", "db": "../songs"},
        {"sql": "SELECT name FROM singer", "db": None},
        {"sql": "SELECT name FROM singer", "db": "nowhere"},
        {"sql": None, "db": "songs"},
    ]
    settings = "database: 'bases/{}/{}.sqlite', database_name: db"
    assert reasons(project, rows, settings) == [
        ("no name of a database", "../songs"),
        ("no name of a database", None),
        ("raised ValueError", "there is no database bases/nowhere/nowhere.sqlite"),
    ]
