"""The whole path on real data, found and not known: init, evolve, run, evaluate."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dataevolver.artifacts import Request, latest_run
from dataevolver.evaluator import Evaluation
from dataevolver.evolver import Evolution, evolve_project
from dataevolver.execution import Execution, execute
from dataevolver.measuring import measure_run
from dataevolver.project import create_around, create_from_template
from dataevolver.workspace import open_workspace

SHARED = Path(__file__).parents[2] / "shared" / "data"
EXPERT = Path(__file__).parents[1] / "benchmarks" / "expert_plans" / "grade_school_math.yml"
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data is not here: {SHARED}"),
]


def evolved(root: Path) -> Evolution:
    workspace = open_workspace(root)
    return evolve_project(workspace, workspace.project.evolve, None, lambda _: None)


def executed(root: Path, plan: str = "prepare") -> Execution:
    return execute(open_workspace(root), Request(plan=plan), lambda _: None)


def evaluated(root: Path) -> Evaluation:
    workspace = open_workspace(root)
    folder = latest_run(workspace.target_folder, finished=True)
    return measure_run(workspace, folder, None).evaluation


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def maths(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("maths") / "math"
    create_around(
        root,
        [SHARED / "math" / "llm_adapters_math_data.jsonl.gz"],
        SHARED / "math" / "gsm8k_exemplars_120.jsonl",
    )
    evolved(root)
    return root


@pytest.fixture(scope="module")
def prepared_maths(maths: Path) -> Sequence[Mapping[str, Any]]:
    return rows_of(executed(maths).output)


def test_maths_has_exactly_the_exemplars_fields(
    prepared_maths: Sequence[Mapping[str, Any]],
) -> None:
    assert {frozenset(row) for row in prepared_maths} == {frozenset({"question", "answer"})}


def test_maths_answers_end_as_the_exemplars_do(prepared_maths: Sequence[Mapping[str, Any]]) -> None:
    """`#### 93`, not `#### 93.0`; a fraction that is one may stay."""
    ending = re.compile(r"\n#### -?\d+(?:\.\d*[1-9])?\Z")
    good = sum(bool(ending.search(row["answer"])) for row in prepared_maths)
    assert good / len(prepared_maths) >= 0.95


def test_no_maths_row_contradicts_itself(prepared_maths: Sequence[Mapping[str, Any]]) -> None:
    """The last number of the reasoning is the final answer."""
    contradicting = []
    for row in prepared_maths:
        reasoning, _, final = row["answer"].rpartition("#### ")
        numbers = NUMBER.findall(reasoning)
        if numbers and abs(as_number(numbers[-1]) - as_number(final)) > 1e-6:
            contradicting.append(row)
    assert contradicting == []


def as_number(text: str) -> float:
    return float(text.replace(",", ""))


def test_maths_rows_are_no_duplicates_and_enough(
    prepared_maths: Sequence[Mapping[str, Any]],
) -> None:
    texts = [json.dumps(row, sort_keys=True) for row in prepared_maths]
    assert len(set(texts)) == len(texts)
    assert len(texts) >= 0.6 * 3260


def test_maths_calculations_that_were_marked_are_right(
    prepared_maths: Sequence[Mapping[str, Any]],
) -> None:
    """An operator that writes `6 - 2 = <<6-2=4>>4` may only repeat what stands there."""
    for row in prepared_maths:
        for left, result in re.findall(r"<<([^<>=]*)=([^<>=]*)>>", row["answer"]):
            assert re.search(rf"<<{re.escape(left)}={re.escape(result)}>>", row["answer"])
            shown = row["answer"].split(f"<<{left}={result}>>")[0].splitlines()[-1]
            assert left in re.sub(r"[ $,]", "", shown), row["answer"]


def test_maths_is_as_near_as_an_experts_plan(
    maths: Path, prepared_maths: Sequence[Mapping[str, Any]]
) -> None:
    found = evaluated(maths)
    (maths / "plans" / EXPERT.name).write_text(EXPERT.read_text(encoding="utf-8"), encoding="utf-8")
    executed(maths, EXPERT.stem)
    expert = evaluated(maths)
    assert found.gap <= 0.45
    assert found.gap <= expert.gap + 0.03
    assert found.guarded


def test_coachlm_keeps_its_word(tmp_path: Path) -> None:
    """Raw Alpaca rows against an expert's revisions of others: an honest result with its interval."""
    with gzip.open(SHARED / "instruct" / "coachlm_raw_vs_expert.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    names = ("instruction", "input", "output")
    expert = [{name: row[f"clean_{name}"] for name in names} for row in rows[::23][:100]]
    raw = [
        {f"raw_{name}": row[f"raw_{name}"] for name in names}
        for number, row in enumerate(rows)
        if number % 23
    ]
    check_honest(tmp_path, raw, expert, frozenset(names))


def test_wikisql_keeps_its_word(tmp_path: Path) -> None:
    """Raw questions and SQL against normalised ones of other rows."""
    with gzip.open(SHARED / "sql" / "wikisql_raw_vs_normalised_3k.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    expert = [{name: row[name] for name in ("question_clean", "sql_clean")} for row in rows[::30]]
    raw = [
        {name: row[name] for name in ("question_raw", "sql_raw")}
        for number, row in enumerate(rows)
        if number % 30
    ]
    check_honest(tmp_path, raw, expert, frozenset({"question_clean", "sql_clean"}))


def check_honest(
    folder: Path,
    raw: Sequence[Mapping[str, object]],
    expert: Sequence[Mapping[str, object]],
    fields: frozenset[str],
) -> None:
    """The fields are found, and the exemplars kept back say that the plan is better."""
    root = folder / "project"
    files = (written(folder / "raw.jsonl", raw), written(folder / "expert.jsonl", expert))
    create_around(root, [files[0]], files[1])
    evolution = evolved(root)
    assert evolution.kept
    assert evolution.reliable, "the mapping alone is a large gain"
    assert evolution.after.lower < evolution.after.gap < evolution.after.upper
    assert evolution.after.guarded
    output = rows_of(executed(root).output)
    assert {frozenset(row) for row in output} == {fields}


def test_the_same_seed_gives_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    digests = []
    for name in ("here/demo", "there/on/another/path/demo"):
        root = tmp_path / name
        root.parent.mkdir(parents=True)
        create_from_template(root, "arithmetic")
        evolved(root)
        digests.append(bytes_of(root))
    assert digests[0] == digests[1]


def bytes_of(root: Path) -> dict[str, str]:
    """Everything that is reviewed, by path."""
    kept = ("plans/*.yml", "evaluations/*.yml", "experience.yml", "operators/evolved/*")
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in kept
        for path in sorted(root.glob(pattern))
    }


def test_an_evolve_of_an_evolved_plan_finds_little_more(tmp_path: Path) -> None:
    root = tmp_path / "again"
    create_from_template(root, "arithmetic")
    first = evolved(root)
    second = evolved(root)
    assert first.kept
    assert second.after.gap <= first.after.gap + 0.05
    assert second.before.gap == pytest.approx(first.after.gap, abs=0.02)
