"""The loop on a real bench: honest changes are taken, cheats are refused, failures are feedback."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dataevolver.edits import Add, apply
from dataevolver.evolver import Bench, Budget, Generation, evolve
from dataevolver.evolver.bench import bench_of
from dataevolver.material import Material, gather
from dataevolver.operators import Value
from dataevolver.planner import Experience, NewOperator, Proposal, Situation
from dataevolver.plans import Plan, Step
from dataevolver.project import create_around, load_project
from dataevolver.workspace import open_workspace

TOPICS = {
    "cooking": ("soup", "oven", "salt", "recipe", "pan"),
    "sailing": ("boat", "harbour", "rope", "tide", "anchor"),
    "chess": ("bishop", "pawn", "castle", "opening", "endgame"),
    "astronomy": ("comet", "orbit", "telescope", "crater", "galaxy"),
}


def sentence(chance: random.Random, topic: str) -> str:
    first, second, third = chance.sample(TOPICS[topic], 3)
    adjective = chance.choice(("old", "new", "small", "famous", "broken", "quiet", "heavy", "rare"))
    verb = chance.choice(("needs", "belongs to", "resembles", "explains", "follows", "replaces"))
    number = chance.randrange(2, 9_000)
    return f"The {adjective} {first} {verb} {number} of the {second}s near the {third}."


def made_project(folder: Path) -> Path:
    """300 raw rows, half of them in HTML, and 60 exemplars without any."""
    chance = random.Random(5)
    topics = sorted(TOPICS)
    clean = [sentence(chance, topics[n % 4]) for n in range(360)]
    raw = [{"text": f"<p>{text}</p>" if n % 2 else text} for n, text in enumerate(clean[:300])]
    exemplars = [{"text": text} for text in clean[300:]]
    data = folder / "data_files"
    data.mkdir()
    for name, rows in (("raw", raw), ("exemplars", exemplars)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (data / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    create_around(folder / "project", [data / "raw.jsonl"], data / "exemplars.jsonl")
    return folder / "project"


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    root = made_project(tmp_path_factory.mktemp("evolver"))
    workspace = open_workspace(root)
    return gather(workspace, replace(workspace.project.evolve, sample=(100, 300)), None)


@pytest.fixture(scope="module")
def bench(material: Material) -> Bench:
    return bench_of(material)


def budget(**changes: int) -> Budget:
    return replace(
        Budget(rounds=3, patience=2, children=4, sizes=(100, 300)),
        **changes,  # type: ignore[arg-type]
    )


EMPTY = Plan(name="prepare", source="raw", exemplars="expert")


def adding(step: Step, *operators: NewOperator) -> Proposal:
    return Proposal(
        kind="test",
        attribute="markup",
        edits=(Add(step, None),),
        rationale=f"try {step.operator}",
        fingerprint=f"{step.id} {step.operator}",
        new_operators=operators,
    )


def proposing(*proposals: Proposal):  # type: ignore[no-untyped-def]
    def propose(situation: Situation) -> Sequence[Proposal]:
        return [one for one in proposals if one.fingerprint not in situation.tried]

    return propose


def step(operator: str, **arguments: Value) -> Step:
    return Step(id=operator, operator=operator, arguments=arguments)


def made(name: str, rows: str, body: str, *, scope: str = "row") -> NewOperator:
    """An operator over `text` with an example that any body passes."""
    outputs = "outputs: [{column: $columns, type: text}]\n" if rows == "same" else ""
    yaml = (
        f"name: {name}\nversion: 1\nsummary: Planted by a test.\nlanguage: sql\nscope: {scope}\n"
        f"rows: {rows}\n"
        "parameters: {columns: {type: columns, of: text, description: Text columns.}}\n"
        f"inputs: [{{column: $columns, type: text}}]\n{outputs}"
        "examples: [{with: {columns: [text]}, given: [{text: null}], expect: [{text: null}]}]\n"
    )
    return NewOperator(name=name, yaml=yaml, body=body, extension="sql", why="a test")


def run(bench: Bench, *proposals: Proposal, **changes: int) -> list[Generation]:
    generations = evolve(EMPTY, bench, proposing(*proposals), budget(**changes), Experience())
    return list(generations)


def test_an_honest_change_is_taken(bench: Bench) -> None:
    generations = run(bench, adding(step("strip_markup", columns=["text"])))
    (done,) = [one for generation in generations for one in generation.rounds]
    assert done.accepted, done.verdict
    assert [one.id for one in generations[-1].incumbent.plan.steps] == ["strip_markup"]
    assert generations[-1].incumbent.plan.steps[0].origin == "evolve round 1"
    assert (
        generations[-1].stopped == "nothing is left to try" or "no gap" in generations[-1].stopped
    )


def test_accepted_edits_in_the_order_of_the_rounds_give_the_plan(bench: Bench) -> None:
    """Two winners of one round that both ask for the first place, in either order."""
    begin = made("cut_begin", "same", "regexp_replace({{ value }}, '^<p>', '')")
    end = made("cut_end", "same", "regexp_replace({{ value }}, '</p>$', '')")
    proposals = [adding(step(cut.name, columns=["text"]), cut) for cut in (begin, end)]
    for ordered in (proposals, proposals[::-1]):
        generations = run(bench, *ordered)
        rounds = [done for generation in generations for done in generation.rounds]
        assert [done.number for done in rounds if done.accepted] == [1, 1]
        plan = EMPTY
        for done in rounds:
            plan = apply(plan, done.proposal.edits) if done.accepted else plan
        assert plan == generations[-1].incumbent.plan


def test_the_same_seed_gives_the_same_rounds(material: Material) -> None:
    proposals = (
        adding(step("strip_markup", columns=["text"])),
        adding(step("filter_words", columns=["text"], minimum=11)),
    )
    first, second = (run(bench_of(material), *proposals) for _ in range(2))
    assert [one.rounds for one in first] == [one.rounds for one in second]
    assert first[-1].incumbent.plan == second[-1].incumbent.plan


def copying(material: Material) -> Proposal:
    texts = ", ".join("'" + str(row["text"]) + "'" for row in material.split.guide)
    body = f"CASE WHEN {{{{ value }}}} IS NOT NULL THEN [{texts}][1 + length({{{{ value }}}}) % {len(material.split.guide)}] END"
    return adding(step("copy_exemplars", columns=["text"]), made("copy_exemplars", "same", body))


def repeating(material: Material) -> Proposal:
    body = f"CASE WHEN {{{{ value }}}} IS NOT NULL THEN '{material.split.guide[0]['text']}' END"
    return adding(step("one_good_row", columns=["text"]), made("one_good_row", "same", body))


def keeping_few(_: Material) -> Proposal:
    body = "CASE WHEN length({{ value }}) NOT IN (54, 55) THEN 'too far from the exemplars' END"
    return adding(step("keep_nearest", columns=["text"]), made("keep_nearest", "fewer", body))


def keeping_one_topic(_: Material) -> Proposal:
    words = "|".join(TOPICS["chess"])
    body = f"CASE WHEN NOT regexp_matches({{{{ value }}}}, '{words}') THEN 'another topic' END"
    return adding(step("one_topic", columns=["text"]), made("one_topic", "fewer", body))


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (copying, "copy"),
        (repeating, "repeat"),
        (keeping_few, "of the raw rows are kept"),
        (keeping_one_topic, "topics"),
    ],
    ids=["copies exemplars", "repeats one good row", "keeps the nearest few", "keeps one topic"],
)
def test_a_cheat_is_refused(material: Material, bench: Bench, plant, says: str) -> None:  # type: ignore[no-untyped-def]
    generations = run(bench, plant(material))
    (done,) = [one for generation in generations for one in generation.rounds]
    assert not done.accepted
    assert says in done.verdict, done.verdict
    assert generations[-1].incumbent.plan.steps == ()


def test_a_plan_that_cannot_run_is_a_round_with_a_failure(bench: Bench) -> None:
    generations = run(
        bench,
        adding(step("trim", columns=["nowhere"])),
        adding(step("no_such_operator")),
    )
    rounds = [one for generation in generations for one in generation.rounds]
    assert [one.accepted for one in rounds] == [False, False]
    assert "nowhere" in rounds[0].failure
    assert "no_such_operator" in rounds[1].failure


def test_an_operator_that_fails_its_examples_is_not_admitted(bench: Bench) -> None:
    broken = made("shout", "same", "upper({{ value }}) || '!'")
    yaml = broken.yaml.replace(
        "given: [{text: null}], expect: [{text: null}]", "given: [{text: a}], expect: [{text: b}]"
    )
    generations = run(bench, adding(step("shout", columns=["text"]), replace(broken, yaml=yaml)))
    (done,) = [one for generation in generations for one in generation.rounds]
    assert done.failure.startswith("shout: ")


def test_a_change_that_changes_nothing_takes_no_place(bench: Bench) -> None:
    generations = run(
        bench,
        adding(step("remove_urls", columns=["text"])),
        adding(step("strip_markup", columns=["text"])),
        children=1,
        rounds=1,
    )
    (done,) = [one for generation in generations for one in generation.rounds]
    assert done.proposal.rationale == "try strip_markup"


def test_budgets_are_hard(bench: Bench) -> None:
    ticks = iter(range(0, 1_000, 10))
    slow = replace(bench, clock=lambda: float(next(ticks)))
    proposals = [adding(step("filter_words", columns=["text"], minimum=n)) for n in range(9, 13)]
    distinct = [replace(one, fingerprint=str(n)) for n, one in enumerate(proposals)]
    by_time = list(
        evolve(
            EMPTY, slow, proposing(*distinct), replace(budget(rounds=9), seconds=5), Experience()
        )
    )
    assert by_time[-1].stopped == "the budget of 5 seconds is spent"
    by_rounds = run(bench, *distinct, children=1, rounds=1)
    assert by_rounds[-1].stopped == "the budget of 1 rounds is spent"
    by_patience = run(bench, *distinct, children=1, rounds=9, patience=1)
    assert by_patience[-1].stopped.startswith("1 rounds in a row")


def test_a_project_made_around_files_reads_them_where_they_are(material: Material) -> None:
    project = load_project(material.workspace.root)
    assert project.sources["raw"].paths == ("../data_files/raw.jsonl",)


def test_a_winner_keeps_only_the_steps_that_change_rows(bench: Bench) -> None:
    tidy = Proposal(
        kind="clean",
        attribute="markup",
        edits=(
            Add(step("remove_urls", columns=["text"]), None),
            Add(step("strip_markup", columns=["text"]), "remove_urls"),
            Add(step("remove_emails", columns=["text"]), "strip_markup"),
        ),
        rationale="tidy",
        fingerprint="tidy",
    )
    generations = run(bench, tidy)
    assert [one.id for one in generations[-1].incumbent.plan.steps] == ["strip_markup"]
