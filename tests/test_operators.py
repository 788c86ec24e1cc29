"""Every operator of the library does what its examples say, and its examples try ugly text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from case_files import CASES, cases

from dataevolver.columns import TEXT
from dataevolver.library import builtin, load_catalog, read_operator, templates
from dataevolver.library.shape import OPERATOR_SHAPE
from dataevolver.operators import Example, Operator
from dataevolver.plans import check_arguments, read_plan
from dataevolver.profiler import TEXT_MEASURES
from dataevolver.runner import run_examples
from dataevolver.solver import solve
from dataevolver.yamlfile import dump, load, plain

CATALOG = load_catalog([builtin()])
EDGE_FILES = sorted(path.stem for path in (CASES / "operators_edge").glob("*.yml"))
GROUPS = frozenset(
    {
        "length", "casing", "characters", "encoding", "markup", "structure", "language",
        "repetition", "completeness", "boilerplate", "answer_format", "schema", "cross_field",
        "duplicates", "conversation", "relation",
    }
)  # fmt: skip
JOINER = "\u200d"


@cache
def environment() -> Any:
    return templates([builtin()])


def texts_in(value: Any) -> Iterator[str | None]:
    """Every text and null in the rows of an example, however deep."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from texts_in(item)
    elif value is None or isinstance(value, str):
        yield value


def reads_text(operator: Operator) -> bool:
    """Whether a column of text that the user names is read, not one that an operator wrote."""
    chosen = {
        f"${parameter.name}"
        for parameter in operator.parameters
        if not (isinstance(parameter.default, str) and "${" in parameter.default)
    }
    return any(port.type == "text" and port.column in chosen for port in operator.inputs)


def is_beyond_latin(text: str) -> bool:
    return any(
        character.isalpha() and not unicodedata.name(character, "").startswith("LATIN")
        for character in text
    )


TEXT_OPERATORS = [name for name, operator in CATALOG.items() if reads_text(operator)]


def test_the_library_is_as_large_as_promised() -> None:
    assert len(CATALOG) >= 36
    assert {operator.category for operator in CATALOG.values()} == {
        "annotate", "check", "clean", "combine", "dedup", "filter", "normalise", "parse", "reshape", "select", "split",
    }  # fmt: skip


@pytest.mark.parametrize("name", CATALOG)
def test_an_operator_does_what_its_examples_say(name: str) -> None:
    failures = [str(failure) for failure in run_examples(CATALOG[name], environment())]
    wanted = f'pip install "dataevolver-dve[{CATALOG[name].extra}]"'
    if any(wanted in failure for failure in failures):
        pytest.skip(f"needs: {wanted}")
    assert failures == []


@pytest.mark.parametrize("name", TEXT_OPERATORS)
def test_the_examples_of_a_text_operator_try_ugly_text(name: str) -> None:
    found = [text for example in CATALOG[name].examples for text in texts_in(example.given)]
    texts = [text for text in found if text is not None]
    tried = {
        "null": None in found,
        "empty": "" in texts,
        "beyond Latin": any(map(is_beyond_latin, texts)),
        "emoji with joiners": any(JOINER in text for text in texts),
    }
    assert [what for what, done in tried.items() if not done] == []


@pytest.mark.parametrize("name", TEXT_OPERATORS)
def test_a_text_operator_takes_a_conversation(name: str) -> None:
    paths = [
        text
        for example in CATALOG[name].examples
        for text in texts_in(list(example.arguments.values()))
        if text is not None and "[" in text and "]." in text
    ]
    takes_turns = any(port.type == "list" for port in CATALOG[name].inputs)
    assert paths or takes_turns


@pytest.mark.parametrize("name", CATALOG)
def test_a_declaration_can_be_written_and_read_back(name: str) -> None:
    operator = CATALOG[name]
    path = builtin().root / operator.path
    written = dump(plain(load(path.read_text(encoding="utf-8"), operator.path)))
    again, problems = read_operator(
        load(written, operator.path),
        body=operator.body,
        body_path=operator.body_path,
        library=operator.library,
        path=operator.path,
    )
    assert problems == ()
    assert again == replace(operator, body_file="", kernels="", is_tested=False)


@pytest.mark.parametrize("name", CATALOG)
def test_the_keys_of_a_declaration_stand_in_one_order(name: str) -> None:
    text = (builtin().root / CATALOG[name].path).read_text(encoding="utf-8")
    declared: Any = plain(load(text, CATALOG[name].path))
    keys = list(declared)
    assert keys == [key for key in OPERATOR_SHAPE.fields if key in keys]


@pytest.mark.parametrize("name", CATALOG)
def test_a_declaration_tells_a_person_and_the_planner_enough(name: str) -> None:
    operator = CATALOG[name]
    assert operator.summary.endswith(".") and len(operator.summary) <= 120
    assert [one.name for one in operator.parameters if not one.description.endswith(".")] == []
    assert set(operator.addresses) <= GROUPS | set(TEXT_MEASURES)
    assert 0 < operator.cost < 100


def test_a_fact_that_one_operator_names_another_provides() -> None:
    provided = {fact.name for operator in CATALOG.values() for fact in operator.provides}
    named = {
        fact.name
        for operator in CATALOG.values()
        for fact in (*operator.requires, *operator.keeps)
        if fact.name != "*"
    }
    assert named <= provided


@pytest.mark.parametrize(
    ("step", "inserted"),
    [
        ("strip_markup, with: {columns: [text]}", "repair_unicode"),
        ("filter_language, with: {column: text, languages: [en]}", "language"),
        ("filter_repetition, with: {column: text}", "repetition_score"),
        ("filter_stop_words, with: {column: text}", "language"),
    ],
)
def test_what_a_step_needs_the_solver_finds_in_the_library(step: str, inserted: str) -> None:
    text = f"dve: 1\nplan: p\nsource: raw\nexemplars: good\nsteps:\n  - {{id: one, operator: {step}}}\n"
    resolution = solve(read_plan(text, "p.yml"), CATALOG, {"raw": {"text": TEXT}})
    assert [found.bound.operator.name for found in resolution.steps][:-1] == [inserted]


def test_text_that_is_repaired_stays_repaired_whatever_cleans_it() -> None:
    rewrites = {
        name
        for name, operator in CATALOG.items()
        if any(port.column == "$columns" and port.type == "text" for port in operator.inputs)
        and any(port.column == "$columns" for port in operator.outputs)
    }
    decoded = {
        name
        for name, operator in CATALOG.items()
        if {"decoded", "*"} & {fact.name for fact in (*operator.keeps, *operator.provides)}
    }
    assert len(rewrites) > 40
    assert rewrites - decoded == set()


@pytest.mark.parametrize(
    ("steps", "order"),
    [
        (
            "strip_markup remove_urls remove_emojis strip_markup filter_repetition filter_words",
            (
                "repair_unicode strip_markup remove_urls remove_emojis strip_markup"
                " repetition_score filter_repetition filter_words"
            ),
        ),
        (
            (
                "remove_emojis normalise_whitespace strip_markup mask_pii filter_language"
                " filter_stop_words dedup_exact"
            ),
            (
                "remove_emojis normalise_whitespace repair_unicode strip_markup mask_pii language"
                " filter_language filter_stop_words dedup_exact"
            ),
        ),
        (
            (
                "repair_unicode remove_boilerplate truncate_text strip_markup gopher_quality"
                " filter_quality_rules"
            ),
            (
                "repair_unicode remove_boilerplate truncate_text strip_markup language gopher_quality"
                " filter_quality_rules"
            ),
        ),
    ],
)
def test_a_long_plan_gets_what_it_needs_once(steps: str, order: str) -> None:
    given: dict[str, dict[str, Any]] = {
        "filter_words": {"minimum": 3},
        "filter_language": {"languages": ["en"]},
        "filter_quality_rules": {"rules": "gopher_quality"},
        "truncate_text": {"maximum": 9},
    }
    written: list[Any] = []
    for place, name in enumerate(steps.split()):
        texts: dict[str, Any] = {"columns": ["text"]}
        if any(parameter.name == "column" for parameter in CATALOG[name].parameters):
            texts = {"column": "text"}
        step = {"id": f"s{place}", "operator": name, "with": {**texts, **given.get(name, {})}}
        written.append(step)
    plan = dump({"dve": 1, "plan": "p", "source": "raw", "exemplars": "good", "steps": written})
    resolution = solve(read_plan(plan, "p.yml"), CATALOG, {"raw": {"text": TEXT}})
    assert [found.bound.operator.name for found in resolution.steps] == order.split()


def test_bounds_that_no_row_can_meet_are_refused() -> None:
    text = (
        "dve: 1\nplan: p\nsource: raw\nexemplars: good\nsteps:\n  - id: one\n"
        "    operator: filter_length\n    with: {columns: [text], minimum: 50, maximum: 5}\n"
    )
    problems = check_arguments(read_plan(text, "p.yml"), CATALOG)
    assert "\n".join(map(str, problems)) == (
        'p.yml:8:29: step "one": the minimum 50 is above the maximum 5\n'
        "  no row can be within: swap them"
    )


@pytest.mark.parametrize("name", [name for name in CATALOG if CATALOG[name].rows == "fewer"])
def test_a_filter_keeps_a_null_unless_that_is_its_purpose(name: str) -> None:
    operator = CATALOG[name]
    for example in operator.examples:
        whole = [row for row in example.dropped if _holds_nothing(example.given[row])]
        asked = {"drop_null", "nulls", "null_is_empty", "required"} & set(example.arguments)
        assert not whole or asked or name in ("filter_empty", "sample_rows"), (name, whole)


def _holds_nothing(row: Mapping[str, Any]) -> bool:
    return all(value is None for value in row.values())


@pytest.mark.parametrize(
    "case", [case for stem in EDGE_FILES for case in cases(f"operators_edge/{stem}")]
)
def test_what_other_tools_get_wrong(case: Mapping[str, Any]) -> None:
    example = Example(
        arguments=case.get("with", {}),
        given=tuple(case["given"]),
        expect=tuple(case["expect"]),
        dropped={int(row): reason for row, reason in case.get("dropped", {}).items()},
        failed={int(row): reason for row, reason in case.get("failed", {}).items()},
        others=tuple(tuple(rows) for rows in case.get("others", ())),
    )
    operator = replace(CATALOG[case["operator"]], examples=(example,))
    assert [str(failure) for failure in run_examples(operator, environment())] == []
