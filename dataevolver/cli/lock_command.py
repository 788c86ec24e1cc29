"""`dve lock`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import keep_lock
from dataevolver.cli.options import plan_argument, project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.workspace import lock_path, open_workspace, shown


@click.command("lock")
@plan_argument
@click.option("--check", is_flag=True, help="Write nothing; fail when the lock differs.")
@project_option
def command(plan: str, check: bool, project_dir: Path) -> None:
    """Write what the solver makes of a plan to its lock file.

    That is plans/PLAN.lock.yml, to be reviewed and committed with the plan.
    """
    workspace = open_workspace(project_dir)
    name = plan or workspace.project.evolve.plan
    written = keep_lock(workspace, prepare_aloud(workspace, name).resolution, locked=check)
    state = "written" if written else "is up to date"
    click.echo(f"{shown(workspace, lock_path(workspace, name))} {state}")
