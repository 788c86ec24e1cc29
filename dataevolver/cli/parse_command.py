"""`dve parse`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.cli.messages import counted
from dataevolver.cli.options import project_option
from dataevolver.cli.progress import progress_line
from dataevolver.errors import DataEvolverError, Problem, SpecError
from dataevolver.library import check_bodies
from dataevolver.project import check_columns
from dataevolver.workspace import (
    Workspace,
    load_plan,
    open_workspace,
    plan_names,
    read_sources,
    resolve,
)


@click.command("parse")
@project_option
def command(project_dir: Path) -> None:
    """Check every file of the project and report all errors at once.

    Read are the project file, operators, templates and plans, and the sources' columns. Nothing runs.
    """
    workspace = open_workspace(project_dir)
    problems = [*check_bodies(workspace.catalog, workspace.templates), *_plan_problems(workspace)]
    if problems:
        raise SpecError(problems)
    names = plan_names(workspace)
    found = f"{counted(len(workspace.catalog), 'operator')} and {counted(len(names), 'plan')}"
    click.echo(f"{found} are in order")


def _plan_problems(workspace: Workspace) -> list[Problem]:
    problems: list[Problem] = []
    for name in plan_names(workspace):
        try:
            plan = load_plan(workspace, name)
            with progress_line() as report:
                sources = read_sources(workspace, plan, report)
            columns = {key: source.columns for key, source in sources.items()}
            resolution = resolve(workspace, plan, columns)
            if plan.steps:  # an empty plan has yet to grow what the tests are about
                check_columns(workspace.project, resolution.columns)
        except DataEvolverError as error:  # gathered: all plans' problems are shown at once
            problems.extend(problem for problem in error.problems if problem not in problems)
    return problems
