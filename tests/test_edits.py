"""Edits as values, edits spliced into text, and formatting."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from case_files import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.edits import (
    UNSET,
    Add,
    Edit,
    Move,
    Remove,
    Replace,
    Set,
    apply,
    apply_edits,
    format_plan,
)
from dataevolver.edits.layout import Layout
from dataevolver.errors import SpecError
from dataevolver.plans import Plan, Step, content, plan_text, read_plan
from dataevolver.yamlfile import dump

HEADER = "dve: 1\nplan: prepare\nsource: raw\nexemplars: expert\n"


# ---- cases: text, edits, text


def _edit(written: Mapping[str, Any]) -> Edit:
    ((kind, given_),) = written.items()
    if kind == "add":
        return Add(_step(given_["step"]), given_["after"])
    if kind == "remove":
        return Remove(given_)
    if kind == "move":
        return Move(given_["id"], given_["after"])
    if kind == "set":
        return Set(given_["id"], given_["parameter"], given_.get("value", UNSET))
    return Replace(given_["id"], _step(given_["step"]))


def _step(written: Mapping[str, Any]) -> Step:
    return Step(
        id=written["id"],
        operator=written["operator"],
        inputs=tuple(written.get("from", ())),
        arguments=written.get("with", {}),
        rationale=written.get("rationale", ""),
        origin=written.get("origin", ""),
        tags=tuple(written.get("tags", ())),
    )


@pytest.mark.parametrize("case", cases("edits/splice"))
def test_edits_change_only_these_lines(case: Mapping[str, Any]) -> None:
    text = case["text"] if "dve:" in case["text"] else HEADER + case["text"]
    expect = case["expect"] if "dve:" in case["expect"] else HEADER + case["expect"]
    edits = [_edit(edit) for edit in case["edits"]]
    assert apply_edits(text, edits, "plans/prepare.yml") == expect
    assert content(read_plan(expect, "")) == content(apply(read_plan(text, ""), edits))


@pytest.mark.parametrize("case", cases("edits/format"))
def test_formatting_gives_the_canonical_text(case: Mapping[str, Any]) -> None:
    formatted = format_plan(case["text"], "plans/prepare.yml")
    assert formatted == case["expect"]
    assert format_plan(formatted, "plans/prepare.yml") == formatted


@pytest.mark.parametrize("case", cases("edits/refused"))
def test_an_edit_that_cannot_be_made_says_why(case: Mapping[str, Any]) -> None:
    plan = read_plan(HEADER + case["text"], "plans/prepare.yml")
    edits = [_edit(edit) for edit in case["edits"]]
    with pytest.raises(SpecError) as refused:
        apply(plan, edits)
    assert str(refused.value) == case["error"].rstrip("\n")
    with pytest.raises(SpecError) as spliced:
        apply_edits(HEADER + case["text"], edits, "plans/prepare.yml")
    assert str(spliced.value) == str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"dve": 1, "plan": "p", "source": "s", "exemplars": "e", "steps": [{"id": "a", "operator": "x"}]}',
        f"{HEADER}? steps\n: - id: a\n    operator: x\n",
    ],
)
def test_a_text_without_lines_for_its_steps_is_refused_until_it_is_formatted(text: str) -> None:
    with pytest.raises(SpecError) as refused:
        apply_edits(text, [Remove("a")], "p.yml")
    assert str(refused.value) == (
        "p.yml: the plan is written in a way in which single steps cannot be changed\n"
        "  run `dve fmt` first"
    )
    assert "a" not in apply_edits(format_plan(text, "p.yml"), [Remove("a")], "p.yml")[60:]


ODD_TEXTS = {
    "explicit key": "- id: a\n  operator: x\n  ? with\n  : t: 1\n    u: 2\n",
    "plain text on several lines": (
        "- id: a\n  operator: x\n  rationale: this is\n    long\n\n    text # c\n  with:\n    t:\n"
        "      1\n    u: >-\n      folded\n      text\n\n      more\n    # foot\n"
        "- id: b\n  operator: y # end"
    ),
    "tabs": "- id: a\t# tab\n  operator: x\t \n  with:\n    t: 1\t# tab\n",
    "brackets on several lines": (
        "- id: a\n  operator: x\n  with: {\n    t: 1,  # one\n    # two\n    u: [1,\n      2],\n"
        "    # three\n  }  # four\n"
    ),
    "nulls": "- id: a\n  operator: x\n  with:\n    t:\n    -\n    - b\n    - ~ # c\n    u:\n",
    "blank lines that count": (
        "- id: a\n  operator: x\n  rationale: |+\n    text\n\n\n- id: b\n  operator: y\n  with:\n"
        "    t: |2\n        indented\n      two\n\n\n\n"
    ),
    "lists in lists": (
        "- id: a\n  operator: x\n  with:\n    t:\n    - - 1 # one\n      - 2\n    # between\n"
        "    - k: v # kv\n      # in\n      l: w\n    -   # dash\n      m: 1\n"
    ),
    "line ends of YAML 1.1": (
        "- id: a\n  operator: x\n  with:\n    t: 1 # c\x85    u: 2\n# x\u2028- id: b\n  operator: y\n"
    ),
    "characters beyond 16 bits": (
        "- id: a\n  operator: '😀' # 😀 c\n  with: {t: '😀', u: 1} # 😀\n"
    ),
    "a lone dash": "-\n  # c\n\n  id: a\n  operator: x\n  with:\n\n\n    t: 1\n\n\n    u: 2\n",
}
NEW = Step(id="n", operator="o", arguments={"v": "a, b"}, rationale="r\ns")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ODD_TEXTS)
@pytest.mark.parametrize(
    "edits",
    [
        [Set("a", "t", 5)],
        [Set("a", "t", [1, "b, c"]), Set("a", "u", UNSET)],
        [Set("a", "t", {"k": {"z": None}}), Set("a", "new", "x\ny\n")],
        [Set("a", "u", UNSET), Set("a", "t", UNSET)],
        [Add(NEW, None), Add(Step(id="o", operator="o"), "a")],
        [Remove("a")],
        [Move("b", None)],
        [Move("a", "b"), Remove("b")],
        [Replace("a", NEW)],
    ],
    ids=lambda edits: "+".join(type(edit).__name__ for edit in edits),
)
def test_odd_ways_of_writing_a_plan_are_edited_and_formatted(
    edits: list[Edit], name: str, end: str
) -> None:
    text = f"{HEADER}steps:\n{ODD_TEXTS[name]}".replace("\n", end)
    plan = read_plan(text, "p.yml")
    possible = _possible(plan, edits)
    spliced = apply_edits(text, possible, "p.yml")
    assert content(read_plan(spliced, "p.yml")) == content(apply(plan, possible))
    formatted = format_plan(text, "p.yml")
    assert comments_of(formatted) == comments_of(text)
    assert format_plan(formatted, "p.yml") == formatted


# ---- any plan, in any style, with comments anywhere

WORDS = st.sampled_from(["a", "b1", "text", "messages[].content", "no", "1.10", "x: y", "# no", ""])
TEXTS = WORDS | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)
LINES = st.lists(st.sampled_from(["one", "  two # no", "", "- three:"]), max_size=4).map("\n".join)
SCALARS = (
    TEXTS
    | LINES
    | st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "k 2", "#", "on"]), inner, max_size=2)
    ),
    max_leaves=5,
)
ARGUMENTS = st.dictionaries(
    st.sampled_from(["columns", "threshold", "keep", "pattern"]), VALUES, max_size=3
)
IDS = [f"step_{letter}" for letter in "abcdef"]


def steps_called(identifier: str) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        id=st.just(identifier),
        operator=st.sampled_from(["strip_markup", "near_dedup", "y"]),
        arguments=ARGUMENTS,
        rationale=st.sampled_from(["", "31 % of rows: markup.", "two\nlines\n"]),
        origin=st.sampled_from(["", "evolve round 4"]),
        tags=st.sampled_from([(), ("slow",)]),
    )


@dataclass(frozen=True)
class Written:
    """A text and its parts: the header, and each step's lines with the comments above it."""

    header: str
    steps: Mapping[str, str]
    text: str


def _quoted(value: Any) -> str:
    """JSON, which is YAML but for characters that it writes as two surrogates."""
    pairs = re.compile(r"\\ud[89ab]..\\ud[c-f]..")
    return pairs.sub(lambda found: str(json.loads(f'"{found[0]}"')), json.dumps(value))


class Pen:
    """Writes plans as people do: any style, comments where there may be some."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.comments = 0

    def maybe(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def comment(self) -> str:
        self.comments += 1
        return f"# comment {self.comments}: it's [a, {{b"

    def above(self, indent: int) -> str:
        lines = self.draw(st.integers(0, 3)) // 2
        return "".join(f"{' ' * indent}{self.comment()}\n" for _ in range(lines))

    def beside(self) -> str:
        return f" {self.comment()}" if self.draw(st.integers(0, 4)) == 0 else ""

    def entry(self, key: str, value: Any, indent: int) -> str:
        margin = " " * indent
        name = key if key.isalnum() else _quoted(key)
        style = self.draw(st.integers(0, 2))
        if style == 0 or value in ({}, []):
            return f"{margin}{name}: {_quoted(value)}{self.beside()}\n"
        if isinstance(value, Mapping):
            inner = "".join(
                self.above(indent + 3) + self.entry(each, item, indent + 3)
                for each, item in value.items()
            )
            return f"{margin}{name}:{self.beside()}\n{inner}"
        if isinstance(value, Sequence) and not isinstance(value, str):
            items = "".join(
                f"{self.above(indent)}{margin}- {_quoted(item)}{self.beside()}\n" for item in value
            )
            return f"{margin}{name}:{self.beside()}\n{items}"
        written = dump({key: value}, indent)
        return written if written.count("\n") > 1 else f"{written[:-1]}{self.beside()}\n"

    def step(self, step: Step, indent: int) -> str:
        margin = " " * indent
        entries: dict[str, Any] = {"id": step.id, "operator": step.operator}
        entries |= {"with": dict(step.arguments)} if step.arguments else {}
        entries |= {"tags": list(step.tags)} if step.tags else {}
        entries |= {"rationale": step.rationale} if step.rationale else {}
        entries |= {"origin": step.origin} if step.origin else {}
        above = self.above(indent)
        if self.draw(st.integers(0, 4)) == 0:
            return f"{above}{margin}- {_quoted(entries)}{self.beside()}\n"
        gap = " " * self.draw(st.integers(1, 3))
        inner = indent + 1 + len(gap)
        keys = self.draw(st.permutations(list(entries)))
        lines = [
            (self.above(inner) if number else "") + self.entry(key, entries[key], inner)
            for number, key in enumerate(keys)
        ]
        below = self.above(inner)
        return f"{above}{margin}-{gap}{''.join(lines).lstrip(' ')}{below}"


@st.composite
def written_plans(draw: st.DrawFn) -> Written:
    ids = IDS[: draw(st.integers(0, 4))]
    pen = Pen(draw)
    header = pen.above(0) + HEADER
    if not ids:
        return Written(header, {}, f"{header}{pen.maybe('steps: []', 'steps:')}{pen.beside()}\n")
    indent = draw(st.sampled_from([0, 2, 4]))
    steps = {name: pen.step(draw(steps_called(name)), indent) for name in ids}
    header += f"steps:{pen.beside()}\n"
    gap = pen.maybe("", "\n", "\n\n", f"\n# section {pen.comment()}\n\n")
    text = header + gap.join(steps.values()) + pen.maybe("", "\n", "\n# foot\n")
    return Written(header, steps, text)


@st.composite
def edit_lists(draw: st.DrawFn, ids: Sequence[str]) -> list[Edit]:
    known, edits = list(ids), list[Edit]()
    for _ in range(draw(st.integers(1, 4))):
        after = st.sampled_from([None, *known])
        kind = draw(st.sampled_from(["add", "remove", "move", "set", "unset", "replace"]))
        if kind == "add" or not known:
            name = next(
                name for name in [*IDS, *(f"new_{n}" for n in range(9))] if name not in known
            )
            edits.append(Add(draw(steps_called(name)), draw(after)))
            known.append(name)
            continue
        name = draw(st.sampled_from(known))
        if kind == "remove":
            known.remove(name)
            edits.append(Remove(name))
        elif kind == "move":
            others = [None, *(each for each in known if each != name)]
            edits.append(Move(name, draw(st.sampled_from(others))))
        elif kind == "replace":
            edits.append(Replace(name, draw(steps_called(name))))
        else:
            parameter = draw(st.sampled_from(["columns", "threshold", "keep", "new"]))
            value = UNSET if kind == "unset" else draw(VALUES)
            edits.append(Set(name, parameter, value))
    return edits


def _possible(plan: Plan, edits: Sequence[Edit]) -> list[Edit]:
    possible: list[Edit] = []
    for edit in edits:
        if _is_possible(plan, edit):
            possible.append(edit)
            plan = apply(plan, [edit])
    return possible


def _is_possible(plan: Plan, edit: Edit) -> bool:
    """Not when it is about a step or a parameter that is not there."""
    if isinstance(edit, Set) and edit.value is UNSET:
        step = plan.step(edit.id)
        return step is not None and edit.parameter in step.arguments
    named = [edit.after] if isinstance(edit, Add | Move) else []
    named += [edit.id] if not isinstance(edit, Add) else []
    return all(name is None or plan.step(name) is not None for name in named)


@settings(deadline=None)
@given(st.data(), written_plans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_spliced_text_is_the_edited_plan_and_the_rest_stays(
    data: st.DataObject, written: Written, end: str, is_ended: bool
) -> None:
    text = written.text if is_ended else written.text.rstrip("\n")
    text = text.replace("\n", end)
    plan = read_plan(text, "p.yml")
    edits = _possible(plan, data.draw(edit_lists(list(written.steps))))
    spliced = apply_edits(text, edits, "p.yml")
    edited = apply(plan, edits)
    assert content(read_plan(spliced, "p.yml")) == content(edited)
    assert spliced.startswith(written.header.replace("\n", end)) or not (
        written.steps and edited.steps
    )
    touched = {edit.step.id if isinstance(edit, Add) else edit.id for edit in edits}
    for name, lines in written.steps.items():
        if name not in touched and name != list(written.steps)[-1]:
            assert lines.replace("\n", end) in spliced
    if not any(isinstance(edit, Remove | Replace) or edit_unsets(edit) for edit in edits):
        assert comments_of(spliced) == comments_of(text)


def edit_unsets(edit: Edit) -> bool:
    return isinstance(edit, Set) and edit.value is UNSET


def comments_of(text: str) -> Counter[str]:
    return Counter(comment.text for comment in Layout(text).comments)


@settings(deadline=None)
@given(written_plans())
def test_a_set_to_the_same_value_and_a_move_to_the_same_place_change_no_byte(
    written: Written,
) -> None:
    plan = read_plan(written.text, "p.yml")
    before: str | None = None
    edits: list[Edit] = []
    for step in plan.steps:
        edits += [Set(step.id, name, value) for name, value in step.arguments.items()]
        edits += [Replace(step.id, step), Move(step.id, before)]
        before = step.id
    assert apply_edits(written.text, edits, "p.yml") == written.text


@settings(deadline=None)
@given(written_plans(), st.sampled_from(["\n", "\r\n"]))
def test_formatting_is_idempotent_and_keeps_the_plan_and_its_comments(
    written: Written, end: str
) -> None:
    text = written.text.replace("\n", end)
    formatted = format_plan(text, "p.yml")
    assert format_plan(formatted, "p.yml") == formatted
    assert content(read_plan(formatted, "p.yml")) == content(read_plan(text, "p.yml"))
    assert comments_of(formatted) == comments_of(text)


@settings(deadline=None)
@given(written_plans())
def test_canonical_text_is_formatted_already(written: Written) -> None:
    text = plan_text(read_plan(written.text, "p.yml"))
    assert format_plan(text, "p.yml") == text
