"""`dve retry`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import latest_run, read_request
from dataevolver.cli.messages import note
from dataevolver.cli.options import output_option, project_option
from dataevolver.cli.run_command import run_and_print
from dataevolver.workspace import open_workspace


@click.command("retry")
@output_option
@project_option
def command(output: str, project_dir: Path) -> None:
    """Ask for the last run again; it goes on at the first step that is not finished."""
    workspace = open_workspace(project_dir)
    last = latest_run(workspace.target_folder)
    request = read_request(last)
    state = "finished" if last.is_finished else "was interrupted"
    note(f'run {last.id} of plan "{request.plan}" {state}; finished steps are reused')
    run_and_print(workspace, request, output)
