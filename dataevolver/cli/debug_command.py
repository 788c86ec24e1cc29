"""`dve debug`."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import click
import duckdb

from dataevolver import __version__
from dataevolver.cli.messages import print_json, table
from dataevolver.cli.options import output_option, project_option
from dataevolver.workspace import Workspace, open_workspace, plan_names


@click.command("debug")
@output_option
@project_option
def command(output: str, project_dir: Path) -> None:
    """Show versions, where the project is, its settings, and that DuckDB works."""
    workspace = open_workspace(project_dir)
    facts = {**_versions(), **_project(workspace), **_environment()}
    if output == "json":
        print_json(facts)
    else:
        click.echo(table(list(facts.items()), ("what", "value")))


def _versions() -> dict[str, str]:
    with duckdb.connect() as database:
        answer = database.execute("SELECT version()").fetchone()
    return {
        "dve": __version__,
        "python": platform.python_version(),
        "duckdb": str(answer[0]) if answer else "does not answer",
        "platform": platform.platform(),
    }


def _project(workspace: Workspace) -> dict[str, str]:
    target = workspace.target
    return {
        "project": workspace.project.name,
        "folder": str(workspace.root),
        "plans": ", ".join(plan_names(workspace)) or "none yet",
        "operators": str(len(workspace.catalog)),
        "libraries": ", ".join(
            f"{library.name} ({library.root})" for library in workspace.libraries
        ),
        "target": f"{target.name} ({target.type})",
        "memory limit": target.memory_limit or "60 % of the machine's memory",
        "threads": str(target.threads or "all"),
        "embeddings": workspace.project.embeddings_model or "hashed n-grams",
    }


def _environment() -> dict[str, str]:
    """Options that the environment sets; values are shown, they are no secrets."""
    return {name: value for name, value in sorted(os.environ.items()) if name.startswith("DVE_")}
