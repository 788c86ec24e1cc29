"""Operators and templates from disk: what is found, what hides what, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from case_files import cases
from jinja2 import TemplateNotFound, UndefinedError
from jinja2.exceptions import SecurityError

from dataevolver.errors import SpecError
from dataevolver.library import (
    Library,
    builtin,
    check_bodies,
    load_catalog,
    load_hidden,
    read_operator,
    templates,
)
from dataevolver.operators import Fact, Parameter, Port, Value, check_value
from dataevolver.yamlfile import load

STRIP = """\
name: strip
summary: Remove blanks at both ends.
language: sql
scope: row
parameters:
  columns: {type: columns, of: text}
inputs: [{column: $columns, type: text}]
outputs: [{column: $columns, type: text}]
examples:
  - with: {columns: [text]}
    given: [{text: " a "}, {text: null}]
    expect: [{text: a}, {text: null}]
"""


NO_APPLY = """\
macros/clean/strip.py: no function "apply" is defined
  a Python body defines apply(batch, params)"""


def library(root: Path, files: Mapping[str, str], name: str = "mine") -> Library:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Library(name=name, root=root)


def test_examples_of_a_tested_library_are_read_when_asked_for(tmp_path: Path) -> None:
    broken = STRIP.replace("expect:", "expects:")
    files = {"operators/clean/strip.yml": broken, "macros/clean/strip.sql": "trim({{ value }})"}
    tested = replace(library(tmp_path, files), is_tested=True)
    strip = load_catalog([tested])["strip"]
    assert strip.summary == "Remove blanks at both ends."
    with pytest.raises(SpecError, match='unknown key "expects"'):
        len(strip.examples)
    with pytest.raises(SpecError, match='unknown key "expects"'):
        load_catalog([replace(tested, is_tested=False)])


def test_our_operators_are_the_same_with_and_without_their_examples_read() -> None:
    read = load_catalog([replace(builtin(), is_tested=False)])
    tested = load_catalog([builtin()])
    assert {name: replace(one, is_tested=False) for name, one in tested.items()} == read


@pytest.mark.parametrize("case", cases("operators/refused"))
def test_a_library_with_mistakes_names_all_of_them(case: Any, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        load_catalog([library(tmp_path, case["files"])])
    assert str(error.value) == case["error"]


def test_a_declaration_becomes_an_operator(tmp_path: Path) -> None:
    files = {"operators/clean/strip.yml": STRIP, "macros/clean/strip.sql": "trim({{ value }})\n"}
    operator = load_catalog([library(tmp_path, files)])["strip"]
    assert (operator.category, operator.version, operator.rows, operator.cost) == (
        "clean", 1, "same", 1.0,
    )  # fmt: skip
    assert operator.parameters == (
        Parameter(name="columns", type="columns", description="", of="text"),
    )
    assert operator.inputs == operator.outputs == (Port(column="$columns", type="text"),)
    assert operator.examples[0].given == ({"text": " a "}, {"text": None})
    assert (operator.body, operator.body_path) == ("trim({{ value }})\n", "clean/strip.sql")
    assert (operator.library, operator.path) == ("mine", "operators/clean/strip.yml")


def test_facts_are_split_at_the_last_colon(tmp_path: Path) -> None:
    text = STRIP + 'provides: ["$columns: trimmed", "table: unique($columns)"]\n'
    node = load(text, "strip.yml")
    operator, problems = read_operator(
        node, body="", body_path="clean/strip.sql", library="mine", path="strip.yml"
    )
    assert problems == ()
    assert operator is not None
    assert operator.provides == (
        Fact(subject="$columns", name="trimmed"),
        Fact(subject="table", name="unique($columns)"),
    )


def test_a_body_may_lie_beside_its_declaration(tmp_path: Path) -> None:
    text = STRIP.replace("language: sql", "language: python")
    files = {
        "operators/evolved/strip.yml": text,
        "operators/evolved/strip.py": "def apply(): ...\n",
    }
    operator = load_catalog([library(tmp_path, files)])["strip"]
    assert (operator.body, operator.body_path) == ("def apply(): ...\n", "evolved/strip.py")


def test_a_null_default_makes_a_parameter_optional(tmp_path: Path) -> None:
    text = STRIP.replace("parameters:\n", "parameters:\n  mark: {type: name, default: null}\n")
    files = {"operators/clean/strip.yml": text, "operators/clean/strip.sql": "x"}
    operator = load_catalog([library(tmp_path, files)])["strip"]
    assert [(known.name, known.required) for known in operator.parameters] == [
        ("mark", False),
        ("columns", True),
    ]


def test_a_projects_operator_hides_ours_and_is_listed(tmp_path: Path) -> None:
    body = {"macros/clean/strip.sql": "x"}
    theirs = {"operators/own/strip.yml": STRIP, "macros/own/strip.sql": "y"}
    mine = library(tmp_path / "mine", theirs)
    ours = library(tmp_path / "ours", body | {"operators/clean/strip.yml": STRIP}, "dataevolver")
    assert load_catalog([mine, ours])["strip"].library == "mine"
    assert [(hidden.name, hidden.library) for hidden in load_hidden([mine, ours])] == [
        ("strip", "dataevolver")
    ]


def test_a_projects_body_alone_replaces_that_of_our_operator(tmp_path: Path) -> None:
    """The text in the catalog, and so the digest, is that of the template which is rendered."""
    mine = library(tmp_path / "mine", {"macros/clean/strip.sql": "ltrim({{ value }})"})
    files = {"operators/clean/strip.yml": STRIP, "macros/clean/strip.sql": "trim({{ value }})"}
    ours = library(tmp_path / "ours", files, "dataevolver")
    operator = load_catalog([mine, ours])["strip"]
    template = templates([mine, ours]).get_template(operator.body_path)
    assert operator.body == "ltrim({{ value }})"
    assert template.render(value="x") == "ltrim(x)"
    assert operator.digest != load_catalog([ours])["strip"].digest


def test_a_library_without_operators_is_empty(tmp_path: Path) -> None:
    assert load_catalog([library(tmp_path, {})]) == {}


def test_hidden_files_and_caches_are_passed_over(tmp_path: Path) -> None:
    files = {"operators/.hidden/x.yml": "no", "operators/__pycache__/x.yml": "no"}
    assert load_catalog([library(tmp_path, files)]) == {}


@pytest.mark.parametrize("linked", ["operators/clean/strip.yml", "macros/clean/strip.sql"])
def test_a_link_out_of_the_library_is_refused(linked: str, tmp_path: Path) -> None:
    files = {"operators/clean/strip.yml": STRIP, "macros/clean/strip.sql": "trim({{ value }})"}
    mine = library(tmp_path / "mine", files)
    outside = tmp_path / "outside"
    (mine.root / linked).rename(outside)
    (mine.root / linked).symlink_to(outside)
    with pytest.raises(SpecError) as error:
        load_catalog([mine])
    assert (
        str(error.value)
        == f"{linked}: the file leads out of {mine.root}\n  a link may not lead to a file elsewhere: copy the file"
    )


def test_a_template_that_is_a_link_out_of_the_library_is_not_found(tmp_path: Path) -> None:
    mine = library(tmp_path / "mine", {"macros/clean/a.sql": "a"})
    (tmp_path / "secret").write_text("secret")
    (mine.root / "macros/clean/b.sql").symlink_to(tmp_path / "secret")
    environment = templates([mine])
    with pytest.raises(TemplateNotFound):
        environment.get_template("clean/b.sql")
    with pytest.raises(TemplateNotFound):
        environment.get_template("../../secret")


def test_a_projects_template_can_extend_the_one_that_it_hides(tmp_path: Path) -> None:
    base = "lower({% block inside %}{{ value }}{% endblock %})"
    own = (
        '{% extends "dataevolver/clean/low.sql" %}{% block inside %}trim({{ value }}){% endblock %}'
    )
    ours = library(tmp_path / "ours", {"macros/clean/low.sql": base}, "dataevolver")
    mine = library(tmp_path / "mine", {"macros/clean/low.sql": own})
    assert templates([ours]).get_template("clean/low.sql").render(value="x") == "lower(x)"
    assert templates([mine, ours]).get_template("clean/low.sql").render(value="x") == (
        "lower(trim(x))"
    )


def test_values_enter_templates_by_filters_and_templates_cannot_reach_out(tmp_path: Path) -> None:
    text = "{{ column | identifier }} = {{ params.word | literal }}"
    environment = templates([library(tmp_path, {"macros/clean/eq.sql": text})])
    rendered = environment.get_template("clean/eq.sql").render(
        column='a"b', params={"word": "it's <b>"}
    )
    assert rendered == "\"a\"\"b\" = 'it''s <b>'"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ unknown }}").render()
    with pytest.raises(SecurityError):
        environment.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(SecurityError):
        environment.from_string("{{ params.update({'a': 1}) }}").render(params={})


@pytest.mark.parametrize(
    ("language", "body", "problem"),
    [
        ("sql", "{{ columns }} {{ value }} {{ refs['a'] }} {{ params.columns }} {{ part }}", ""),
        ("sql", "{% set x = 1 %}{{ x }}{% for y in params.z %}{{ y }}{% endfor %}", ""),
        ("sql", "{% if part %}{% set x = 1 %}{% endif %}{{ x }}", ""),
        (
            "sql",
            "a\n{{ b",
            "macros/clean/strip.sql:2: unexpected end of template, expected 'end of print statement'.",
        ),
        (
            "sql",
            "a\n{{ vale }}",
            'macros/clean/strip.sql:2: "vale" is never given to this body\n  did you mean "value"?',
        ),
        (
            "sql",
            "{{ size }}",
            (
                'macros/clean/strip.sql:1: "size" is never given to this body\n'
                '  a parameter is "params.size"'
            ),
        ),
        (
            "sql",
            '{% import "lib/gone.sql" as gone %}',
            (
                'macros/clean/strip.sql:1: there is no template "lib/gone.sql"\n'
                '  did you mean "lib/text.sql" or "mine/lib/text.sql"?'
            ),
        ),
        ("sql", '{% import "lib/text.sql" as text %}{{ text.word }}{{ text.trim(value) }}', ""),
        (
            "sql",
            '{% import "lib/text.sql" as text %}\n{{ text.trm(value) }}',
            'macros/clean/strip.sql:2: "lib/text.sql" has no "trm"\n  did you mean "trim"?',
        ),
        (
            "sql",
            '{% from "lib/text.sql" import trim, words %}',
            'macros/clean/strip.sql:1: "lib/text.sql" has no "words"\n  did you mean "word"?',
        ),
        ("python", "def apply(batch, params):\n    return {}\n", ""),
        (
            "python",
            "def apply(batch, params)\n",
            "macros/clean/strip.py:1:25: not Python: expected ':'",
        ),
        (
            "python",
            "def aply(batch, params): ...\n",
            NO_APPLY,
        ),
        ("python", "1 / 0\ndef apply(batch, params): ...\n", ""),
        ("llm", "Say {{ anything }}", ""),
    ],
)
def test_mistakes_in_a_body_are_found_without_running_it(
    language: str, body: str, problem: str, tmp_path: Path
) -> None:
    text = STRIP.replace("language: sql", f"language: {language}")
    text = text.replace("parameters:\n", "parameters:\n  size: {type: integer, default: 1}\n")
    ending = {"sql": ".sql", "python": ".py", "llm": ".md"}[language]
    files = {
        "operators/clean/strip.yml": text,
        f"macros/clean/strip{ending}": body,
        "macros/lib/text.sql": "{% set word = 'x' %}{% macro trim(text) %}trim({{ text }}){% endmacro %}",
    }
    mine = library(tmp_path, files)
    found = check_bodies(load_catalog([mine]), templates([mine]))
    assert "\n".join(str(item) for item in found) == problem


def test_our_own_library_loads_and_its_bodies_have_no_mistakes() -> None:
    catalog = load_catalog([replace(builtin(), is_tested=False)])
    assert list(catalog) == sorted(catalog)
    assert check_bodies(catalog, templates([builtin()])) == ()


# ---- values of parameters


def parameter(**keys: Any) -> Parameter:
    return Parameter(**{"name": "p", "description": "", **keys})


@pytest.mark.parametrize(
    ("declared", "value", "complaint"),
    [
        (parameter(type="integer"), 3, None),
        (parameter(type="integer"), 3.0, "must be a whole number, not 3.0"),
        (parameter(type="integer"), True, "must be a whole number, not true"),
        (parameter(type="number"), 3, None),
        (parameter(type="number"), "3", 'must be a number, not "3"'),
        (parameter(type="boolean"), 1, "must be true or false, not 1"),
        (parameter(type="string"), 5, "must be text, not 5"),
        (parameter(type="string"), None, "may not be null"),
        (parameter(type="string", required=False), None, None),
        (parameter(type="any"), None, None),
        (parameter(type="any"), {"a": [1]}, None),
        (parameter(type="integer", minimum=1, maximum=9), 0, "must be at least 1, not 0"),
        (parameter(type="number", minimum=0, maximum=0.5), 0.6, "must be at most 0.5, not 0.6"),
        (
            parameter(type="string", choices=("nfc", "nfkc")),
            "nfx",
            'must be one of "nfc", "nfkc", not "nfx"',
        ),
        (parameter(type="column"), "messages[role=user].content", None),
        (
            parameter(type="column"),
            "messages[",
            'must be a column ("text", "messages[].content"), not "messages["',
        ),
        (parameter(type="columns"), ["a", "b"], None),
        (parameter(type="columns"), [], "needs at least one column"),
        (parameter(type="columns"), "a", 'must be a list, not "a"'),
        (parameter(type="columns"), ["a", "b", "a"], 'names "a" twice'),
        (
            parameter(type="columns"),
            ["a", 1],
            'must be a column ("text", "messages[].content"), not 1',
        ),
        (parameter(type="name"), "text_language", None),
        (
            parameter(type="name"),
            "__id",
            'must be the name of a column (without dots, brackets or a leading "__"), not "__id"',
        ),
        (parameter(type="list", of="string"), ["a"], None),
        (parameter(type="list", of="string"), ["a", 1], "must be text, not 1"),
        (parameter(type="list", of="integer", maximum=3), [1, 4], "must be at most 3, not 4"),
        (parameter(type="map", of="string"), {"a": "b"}, None),
        (parameter(type="map", of="string"), {"a": 1}, "must be text, not 1"),
        (parameter(type="map"), ["a"], 'must be a mapping, not ["a"]'),
        (parameter(type="string"), ["x" * 99], f'must be text, not ["{"x" * 55}...'),
    ],
)
def test_a_value_fits_its_parameter_or_the_message_says_why(
    declared: Parameter, value: Value, complaint: str | None
) -> None:
    assert check_value(declared, value) == complaint
