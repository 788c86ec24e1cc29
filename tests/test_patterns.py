"""A pattern is refused before anything runs exactly where DuckDB could not read it."""

from __future__ import annotations

import duckdb
import pytest

from dataevolver.library import builtin, load_catalog
from dataevolver.patterns import complaint, groups
from dataevolver.plans import check_arguments, read_plan

READ = (
    "", "a(?i)b", "[[:alpha:]]", "[[:^space:]]", r"\Qa.b\E", r"\pL", r"\z", "[]a]", "[^]]", "(?U)a",
    r"\x41", r"\x{41}", r"\07", "a{,5}", "(?s:.)", "(?-i)a", r"\C", "(?P<n>a)", "[+]+", r"\++",
    "[*+]", r"[\p{Han}\p{Thai}-]", r"[^\P{L}\p{Han}]+", "(?i-s:x)", r"<<[^<>]*>>", r"[\]+]+",
    "x{0,1000}", "(a|b)*?c", r"\.\-\_\/", "[a&&b]", "a||b", "()",
)  # fmt: skip
REFUSED = (
    "(?=a)", "(?!x)", "(?<=a)", r"(a)\1", "(", "a**", r"\u0041", r"\Z", "(?#x)a", "a++", "a{1001}",
    "(?<n>a)", "(?P=n)", r"[a-\d]", r"[\u0e00-\u0eff]", r"\N", r"\d{2,1}", "*a", "a|*", r"\e", r"\8",
    "[z-a]", "[^", "(?a)b", "(?x) b", "a?+", "a\\", "a{2}+", r"\x4",
)  # fmt: skip


@pytest.mark.parametrize("pattern", [*READ, *REFUSED])
def test_a_pattern_is_refused_where_duckdb_cannot_read_it(pattern: str) -> None:
    assert (complaint(pattern) is None) == (pattern in READ)
    try:
        duckdb.execute("SELECT regexp_matches('abc', ?)", [pattern]).fetchall()
    except duckdb.Error:
        assert pattern in REFUSED
    else:
        assert pattern in READ


def test_a_step_with_a_pattern_that_cannot_be_read_is_refused() -> None:
    text = (
        "dve: 1\nplan: p\nsource: raw\nexemplars: good\nsteps:\n  - id: one\n"
        '    operator: replace_regex\n    with: {columns: [text], pattern: "(?<=a)b"}\n'
    )
    problems = check_arguments(read_plan(text, "p.yml"), load_catalog([builtin()]))
    assert [str(problem) for problem in problems] == [
        'p.yml:8:29: step "one": "pattern" is no pattern: it has "(?<", which RE2 does not know'
    ]


@pytest.mark.parametrize(
    ("pattern", "number"), [("a", 0), (r"(a)(?:b)\(", 1), (r"(?P<n>\d)([(])", 2)]
)
def test_groups_are_counted(pattern: str, number: int) -> None:
    assert groups(pattern) == number
