"""Rendered SQL is looked at before it runs: one SELECT over the declared inputs, nothing else.

This finds mistakes and gives them a name; the wall is DuckDB itself, which runs locked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

_LONGEST = 1_000_000  # characters of one rendered body
_TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})
_OUTSIDE = frozenset(
    {
        "copy_database", "current_setting", "from_substrait", "getenv", "getvariable", "glob",
        "iceberg_scan", "json_execute_serialized_sql", "load_extension", "parquet_scan", "query",
        "query_table", "sniff_csv", "which_secret", "write_log",
    }
)  # fmt: skip
_OUTSIDE_STARTS = (
    "delta_", "duckdb_", "http_", "iceberg_", "mysql_", "parquet_", "postgres_", "pragma_",
    "read_", "scan_", "sqlite_", "st_read",
)  # fmt: skip
_CHANGING = frozenset(
    {
        "current_date", "current_time", "current_timestamp", "currval", "gen_random_uuid",
        "get_current_time", "get_current_timestamp", "localtime", "localtimestamp", "nextval",
        "now", "rand", "random", "setseed", "today", "transaction_timestamp", "txid_current",
        "uuid", "uuidv4", "uuidv7",
    }
)  # fmt: skip


def complaint_about_expression(text: str) -> str:
    """Why a rendered text is not one expression over the row that may run; empty when it is."""
    return _complaint(f"SELECT (\n{text}\n)", frozenset(), True)


def complaint_about_query(text: str, tables: Collection[str]) -> str:
    """Why a rendered text is not one SELECT over these tables that may run; empty when it is."""
    return _complaint(text, frozenset(tables), False)


def selected_names(text: str) -> frozenset[str]:
    """The names of the columns that a checked SELECT gives, as far as they are written out."""
    query = _parsed(text)[0]
    return frozenset(query.named_selects) if isinstance(query, exp.Query) else frozenset()


@lru_cache(maxsize=4096)
def _complaint(text: str, tables: frozenset[str], is_expression: bool) -> str:
    if len(text) > _LONGEST:
        return f"is {len(text):,} characters long; at most {_LONGEST:,} are allowed"
    if "\0" in text:
        return "holds a NUL character"
    try:
        statements = _parsed(text)
    except ParseError as error:
        first = error.errors[0]
        line = int(first["line"]) - is_expression
        return f"cannot be parsed: {first['description']} (line {line} of what is rendered)"
    except TokenError as error:
        return f"cannot be parsed: {str(error).splitlines()[0]}"
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return "must be one expression" if is_expression else "must be one SELECT"
    query = statements[0]
    if is_expression and not _is_one_expression(query):
        return "must be one expression"
    return _about_tables(query, tables) or _about_functions(query)


def _parsed(text: str) -> Sequence[object]:
    return sqlglot.parse(text, dialect="duckdb")


def _is_one_expression(query: exp.Query) -> bool:
    """Whether nothing but the one parenthesis that we put around the text is there."""
    used = {name for name, value in query.args.items() if value}
    return (
        isinstance(query, exp.Select)
        and used <= {"expressions", "kind"}
        and len(query.expressions) == 1
        and isinstance(query.expressions[0], exp.Paren | exp.Subquery)
    )


def _about_tables(query: exp.Query, tables: frozenset[str]) -> str:
    known = {name.lower() for name in tables}
    known |= {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if isinstance(table.this, exp.Func):
            name = _name(table.this)
            if name not in _TABLE_FUNCTIONS and not _is_forbidden(name):
                return f"reads the table function {name}; only its inputs may be read"
        elif table.args.get("db") or table.name.lower() not in known:
            return f'reads "{table.name}"; only its inputs may be read'
    return ""


def _about_functions(query: exp.Query) -> str:
    if query.find(exp.TableSample):
        return "takes a random sample, whose rows change from run to run"
    for node in query.find_all(exp.Func):
        name = _name(node)
        if _is_forbidden(name):
            return f"calls {name}, which reaches outside the data"
        if name in _CHANGING:
            return f"calls {name}, whose result changes from run to run"
    return ""


def _is_forbidden(name: str) -> bool:
    return name in _OUTSIDE or name.startswith(_OUTSIDE_STARTS)


def _name(function: exp.Func) -> str:
    name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
    return str(name).lower()
