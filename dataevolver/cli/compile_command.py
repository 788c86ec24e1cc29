"""`dve compile`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.cli.options import plan_argument, project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.runner import write_compiled
from dataevolver.workspace import open_workspace, shown


@click.command("compile")
@plan_argument
@project_option
def command(plan: str, project_dir: Path) -> None:
    """Write the SQL and Python of a plan to target/compiled/, to be read and run by hand."""
    workspace = open_workspace(project_dir)
    name = plan or workspace.project.evolve.plan
    folder = workspace.target_folder / "compiled" / name
    for path in write_compiled(prepare_aloud(workspace, name).compiled, folder):
        click.echo(shown(workspace, path))
