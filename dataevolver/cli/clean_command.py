"""`dve clean`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from dataevolver.cli.options import project_option
from dataevolver.runner import writer_lock
from dataevolver.workspace import open_workspace, shown


@click.command("clean")
@click.option("--runs", is_flag=True, help="The records of finished runs, too.")
@project_option
def command(runs: bool, project_dir: Path) -> None:
    """Delete what can be made again: target/ but for the records of runs."""
    workspace = open_workspace(project_dir)
    folder = workspace.target_folder
    with writer_lock(folder):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and (runs or path.name != "runs"):
                shutil.rmtree(path)
                click.echo(f"{shown(workspace, path)} deleted")
