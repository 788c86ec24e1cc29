"""`dve test`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from dataevolver.artifacts import latest_run, read_results, read_slices
from dataevolver.checker import CheckResult, Prepared, check
from dataevolver.cli.messages import counted, print_json
from dataevolver.cli.options import output_option, project_option
from dataevolver.cli.progress import prepare_aloud
from dataevolver.errors import CheckFailedError, Place, Problem, SpecError, nearest
from dataevolver.operators import Operator
from dataevolver.runner import run_examples
from dataevolver.workspace import Workspace, open_workspace


@click.command("test")
@click.argument("operators", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="The examples of built-in operators, too.")
@output_option
@project_option
def command(operators: tuple[str, ...], everything: bool, output: str, project_dir: Path) -> None:
    """Run the operators' examples, and the project's tests on the last output.

    OPERATORS are those named, by default the project's own.
    """
    workspace = open_workspace(project_dir)
    chosen = _chosen(workspace, operators, everything)
    failures = [
        Problem(message=str(failure), place=Place(file=operator.path))
        for operator in chosen
        for failure in run_examples(operator, workspace.templates)
    ]
    checks = () if operators else _output_checks(workspace)
    _print(chosen, failures, checks, output)
    failures += [
        Problem(message=f'test "{item.name}" failed: {item.says}')
        for item in checks
        if item.status == "fail"
    ]
    if failures:
        raise CheckFailedError(failures)


def _chosen(workspace: Workspace, names: Sequence[str], everything: bool) -> tuple[Operator, ...]:
    unknown = [
        Problem(
            message=f'there is no operator "{name}"',
            hint=nearest(name, workspace.catalog) or "`dve ls operators` lists them",
        )
        for name in names
        if name not in workspace.catalog
    ]
    if unknown:
        raise SpecError(unknown)
    return tuple(
        operator
        for operator in workspace.catalog.values()
        if operator.name in names
        or (not names and (everything or operator.library == workspace.project.name))
    )


def _output_checks(workspace: Workspace) -> tuple[CheckResult, ...]:
    """The project's tests on what the last finished run kept; none when nothing was run."""
    if not workspace.project.checks or not (workspace.target_folder / "runs").is_dir():
        return ()
    folder = latest_run(workspace.target_folder, finished=True)
    results = read_results(folder)
    prepared = Prepared(
        path=folder.path / "output.parquet",
        columns=prepare_aloud(workspace, results["plan"]).compiled.columns,
        rows_in=results["rows_in"],
        rows_out=results["rows_out"],
        slices=read_slices(folder),
    )
    return check(workspace.project, prepared)


def _print(
    chosen: Sequence[Operator],
    failures: Sequence[Problem],
    checks: Sequence[CheckResult],
    output: str,
) -> None:
    if output == "json":
        value = {
            "operators": [operator.name for operator in chosen],
            "failures": [failure.message for failure in failures],
            "tests": [{"name": c.name, "status": c.status, "says": c.says} for c in checks],
        }
        print_json(value)
        return
    examples = sum(len(operator.examples) for operator in chosen)
    tried = f"{counted(examples, 'example')} of {counted(len(chosen), 'operator')}"
    click.echo(f"{tried}, {len(failures)} failed")
    for item in checks:
        click.echo(f"test {item.name}: {item.status}; {item.says}")
