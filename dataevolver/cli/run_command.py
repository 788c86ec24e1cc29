"""`dve run`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import Request
from dataevolver.cli.messages import note, print_json
from dataevolver.cli.options import output_option, plan_argument, project_option
from dataevolver.cli.progress import prepare_aloud, progress_line
from dataevolver.cli.run_report import execution_text, source_warnings, step_text
from dataevolver.execution import execute
from dataevolver.workspace import Workspace, open_workspace


@click.command("run")
@plan_argument
@click.option("--locked", is_flag=True, help="Refuse when the lock file would change.")
@click.option("--threads", type=click.IntRange(min=0), default=0, help="0: the target's setting.")
@click.option("--dry-run", is_flag=True, help="Only show the steps that would run.")
@output_option
@project_option
def command(
    plan: str, locked: bool, threads: int, dry_run: bool, output: str, project_dir: Path
) -> None:
    """Run a plan on all rows and put its output in place.

    Dropped and failed rows are kept beside the output, each with its step and reason. Steps that
    were finished before on the same data are reused.
    """
    workspace = open_workspace(project_dir)
    request = Request(plan=plan or workspace.project.evolve.plan, locked=locked, threads=threads)
    if dry_run:
        _show_steps(workspace, request.plan)
    else:
        run_and_print(workspace, request, output)


def run_and_print(workspace: Workspace, request: Request, output: str) -> None:
    """Run a plan, with a line for each step as it finishes, then the accounting."""
    try:
        with progress_line(step_text) as report:
            execution = execute(workspace, request, report)
    except KeyboardInterrupt:
        note("finished steps are kept: `dve retry` goes on after them")
        raise
    for warning in source_warnings(execution.ready.sources, workspace):
        note(f"warning: {warning}")
    if output == "json":
        print_json(execution.value)
    else:
        click.echo(execution_text(execution, workspace))


def _show_steps(workspace: Workspace, plan: str) -> None:
    ready = prepare_aloud(workspace, plan)
    for segment in ready.compiled.segments:
        steps = ", ".join(step.id for step in segment.steps)
        click.echo(f"{segment.name}  {segment.language}, {segment.scope}: {steps}")
    click.echo(f"output columns: {', '.join(ready.compiled.columns)}")
