"""`dve diff`."""

from __future__ import annotations

from pathlib import Path

import click

from dataevolver.artifacts import last_headline
from dataevolver.cli.git import text_at
from dataevolver.cli.messages import print_json
from dataevolver.cli.options import project_option
from dataevolver.differ import diff_markdown, diff_plans, diff_text, diff_value
from dataevolver.errors import CheckFailedError
from dataevolver.locks import Lock, read_lock
from dataevolver.plans import Plan, read_plan
from dataevolver.workspace import Workspace, open_workspace


@click.command("diff")
@click.argument("before", default="HEAD")
@click.argument("after", required=False)
@click.option("--plan", default="", help="Default: the plan that evolve grows.")
@click.option(
    "--output",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="What goes to stdout; markdown is for a pull request.",
)
@click.option("--exit-code", is_flag=True, help="Exit 1 when there is a difference.")
@project_option
def command(
    before: str, after: str | None, plan: str, output: str, exit_code: bool, project_dir: Path
) -> None:
    """Compare two versions of a plan, step by step.

    BEFORE and AFTER are files or git revisions, by default HEAD and the plan as it is.
    """
    workspace = open_workspace(project_dir)
    name = plan or workspace.project.evolve.plan
    sides = [_Side(workspace, name, before), _Side(workspace, name, after or "")]
    difference = diff_plans(sides[0].plan(), sides[1].plan(), sides[0].lock(), sides[1].lock())
    if output == "json":
        print_json(diff_value(difference))
    else:
        click.echo(diff_markdown(difference) if output == "markdown" else diff_text(difference))
        for line in _metrics(sides):
            click.echo(line)
    if exit_code and not difference.is_empty:
        raise CheckFailedError(f'the plan "{name}" differs')


class _Side:
    """One version of a plan and of what belongs to it: a file, a revision, or "" for the folder."""

    def __init__(self, workspace: Workspace, name: str, where: str) -> None:
        self._workspace, self._name, self._where = workspace, name, where

    def plan(self) -> Plan | None:
        """The plan, None where it does not exist yet."""
        text, file = self._text(f"plans/{self._name}.yml")
        return read_plan(text, file) if text is not None else None

    def lock(self) -> Lock | None:
        """Its lock; a plan that is named as a file has none."""
        if self._is_file:
            return None
        text, file = self._text(f"plans/{self._name}.lock.yml")
        return read_lock(text, file) if text is not None else None

    def headline(self) -> str:
        """What was measured last."""
        if self._is_file:
            return ""
        text, file = self._text(f"evaluations/{self._name}.yml")
        return last_headline(text, file) if text is not None else ""

    @property
    def _is_file(self) -> bool:
        return bool(self._where) and Path(self._where).is_file()

    def _text(self, path: str) -> tuple[str | None, str]:
        root = self._workspace.root
        if self._is_file:
            return Path(self._where).read_text(encoding="utf-8"), self._where
        if self._where:
            return text_at(root, self._where, path), f"{self._where}:{path}"
        file = root / path
        return (file.read_text(encoding="utf-8") if file.is_file() else None), path


def _metrics(sides: list[_Side]) -> list[str]:
    lines = [side.headline() for side in sides]
    if lines[0] == lines[1]:
        return []
    return [
        f"{when}: {line}" for when, line in zip(("before", "after"), lines, strict=True) if line
    ]
