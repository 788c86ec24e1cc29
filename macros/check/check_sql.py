"""SQL that parses by sqlglot, and that SQLite or DuckDB run without being able to change anything."""

import logging
import re
import sqlite3
import threading
import time
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of statements that it knows by name only

BEGINNING = re.compile(r"(?:\s|\(|;|--[^\n]*(?:\n|$)|/\*.*?\*/)*(?P<word>[A-Za-z]+)", re.DOTALL)
WORDS = frozenset(
    """
alter analyze attach begin call comment commit copy create declare delete desc describe detach
drop exec execute explain export from grant insert install kill load lock merge optimize pivot
pragma refresh replace reset revoke rollback select set show summarize truncate unload update use
vacuum values with
""".split()
)
PROGRESS = 1_000  # of SQLite's steps between two looks at the clock
ROWS = 1_000  # that are fetched of an answer
LENGTH = 10_000_000  # bytes of one value that SQLite may make
LOCKED = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "memory_limit": "512MB",
    "threads": "1",
}
READING = frozenset(
    [sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE]
)
FORBIDDEN = frozenset([sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA])


class Wrong(Exception):
    """Why a row goes: the reason, and what was said of this row."""


def apply(batch, params):
    columns = [
        batch.column(name).to_pylist() if name in batch.schema.names else [None] * batch.num_rows
        for name in ("column", "tables", "database_name")
    ]
    with ExitStack() as stack:
        opened = cache(lambda path: stack.enter_context(closing(_open(path))))
        found = [_found(*row, opened, params) for row in zip(*columns, strict=True)]
    return {
        "reason": pa.array([reason for reason, _ in found], pa.string()),
        "detail": pa.array([detail for _, detail in found], pa.string()),
    }


def _found(text, tables, name, opened, params):
    if text is None:
        return None, None
    try:
        is_query = _parses(text, params)
        if is_query and tables is not None:
            _run_on_tables(text, tables, params)
        if is_query and params["database"] is not None:
            _run(opened(_file(params["database"], name)), text, params)
    except Wrong as wrong:
        reason, detail = wrong.args
        return reason, detail
    return None, None


def _parses(text, params):
    """Whether it is one query, which may run; Wrong unless it is what is allowed."""
    statements = _statements(text, params)
    if params["single"] and len(statements) > 1:
        raise Wrong("several SQL statements", f"{len(statements)} of them")
    are_queries = all(isinstance(one, exp.Query | exp.Values) for one in statements)
    if params["allow"] == "queries" and not are_queries:
        raise Wrong("SQL is no query", None)
    return are_queries and len(statements) == 1


def _statements(text, params):
    beginning = BEGINNING.match(text) if len(text) <= params["longest"] else None
    if beginning is None or beginning["word"].lower() not in WORDS:
        raise Wrong("no SQL statement", None)
    try:
        parsed = sqlglot.parse(text, dialect=params["dialect"] or None)
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise Wrong("SQL does not parse", _first_line(error)) from None
    statements = [one for one in parsed if one is not None]
    if not statements or any(map(_says_nothing, statements)):
        raise Wrong("no SQL statement", None)
    return statements


def _says_nothing(statement):
    """A name or value, which sqlglot takes for an expression, or SELECT and no more."""
    is_bare = isinstance(statement, exp.Select) and not any(statement.args.values())
    return is_bare or isinstance(statement, exp.Condition)


def _run_on_tables(text, tables, params):
    with closing(sqlite3.connect(":memory:")) as database:
        database.set_authorizer(lambda action, *_: _verdict(action not in FORBIDDEN))
        try:
            _limited(database, params["seconds"])
            database.executescript(tables)
        except (sqlite3.Error, ValueError) as error:
            raise Wrong("tables cannot be made", _first_line(error)) from None
        _run_on_sqlite(database, text, params)


def _open(path):
    """A database file, for reading only."""
    if not path.is_file():
        raise ValueError(f"there is no database {path}")
    with path.open("rb") as file:
        is_sqlite = file.read(16) == b"SQLite format 3\0"
    if is_sqlite:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    return duckdb.connect(str(path), read_only=True, config=LOCKED)


def _run(database, text, params):
    if isinstance(database, sqlite3.Connection):
        _run_on_sqlite(database, text, params)
    else:
        _run_on_duckdb(database, text, params)


def _run_on_sqlite(database, text, params):
    database.set_authorizer(
        lambda action, one, two, *_: _verdict(action in READING and two != "load_extension")
    )
    _limited(database, params["seconds"])
    try:
        database.execute(text).fetchmany(ROWS)
    except sqlite3.Error as error:
        if "interrupted" in str(error):
            raise Wrong("SQL takes too long", f"over {params['seconds']:g} seconds") from None
        raise Wrong("SQL does not run", _first_line(error)) from None


def _verdict(is_allowed):
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _limited(database, seconds):
    if hasattr(database, "setlimit"):  # since Python 3.11
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH)
    end = time.monotonic() + seconds
    database.set_progress_handler(lambda: time.monotonic() > end, PROGRESS)


def _run_on_duckdb(database, text, params):
    alarm = threading.Timer(params["seconds"], database.interrupt)
    alarm.start()
    try:
        database.execute(text).fetchmany(ROWS)
    except duckdb.InterruptException:
        raise Wrong("SQL takes too long", f"over {params['seconds']:g} seconds") from None
    except duckdb.Error as error:
        raise Wrong("SQL does not run", _first_line(error)) from None
    finally:
        alarm.cancel()
        alarm.join()


def _file(pattern, name):
    if "{}" not in pattern:
        return Path(pattern)
    if not name or re.search(r"[/\\\0]|^\.+$", name):
        raise Wrong("no name of a database", name)
    return Path(pattern.replace("{}", name))


def _first_line(error):
    line = str(error).split("\n")[0]
    return re.sub(r"\x1b\[\d+m", "", line)
