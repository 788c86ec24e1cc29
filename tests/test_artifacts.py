"""What is kept of a run, an evaluation and a search: whole, readable, the same wherever it is made."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project_case import TINY, ProjectCase
from word_problems import problems

from dataevolver.artifacts import (
    RESULTS,
    STEPS,
    Entry,
    Request,
    add_to_history,
    last_headline,
    latest_run,
    open_run,
    read_history,
    read_request,
    read_results,
)
from dataevolver.errors import RunError, SpecError
from dataevolver.evaluator import Evaluation, examine
from dataevolver.evolver.memory import read_experience, write_experience
from dataevolver.planner import Experience, Lesson


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return examine(problems(40, seed=1), problems(30, seed=2))


def run_folder(project: ProjectCase) -> Path:
    return max((project.folder / "target" / "runs").iterdir())


# ---------------------------------------------------------------- runs


def test_a_run_leaves_its_request_steps_and_results(project: ProjectCase) -> None:
    project.write({})
    project.dve("run", "--threads", "1")
    folder = run_folder(project)
    assert sorted(path.name for path in folder.iterdir()) == [
        "output.parquet",
        "rejected.parquet",
        "request.json",
        "run_results.json",
        "steps.jsonl",
    ]
    results = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    steps = [json.loads(line) for line in (folder / STEPS).read_text().splitlines()]
    assert results["run"] == folder.name
    assert results["request"] == {"plan": "prepare", "kind": "run", "locked": False, "threads": 1}
    assert (results["rows_in"], results["rows_out"], results["output"]) == (
        3,
        3,
        "output/prepare.jsonl",
    )
    assert results["steps"] == steps
    assert [(step["id"], step["status"]) for step in steps] == [("spaces", "success")]


def test_a_finished_run_is_never_written_again(project: ProjectCase) -> None:
    project.write({})
    project.dve("run")
    folder = run_folder(project)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for command in (["run"], ["retry"], ["test"], ["show", "spaces"], ["clean"]):
        assert project.dve(*command).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_failed_test_of_the_output_is_in_the_results(project: ProjectCase) -> None:
    project.write(
        {"dve_project.yml": TINY["dve_project.yml"] + "tests: [{kind: min_rows, rows: 9}]"}
    )
    project.dve("run")
    results = json.loads((run_folder(project) / RESULTS).read_text(encoding="utf-8"))
    assert results["output"] == ""
    assert [(check["name"], check["status"]) for check in results["checks"]] == [
        ("min_rows", "fail")
    ]


def test_nothing_that_is_kept_names_an_absolute_path(project: ProjectCase) -> None:
    project.write({"raw.jsonl": {"lines": '{"text": "Row  % of many."}', "times": 30}})
    for command in (["run"], ["evolve", "--rounds", "1"], ["run"], ["evaluate"]):
        assert project.dve(*command).code == 0
    kept = [path for path in project.folder.rglob("*") if path.suffix in (".json", ".yml", ".md")]
    assert len(kept) > 8
    assert [path.name for path in kept if str(project.folder) in path.read_text()] == []


def test_the_manifest_says_what_the_plan_is_made_of(project: ProjectCase) -> None:
    project.write({})
    project.dve("run")
    path = project.folder / "target" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["sources"]["raw"]["rows"] == 3
    assert manifest["sources"]["raw"]["columns"] == {"text": "text"}
    (step,) = manifest["steps"]
    assert (step["id"], step["operator"], step["library"]) == (
        "spaces",
        "normalise_whitespace",
        "dataevolver",
    )
    assert (step["inputs"], step["segment"], step["columns"]) == (
        ["raw"],
        "01_spaces",
        {"text": "text"},
    )
    before = path.read_bytes()
    project.dve("run")
    assert path.read_bytes() == before


def test_the_last_run_is_the_newest_that_is_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nothing has been run yet"):
        latest_run(tmp_path)
    request = Request(plan="a", locked=True, threads=3)
    first = open_run(tmp_path, request)
    assert latest_run(tmp_path) == first
    assert read_request(first) == request
    with pytest.raises(RunError, match="nothing has been run yet"):
        latest_run(tmp_path, finished=True)
    (first.path / RESULTS).write_text('{"plan": "a"}')
    (tmp_path / "runs" / "99990101T000000Z-0000").mkdir()  # no request: not ours
    later = {"plan": "b", "kind": "evolve", "made_by": "a later version"}
    evolve = tmp_path / "runs" / "99980101T000000Z-0000"
    evolve.mkdir()
    (evolve / "request.json").write_text(json.dumps(later))
    assert latest_run(tmp_path, finished=True) == first
    assert read_results(first) == {"plan": "a"}


def test_of_several_runs_in_a_second_the_last_one_is_the_newest(tmp_path: Path) -> None:
    for number in range(20):
        time.sleep(0.002)
        last = open_run(tmp_path, Request(plan=f"p{number}"))
        assert latest_run(tmp_path) == last


# ---------------------------------------------------------------- evaluations


def entry(evaluation: Evaluation, **changed: Any) -> Entry:
    return Entry(
        **{
            "fingerprint": "0123456789ab",
            "by": "evaluate",
            "seed": 0,
            "source": {"name": "raw", "rows": 40},
            "exemplars": {"name": "expert", "rows": 30},
            "evaluation": evaluation,
            **changed,
        }
    )


def test_a_history_grows_by_what_is_new(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "evaluations" / "prepare.yml"
    assert read_history(path) == ()
    add_to_history(path, "prepare", entry(evaluation))
    once = path.read_bytes()
    add_to_history(path, "prepare", entry(evaluation))
    assert path.read_bytes() == once
    add_to_history(path, "prepare", entry(evaluation, seed=1, stopped="enough"))
    add_to_history(path, "prepare", entry(evaluation))
    assert path.read_bytes().startswith(once)
    found: Any = read_history(path)
    assert [each["seed"] for each in found] == [0, 1, 0]
    assert found[1]["stopped"] == "enough"
    assert last_headline(path.read_text(), "prepare.yml") == found[0]["says"]
    assert f"{evaluation.gap:.3f}"[:4] in found[0]["says"]


def test_no_headline_is_in_an_empty_history() -> None:
    assert last_headline("dve: 1\nplan: p\nevaluations: []\n", "evaluations/p.yml") == ""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "evaluations/p.yml:1:1: must be a mapping, but is empty"),
        (
            "dve: 1\nplan: p\n",
            'evaluations/p.yml:1:1: "evaluations" of an evaluation history is missing',
        ),
    ],
)
def test_a_file_that_is_no_history_is_refused(text: str, error: str, tmp_path: Path) -> None:
    path = tmp_path / "evaluations" / "p.yml"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(SpecError) as refused:
        read_history(path)
    assert str(refused.value) == error


# ---------------------------------------------------------------- experience

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
LESSONS = st.builds(
    Lesson,
    tried=st.integers(1, 1000),
    helped=st.integers(0, 1000),
    gain=st.floats(-1, 1).map(lambda gain: round(gain, 4) + 0.0),
    rows=st.integers(0, 10**9),
)


@settings(max_examples=60, deadline=None)
@given(lessons=st.dictionaries(st.tuples(WORDS, WORDS), LESSONS, max_size=5))
def test_experience_is_read_as_it_was_written(
    lessons: dict[tuple[str, str], Lesson], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("experience") / "experience.yml"
    assert read_experience(path) == Experience()
    write_experience(path, Experience(lessons=lessons))
    assert read_experience(path).lessons == lessons
    once = path.read_bytes()
    write_experience(path, read_experience(path))
    assert path.read_bytes() == once


# ---------------------------------------------------------------- the same everywhere


def test_an_evolve_writes_the_same_bytes_in_another_folder(
    project: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ("plans/prepare.yml", "plans/prepare.lock.yml", "evaluations/prepare.yml")
    written = []
    for name in ("one", "two"):
        folder = project.folder / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        there = ProjectCase(folder=folder, capture=project.capture)
        there.write({"raw.jsonl": {"lines": '{"text": "Row  % of many."}', "times": 40}})
        assert there.dve("evolve", "--rounds", "2").code == 0
        written.append([(folder / path).read_bytes() for path in (*kept, "experience.yml")])
    assert written[0] == written[1]
