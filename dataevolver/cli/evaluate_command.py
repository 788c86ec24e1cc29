"""`dve evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import RunFolder, latest_run
from dataevolver.cli.messages import note, print_json, terminal_width
from dataevolver.cli.options import output_option, project_option
from dataevolver.cli.progress import progress_line
from dataevolver.evaluator import evaluation_text, evaluation_value
from dataevolver.material import encoder_of
from dataevolver.measuring import Measured, measure_files, measure_run
from dataevolver.project import Source
from dataevolver.workspace import open_workspace


@click.command("evaluate")
@click.argument("run", required=False)
@click.option("--data", type=click.Path(path_type=Path), help="Any file of rows, with --exemplars.")
@click.option("--exemplars", type=click.Path(path_type=Path), help="Any file of good rows.")
@output_option
@project_option
def command(
    run: str | None, data: Path | None, exemplars: Path | None, output: str, project_dir: Path
) -> None:
    """Measure how far prepared rows are from the exemplars.

    They are those of RUN, by default the last one. RUN may also be a file of rows, compared with the project's exemplars. With --data and
    --exemplars any two files are compared, and no project is needed.
    """
    if (data is None) != (exemplars is None):
        raise click.UsageError("--data and --exemplars go together")
    if data is not None and exemplars is not None:
        measured = measure_files(_source("data", data), _source("exemplars", exemplars))
    else:
        measured = _measure_in_project(run, project_dir)
    if output == "json":
        print_json(evaluation_value(measured.evaluation, measured.slices))
    else:
        text = evaluation_text(measured.evaluation, terminal_width(), measured.slices)
        click.echo(text, nl=False)


def _measure_in_project(run: str | None, project_dir: Path) -> Measured:
    workspace = open_workspace(project_dir)
    encoder = encoder_of(workspace)
    if run is not None and Path(run).is_file():
        exemplars = next(iter(workspace.project.exemplars.values()))
        paths = tuple(str(workspace.root / path) for path in exemplars.paths)
        expert = Source(name=exemplars.name, paths=paths, format=exemplars.format)
        return measure_files(_source("data", Path(run)), expert, encoder)
    folder = latest_run(workspace.target_folder, finished=True)
    if run is not None:
        folder = RunFolder(id=run, path=workspace.target_folder / "runs" / run)
        if not folder.is_finished:
            raise click.UsageError(f'"{run}" is neither a file nor a finished run')
    note(f"run {folder.id}")
    with progress_line() as report:
        return measure_run(workspace, folder, encoder, report)


def _source(name: str, path: Path) -> Source:
    return Source(name=name, paths=(str(path),))
