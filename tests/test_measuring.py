"""What is measured is the plan's own source, whatever the project's first one is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dataevolver.artifacts import Request
from dataevolver.evolver import evolve_project
from dataevolver.execution import execute
from dataevolver.measuring import measure_files, measure_run
from dataevolver.project import Source
from dataevolver.workspace import Workspace, open_workspace, plan_path

PROJECT = """\
dve: 1
name: two_sources
sources:
  first: {path: first.jsonl}
  second: {path: second.jsonl}
exemplars: {expert: {path: expert.jsonl}}
evolve: {rounds: 1, sample: [60]}
"""
PLAN = "dve: 1\nplan: prepare\nsource: second\nexemplars: expert\nsteps: []\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    texts = [f"Line {n} has {n * n} points and ends here." for n in range(140)]
    files = {
        "first": [{"unlike": n} for n in range(80)],
        "second": [{"text": f"<b>{text}</b>"} for text in texts[:60]],
        "expert": [{"text": text} for text in texts[60:100]],
    }
    for name, rows in files.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "prepare.yml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "dve_project.yml").write_text(PROJECT, encoding="utf-8")
    return open_workspace(tmp_path)


def test_a_plan_is_evolved_on_its_own_source(workspace: Workspace) -> None:
    evolution = evolve_project(workspace, workspace.project.evolve, None, lambda _: None)
    assert evolution.before.raw_rows == 60
    assert [step.operator for step in evolution.plan.steps] == ["strip_markup"]
    assert "source: second" in plan_path(workspace, "prepare").read_text(encoding="utf-8")


def test_a_run_is_measured_against_its_own_source(workspace: Workspace) -> None:
    execution = execute(workspace, Request(plan="prepare"), lambda _: None)
    measured = measure_run(workspace, execution.folder, None)
    assert (measured.evaluation.raw_rows, measured.evaluation.rows) == (60, 60)
    assert measured.evaluation.gap == pytest.approx(1.0)
    assert {item.kind for item in measured.slices} == {"language", "length"}


def test_files_need_no_project(workspace: Workspace) -> None:
    root = workspace.root
    source = Source(name="rows", paths=(str(root / "second.jsonl"),))
    expert = replace(source, paths=(str(root / "expert.jsonl"),))
    apart = measure_files(source, expert).evaluation
    alike = measure_files(expert, expert).evaluation
    assert apart.gap > 5 * abs(alike.gap)
    assert not apart.relative
