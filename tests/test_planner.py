"""The search planner: what it proposes, in which order, and never twice."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataevolver.columns import INTEGER, TEXT, ColumnType, parse_type
from dataevolver.edits import UNSET, Add, Remove, Set, apply
from dataevolver.library import builtin, load_catalog, templates
from dataevolver.planner import (
    Effect,
    Experience,
    Finding,
    Proposal,
    Round,
    Situation,
    propose,
)
from dataevolver.planner.affixes import mine_openings
from dataevolver.planner.declaring import read_made
from dataevolver.plans import Plan, Step
from dataevolver.runner import Use, changed_shares, run_examples
from dataevolver.solver import solve

DATA = Path(__file__).parents[2] / "shared" / "data"
CATALOG = load_catalog([builtin()])
TEMPLATES = templates([builtin()])
NAMES = ("Ada", "Ben", "Chloe", "Dev", "Esra", "Finn")
THINGS = ("pencils", "marbles", "stamps", "buttons", "tickets")


def problem(number: int) -> tuple[str, str, int]:
    """A question, its working in sentences, and the result."""
    chance = random.Random(number)
    who, thing = chance.choice(NAMES), chance.choice(THINGS)
    first, second = chance.randint(2, 60), chance.randint(2, 40)
    total = first + second
    question = (
        f"{who} keeps {first} {thing} and buys {second} more. How many {thing} are there now?"
    )
    return (
        question,
        f"{who} has {first} {thing}. Then there are {first} + {second} = {total}.",
        total,
    )


def raw_rows(count: int = 240) -> list[dict[str, str]]:
    rows = []
    for number in range(count):
        question, working, total = problem(number)
        said = f"A: {working} The answer is {total}."
        rows.append({"task": question, "text": said, "note": "", "gold": f"{total}.0"})
    return rows


def exemplar_rows(count: int = 40) -> list[dict[str, str]]:
    rows = []
    for number in range(1000, 1000 + count):
        question, working, total = problem(number)
        answer = working.replace(". Then", ".\nThen") + f"\n#### {total}"
        rows.append({"question": question, "answer": answer})
    return rows


def effects_on(
    rows: Sequence[Mapping[str, object]], exemplars: Sequence[Mapping[str, object]]
) -> Callable[[Sequence[Use]], Sequence[Effect | None]]:
    def effects(uses: Sequence[Use]) -> Sequence[Effect | None]:
        sides = (changed_shares(uses, side, TEMPLATES) for side in (rows, exemplars))
        return [
            None if ours is None or theirs is None else Effect(rows=ours, exemplars=theirs)
            for ours, theirs in zip(*sides, strict=True)
        ]

    return effects


def situation(plan: Plan, prepared: Sequence[Mapping[str, object]], **more: Any) -> Situation:
    raw = raw_rows()
    told: dict[str, Any] = {
        "plan": plan,
        "catalog": CATALOG,
        "raw": raw,
        "prepared": prepared,
        "exemplars": exemplar_rows(),
        "findings": (),
        "random": random.Random(0),
        "sources": {"raw": dict.fromkeys(raw[0], TEXT)},
    }
    return Situation(**{**told, **more})


EMPTY = Plan(name="prepare", source="raw", exemplars="expert")


def mapped() -> tuple[Plan, list[dict[str, str]], Proposal]:
    """The plan after the mapping was accepted, its rows, and the mapping."""
    first = propose(situation(EMPTY, raw_rows()))[0]
    rows = [
        {"question": row["task"], "answer": f"{row['text']}\n#### {row['gold'][:-2]}"}
        for row in raw_rows()
    ]
    return apply(EMPTY, first.edits), rows, first


def catalog_with(proposal: Proposal) -> dict[str, Any]:
    return {**CATALOG, **{made.name: read_made(made) for made in proposal.new_operators}}


def attempted(proposal: Proposal, accepted: bool, gap: float = 0.5) -> Round:
    return Round(
        number=1,
        proposal=proposal,
        before={"gap": 1.0},
        after={"gap": gap, "rows": 200},
        accepted=accepted,
        verdict="",
    )


def test_the_first_proposal_maps_the_fields_and_writes_the_answer_format() -> None:
    plan, _rows, first = mapped()
    assert (first.kind, first.attribute) == ("map", "schema")
    assert [step.id for step in plan.steps] == [
        "name_fields",
        "answer_with_final_number",
        "check_answer",
        "drop_fields",
    ]
    assert plan.steps[0].arguments["mapping"] == {"task": "question", "text": "answer"}
    assert plan.steps[1].arguments == {"text": "answer", "answer": "gold", "lead": "#### "}
    assert [made.name for made in first.new_operators] == ["answer_with_final_number"]


def test_every_made_operator_passes_its_examples() -> None:
    plan, rows, first = mapped()
    later = propose(situation(plan, rows, catalog=catalog_with(first), children=12))
    made = [operator for proposal in (first, *later) for operator in proposal.new_operators]
    assert {operator.name for operator in made} >= {
        "answer_with_final_number",
        "cut_answer_opening",
        "cut_answer_ending",
    }
    environment = templates([builtin()])
    assert [run_examples(read_made(operator), environment) for operator in made] == [()] * len(made)


@pytest.mark.parametrize(
    ("names", "operators"),
    [
        (("answer", "task"), ["rename_columns", "order_columns"]),
        (("text", "task"), ["rename_columns"]),
        (("question", "text"), ["rename_columns"]),
    ],
)
def test_the_fields_stand_in_the_exemplars_order(
    names: tuple[str, str], operators: list[str]
) -> None:
    question = next(name for name in names if name in ("task", "question"))
    rows = [
        {name: row["question"] if name == question else row["answer"] for name in names}
        for row in exemplar_rows(60)
    ]
    sources = {"raw": dict.fromkeys(names, TEXT)}
    first = propose(situation(EMPTY, rows, raw=rows, sources=sources))[0]
    plan = apply(EMPTY, first.edits)
    assert [step.operator for step in plan.steps] == operators
    resolution = solve(plan, catalog_with(first), sources)
    assert list(resolution.steps[-1].after.columns) == ["question", "answer"]


def test_texts_are_mended_before_the_answer_is_put_behind_them() -> None:
    plan, rows, first = mapped()
    proposals = propose(situation(plan, rows, catalog=catalog_with(first)))
    ids: set[str] = set()
    for proposal in proposals:
        changed = apply(plan, proposal.edits)
        order = [step.id for step in changed.steps]
        new = [edit.step.id for edit in proposal.edits if isinstance(edit, Add)]
        ids |= set(new)
        if proposal.kind == "hygiene":
            continue
        assert order.index(new[0]) < order.index("answer_with_final_number")
        assert order[-1] == "drop_fields"
    assert {"cut_answer_opening", "cut_answer_ending", "one_sentence_per_line_answer"} <= ids


def test_rows_that_are_copies_or_empty_are_dropped_for_free() -> None:
    plan, rows, first = mapped()
    rows = [*rows[:50], *rows[:5], {"question": " ", "answer": rows[60]["answer"]}]
    proposals = propose(situation(plan, rows, catalog=catalog_with(first), children=20))
    free = {
        edit.step.operator
        for proposal in proposals
        if proposal.free
        for edit in proposal.edits
        if isinstance(edit, Add)
    }
    assert {"dedup_exact", "filter_empty"} <= free


def test_duplicates_are_equal_in_the_exemplars_fields_whatever_else_the_rows_had() -> None:
    plan, rows, first = mapped()
    now = situation(plan, [*rows[:50], *rows[:5]], catalog=catalog_with(first), children=20)
    found = [
        edit.step.arguments
        for proposal in propose(now)
        for edit in proposal.edits
        if isinstance(edit, Add) and edit.step.operator == "dedup_exact"
    ]
    assert found == [{"columns": ["question", "answer"]}]


def test_the_same_seed_gives_the_same_proposals() -> None:
    plan, rows, first = mapped()
    catalog = catalog_with(first)
    one, other = (
        propose(situation(plan, rows, catalog=catalog, random=random.Random(7))) for _ in range(2)
    )
    assert one == other


def test_no_plan_is_proposed_twice() -> None:
    plan, rows, first = mapped()
    tried: frozenset[str] = frozenset()
    for _ in range(4):
        now = situation(plan, rows, catalog=catalog_with(first), tried=tried)
        proposals = propose(now)
        marks = [proposal.fingerprint for proposal in proposals]
        assert len(set(marks)) == len(marks) and not tried & set(marks)
        tried |= set(marks)


def test_what_was_tried_in_vain_comes_later() -> None:
    plan, rows, first = mapped()
    now = situation(plan, rows, catalog=catalog_with(first), children=1)
    best = propose(now)[0]
    again = propose(replace(now, random=random.Random(0), rounds=(attempted(best, False),)))[0]
    assert again.edits != best.edits


def test_experience_orders_what_nobody_has_tried_here() -> None:
    plan, rows, first = mapped()
    now = situation(plan, rows, catalog=catalog_with(first))
    kinds = [proposal.kind for proposal in propose(now)]
    experience = Experience()
    for proposal in propose(replace(now, random=random.Random(0))):
        gain = 0.9 if proposal.kind == "layout" else 0.01
        for _ in range(5):
            experience = experience.after(attempted(proposal, True, gap=1.0 - gain))
    informed = propose(replace(now, random=random.Random(0), experience=experience))
    assert kinds[0] != "layout"
    assert informed[0].kind == "layout"


def test_experience_keeps_counts_and_means() -> None:
    proposal = Proposal(
        kind="cut", attribute="boilerplate", edits=(), rationale="", fingerprint="a"
    )
    experience = Experience()
    for gap in (0.8, 1.0):
        experience = experience.after(attempted(proposal, gap < 1, gap=gap))
    lesson = experience.lessons["cut", "boilerplate"]
    assert (lesson.tried, lesson.helped, lesson.rows) == (2, 1, 400)
    assert lesson.gain == pytest.approx(0.1)
    failed = replace(attempted(proposal, False), after={}, failure="no such column")
    assert experience.after(failed).lessons["cut", "boilerplate"].tried == 3


def test_an_operator_that_addresses_what_is_off_gets_bounds_from_the_exemplars() -> None:
    exemplars = exemplar_rows()
    rows = [{**row, "answer": row["answer"] * 9} for row in exemplars[:20]]
    off = Finding(attribute="answer.words", group="length", column="answer", gap=0.5, lower=0.4)
    catalog = {"filter_words": CATALOG["filter_words"]}
    now = situation(EMPTY, rows, findings=(off,), sources={}, catalog=catalog)
    found = [
        edit.step.arguments
        for proposal in propose(now)
        for edit in proposal.edits
        if isinstance(edit, Add) and edit.step.operator == "filter_words"
    ]
    counts = [len(row["answer"].replace("\n", " ").split()) for row in exemplars]
    assert found and found[0]["columns"] == ["answer"]
    assert 0 < found[0]["minimum"] <= found[0]["maximum"] <= max(counts)


def test_lengths_are_thinned_out_to_the_exemplars_shares() -> None:
    off = Finding(attribute="answer.words", group="length", column="answer", gap=0.5, lower=0.4)
    catalog = {
        name: CATALOG[name] for name in ("resample_to_exemplars", "text_lengths", "drop_columns")
    }
    sources = {"raw": {"question": TEXT, "answer": TEXT}}
    now = situation(
        EMPTY, exemplar_rows(), findings=(off,), catalog=catalog, sources=sources, raw=()
    )
    found = [proposal for proposal in propose(now) if proposal.kind == "resample"]
    steps = [edit.step for edit in found[0].edits if isinstance(edit, Add)]
    assert [step.operator for step in steps] == ["resample_to_exemplars", "drop_columns"]
    assert steps[0].arguments["column"] == "answer_words"
    assert sum(steps[0].arguments["shares"]) == pytest.approx(1.0, abs=0.01)  # type: ignore[arg-type]
    assert steps[1].arguments == {"columns": ["answer_characters", "answer_words"]}


def test_cuts_that_drown_in_the_noise_are_tried_together() -> None:
    plan, rows, first = mapped()
    now = situation(plan, rows, catalog=catalog_with(first))
    cuts = [proposal for proposal in propose(now) if proposal.kind == "cut"]
    rounds = tuple(attempted(proposal, False) for proposal in cuts)
    again = propose(replace(now, random=random.Random(0), rounds=rounds))
    steps = [
        [edit.step.id for edit in proposal.edits if isinstance(edit, Add)] for proposal in again
    ]
    assert ["cut_answer_opening", "cut_answer_ending"] in steps


def test_steps_for_fields_formats_and_relations_are_never_taken_out() -> None:
    plan, _rows, first = mapped()
    tidy = Step(id="tidy", operator="normalise_whitespace", arguments={"columns": ["answer"]})
    plan = apply(plan, [Add(step=tidy, after="name_fields")])
    now = situation(plan, exemplar_rows(), catalog=catalog_with(first), children=40)
    removed = [
        edit.id for proposal in propose(now) for edit in proposal.edits if isinstance(edit, Remove)
    ]
    assert removed == ["tidy"]


def test_only_the_step_that_gained_least_is_tried_without_and_once() -> None:
    steps = [
        Step(id=name, operator="trim", arguments={"columns": (column,)})
        for name, column in (("first", "question"), ("second", "answer"))
    ]
    plan = replace(EMPTY, steps=tuple(steps))
    rounds = tuple(
        attempted(
            Proposal(
                kind="clean", attribute="", edits=(Add(step=step, after=None),), rationale="",
                fingerprint=step.id,
            ),
            True,
            gap=gap,
        )
        for step, gap in zip(steps, (0.99, 0.98), strict=True)
    )  # fmt: skip
    taken_out = Proposal(
        kind="remove", attribute="", edits=(Remove(id="first"),), rationale="", fingerprint="r"
    )
    later = (*rounds, *(replace(attempted(taken_out, False), number=9) for _ in range(8)))
    for known, wanted in ((rounds, []), (later, ["second"])):
        now = situation(plan, exemplar_rows(), sources={}, rounds=known)
        found = [
            edit.id for made in propose(now) for edit in made.edits if isinstance(edit, Remove)
        ]
        assert found == wanted


def test_an_operator_that_the_plan_has_on_the_column_is_set_not_added() -> None:
    tidy = Step(
        id="tidy",
        operator="normalise_whitespace",
        arguments={"columns": ("answer",), "blank_lines": 0},
    )
    off = Finding(
        attribute="answer.stray_spaces", group="characters", column="answer", gap=0.5, lower=0.4
    )
    catalog = {"normalise_whitespace": CATALOG["normalise_whitespace"]}
    plan = replace(EMPTY, steps=(tidy,))
    rows = [{**row, "answer": f"{row['answer']}  "} for row in exemplar_rows()]
    now = situation(plan, rows, findings=(off,), sources={}, catalog=catalog)
    first = next(proposal for proposal in propose(now) if proposal.kind == "clean")
    assert first.edits == (Set(id="tidy", parameter="blank_lines", value=UNSET),)


def test_a_step_that_cleans_another_column_in_the_same_way_gets_the_column() -> None:
    tidy = Step(id="tidy", operator="trim", arguments={"columns": ("question",)})
    off = Finding(
        attribute="answer.outer_space", group="characters", column="answer", gap=0.5, lower=0.4
    )
    plan = replace(EMPTY, steps=(tidy,))
    rows = [{**row, "answer": f" {row['answer']}"} for row in exemplar_rows()]
    catalog = {"trim": CATALOG["trim"]}
    now = situation(plan, rows, findings=(off,), sources={}, catalog=catalog)
    edits = [proposal.edits for proposal in propose(now) if proposal.kind == "clean"]
    assert edits == [(Set(id="tidy", parameter="columns", value=["question", "answer"]),)]


@pytest.mark.parametrize(
    ("text", "operators"),
    [
        ("", set()),
        (" Write to ada@example.org.", {"remove_emails"}),
        (" See https://example.org/a.", {"remove_urls"}),
        (" <b>Bold</b>", {"strip_markup"}),
    ],
)
def test_what_no_row_has_is_not_taken_away(text: str, operators: set[str]) -> None:
    off = Finding(
        attribute="answer.markdown_marks", group="markup", column="answer", gap=0.5, lower=0.4
    )
    catalog = {name: CATALOG[name] for name in ("remove_emails", "remove_urls", "strip_markup")}
    rows = [{**row, "answer": row["answer"] + text} for row in exemplar_rows()]
    effects = effects_on(rows, exemplar_rows())
    more: dict[str, Any] = {"findings": (off,), "catalog": catalog, "effects": effects}
    now = situation(EMPTY, rows, sources={}, children=40, **more)
    found = {
        edit.step.operator
        for proposal in propose(now)
        for edit in proposal.edits
        if isinstance(edit, Add) and proposal.kind == "clean"
    }
    assert found == operators


def said(text: str, other: str, rows: int = 60) -> list[dict[str, str]]:
    """Exemplary rows of which every second question is changed: `{}` is the question as it was."""
    return [
        {**row, "question": (other if number % 2 else text).format(row["question"])}
        for number, row in enumerate(exemplar_rows(rows))
    ]


@pytest.mark.parametrize(
    ("dirty", "operator"),
    [
        ("Sure! Here is the answer:\n\n{}\n\nI hope this helps!", "remove_filler"),
        ("## Answer\n\n**Well:** {}", "strip_markdown"),
        ("{} 🎉🎉", "remove_emojis"),
        ("{}\nShare on Facebook\nAccept all cookies", "remove_boilerplate"),
        ("{} This sentence is here. This sentence is here.", "remove_repeated_sentences"),
    ],
)
def test_what_touches_many_rows_and_no_exemplar_is_proposed(dirty: str, operator: str) -> None:
    """The exemplars are the witness, whether or not anything measured is off."""
    rows, clean = said("{}", dirty), exemplar_rows(40)
    for exemplars, wanted in ((clean, True), (said("{}", dirty, 40), False)):
        now = situation(
            EMPTY,
            rows,
            exemplars=exemplars,
            sources={},
            catalog={operator: CATALOG[operator]},
            effects=effects_on(rows, exemplars),
            children=40,
        )
        added = [
            edit.step
            for proposal in propose(now)
            for edit in proposal.edits
            if isinstance(edit, Add) and edit.step.operator == operator
        ]
        assert bool(added) is wanted
        if wanted:
            assert added[0].arguments["columns"] == ["question"]
            assert added[0].rationale.startswith("It touches 50% of the rows and 0% of the exempl")


def test_refusals_are_dropped_where_something_is_off() -> None:
    """Rows are not dropped for what no measure sees."""
    rows, exemplars = said("{}", "I'm sorry, but I cannot help with that."), exemplar_rows(40)
    off = Finding(
        attribute="question.boilerplate", group="boilerplate", column="question", gap=0.2, lower=0.1
    )
    catalog = {"filter_refusals": CATALOG["filter_refusals"]}
    for findings, wanted in (((off,), True), ((), False)):
        now = situation(
            EMPTY,
            rows,
            findings=findings,
            exemplars=exemplars,
            sources={},
            catalog=catalog,
            effects=effects_on(rows, exemplars),
        )
        assert ("filter" in {proposal.kind for proposal in propose(now)}) is wanted


def test_a_cleaner_that_touches_no_more_rows_than_exemplars_is_not_tried() -> None:
    off = Finding(
        attribute="question.stray_spaces", group="characters", column="question", gap=0.5, lower=0.4
    )
    catalog = {"normalise_whitespace": CATALOG["normalise_whitespace"]}
    spaced = said("{}  ", "{}  ")
    for exemplars, wanted in ((exemplar_rows(), ["clean"]), (spaced, [])):
        now = situation(
            EMPTY,
            spaced,
            findings=(off,),
            sources={},
            catalog=catalog,
            exemplars=exemplars,
            effects=effects_on(spaced, exemplars),
        )
        assert [proposal.kind for proposal in propose(now)][:1] == wanted


def test_a_filter_on_what_is_said_gets_the_step_that_writes_what_it_reads() -> None:
    exemplars = turned(exemplar_rows(), "role content", "user assistant")
    rows = turned(exemplar_rows(), "role content", "user assistant")
    path = "messages[role=assistant].content"
    german = {"role": "assistant", "content": "Der Zug an die Küste fährt jede Stunde ab."}
    rows[:4] = [{"messages": [*row["messages"][:1], german]} for row in rows[:4]]  # type: ignore[index]
    off = Finding(attribute=f"{path}.language", group="language", column=path, gap=0.1, lower=0.1)
    names = ("filter_language", "language", "drop_columns")
    sources = {"raw": {"messages": parse_type("list<struct<role: text, content: text>>")}}
    catalog = {name: CATALOG[name] for name in names}
    now = situation(
        EMPTY, rows, exemplars=exemplars, findings=(off,), catalog=catalog, sources=sources
    )
    found = next(proposal for proposal in propose(now) if proposal.kind == "filter")
    steps = [edit.step for edit in found.edits if isinstance(edit, Add)]
    assert [step.operator for step in steps] == ["language", "filter_language", "drop_columns"]
    written = {"name": "assistant_language", "confidence": "assistant_language_confidence"}
    assert steps[0].arguments == {"column": path, **written}
    assert steps[1].arguments["language_column"] == written["name"]
    assert sorted(steps[2].arguments["columns"]) == sorted(written.values())  # type: ignore[arg-type, type-var]


def test_few_exemplars_may_lack_a_phrase_by_chance() -> None:
    rows = [*(f"Note: {n} pens." for n in range(4)), *(f"{n} cups." for n in range(96))]
    assert mine_openings(rows, [f"{n} bags." for n in range(30)]) is None
    assert mine_openings(rows, [f"{n} bags." for n in range(90)]) is not None


def test_bounds_of_filters_are_nudged() -> None:
    step = Step(
        id="keep_short", operator="filter_words", arguments={"columns": ["answer"], "maximum": 100}
    )
    plan = replace(EMPTY, steps=(step,))
    now = situation(plan, exemplar_rows(), sources={}, children=40)
    sets = [edit for proposal in propose(now) for edit in proposal.edits if isinstance(edit, Set)]
    assert [(edit.parameter, edit.value in (80, 125)) for edit in sets] == [("maximum", True)]


def turned(rows: Sequence[Mapping[str, str]], keys: str, names: str) -> list[dict[str, object]]:
    """The rows as conversations: `keys` and `names` are two words each."""
    role, content = keys.split()
    first, second = names.split()
    return [
        {
            "messages": [
                {role: first, content: row["question"]},
                {role: second, content: row["answer"]},
            ]
        }
        for row in rows
    ]


@pytest.mark.parametrize(
    ("raw", "exemplars", "columns", "operators"),
    [
        pytest.param(
            turned(exemplar_rows(60), "from value", "human gpt"),
            exemplar_rows(),
            {"messages": parse_type("list<struct<from: text, value: text>>")},
            ["columns_from_messages", "rename_columns", "drop_columns"],
            id="turns_become_columns",
        ),
        pytest.param(
            [{"task": row["question"], "text": row["answer"]} for row in exemplar_rows(60)],
            turned(exemplar_rows(), "role content", "user assistant"),
            {"task": TEXT, "text": TEXT},
            ["rename_columns", "messages_from_columns", "drop_columns"],
            id="columns_become_turns",
        ),
        pytest.param(
            turned(exemplar_rows(60), "from value", "human gpt"),
            turned(exemplar_rows(), "role content", "user assistant"),
            {"messages": parse_type("list<struct<from: text, value: text>>")},
            ["messages_from_messages_turns"],
            id="turns_get_other_names",
        ),
        pytest.param(
            [{**row, "id": 7} for row in turned(exemplar_rows(60), "role content", "user bot")],
            turned(exemplar_rows(), "role content", "user bot"),
            {"messages": parse_type("list<struct<role: text, content: text>>"), "id": INTEGER},
            ["drop_columns"],
            id="turns_that_fit_stay",
        ),
    ],
)
def test_conversations_and_columns_become_each_other(
    raw: Sequence[Mapping[str, object]],
    exemplars: Sequence[Mapping[str, object]],
    columns: Mapping[str, ColumnType],
    operators: list[str],
) -> None:
    sources = {"raw": columns}
    first = propose(situation(EMPTY, raw, raw=raw, exemplars=exemplars, sources=sources))[0]
    plan = apply(EMPTY, first.edits)
    assert [step.operator for step in plan.steps] == operators
    environment = templates([builtin()])
    made = [read_made(operator) for operator in first.new_operators]
    assert [run_examples(operator, environment) for operator in made] == [()] * len(made)
    end = solve(plan, catalog_with(first), sources).steps[-1].after.columns
    assert set(end) == set(exemplars[0])
    if isinstance(exemplars[0].get("messages"), list):
        assert str(end["messages"]) in (
            "list<struct<role: text, content: text>>",
            str(columns.get("messages")),
        )


def test_exemplars_against_themselves_leave_nothing_to_mend() -> None:
    rows = exemplar_rows()
    kinds = {proposal.kind for proposal in propose(situation(EMPTY, rows, sources={}))}
    assert kinds == set()


@pytest.mark.parametrize("rows", [[], [{}], [{"a": None}], [{"question": "", "answer": ""}]])
def test_rows_without_content_are_no_reason_to_fail(rows: list[dict[str, object]]) -> None:
    propose(situation(EMPTY, rows, sources={}))
    propose(situation(EMPTY, raw_rows(), exemplars=rows, sources={}))


def test_real_maths_rows_are_mapped_and_shaped_in_two_rounds() -> None:
    path = DATA / "math" / "llm_adapters_math_data.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{path} is missing: real data is kept outside of the repository")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:600]
    text = (DATA / "math" / "gsm8k_exemplars_120.jsonl").read_text(encoding="utf-8")
    exemplars = [json.loads(line) for line in text.splitlines()][:72]
    sources = {"raw": dict.fromkeys(rows[0], TEXT)}
    now = situation(EMPTY, rows, raw=rows, exemplars=exemplars, sources=sources)
    first = propose(now)[0]
    plan = apply(EMPTY, first.edits)
    assert plan.steps[0].arguments["mapping"] == {
        "instruction": "question",
        "output": "answer",
        "answer": "answer_number",
    }
    prepared = [
        {"question": row["instruction"], "answer": f"{row['output']}\n#### {row['answer'][:-2]}"}
        for row in rows
        if row["answer"].endswith(".0")
    ]
    second = propose(
        replace(
            now, plan=plan, prepared=prepared, catalog=catalog_with(first), random=random.Random(0)
        )
    )
    assert {made.name for proposal in second for made in proposal.new_operators} == {
        "cut_answer_opening",
        "cut_answer_ending",
        "mark_answer_calculations",
    }
    assert [proposal.kind for proposal in second].count("layout") == 1
