"""`dve slices`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import RunFolder, latest_run, read_slices
from dataevolver.cli.messages import note, print_json, terminal_width
from dataevolver.cli.options import output_option, project_option
from dataevolver.evaluator import slice_value, slices_lines
from dataevolver.workspace import open_workspace


@click.command("slices")
@click.argument("run", required=False)
@output_option
@project_option
def command(run: str | None, output: str, project_dir: Path) -> None:
    """Show what a run kept and dropped by language, length, source and file.

    RUN is a finished run, by default the last one. A slice that loses more than twice its share of
    the rows is marked; a test of kind slice_loss holds the output back for it.
    """
    workspace = open_workspace(project_dir)
    folder = latest_run(workspace.target_folder, finished=True)
    if run is not None:
        folder = RunFolder(id=run, path=workspace.target_folder / "runs" / run)
        if not folder.is_finished:
            raise click.UsageError(f'"{run}" is not a finished run')
    found = read_slices(folder)
    if output == "json":
        print_json([slice_value(one) for one in found])
        return
    note(f"run {folder.id}")
    for line in slices_lines(found, terminal_width()):
        click.echo(line)
