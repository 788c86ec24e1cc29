"""An evolve for the person who watches it: a line a round, then what was found and what to do next."""

from __future__ import annotations

import click

from dataevolver.cli.messages import terminal_width
from dataevolver.errors import visible
from dataevolver.evaluator import Evaluation, evaluation_text, evaluation_value
from dataevolver.evolver import Evolution, Generation
from dataevolver.planner import Round
from dataevolver.workspace import Workspace, shown

_INDENT = 10  # places before what was tried


def generation_text(generation: Generation) -> str:
    """For each change that was tried: what, whether it was taken or why not, the gap before and after."""
    if generation.stopped:
        return f"stopped: {generation.stopped}"
    if generation.number == 0:
        evaluation = generation.incumbent.evaluation
        return _start(evaluation) if evaluation is not None else ""
    taken = [done for done in generation.rounds if done.accepted]
    missed = [done for done in generation.rounds if not done.accepted]
    if not taken:
        return "\n".join(map(_lines, missed))
    lines = [click.style(_lines(done), fg="green") for done in taken]
    if missed:
        others = "1 other change was" if len(missed) == 1 else f"{len(missed)} other changes were"
        lines.append(f"{' ' * _INDENT}{others} not taken")
    return "\n".join(lines)


def _start(evaluation: Evaluation) -> str:
    return (
        f"start     gap {evaluation.gap:.2f} (90 % {evaluation.lower:.2f}..{evaluation.upper:.2f}) "
        f"on {evaluation.rows} rows and {evaluation.exemplars} exemplars; "
        f"up to {evaluation.no_gap:.2f} is no gap"
    )


def _lines(done: Round) -> str:
    tried = visible(" ".join(done.proposal.rationale.split()))
    room = terminal_width() - _INDENT
    tried = tried if len(tried) <= room else tried[: room - 1] + "…"
    verdict = f"cannot run: {done.failure.splitlines()[0]}" if done.failure else done.verdict
    return f"round {done.number:>2}  {tried}\n{' ' * _INDENT}{visible(verdict)}{_interval(done)}"


def _interval(done: Round) -> str:
    """Of the gap after the change; the verdict has the gap itself."""
    if "gap" not in done.after:
        return ""
    return f"; 90 % {done.after['lower']:.2f}..{done.after['upper']:.2f}"


def evolution_text(evolution: Evolution, workspace: Workspace) -> str:
    """What was measured on the exemplars that never steered, what was written, what comes next."""
    parts = [
        f"measured at the end on {evolution.after.exemplars} exemplars that the search never saw:"
        if not evolution.after.shared
        else "measured on the exemplars that steered the search: there are too few to keep any back",
        evaluation_text(evolution.after, terminal_width()),
    ]
    if not evolution.kept:
        parts.append("No reliable improvement: the plan stays as it was.")
    elif not evolution.reliable:
        parts.append(
            "No reliable improvement: on exemplars that never steered, the gap did not fall by more "
            "than the noise. The plan holds the repairs; review them."
        )
    parts.append("written:\n" + "\n".join(f"  {shown(workspace, p)}" for p in evolution.written))
    parts.append(
        f"summary for the pull request: {shown(workspace, evolution.summary)}\n"
        "next: `dve diff HEAD` shows the plan by step, `dve run` runs it on all rows"
    )
    return "\n".join(parts)


def evolution_value(evolution: Evolution, workspace: Workspace) -> dict[str, object]:
    """The same as plain values."""
    return {
        "schema": "evolution/1",
        "plan": evolution.plan.name,
        "kept": evolution.kept,
        "reliable": evolution.reliable,
        "stopped": evolution.stopped,
        "rounds": len({done.number for done in evolution.rounds}),
        "before": evaluation_value(evolution.before),
        "after": evaluation_value(evolution.after),
        "written": [shown(workspace, path) for path in evolution.written],
        "summary": shown(workspace, evolution.summary),
    }
