"""`dve show`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from dataevolver.cli.messages import print_json
from dataevolver.cli.options import output_option, project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.errors import visible
from dataevolver.runner import StepStory, preview, story
from dataevolver.workspace import Ready, Workspace, open_workspace

_VALUE = 400  # characters shown of a value


@click.command("show")
@click.argument("step", required=False)
@click.option("--row", type=click.IntRange(min=0), help="A row of the source, counted from 0.")
@click.option("--plan", default="", help="Default: the plan that evolve grows.")
@click.option("--limit", type=click.IntRange(min=1), default=5, help="Rows shown. Default: 5.")
@output_option
@project_option
def command(
    step: str | None, row: int | None, plan: str, limit: int, output: str, project_dir: Path
) -> None:
    """Show the first rows after a step, or what became of one row.

    STEP is one of the last run's. With --row each step's before and after is shown.
    """
    if (step is None) == (row is None):
        raise click.UsageError("name a STEP, or a row of the source by --row NUMBER")
    workspace = open_workspace(project_dir)
    ready = prepare_aloud(workspace, plan or workspace.project.evolve.plan)
    if row is not None:
        _show_story(workspace, ready, row, output)
    elif step is not None:
        _show_rows(workspace, ready, step, limit, output)


def _show_rows(workspace: Workspace, ready: Ready, step: str, limit: int, output: str) -> None:
    rows = preview(
        ready.compiled, ready.sources, workspace.target, workspace.store, step, limit=limit
    )
    if output == "json":
        print_json([_plain(found) for found in rows])
        return
    for found in rows:
        click.echo(f"row {found['__source']}\n{_row_text(found)}")


def _show_story(workspace: Workspace, ready: Ready, row: int, output: str) -> None:
    told = story(ready.compiled, ready.sources, workspace.target, workspace.store, row)
    if output == "json":
        print_json([_story_value(each) for each in told])
        return
    for each in told:
        click.echo(_story_text(each))
    if told and told[-1].mark is None:
        click.echo("the row is in the output")


def _story_text(told: StepStory) -> str:
    if told.mark is not None:
        detail = f" ({told.mark.detail})" if told.mark.detail else ""
        return f"{told.step}: {told.mark.kind}: {told.mark.reason}{detail}"
    if told.is_unchanged:
        return f"{told.step}: unchanged"
    before, after = told.before or {}, told.after or {}
    changed = [
        f"  - {name}: {_shown(before[name])}"
        for name in before
        if before.get(name) != after.get(name)
    ]
    changed += [
        f"  + {name}: {_shown(after[name])}"
        for name in after
        if before.get(name) != after.get(name)
    ]
    return "\n".join([f"{told.step}:", *changed])


def _story_value(told: StepStory) -> dict[str, object]:
    mark = told.mark
    return {
        "step": told.step,
        "operator": told.operator,
        "before": _plain(told.before) if told.before is not None else None,
        "after": _plain(told.after) if told.after is not None else None,
        "left": None
        if mark is None
        else {"kind": mark.kind, "reason": mark.reason, "detail": mark.detail},
    }


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.startswith("__")}


def _row_text(row: Mapping[str, object]) -> str:
    return "\n".join(f"  {name}: {_shown(value)}" for name, value in _plain(row).items())


def _shown(value: object) -> str:
    text = visible(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _VALUE else text[:_VALUE] + " ..."
