"""Locks: what the solver made of a plan, kept and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from small_operators import columns, operator

from dataevolver.columns import Columns
from dataevolver.errors import SpecError
from dataevolver.locks import Lock, check_lock, lock_text, make_lock, read_lock
from dataevolver.operators import Operator
from dataevolver.plans import Plan, Step
from dataevolver.solver import Resolution, solve

CATALOG: Mapping[str, Operator] = {
    name: operator(name, declared)
    for name, declared in {
        "decode": {
            "parameters": {"columns": "columns"},
            "inputs": ["$columns: text"],
            "outputs": ["$columns: text"],
            "provides": ["$columns: decoded"],
        },
        "strip": {
            "parameters": {"columns": "columns"},
            "inputs": ["$columns: text"],
            "outputs": ["$columns: text"],
            "requires": ["$columns: decoded"],
        },
        "language": {
            "parameters": {"column": "column"},
            "inputs": ["$column: text"],
            "outputs": ["language: text"],
        },
        "drop_short": {
            "rows": "fewer",
            "parameters": {"column": "column", "least": {"type": "integer", "default": 20}},
            "inputs": ["$column: text"],
        },
    }.items()
}
SOURCES: Mapping[str, Columns] = {"raw": columns({"text": "text", "rating": "integer"})}
PLAN = Plan(
    name="prepare",
    source="raw",
    exemplars="expert",
    steps=(
        Step(id="strip", operator="strip", arguments={"columns": ["text"]}),
        Step(id="language", operator="language", arguments={"column": "text"}),
        Step(id="long_enough", operator="drop_short", arguments={"column": "text"}),
    ),
)


def _resolve(
    plan: Plan = PLAN,
    catalog: Mapping[str, Operator] = CATALOG,
    sources: Mapping[str, Columns] = SOURCES,
) -> Resolution:
    return solve(plan, catalog, sources)


def _lock() -> Lock:
    return read_lock(lock_text(_resolve(), "0.1.0"), "plans/prepare.lock.yml")


def _differences(resolution: Resolution) -> str:
    return str(SpecError(check_lock(_lock(), resolution)))


def test_the_lock_tells_order_operators_inserted_steps_and_columns() -> None:
    resolution = _resolve()
    digest = {step.id: step.bound.operator.digest[:12] for step in resolution.steps}
    lock = make_lock(resolution, "0.1.0")
    assert lock_text(resolution, "0.1.0") == (
        "# Made by `dve lock`, to be reviewed with the plan. Do not edit: lock again.\n"
        "dve: 1\n"
        "dataevolver: 0.1.0\n"
        "plan: prepare\n"
        f"fingerprint: {lock.fingerprint}\n"
        "sources:\n"
        "  raw:\n"
        "    text: text\n"
        "    rating: integer\n"
        "steps:\n"
        "  - id: decode_for_strip\n"
        "    operator: decode@1\n"
        "    library: test\n"
        f"    hash: {digest['decode_for_strip']}\n"
        "    from: [raw]\n"
        f'    inserted_for: "{resolution.steps[0].inserted_for}"\n'
        "    with:\n"
        "      columns: [text]\n"
        "\n"
        "  - id: strip\n"
        "    operator: strip@1\n"
        "    library: test\n"
        f"    hash: {digest['strip']}\n"
        "    from: [decode_for_strip]\n"
        "\n"
        "  - id: language\n"
        "    operator: language@1\n"
        "    library: test\n"
        f"    hash: {digest['language']}\n"
        "    from: [strip]\n"
        "    columns:\n"
        "      text: text\n"
        "      rating: integer\n"
        "      language: text\n"
        "\n"
        "  - id: long_enough\n"
        "    operator: drop_short@1\n"
        "    library: test\n"
        f"    hash: {digest['long_enough']}\n"
        "    from: [language]\n"
    )


def test_a_lock_reads_as_it_was_made_and_its_resolution_has_no_differences() -> None:
    assert check_lock(_lock(), _resolve()) == ()
    made = make_lock(_resolve(), "0.1.0")
    assert _lock().sources == made.sources
    assert [step.columns for step in _lock().steps] == [step.columns for step in made.steps]


def test_a_plan_without_steps_has_a_lock() -> None:
    resolution = _resolve(replace(PLAN, steps=()))
    lock = read_lock(lock_text(resolution, "0.1.0"), "")
    assert (lock.steps, check_lock(lock, resolution)) == ((), ())


def test_a_newer_tool_that_answers_the_same_is_no_difference() -> None:
    assert check_lock(replace(_lock(), version="0.0.1"), _resolve()) == ()


def test_added_removed_and_reordered_steps_are_told() -> None:
    strip, language, long_enough = PLAN.steps
    count = Step(id="language_2", operator="language", arguments={"column": "text"})
    del language
    plan = replace(PLAN, steps=(long_enough, strip, replace(count, id="again")))
    told = _differences(_resolve(plan))
    assert 'plans/prepare.lock.yml: step "again" is not in the lock\n' in told
    assert "the steps run as" in told
    assert 'step "language" is in the lock and not in the plan' in told
    assert told.endswith("\n  lock again with `dve lock` and review the change")


def test_a_changed_operator_is_told_with_both_hashes() -> None:
    changed = replace(CATALOG["strip"], body="another body")
    resolution = _resolve(catalog={**CATALOG, "strip": changed})
    old = CATALOG["strip"].digest[:12]
    assert _differences(resolution) == (
        'plans/prepare.lock.yml:20:5: step "strip" uses strip@1, which has changed: '
        f"{changed.digest[:12]}; locked was {old}\n"
        "  lock again with `dve lock` and review the change"
    )


def test_a_new_version_and_another_library_are_told() -> None:
    changed = replace(CATALOG["strip"], version=2, library="my_project")
    told = _differences(_resolve(catalog={**CATALOG, "strip": changed}))
    assert 'step "strip" uses strip@2; locked was strip@1' in told
    assert 'step "strip" takes its operator from library my_project; locked was test' in told


def test_changed_columns_of_a_source_are_told_where_they_arrive() -> None:
    sources = {"raw": columns({"text": "text", "rating": "number", "url": "text"})}
    told = _differences(_resolve(sources=sources))
    assert 'source "raw" has number in column "rating"; locked was integer\n' in told
    assert 'source "raw" has a new column "url" (text)\n' in told
    assert 'step "language" afterwards has a new column "url" (text)' in told


def test_an_inserted_step_that_is_not_needed_any_more_is_told() -> None:
    easy = replace(CATALOG["strip"], requires=())
    told = _differences(_resolve(catalog={**CATALOG, "strip": easy}))
    assert (
        'step "decode_for_strip" is in the lock and not in the plan: it was inserted for ' in told
    )
    assert 'step "strip" reads raw; locked was decode_for_strip' in told


def test_the_lock_of_another_plan_is_told() -> None:
    told = _differences(_resolve(replace(PLAN, name="other")))
    assert 'the lock is of plan "prepare", not of "other"' in told


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("hash: zz", 'l.yml:14:11: "hash" must be 12 hex digits, not "zz"'),
        ("hsah: aaaaaaaaaaaa", 'l.yml:11:5: "hash" of a locked step is missing'),
    ],
)
def test_a_lock_that_was_edited_by_hand_is_refused(wrong: str, error: str) -> None:
    text = lock_text(_resolve(), "0.1.0")
    digest = CATALOG["decode"].digest[:12]
    with pytest.raises(SpecError) as refused:
        read_lock(text.replace(f"hash: {digest}", wrong), "l.yml")
    assert error in str(refused.value)
