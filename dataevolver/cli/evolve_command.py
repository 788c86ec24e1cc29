"""`dve evolve`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dataevolver.cli.evolve_report import evolution_text, evolution_value, generation_text
from dataevolver.cli.git import mark_as_new
from dataevolver.cli.messages import print_json
from dataevolver.cli.options import output_option, plan_argument, project_option
from dataevolver.cli.progress import progress_line
from dataevolver.errors import CheckFailedError
from dataevolver.evolver import evolve_project
from dataevolver.material import encoder_of
from dataevolver.workspace import open_workspace


@click.command("evolve")
@plan_argument
@click.option("--rounds", type=click.IntRange(min=0), help="At most so many rounds.")
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so many seconds.")
@click.option("--seed", type=click.IntRange(min=0), help="Another seed, another search.")
@click.option("--planner", type=click.Choice(["auto", "search"]), help="Who makes proposals.")
@click.option("--min-gain", type=float, help="Exit 1 when the gap falls by less.")
@output_option
@project_option
def command(
    plan: str,
    min_gain: float | None,
    output: str,
    project_dir: Path,
    **given: Any,
) -> None:
    """Grow a plan, round by round, towards the exemplars.

    It ends when the rows are like the exemplars, or nothing helps any more. Writes the plan, its lock, operators that were made, evaluations/ and experience.yml.
    """
    workspace = open_workspace(project_dir)
    chosen = {
        key: value for key, value in {**given, "plan": plan or None}.items() if value is not None
    }
    settings = replace(workspace.project.evolve, **chosen)
    encoder = encoder_of(workspace)
    with progress_line(generation_text) as report:
        evolution = evolve_project(workspace, settings, encoder, report)
    mark_as_new(workspace.root, evolution.written)
    if output == "json":
        print_json(evolution_value(evolution, workspace))
    else:
        click.echo(evolution_text(evolution, workspace))
    gain = evolution.before.gap - evolution.after.gap if evolution.kept else 0.0
    if min_gain is not None and gain < min_gain:
        raise CheckFailedError(f"the gap fell by {gain:.3f}, --min-gain asks for {min_gain:g}")
