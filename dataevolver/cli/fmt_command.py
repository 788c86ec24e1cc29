"""`dve fmt`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.cli.options import project_option
from dataevolver.edits import format_plan
from dataevolver.errors import CheckFailedError, Problem
from dataevolver.sources import place_text
from dataevolver.workspace import open_workspace, plan_names, plan_path, plan_source, shown


@click.command("fmt")
@click.argument("plans", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a plan is not in style.")
@project_option
def command(plans: tuple[str, ...], check: bool, project_dir: Path) -> None:
    """Write plans in the canonical style; comments and meaning stay.

    PLANS are those named, by default all.
    """
    workspace = open_workspace(project_dir)
    changed = []
    for name in plans or plan_names(workspace):
        path = plan_path(workspace, name)
        text = plan_source(workspace, name)
        formatted = format_plan(text, shown(workspace, path), workspace.catalog)
        if formatted != text:
            changed.append(shown(workspace, path))
            if not check:
                place_text(path, formatted)
    if check and changed:
        raise CheckFailedError(
            [Problem(message=f"{path} is not in style", hint="`dve fmt`") for path in changed]
        )
    click.echo("\n".join(f"{path} written" for path in changed) or "all plans are in style")
