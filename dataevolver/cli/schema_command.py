"""`dve schema`."""

from __future__ import annotations

import click

from dataevolver.cli.messages import print_json
from dataevolver.project import schemas


@click.command("schema")
@click.argument("kind", type=click.Choice(["project", "operator", "plan", "lock"]))
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, for editors.

    It is made of the same shapes that check the files at run time.
    """
    print_json(schemas()[kind])
