"""An evolve for the person who watches it: a line a round, then what was found and what to do next."""

from __future__ import annotations

import click

from dataevolver.cli.messages import terminal_width
from dataevolver.evaluator import evaluation_text, evaluation_value, headline
from dataevolver.evolver import Evolution, Generation
from dataevolver.planner import Round
from dataevolver.workspace import Workspace, shown

_TRIED = 100  # characters of a rationale


def generation_text(generation: Generation) -> str:
    """A line for each change that was tried: what, the gap before and after, and the verdict."""
    if generation.stopped:
        return f"stopped: {generation.stopped}"
    if generation.number == 0:
        evaluation = generation.incumbent.evaluation
        return f"start: {headline(evaluation)}" if evaluation is not None else ""
    taken = [done for done in generation.rounds if done.accepted]
    missed = [done for done in generation.rounds if not done.accepted]
    if not taken:
        return "\n".join(map(_line, missed))
    lines = [click.style(_line(done), fg="green") for done in taken]
    if missed:
        lines.append(f"          {len(missed)} other changes were not taken")
    return "\n".join(lines)


def _line(done: Round) -> str:
    tried = " ".join(done.proposal.rationale.split())
    tried = tried if len(tried) <= _TRIED else tried[: _TRIED - 3] + "..."
    verdict = f"cannot run: {done.failure.splitlines()[0]}" if done.failure else done.verdict
    return f"round {done.number:>2}  {tried}\n          {_gap(done)}{verdict}"


def _gap(done: Round) -> str:
    """The gap after the change with its interval; the verdict says from where it came."""
    if "gap" not in done.after:
        return ""
    after = done.after
    return f"gap {after['gap']:.2f} ({after['lower']:.2f}..{after['upper']:.2f}); "


def evolution_text(evolution: Evolution, workspace: Workspace) -> str:
    """What was measured on the exemplars that never steered, what was written, what comes next."""
    parts = [evaluation_text(evolution.after, terminal_width())]
    if not evolution.kept:
        parts.append("No reliable improvement: the plan stays as it was.")
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
        "stopped": evolution.stopped,
        "rounds": len({done.number for done in evolution.rounds}),
        "before": evaluation_value(evolution.before),
        "after": evaluation_value(evolution.after),
        "written": [shown(workspace, path) for path in evolution.written],
        "summary": shown(workspace, evolution.summary),
    }
