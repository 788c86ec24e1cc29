"""The text of the pull request: worst first, bad news in the open, and data that does nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dataevolver.differ import diff_plans
from dataevolver.edits import Add
from dataevolver.evaluator import Evaluation, calibrate, measure, split_exemplars
from dataevolver.evolver.summary import Story, summary_text
from dataevolver.planner import NewOperator, Proposal, Round
from dataevolver.plans import Plan, Step

HOSTILE = "</details><script>x</script> @everyone #12 `a` | $x$ [l](http://e.org) www.e.org \x1b[31m\u202e"
STEP = Step(id="tidy", operator="trim", arguments={"columns": [HOSTILE]}, rationale=HOSTILE)


@pytest.fixture(scope="module")
def evaluations() -> tuple[Evaluation, Evaluation]:
    exemplars = [{"text": f"{n} and {n} make {2 * n}."} for n in range(60)]
    raw = [{"text": f"<p>{n} und {n} MAKE {2 * n}!</p>"} for n in range(100, 300)]
    tidy = [{"text": row["text"][3:-4]} for row in raw]
    ruler = calibrate(raw, range(200), split_exemplars(exemplars))
    return measure(ruler, raw, range(200)), measure(ruler, tidy[:40], range(40))


@pytest.fixture
def story(evaluations: tuple[Evaluation, Evaluation]) -> Story:
    before, after = evaluations
    tried = Proposal(
        kind="clean", attribute="markup", edits=(Add(STEP, None),), rationale=HOSTILE,
        fingerprint="f",
    )  # fmt: skip
    missed = Round(
        number=1, proposal=tried, before={}, after={}, accepted=False,
        verdict="not accepted: no gain", failure="",
    )  # fmt: skip
    empty = Plan(name="prepare", source="raw", exemplars="expert")
    return Story(
        plan="prepare",
        difference=diff_plans(empty, replace(empty, steps=(STEP,))),
        before=before,
        after=after,
        kept=True,
        reliable=True,
        rounds=(missed,),
        stopped="nothing is left to try",
        samples=(({"text": f"```\n{HOSTILE}"}, {"text": HOSTILE}),),
        made=(NewOperator(name="made", yaml="", body="", extension="sql", why=HOSTILE),),
        fingerprint="0123",
        seed=7,
    )


def test_nothing_from_data_is_obeyed(story: Story) -> None:
    text = summary_text(story)
    assert all(character.isprintable() or character in "\n\u200b" for character in text)
    prose = re.sub(r"(?ms)^```json$.*?^```$", "", text)
    for obeyed in ("<script", "@everyone", "#12 ", "://e", "www.e", "[l](", "$x$"):
        assert obeyed not in re.sub(r"\\(.)", "", prose), obeyed
    assert text.count("```json") == text.count("\n```\n") == 1
    assert prose.count("</details>") == prose.count("<details>") == 2


def test_the_worst_attribute_comes_first(story: Story) -> None:
    table = summary_text(story).partition("## Distance")[2].partition("Guards:")[0]
    after = [
        float(line.split(" | ")[2].split(" ")[0]) for line in table.splitlines() if "±" in line
    ]
    assert after and after == sorted(after, reverse=True)


def test_a_broken_guard_is_named_above_the_table(story: Story) -> None:
    text = summary_text(story)
    head = text.partition("## Distance")[0]
    assert "- BROKEN: 20 % of the raw rows are kept (at least 30 %)" in head
    assert "a guard is BROKEN" in head


def test_it_says_what_the_number_was_measured_on(story: Story) -> None:
    assert "exemplars that the search never saw" in summary_text(story)
    few = replace(story, after=replace(story.after, shared=True))
    assert "the number above is too kind" in summary_text(few)


def test_no_improvement_is_the_title(story: Story) -> None:
    title = summary_text(replace(story, kept=False)).splitlines()[2]
    assert title == "# prepare: no reliable improvement was found; the plan stays as it was"


def test_a_fall_within_the_noise_is_said_in_the_title(story: Story) -> None:
    title = summary_text(replace(story, reliable=False)).splitlines()[2]
    assert title.endswith(", no more than the noise")


def test_a_long_search_fits_a_pull_request(story: Story) -> None:
    text = summary_text(replace(story, rounds=story.rounds * 5_000))
    assert len(text) < 60_000
    assert "- and 4960 more, in `evaluations/`" in text
    assert "5000 changes that were tried and not taken" in text
