"""Whatever is wrong with files, settings, operators or the machine: one clear answer, no loss."""

from __future__ import annotations

import ctypes
import json
import os
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from case_files import cases
from project_case import PACKAGE, PLAN_HEAD, TINY, ProjectCase

TABLES = ("sources", "exemplars", "project", "commands", "plans", "operators")
CASES = [
    pytest.param(*case.values, id=f"{table}: {case.id}")
    for table in TABLES
    for case in cases(f"bad_input/{table}")
]
SHOUT_STEPS = "- {id: shout, operator: shout, with: {columns: [text]}}\n"
SHOUT = """\
name: shout
version: 1
summary: Write texts in capitals.
{head}
scope: row
rows: same
parameters:
  columns: {{type: columns, of: text}}
inputs: [{{column: $columns, type: text}}]
outputs: [{{column: $columns, type: text}}]
examples:
  - with: {{columns: [text]}}
    given: [{{text: a}}]
    expect: [{{text: {expect}}}]
"""

LOCK_DIFFERS = """\
error: the plan has changed: its fingerprint is 5f406353a75b; locked was 353f15b48c81
  --> plans/prepare.lock.yml
error: step "spaces" uses trim@1; locked was normalise_whitespace@1
  --> plans/prepare.lock.yml:10:5
  10 |   - id: spaces
           ^
  lock again with `dve lock` and review the change
"""


def lay_out(case: Mapping[str, Any], project: ProjectCase) -> None:
    """Write a case's project: `raw` is the path of its source, `own` an operator called shout."""
    files = dict(case.get("files", {}))
    if "raw" in case:
        files["dve_project.yml"] = TINY["dve_project.yml"].replace("raw.jsonl", case["raw"])
    if "more" in case:
        files["dve_project.yml"] = TINY["dve_project.yml"] + case["more"]
    if own := case.get("own"):
        files["operators/own/shout.yml"] = SHOUT.format(**{"expect": "A", **own})
        suffix = "py" if "python" in own["head"] else "sql"
        if "body" in own:
            files[f"operators/own/shout.{suffix}"] = own["body"]
    steps = case.get("steps") or (SHOUT_STEPS if own else "")
    if steps:
        files["plans/prepare.yml"] = f"{PLAN_HEAD}steps:\n{steps}"
    project.write(files)
    for link, target in case.get("links", {}).items():
        path = project.folder / link
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)


def complaints(err: str) -> str:
    """What stderr says, without the lines of a run's steps."""
    return re.sub(r"(?m)^  (success|reused|error|skipped)\b.*\n", "", err)


def test_there_are_enough_cases() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 45


@pytest.mark.parametrize("case", CASES)
def test_bad_input_has_one_clear_answer(case: Mapping[str, Any], project: ProjectCase) -> None:
    lay_out(case, project)
    for arguments in case.get("before", []):
        project.dve(*arguments)
    answer = project.dve(*case.get("run", ["run"]))
    assert complaints(answer.err).rstrip("\n") == case["err"]
    assert answer.code == case["code"]
    if case["code"]:
        assert answer.out.rstrip("\n") == case.get("out", "")
    if "rows" in case:
        assert project.rows() == case["rows"]
        assert project.rows("output/prepare.rejected.jsonl") == case.get("rejected", [])


# ---------------------------------------------------------------- where and when


def test_outside_of_a_project_the_folders_that_were_searched_are_named(
    project: ProjectCase,
) -> None:
    answer = project.dve("run")
    above = "\n".join(f"  {folder}" for folder in project.folder.parents)
    assert (answer.code, answer.err) == (
        2,
        (
            f"error: no dve_project.yml in any of\n  PROJECT\n{above}\n"
            "  `dve init NAME` makes a project; `--project-dir FOLDER` names one\n"
        ),
    )


def test_a_lock_that_is_out_of_date_is_refused_with_what_changed(project: ProjectCase) -> None:
    project.write({})
    assert project.dve("lock").code == 0
    plan = TINY["plans/prepare.yml"]
    project.write({"plans/prepare.yml": plan.replace("normalise_whitespace", "trim")})
    answer = project.dve("run", "--locked")
    assert answer.code == 2
    assert answer.err == LOCK_DIFFERS
    assert not (project.folder / "output").exists()
    checked = project.dve("lock", "--check")
    assert (checked.code, checked.err) == (1, LOCK_DIFFERS)


def test_an_unknown_revision_is_named(project: ProjectCase) -> None:
    project.write({})
    subprocess.run(["git", "init", "-q"], cwd=project.folder, check=True)
    answer = project.dve("diff", "v9")
    assert (answer.code, answer.err) == (
        2,
        (
            'error: "v9" is neither a file nor a git revision\n'
            "  name a plan file, or a revision such as HEAD, main or HEAD~3\n"
        ),
    )


def test_a_test_that_fails_keeps_the_output_of_the_run_before(project: ProjectCase) -> None:
    project.write({})
    assert project.dve("run").code == 0
    before = project.rows()
    more = "tests: [{kind: min_rows, rows: 5}]\n"
    project.write(
        {"dve_project.yml": TINY["dve_project.yml"] + more, "raw.jsonl": '{"text": "new"}\n'}
    )
    answer = project.dve("run")
    assert answer.code == 1
    assert complaints(answer.err) == (
        'error: test "min_rows" failed: 1 rows, at least 5 wanted\n'
        "  output/prepare.jsonl was not replaced; mend the plan or the test\n"
    )
    assert project.rows() == before


def test_rows_that_cannot_be_read_are_counted_and_kept(project: ProjectCase) -> None:
    skipping = TINY["dve_project.yml"].replace("raw.jsonl", "raw.jsonl, on_error: skip")
    project.write({"dve_project.yml": skipping, "raw.jsonl": '{"text": "a"}\nno\n'})
    answer = project.dve("run", "--output", "json")
    assert json.loads(answer.out)["rows_unreadable"] == 1
    (kept,) = (project.folder / "target" / "cache").glob("*.skipped.jsonl")
    assert json.loads(kept.read_text()) == {
        "file": "raw.jsonl",
        "line": 2,
        "reason": "broken JSON at column 1: Expecting value",
        "raw": "no",
    }


def test_a_cache_that_was_damaged_is_made_again(project: ProjectCase) -> None:
    project.write({})
    project.dve("run")
    before = project.rows()
    for path in (project.folder / "target" / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:50])
    assert project.dve("run").code == 0
    assert project.rows() == before


@pytest.mark.slow
def test_a_line_of_50_megabytes_goes_through(project: ProjectCase) -> None:
    long = "word  " * 8_000_000
    project.write({"raw.jsonl": f'{{"text": "a"}}\n{{"text": "{long}"}}\n'})
    assert project.dve("run").code == 0
    assert [len(row["text"]) for row in project.rows()] == [1, len("word " * 8_000_000) - 1]


# ---------------------------------------------------------------- nothing to learn from


@pytest.mark.parametrize(
    "exemplar", ['{"text": "Row number % of many."}', '{"question": "What is %?", "answer": "%"}']
)
def test_exemplars_that_are_the_raw_rows_or_unlike_them_change_nothing(
    exemplar: str, project: ProjectCase
) -> None:
    raw = {"lines": '{"text": "Row number % of many."}', "times": 30}
    project.write({"raw.jsonl": raw, "good.jsonl": {"lines": exemplar, "times": 30}})
    answer = project.dve("evolve", "--rounds", "2")
    assert answer.code == 0
    assert "No reliable improvement: the plan stays as it was." in answer.out
    plan = (project.folder / "plans" / "prepare.yml").read_text(encoding="utf-8")
    assert plan == TINY["plans/prepare.yml"]


# ---------------------------------------------------------------- the machine


def without_power_of_root() -> None:
    """In a child: obey the permissions of files, even as root (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)."""
    ctypes.CDLL(None).prctl(24, 1)


def with_little_room() -> None:
    """In a child: no file grows beyond 20 kB, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("folder", ["output", "target", "plans"])
def test_a_folder_that_is_read_only_is_named(folder: str, project: ProjectCase) -> None:
    project.write({f"{folder}/here": ""})
    (project.folder / folder).chmod(0o500)
    answer = project.process("run", preexec_fn=without_power_of_root)
    (project.folder / folder).chmod(0o700)
    assert answer.code == 2
    assert re.fullmatch(
        rf"error: cannot write (in )?PROJECT/{folder}\S*: Permission denied\n  .*\n",
        complaints(answer.err),
    )


def test_a_full_disk_leaves_nothing_half_written(project: ProjectCase) -> None:
    noise = random.Random(0)
    texts = ["".join(noise.choices("abcdefghijklmnop", k=200)) for _ in range(500)]
    project.write({"raw.jsonl": "".join(f'{{"text": "{text}"}}\n' for text in texts)})
    answer = project.process("run", preexec_fn=with_little_room)
    assert answer.code == 2
    assert re.match(r"error: cannot write PROJECT/target/cache/\S+: ", complaints(answer.err))
    assert "Traceback" not in answer.err
    assert list(project.folder.rglob("*.part*")) == []
    assert not (project.folder / "output").exists()
    assert project.process("run").code == 0
    assert [row["text"] for row in project.rows()] == texts


def test_too_little_memory_says_which_setting_to_raise(project: ProjectCase) -> None:
    more = "targets: {small: {memory_limit: 1MB, threads: 1}}\ntarget: small\n"
    project.write({"dve_project.yml": TINY["dve_project.yml"] + more})
    answer = project.dve("run")
    assert answer.code == 2
    assert "raise memory_limit of the target, or lower its threads" in answer.err
    assert "Traceback" not in answer.err


SLOW_BODY = """\
import os
import pathlib
import time


def apply(batch, params):
    if "SLOW" in os.environ:
        pathlib.Path(os.environ["SLOW"]).touch()
        time.sleep(60)
    return {"value": batch.column("value")}
"""
SLOW_PLAN = """\
- {id: spaces, operator: normalise_whitespace, with: {columns: [text]}}
- {id: shout, operator: shout, with: {columns: [text]}}
- {id: unique, operator: dedup_exact, with: {columns: [text]}}
"""


def lay_out_slow_plan(project: ProjectCase) -> None:
    """Three steps; the second waits where the environment's SLOW names a file to tell of it."""
    own = {"head": "language: python", "body": SLOW_BODY, "expect": "a"}
    raw = {"lines": '{"text": "row  %"}', "times": 2000}
    lay_out({"own": own, "steps": SLOW_PLAN, "files": {"raw.jsonl": raw}}, project)


@contextmanager
def waiting_run(project: ProjectCase) -> Iterator[subprocess.Popen[str]]:
    """A run in another process that waits in its second step; killed in the end."""
    waits = project.folder / "waits"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "SLOW": str(waits)}
    with project.spawn("run", env=environment) as run:
        try:
            for _ in range(1200):
                if waits.exists():
                    break
                time.sleep(0.05)
            assert waits.exists()
            yield run
        finally:
            run.kill()


def test_a_second_run_at_the_same_time_says_who_is_first(project: ProjectCase) -> None:
    lay_out_slow_plan(project)
    with waiting_run(project):
        for command in ("run", "evolve", "clean"):
            answer = project.dve(command)
            assert (answer.code, answer.err) == (
                2,
                (
                    "error: another dve (process N) is writing in PROJECT/target; "
                    "wait until it is done\n"
                ),
            )
        assert project.dve("show", "spaces").code == 2  # not finished, but no harm done


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(project: ProjectCase) -> None:
    lay_out_slow_plan(project)
    with waiting_run(project) as run:
        run.send_signal(signal.SIGKILL)
    again = project.dve("retry")
    assert again.code == 0
    assert re.findall(r"^  (\w+) .*?(\w+)$", again.err, flags=re.M) == [
        ("reused", "spaces"),
        ("success", "shout"),
        ("success", "unique"),
    ]
    files = [
        project.folder / "output" / name for name in ("prepare.jsonl", "prepare.rejected.jsonl")
    ]
    resumed = [path.read_bytes() for path in files]
    assert project.dve("clean", "--runs").code == 0
    assert project.dve("run").code == 0
    assert [path.read_bytes() for path in files] == resumed
    assert len(project.rows()) == 2000


def test_ctrl_c_ends_quietly_and_says_how_to_go_on(project: ProjectCase) -> None:
    lay_out_slow_plan(project)
    with waiting_run(project) as run:
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (130, "")
    assert (
        complaints(err)
        == "finished steps are kept: `dve retry` goes on after them\n\ninterrupted\n"
    )
