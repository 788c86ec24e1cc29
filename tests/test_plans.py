"""Plans: reading, checking, writing and telling apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from small_operators import operator

from dataevolver.errors import Place, SpecError
from dataevolver.operators import Operator
from dataevolver.plans import (
    PLAN_SHAPE,
    Plan,
    Step,
    check_arguments,
    check_inputs,
    content,
    explicit_inputs,
    fingerprint,
    plan_text,
    read_plan,
)
from dataevolver.yamlfile import json_schema, load, plain

HEADER = "dve: 1\nplan: p\nsource: raw\nexemplars: expert\n"
PLAN = Plan(
    name="prepare",
    source="raw",
    exemplars="expert",
    steps=(
        Step(id="strip", operator="strip_markup", arguments={"columns": ["question", "answer"]}),
        Step(
            id="dedup",
            operator="near_dedup",
            inputs=("strip", "more"),
            arguments={"threshold": 0.8, "columns": ["question"]},
            tags=("slow",),
            rationale="14 % of rows are copies.",
            origin="evolve round 4",
        ),
    ),
)


def _catalog() -> Mapping[str, Operator]:
    dedup = operator(
        "near_dedup",
        {
            "parameters": {
                "columns": "columns",
                "threshold": {"type": "number", "default": 0.8},
                "keep": {"type": "string", "default": "first", "choices": ["first", "longest"]},
            }
        },
    )
    first = replace(dedup.parameters[0], description="Which columns.")
    dedup = replace(dedup, parameters=(first, *dedup.parameters[1:]))
    counterparts = {"data-juicer": ("document_minhash_deduplicator",)}
    dedup = replace(dedup, counterparts=counterparts)
    return {"near_dedup": dedup, "count_words": operator("count_words", {})}


# ---- reading and checking


@pytest.mark.parametrize("case", cases("plans/refused"))
def test_what_is_no_plan_is_refused_with_every_reason(case: Mapping[str, Any]) -> None:
    with pytest.raises(SpecError) as refused:
        read_plan(case["text"], "p.yml")
    assert str(refused.value) == case["error"].rstrip("\n")


@pytest.mark.parametrize("case", cases("plans/arguments"))
def test_arguments_are_checked_all_at_once(case: Mapping[str, Any]) -> None:
    plan = read_plan(HEADER + case["text"], "p.yml")
    problems = check_arguments(plan, _catalog())
    assert (str(SpecError(problems)) if problems else "") == case["error"].rstrip("\n")


def test_names_that_are_no_steps_are_sources_and_known_when_told() -> None:
    plan = read_plan(f"{HEADER}steps: [{{id: merge, operator: x, from: [raw, mroe]}}]", "p.yml")
    assert check_inputs(plan) == ()
    (problem,) = check_inputs(plan, sources=("raw", "more"))
    assert str(problem) == (
        'p.yml:5:46: step "merge" reads "mroe", which is no step and no source\n'
        '  did you mean "more"?'
    )


def test_what_a_step_reads_is_the_step_before_it_unless_it_is_written() -> None:
    steps = (
        Step(id="a", operator="x"),
        Step(id="b", operator="x"),
        Step(id="c", operator="x", inputs=("a", "more")),
        Step(id="d", operator="x"),
    )
    assert explicit_inputs(replace(PLAN, steps=steps)) == {
        "a": ("raw",), "b": ("a",), "c": ("a", "more"), "d": ("c",),
    }  # fmt: skip


def test_a_long_chain_is_no_loop_and_needs_no_recursion() -> None:
    steps = tuple(Step(id=f"s{number}", operator="x") for number in range(3000))
    assert check_inputs(replace(PLAN, steps=steps)) == ()


def test_a_step_knows_the_places_of_its_keys() -> None:
    text = f"{HEADER}steps:\n  - id: a\n    operator: x\n    with:\n      columns: [q]\n"
    (step,) = read_plan(text, "p.yml").steps
    assert step.place_of("operator") == Place(file="p.yml", line=7, column=5)
    assert step.place_of("with", "columns") == Place(file="p.yml", line=9, column=7)
    assert step.place_of("rationale") == step.place == Place(file="p.yml", line=6, column=5)


def test_steps_may_be_left_empty_and_braces_are_text() -> None:
    assert read_plan(f"{HEADER}steps:\n", "p.yml").steps == ()
    text = f'{HEADER}steps: [{{id: a, operator: x, with: {{pattern: "{{{{ q }}}}"}}}}]'
    assert read_plan(text, "p.yml").steps[0].arguments == {"pattern": "{{ q }}"}


@pytest.mark.parametrize("case", cases("plans/refused"))
def test_the_json_schema_refuses_what_has_not_the_shape(case: Mapping[str, Any]) -> None:
    if case["schema"] == "cannot tell":
        return  # a text that is no YAML at all
    validator = jsonschema.Draft202012Validator(json_schema(PLAN_SHAPE, "plan"))
    is_valid = validator.is_valid(plain(load(case["text"], "p.yml")))
    assert ("accepts" if is_valid else "refuses") == case["schema"]


def test_the_json_schema_accepts_a_plan() -> None:
    validator = jsonschema.Draft202012Validator(json_schema(PLAN_SHAPE, "plan"))
    validator.validate(plain(load(plan_text(PLAN), "p.yml")))


# ---- writing


def test_the_canonical_text_has_an_order_and_no_defaults() -> None:
    assert plan_text(PLAN, _catalog()) == (
        "dve: 1\n"
        "plan: prepare\n"
        "source: raw\n"
        "exemplars: expert\n"
        "steps:\n"
        "  - id: strip\n"
        "    operator: strip_markup\n"
        "    with:\n"
        "      columns: [question, answer]\n"
        "\n"
        "  - id: dedup\n"
        "    operator: near_dedup\n"
        "    from: [strip, more]\n"
        "    with:\n"
        "      columns: [question]\n"
        "      threshold: 0.8\n"
        "    tags: [slow]\n"
        "    rationale: 14 % of rows are copies.\n"
        "    origin: evolve round 4\n"
    )


def test_without_steps_the_list_is_written_empty() -> None:
    plan = replace(PLAN, steps=(), description="Nothing yet.", optimize=True)
    assert plan_text(plan) == (
        "dve: 1\nplan: prepare\ndescription: Nothing yet.\nsource: raw\nexemplars: expert\n"
        "optimize: true\nsteps: []\n"
    )
    assert read_plan(plan_text(plan), "") == plan


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ids = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), unique=True))
    steps = tuple(
        Step(
            id=name,
            operator=draw(TEXTS.filter(bool)),
            inputs=draw(st.sampled_from([(), ("RAW",), (*ids[:number], "OTHER")])),
            arguments=draw(st.dictionaries(TEXTS, VALUES, max_size=3)),
            tags=tuple(draw(st.lists(TEXTS.filter(bool), max_size=2))),
            rationale=draw(TEXTS),
            origin=draw(TEXTS),
        )
        for number, name in enumerate(ids)
    )
    return Plan(name="p", source="RAW", exemplars="e", description=draw(TEXTS), steps=steps)


@settings(deadline=None)
@given(plans())
def test_what_is_written_reads_as_the_same_plan(plan: Plan) -> None:
    text = plan_text(plan)
    again = read_plan(text, "p.yml")
    assert content(again) == content(plan)
    assert plan_text(again) == text


# ---- telling apart


def _first(**changes: Any) -> Plan:
    return replace(PLAN, steps=(replace(PLAN.steps[0], **changes), *PLAN.steps[1:]))


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, description="Words.", name="other", exemplars="better", file="p.yml"),
        _first(rationale="Words.", origin="a person", tags=("a",)),
        _first(inputs=("raw",)),
        _first(arguments={"columns": ("question", "answer")}),
    ],
)
def test_words_do_not_change_the_fingerprint(other: Plan) -> None:
    assert fingerprint(other) == fingerprint(PLAN)


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, source="more"),
        replace(PLAN, optimize=True),
        replace(PLAN, steps=PLAN.steps[:1]),
        _first(operator="strip_html"),
        _first(inputs=("more",)),
        _first(arguments={"columns": ["answer", "question"]}),
        _first(arguments={"columns": ["question", "answer"], "strict": True}),
    ],
)
def test_what_changes_data_changes_the_fingerprint(other: Plan) -> None:
    assert fingerprint(other) != fingerprint(PLAN)


def test_the_fingerprint_stays_from_version_to_version() -> None:
    assert fingerprint(PLAN)[:12] == "a17296b32eb5"


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (0, False), ("1", 1), (None, "")])
def test_values_that_python_takes_for_equal_are_not(one: Any, other: Any) -> None:
    plan, again = _first(arguments={"v": one}), _first(arguments={"v": other})
    assert content(plan) != content(again)
    assert fingerprint(plan) != fingerprint(again)


def test_the_order_of_arguments_means_nothing_and_of_a_mapping_something() -> None:
    one = _first(arguments={"a": 1, "b": {"x": 1, "y": 2}})
    assert content(one) == content(_first(arguments={"b": {"x": 1, "y": 2}, "a": 1}))
    assert content(one) != content(_first(arguments={"a": 1, "b": {"y": 2, "x": 1}}))
