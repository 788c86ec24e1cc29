"""The command line: quick to start, results on stdout alone, exit codes that scripts can rely on."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from project_case import PACKAGE, TINY, ProjectCase

from dataevolver.cli import SUMMARIES, dve
from dataevolver.cli.progress import progress_line, progress_text
from dataevolver.project import template_names
from dataevolver.sources import Progress

HEAVY = ("duckdb", "sqlglot", "numpy", "pyarrow", "openai", "jinja2", "yaml")
LONG = {"lines": '{"text": "row  %"}', "times": 60_000}


def command_of(name: str) -> click.Command:
    command: click.Command = importlib.import_module(f"dataevolver.cli.{name}_command").command
    return command


# ---------------------------------------------------------------- help


def test_help_imports_nothing_heavy() -> None:
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dataevolver", "--help"],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = re.findall(r"\| +([\w.]+)$", found.stderr, flags=re.M)
    assert "dataevolver.cli" in imported
    assert [name for name in imported if name.split(".")[0] in HEAVY] == []
    assert all(name in found.stdout for name in SUMMARIES)


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_commands_own_help_begins_with_its_summary(name: str) -> None:
    command = command_of(name)
    assert command.name == name
    first = inspect.cleandoc(command.help or "").split("\n\n")[0]
    assert " ".join(first.split()) == SUMMARIES[name]


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_option_says_what_it_is_for(name: str) -> None:
    options = [item for item in command_of(name).params if isinstance(item, click.Option)]
    assert [item.name for item in options if not item.help] == []


def test_every_module_of_a_command_is_listed() -> None:
    files = (PACKAGE / "dataevolver" / "cli").glob("*_command.py")
    assert sorted(path.stem.removesuffix("_command") for path in files) == sorted(SUMMARIES)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["run", "--help"], ["--version"]])
def test_help_needs_no_project(arguments: list[str], project: ProjectCase) -> None:
    answer = project.dve(*arguments)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out


# ---------------------------------------------------------------- stdout, stderr, exit codes

JSON_COMMANDS = (
    ("debug",),
    ("ls", "steps"),
    ("ls", "operators"),
    ("ls", "plans"),
    ("ls", "sources"),
    ("run",),
    ("retry",),
    ("test",),
    ("show", "spaces"),
    ("show", "--row", "0"),
    ("diff", "plans/prepare.yml"),
    ("evolve", "--rounds", "1"),
    ("evaluate",),
    ("evaluate", "--data", "raw.jsonl", "--exemplars", "good.jsonl"),
)


def measurable(project: ProjectCase) -> None:
    """A tiny project with rows enough to be measured."""
    project.write({"raw.jsonl": {"lines": '{"text": "Row  % of many."}', "times": 30}})


def test_json_is_alone_on_stdout(project: ProjectCase) -> None:
    measurable(project)
    for arguments in JSON_COMMANDS:
        answer = project.dve(*arguments, "--output", "json")
        assert answer.code == 0, (arguments, answer.err)
        assert json.loads(answer.out), arguments


def test_results_go_to_stdout_and_messages_to_stderr(project: ProjectCase) -> None:
    project.write({})
    answer = project.dve("run")
    assert answer.out == "3 rows in, 3 out (100%) in N s -> output/prepare.jsonl\n"
    assert "spaces" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["parse"], 0),
        (["fmt", "--check"], 1),
        (["lock", "--check"], 1),
        (["diff", "other.yml", "--exit-code"], 1),
        (["diff", "plans/prepare.yml", "--exit-code"], 0),
        (["test"], 0),
        (["evolve", "--rounds", "0", "--min-gain", "0.5"], 1),
        (["run", "nothing"], 2),
        (["nothing"], 2),
        ([], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int, project: ProjectCase) -> None:
    measurable(project)
    plan = TINY["plans/prepare.yml"]
    (project.folder / "plans" / "prepare.yml").write_text(plan.replace("text]", "text ]"))
    (project.folder / "other.yml").write_text(plan.replace("spaces", "blanks"))
    answer = project.dve(*arguments)
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err


def test_a_bug_of_ours_shows_its_traceback_and_exits_with_3(
    project: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise AssertionError("no")

    monkeypatch.setattr(dve, "main", broken)
    answer = project.dve("run")
    assert answer.code == 3
    assert answer.err.startswith("Traceback")
    assert answer.err.endswith("this is a bug in dve: please report the lines above\n")


def test_a_reader_that_goes_away_is_no_error(project: ProjectCase) -> None:
    project.write({})
    read, write = os.pipe()
    os.close(read)
    with project.spawn("ls", "operators", stdout=write) as listing:
        os.close(write)
        _, err = listing.communicate(timeout=60)
    assert (listing.returncode, err) == (0, "")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DVE_RUN_OUTPUT", "json", '"threads": 0'),
        ("DVE_RUN_DRY_RUN", "1", "output columns: text"),
        ("DVE_RUN_THREADS", "many", "Invalid value for '--threads': 'many'"),
        ("DVE_RUN_PROJECT_DIR", "nowhere", "Directory 'nowhere' does not exist"),
    ],
)
def test_every_option_can_be_set_by_the_environment(
    variable: str, value: str, expected: str, project: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({})
    monkeypatch.setenv(variable, value)
    answer = project.dve("run")
    assert expected in answer.out + answer.err


def test_an_option_goes_before_the_environment(
    project: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({})
    monkeypatch.setenv("DVE_RUN_THREADS", "2")
    answer = project.dve("run", "--threads", "1", "--output", "json")
    assert json.loads(answer.out)["request"]["threads"] == 1


# ---------------------------------------------------------------- progress


@pytest.mark.parametrize(
    ("share", "width", "text"),
    [
        (0.0, 80, "[------------------------]   0%  reading raw"),
        (0.25, 80, "[######------------------]  25%  reading raw"),
        (1.0, 80, "[########################] 100%  reading raw"),
        (0.5, 40, "[############------------]  50%  readin"),
    ],
)
def test_progress_fits_the_terminal(share: float, width: int, text: str) -> None:
    assert progress_text(Progress(what="reading raw", share=share), width) == text


def test_without_a_terminal_only_the_lines_that_stay_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_line(lambda event: "" if event == "quiet" else f"done: {event}") as report:
        for event in (Progress(what="reading", share=0.5), "one", "quiet", "two"):
            report(event)
    assert capsys.readouterr().err == "done: one\ndone: two\n"


def on_a_terminal(arguments: Sequence[str], folder: Path) -> tuple[int, str, str]:
    """Exit code, stdout, and what a terminal of 80 columns gets on stderr."""
    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "dataevolver", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    ) as process:
        os.close(terminal)
        shown = b""
        while piece := _read(master):
            shown += piece
        out = process.communicate(timeout=60)[0]
    os.close(master)
    return process.returncode, out, shown.decode()


def _read(terminal: int) -> bytes:
    """What is there; nothing when the last process has closed the other end (EIO on Linux)."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def bars(shown: str) -> list[tuple[int, str]]:
    """Every drawing: percent and what is being done."""
    return [(int(share), what) for share, what in re.findall(r"\] +(\d+)%  ([^\r\x1b]+)", shown)]


def test_reading_and_running_show_how_far_they_are(project: ProjectCase) -> None:
    project.write({"raw.jsonl": LONG})
    code, out, shown = on_a_terminal(["run", "--output", "json"], project.folder)
    drawn = bars(shown)
    reading = [share for share, what in drawn if what == "reading raw"]
    assert (code, json.loads(out)["rows_out"]) == (0, 60_000)
    assert reading == sorted(reading)
    assert reading
    assert (0, "running spaces") in drawn
    told = [part for part in shown.split("\x1b[K") if not part.startswith("[")]
    assert any(re.fullmatch(r"  success +60000 rows.*spaces\r\n\r?", part) for part in told)
    assert not shown.split("\x1b[K")[-1].startswith("[")  # the bar is gone


def test_evolving_shows_the_round_and_the_plan_that_is_tried(project: ProjectCase) -> None:
    measurable(project)
    code, _, shown = on_a_terminal(["evolve", "--rounds", "2"], project.folder)
    told = [what for _, what in bars(shown)]
    assert code == 0
    assert "reading expert" in told
    assert any(re.fullmatch(r"round 1: plan \d+, \d+ rows", what) for what in told)
    assert "stopped: " in shown.split("\x1b[K")[-3]


# ---------------------------------------------------------------- the whole path

PATH: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("parse",)),
    (0, ("debug",)),
    (0, ("ls", "sources")),
    (0, ("diff", "--exit-code")),
    (0, ("evolve", "--rounds", "1")),
    (1, ("diff", "--exit-code")),
    (0, ("parse",)),
    (0, ("compile",)),
    (0, ("lock", "--check")),
    (0, ("fmt", "--check")),
    (0, ("run", "--dry-run")),
    (0, ("run",)),
    (0, ("run", "--locked")),
    (0, ("retry",)),
    (0, ("test", "--output", "json")),
    (0, ("show", "--row", "0")),
    (0, ("evaluate",)),
    (0, ("clean",)),
    (0, ("run",)),
)


@pytest.mark.parametrize("template", template_names())
def test_a_template_goes_the_whole_path_without_a_terminal(
    template: str, project: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project.dve("init", "made", "--template", template).code == 0
    monkeypatch.chdir("made")
    errors = []
    for code, arguments in PATH:
        answer = project.dve(*arguments)
        errors.append(answer.err)
        assert answer.code == code, (arguments, answer.err)
        assert "Traceback" not in answer.err
    again = re.findall(r"^  (\w+) ", errors[PATH.index((0, ("retry",)))], flags=re.M)
    assert set(again) == {"reused"}
    step = json.loads(project.dve("ls", "--output", "json").out)[0]["step"]
    assert project.dve("explain", step).out.startswith(f"{step}: ")
    assert project.dve("show", step, "--limit", "1").out.startswith("row 0\n")
    changed = subprocess.run(
        ["git", "status", "--porcelain"], capture_output=True, text=True, check=True
    ).stdout
    assert " M plans/prepare.yml" in changed
    assert "plans/prepare.lock.yml" in changed
    assert "target" not in changed
