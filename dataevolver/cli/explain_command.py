"""`dve explain`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.cli.messages import readable
from dataevolver.cli.options import project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.solver import explain
from dataevolver.workspace import open_workspace


@click.command("explain")
@click.argument("step")
@click.option("--plan", default="", help="Default: the plan that evolve grows.")
@project_option
def command(step: str, plan: str, project_dir: Path) -> None:
    """Say why a step is there, what it reads and needs, and what depends on it."""
    workspace = open_workspace(project_dir)
    ready = prepare_aloud(workspace, plan or workspace.project.evolve.plan)
    click.echo(readable(explain(ready.resolution, step)))
