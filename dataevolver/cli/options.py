"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

project_option = click.option(
    "--project-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A folder in the project; dve_project.yml is searched there and above. Default: here.",
)
output_option = click.option(
    "--output",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What goes to stdout. Messages always go to stderr.",
)
plan_argument = click.argument("plan", required=False, default="")
