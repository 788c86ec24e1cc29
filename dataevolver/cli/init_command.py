"""`dve init`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.cli.git import start_repository
from dataevolver.project import DEFAULT_TEMPLATE, create_around, create_from_template


@click.command("init")
@click.argument("name", type=click.Path(path_type=Path))
@click.option(
    "--template", default="", help=f"arithmetic or conversations. Default: {DEFAULT_TEMPLATE}."
)
@click.option(
    "--raw", multiple=True, type=click.Path(path_type=Path), help="Your raw rows; may be repeated."
)
@click.option("--exemplars", type=click.Path(path_type=Path), help="Your 10 to 200 good rows.")
@click.argument("more_raw", nargs=-1, type=click.Path(path_type=Path))
@click.option("--git/--no-git", default=True, help="Make a repository with a first commit.")
def command(
    name: Path,
    template: str,
    raw: tuple[Path, ...],
    exemplars: Path | None,
    more_raw: tuple[Path, ...],
    git: bool,
) -> None:
    """Make a project: a sample that runs as it stands, or one around your own files.

    NAME is its folder. Your files: dve init NAME --raw FILES... --exemplars FILE. They are read where they are.
    """
    files = (*raw, *more_raw)
    if bool(files) != (exemplars is not None):
        raise click.UsageError("--raw and --exemplars go together")
    if files and template:
        raise click.UsageError("a project has either a --template or your own data")
    if exemplars is not None:
        create_around(name, files, exemplars)
    else:
        create_from_template(name, template or DEFAULT_TEMPLATE)
    committed = start_repository(name) if git else False
    click.echo(f"made {name}" + (" (a git repository with one commit)" if committed else ""))
    click.echo(f"next:\n  cd {name}\n  dve evolve\n  dve run")
