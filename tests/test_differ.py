"""Differences between plans, and that showing them is safe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.differ import diff_markdown, diff_plans, diff_text, diff_value
from dataevolver.locks import Lock, LockedStep
from dataevolver.plans import Plan, Step, content, read_plan

HEADER = "dve: 1\nplan: p\nsource: raw\nexemplars: expert\n"


def _plan(text: str | None) -> Plan | None:
    return None if text is None else read_plan(HEADER + text, "p.yml")


@pytest.mark.parametrize("case", cases("differ/text"))
def test_the_text_tells_each_difference(case: Mapping[str, Any]) -> None:
    diff = diff_plans(_plan(case["before"]), _plan(case["after"]))
    assert diff_text(diff) == case["text"]
    assert diff.is_empty == (case["name"] == "nothing")
    assert case["text"].startswith(f"plan p: {diff.summary}\n")


def test_no_plan_at_all_is_no_difference() -> None:
    assert diff_plans(None, None).is_empty


# ---- locks

LOCKED = LockedStep(
    id="strip", operator="strip@1", library="dataevolver", digest="aaaaaaaaaaaa", inputs=("raw",)
)
DECODE = LockedStep(
    id="decode",
    operator="decode@1",
    library="dataevolver",
    digest="bbbbbbbbbbbb",
    inputs=("raw",),
    inserted_for="text: decoded wanted by step strip",
    arguments={"columns": ["text"]},
)
LOCK = Lock(plan="p", version="0.1.0", fingerprint="c" * 12, sources={}, steps=(LOCKED,))
STRIP = _plan("steps: [{id: strip, operator: strip}]")


def test_what_the_solver_inserts_is_told() -> None:
    after = replace(LOCK, steps=(DECODE, LOCKED))
    diff = diff_plans(STRIP, STRIP, LOCK, after)
    assert diff_text(diff) == (
        "plan p: 0 added, 0 changed, 0 removed, 1 unchanged\n"
        "! decode decode@1 is inserted for text: decoded wanted by step strip\n"
    )
    assert not diff.is_empty
    back = diff_plans(STRIP, STRIP, after, LOCK)
    assert [change.message for change in back.lock] == [
        "decode@1 is no longer inserted for text: decoded wanted by step strip"
    ]


def test_what_becomes_of_an_operator_is_told() -> None:
    newer = replace(LOCKED, operator="strip@2", digest="d" * 12, library="mine", moved="cheaper")
    diff = diff_plans(STRIP, STRIP, LOCK, replace(LOCK, steps=(newer,)))
    assert [change.message for change in diff.lock] == [
        f"its operator was strip@1 of dataevolver ({'a' * 12}) and is strip@2 of mine ({'d' * 12})",
        "stands elsewhere: cheaper; before nothing",
    ]


def test_equal_locks_are_no_difference() -> None:
    assert diff_plans(STRIP, STRIP, LOCK, LOCK).is_empty


# ---- Markdown

HOSTILE = "a|b `c` <script> @octocat #12 [x](http://evil.example) ![i](j) **k** www.e.com e@f.org"


def test_markdown_is_a_table_that_nothing_breaks_out_of() -> None:
    step = Step(id="a", operator="x", arguments={"pattern": HOSTILE}, rationale=f"{HOSTILE}\n\n# h")
    plan = Plan(name="p", source="raw", exemplars="expert", steps=(step,))
    written = diff_markdown(diff_plans(None, plan))
    first, second, _, header, rule, row = written.splitlines()
    assert first == "<!-- dve:plan p -->"
    assert second == "**Plan <code>p</code>**: 1 added, 0 changed, 0 removed, 0 unchanged"
    assert (header, rule) == ("| Change | Step | What | Why |", "|---|---|---|---|")
    assert row.count("|") == 5
    assert set(re.findall(r"<[^>]*>", row)) == {"<code>", "</code>", "<br>"}
    assert not set(re.sub(r"&#\d+;", "", row)) & set("`@[]*#!_~$")
    assert "www." not in row and "http:" not in row
    assert "&#64;&#8203;octocat" in row


def test_markdown_of_every_kind_of_difference() -> None:
    case = next(case.values[0] for case in cases("differ/text") if "every" in str(case.id))
    written = diff_markdown(diff_plans(_plan(case["before"]), _plan(case["after"]), LOCK, LOCK))
    assert "- <code>optimize</code>: <code>false</code> → <code>true</code>" in written
    assert "| moved | <code>words</code> | at the top, was after strip |  |" in written
    assert "<code>threshold</code>: <code>0.8</code> → <code>0.75</code><br>" in written
    assert "| removed | <code>short</code> | <code>drop&#95;short</code> |  |" in written


def test_long_values_and_long_differences_are_cut_in_the_open() -> None:
    steps = tuple(
        Step(id=f"s{number}", operator="x", arguments={"t": "y" * 900}) for number in range(400)
    )
    plan = Plan(name="p", source="raw", exemplars="expert", steps=steps)
    written = diff_markdown(diff_plans(None, plan))
    assert len(written) < 61_000
    assert re.search(r"\n\d+ more lines are left out: run `dve diff`\.\n$", written)
    assert "y" * 198 + "…" in written
    assert "y" * 200 not in written


# ---- any two plans

STEPS = st.builds(
    Step,
    id=st.just(""),
    operator=st.sampled_from(["x", "y"]),
    arguments=st.dictionaries(st.sampled_from(["t", "u"]), st.sampled_from([1, 1.0, "a", None])),
    rationale=st.text(max_size=3),
)
PLANS = st.permutations("abcdef").flatmap(
    lambda ids: st.lists(STEPS, max_size=6).map(
        lambda steps: Plan(
            name="p",
            source="raw",
            exemplars="expert",
            steps=tuple(replace(step, id=name) for step, name in zip(steps, ids, strict=False)),
        )
    )
)


@settings(deadline=None)
@given(PLANS, PLANS)
def test_a_difference_is_empty_if_and_only_if_the_plans_say_the_same(
    before: Plan, after: Plan
) -> None:
    diff = diff_plans(before, after)
    assert diff.is_empty == (content(before) == content(after))
    assert diff.count("added") == len({s.id for s in after.steps} - {s.id for s in before.steps})
    assert diff.count("removed") == len({s.id for s in before.steps} - {s.id for s in after.steps})
    assert json.loads(json.dumps(diff_value(diff)))["summary"]["changed"] == diff.count("changed")
    assert all(line.isprintable() for line in diff_text(diff).removesuffix("\n").split("\n"))


@settings(deadline=None)
@given(PLANS)
def test_one_step_put_elsewhere_is_one_moved_step(plan: Plan) -> None:
    *others, last = plan.steps or (Step(id="a", operator="x"),)
    diff = diff_plans(plan, replace(plan, steps=(last, *others)))
    assert diff.count("moved") == (1 if others else 0) or not plan.steps


def test_json_leaves_out_what_was_not_given() -> None:
    before = _plan("steps: [{id: a, operator: x, with: {t: null}}]")
    after = _plan("steps: [{id: a, operator: x, with: {u: [1]}}]")
    assert diff_value(diff_plans(before, after)) == {
        "plan": "p",
        "is_empty": False,
        "summary": {
            "added": 0, "changed": 1, "moved": 0, "removed": 0, "reworded": 0, "unchanged": 0,
        },
        "header": [],
        "steps": [
            {
                "id": "a",
                "change": "changed",
                "operator": "x",
                "changes": [{"path": "with.t", "before": None}, {"path": "with.u", "after": [1]}],
            }
        ],
        "lock": [],
    }  # fmt: skip
