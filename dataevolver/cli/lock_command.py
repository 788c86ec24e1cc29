"""`dve lock`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import keep_lock, lock_differences
from dataevolver.cli.options import plan_argument, project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.errors import CheckFailedError
from dataevolver.workspace import lock_path, open_workspace, shown


@click.command("lock")
@plan_argument
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the lock differs.")
@project_option
def command(plan: str, check: bool, project_dir: Path) -> None:
    """Write what the solver makes of a plan to its lock file.

    That is plans/PLAN.lock.yml, to be reviewed and committed with the plan.
    """
    workspace = open_workspace(project_dir)
    name = plan or workspace.project.evolve.plan
    resolution = prepare_aloud(workspace, name).resolution
    differences = lock_differences(workspace, resolution) if check else ()
    if differences:
        raise CheckFailedError(differences)
    written = not check and keep_lock(workspace, resolution, locked=False)
    state = "written" if written else "is up to date"
    click.echo(f"{shown(workspace, lock_path(workspace, name))} {state}")
