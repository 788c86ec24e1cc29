"""`dve ls`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from dataevolver.cli.messages import print_json, table
from dataevolver.cli.options import output_option, project_option
from dataevolver.library import load_hidden
from dataevolver.workspace import Workspace, load_plan, open_workspace, plan_names


@click.command("ls")
@click.argument(
    "what", type=click.Choice(["steps", "operators", "plans", "sources"]), default="steps"
)
@click.option("--plan", default="", help="Whose steps. Default: the plan that evolve grows.")
@output_option
@project_option
def command(what: str, plan: str, output: str, project_dir: Path) -> None:
    """List the steps of a plan, or operators, plans, sources."""
    workspace = open_workspace(project_dir)
    rows = _LISTS[what](workspace, plan)
    if output == "json":
        print_json(rows)
    elif rows:
        header = tuple(rows[0])
        click.echo(table([tuple(row.values()) for row in rows], header))


Rows = list[dict[str, str]]


def _steps(workspace: Workspace, plan: str) -> Rows:
    found = load_plan(workspace, plan or workspace.project.evolve.plan)
    return [
        {"step": step.id, "operator": step.operator, "rationale": step.rationale}
        for step in found.steps
    ]


def _operators(workspace: Workspace, _: str) -> Rows:
    hidden = {operator.name for operator in load_hidden(workspace.libraries)}
    return [
        {
            "operator": name,
            "category": operator.category,
            "library": operator.library + (" (hides another)" if name in hidden else ""),
            "summary": operator.summary,
        }
        for name, operator in workspace.catalog.items()
    ]


def _plans(workspace: Workspace, _: str) -> Rows:
    plans = [load_plan(workspace, name) for name in plan_names(workspace)]
    return [
        {"plan": plan.name, "source": plan.source, "steps": str(len(plan.steps))} for plan in plans
    ]


def _sources(workspace: Workspace, _: str) -> Rows:
    project = workspace.project
    groups = (("source", project.sources), ("exemplars", project.exemplars))
    return [
        {"name": source.name, "kind": kind, "paths": ", ".join(source.paths)}
        for kind, sources in groups
        for source in sources.values()
    ]


_LISTS: Mapping[str, Callable[[Workspace, str], Rows]] = {
    "steps": _steps,
    "operators": _operators,
    "plans": _plans,
    "sources": _sources,
}
