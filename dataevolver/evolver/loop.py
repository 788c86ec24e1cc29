"""The loop: race proposals against the incumbent on nested samples, confirm the winner, go on.

Nothing is printed or written here. The loop yields what happened, generation by generation, and
whoever called stores it. A plan that cannot be solved, compiled or run is a round with a failure.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from dataevolver.edits import Add, Edit, Replace, apply
from dataevolver.errors import DataEvolverError
from dataevolver.evaluator import Comparison, Evaluation
from dataevolver.planner import Experience, NewOperator, Proposal, Round, Situation
from dataevolver.plans import Plan
from dataevolver.profiler import Row

Propose = Callable[[Situation], Sequence[Proposal]]
Operators = Mapping[str, NewOperator]
_LOOKED_AT = 3  # proposals asked for, for each child: some change nothing
_MAPPING = "map"  # its steps belong together: a relation that it checks may be broken elsewhere
_BEHIND = 1.645  # a child whose gain is below 0 with 95 % certainty leaves the race


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where a search ends. `sizes` are the nested samples, smallest first; 0 seconds is no limit."""

    rounds: int
    patience: int
    children: int
    sizes: tuple[int, ...]
    seconds: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of a plan on a sample; without an evaluation it failed."""

    plan: Plan
    operators: Operators
    evaluation: Evaluation | None = None
    prepared: Sequence[Row] = ()
    ids: Sequence[int] = ()  # the raw row of each prepared one
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where plans are tried: the same rows for all plans, at each size."""

    attempt: Callable[[Plan, Operators, int], Trial]
    is_closed: Callable[[Evaluation], bool]  # nothing is off that these exemplars can show
    compare: Callable[[Evaluation, Evaluation, int], Comparison]
    situate: Callable[[Trial, random.Random], Situation]
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One turn of the loop: what was tried and who is the incumbent now (on the full sample)."""

    number: int
    rounds: tuple[Round, ...]
    incumbent: Trial
    stopped: str = ""  # why this was the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    incumbent: Trial
    experience: Experience
    rounds: tuple[Round, ...] = ()
    tried: frozenset[str] = frozenset()
    number: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runner:
    """One child in a race."""

    proposal: Proposal
    plan: Plan | None
    operators: Operators
    before: Evaluation | None = None
    trial: Trial | None = None
    comparison: Comparison | None = None
    failure: str = ""
    accepted: bool = False
    is_out: bool = False


def evolve(
    start: Plan, bench: Bench, propose: Propose, budget: Budget, experience: Experience
) -> Iterator[Generation]:
    """Improve `start` until the gap is closed, nothing helps any more, or the budget is spent.

    Raises the error of `start` when it cannot be run itself. The same seed gives the same rounds.
    """
    began = bench.clock()
    chance = random.Random(budget.seed)
    first = bench.attempt(start, {}, budget.sizes[-1])
    if first.evaluation is None:
        raise DataEvolverError(f"the plan to start from does not run: {first.failure}")
    search = _Search(incumbent=first, experience=experience)
    yield Generation(number=0, rounds=(), incumbent=first)
    while not (reason := _stop(search, bench, budget, bench.clock() - began)):
        search = replace(search, number=search.number + 1)
        runners, tried = _line_up(search, bench, propose, chance, budget)
        search = replace(search, tried=search.tried | tried)
        if not runners:
            reason = "nothing is left to try"
            break
        search = _turn(search, runners, bench, budget)
        done = tuple(item for item in search.rounds if item.number == search.number)
        yield Generation(number=search.number, rounds=done, incumbent=search.incumbent)
    yield Generation(number=search.number, rounds=(), incumbent=search.incumbent, stopped=reason)


def _stop(search: _Search, bench: Bench, budget: Budget, seconds: float) -> str:
    evaluation = search.incumbent.evaluation
    if evaluation is not None and bench.is_closed(evaluation):
        return "no gap is left that these exemplars can show"
    if search.misses >= budget.patience:
        return f"{budget.patience} rounds in a row brought no change that is better than the noise"
    if search.number >= budget.rounds:
        return f"the budget of {budget.rounds} rounds is spent"
    if budget.seconds and seconds >= budget.seconds:
        return f"the budget of {budget.seconds:g} seconds is spent"
    return ""


def _line_up(
    search: _Search, bench: Bench, propose: Propose, chance: random.Random, budget: Budget
) -> tuple[list[_Runner], frozenset[str]]:
    """The round's children, and the fingerprints of all that were looked at.

    A change that changes no row of the first heat is no child, unless it is hygiene, whose rows
    may be rare; others take its place.
    """
    size = budget.sizes[0]
    incumbent = search.incumbent
    base = bench.attempt(incumbent.plan, incumbent.operators, size).prepared
    lined_up: list[_Runner] = []
    tried: set[str] = set()
    while len(lined_up) < budget.children:
        known = replace(search, tried=search.tried | tried)
        proposals = propose(_situation(known, bench, chance, budget))
        for proposal in proposals:
            if len(lined_up) == budget.children:
                break
            tried.add(proposal.fingerprint)
            runner = _enter(search, proposal)
            if proposal.free or _has_effect(runner, base, size, bench):
                lined_up.append(runner)
        if not proposals:
            break
    return lined_up, frozenset(tried)


def _has_effect(runner: _Runner, base: Sequence[Row], size: int, bench: Bench) -> bool:
    """A plan that cannot run has one: its failure is worth a round."""
    if runner.plan is None:
        return True
    trial = bench.attempt(runner.plan, runner.operators, size)
    return trial.evaluation is None or list(trial.prepared) != list(base)


def _situation(search: _Search, bench: Bench, chance: random.Random, budget: Budget) -> Situation:
    return replace(
        bench.situate(search.incumbent, chance),
        rounds=search.rounds,
        tried=search.tried,
        experience=search.experience,
        children=_LOOKED_AT * budget.children,
    )


def _turn(search: _Search, lined_up: Sequence[_Runner], bench: Bench, budget: Budget) -> _Search:
    runners = _race(lined_up, search, bench, budget)
    incumbent, runners = _confirm(runners, search.incumbent, bench, budget)
    rounds = tuple(_round(search.number, runner) for runner in runners)
    return replace(
        search,
        incumbent=incumbent,
        rounds=(*search.rounds, *rounds),
        experience=reduce(Experience.after, rounds, search.experience),
        misses=search.misses + 1 if incumbent is search.incumbent else 0,
    )


def _enter(search: _Search, proposal: Proposal) -> _Runner:
    """A child of the incumbent; its new steps say which round they come from."""
    marked = tuple(
        replace(edit, step=replace(edit.step, origin=f"evolve round {search.number}"))
        if isinstance(edit, Add | Replace)
        else edit
        for edit in proposal.edits
    )
    made = {operator.name: operator for operator in proposal.new_operators}
    runner = _Runner(
        proposal=replace(proposal, edits=marked),
        plan=None,
        operators={**search.incumbent.operators, **made},
    )
    try:
        return replace(runner, plan=apply(search.incumbent.plan, marked))
    except DataEvolverError as error:
        return replace(runner, failure=str(error))


def _race(
    runners: Sequence[_Runner], search: _Search, bench: Bench, budget: Budget
) -> list[_Runner]:
    """Run the children on one sample after another until one wins or all are clearly behind."""
    incumbent = search.incumbent
    lanes = list(runners)
    looks = len(lanes) * len(budget.sizes)
    for size in budget.sizes:
        base = bench.attempt(incumbent.plan, incumbent.operators, size).evaluation
        if base is None:  # a sample on which the incumbent fails decides nothing
            continue
        for index, runner in enumerate(lanes):
            if _is_running(runner):
                lanes[index] = _compete(runner, base, size, looks, bench)
        if any(runner.accepted for runner in lanes):
            break
    return lanes


def _is_running(runner: _Runner) -> bool:
    return not runner.failure and not runner.accepted and not runner.is_out


def _compete(runner: _Runner, base: Evaluation, size: int, looks: int, bench: Bench) -> _Runner:
    if runner.plan is None:
        return runner
    trial = bench.attempt(runner.plan, runner.operators, size)
    if trial.evaluation is None:
        return replace(runner, trial=trial, failure=trial.failure)
    comparison = bench.compare(base, trial.evaluation, looks)
    return replace(
        runner,
        before=base,
        trial=trial,
        comparison=comparison,
        accepted=comparison.accepted,
        is_out=comparison.change + _BEHIND * comparison.error < 0,
    )


def _confirm(
    runners: Sequence[_Runner], incumbent: Trial, bench: Bench, budget: Budget
) -> tuple[Trial, list[_Runner]]:
    """Stack the winners, best first, each confirmed on the full sample.

    They lead the answer in that order: applied one after another, accepted edits give the new plan.
    """
    lanes = list(runners)
    winners = [index for index, runner in enumerate(lanes) if runner.accepted]
    winners.sort(key=lambda index: (-_change(lanes[index]), index))
    for index in winners:
        checked = _checked(lanes[index], incumbent, bench, budget.sizes[-1])
        lanes[index] = _pruned(checked, incumbent, bench, budget.sizes[-1])
        trial = lanes[index].trial
        if lanes[index].accepted and trial is not None:
            incumbent = trial
    stacked = [lanes[index] for index in winners if lanes[index].accepted]
    return incumbent, [*stacked, *(lane for lane in lanes if not lane.accepted)]


def _checked(runner: _Runner, incumbent: Trial, bench: Bench, size: int) -> _Runner:
    """The winner on top of what has been accepted before it, on the full sample."""
    operators = {**incumbent.operators, **runner.operators}
    try:
        plan = apply(incumbent.plan, runner.proposal.edits)
    except DataEvolverError as error:
        return replace(runner, accepted=False, failure=f"does not combine: {error}")
    trial = bench.attempt(plan, operators, size)
    if trial.evaluation is None or incumbent.evaluation is None:
        return replace(runner, accepted=False, failure=trial.failure)
    comparison = bench.compare(incumbent.evaluation, trial.evaluation, 1)
    return replace(
        runner,
        before=incumbent.evaluation,
        trial=trial,
        comparison=comparison,
        accepted=comparison.accepted,
    )


def _pruned(runner: _Runner, incumbent: Trial, bench: Bench, size: int) -> _Runner:
    """A winner of several steps without those that change no row of the full sample."""
    several = sum(isinstance(edit, Add) for edit in runner.proposal.edits) > 1
    if not runner.accepted or not several or runner.proposal.kind == _MAPPING:
        return runner
    made = {operator.name for operator in runner.proposal.new_operators}
    for added in [edit for edit in runner.proposal.edits if isinstance(edit, Add)]:
        if added.step.operator in made:
            continue  # the solver would insert it unseen; what was made is to be read in the plan
        edits = _without(runner.proposal.edits, added)
        try:
            plan = apply(incumbent.plan, edits)
        except DataEvolverError:
            continue  # another edit needs the step
        trial = bench.attempt(plan, runner.operators, size)
        if runner.trial is not None and list(trial.prepared) == list(runner.trial.prepared):
            proposal = replace(runner.proposal, edits=edits)
            runner = replace(runner, proposal=proposal, trial=trial)
    return runner


def _without(edits: Sequence[Edit], added: Add) -> tuple[Edit, ...]:
    """The edits without one added step; what was put after it comes after its predecessor."""
    return tuple(
        replace(edit, after=added.after)
        if isinstance(edit, Add) and edit.after == added.step.id
        else edit
        for edit in edits
        if edit is not added
    )


def _change(runner: _Runner) -> float:
    return runner.comparison.change if runner.comparison is not None else 0.0


def _round(number: int, runner: _Runner) -> Round:
    comparison = runner.comparison
    after = runner.trial.evaluation if runner.trial is not None else None
    return Round(
        number=number,
        proposal=runner.proposal,
        before=_summary(runner.before),
        after=_summary(after),
        accepted=runner.accepted,
        verdict=comparison.verdict if comparison is not None else "",
        failure=runner.failure,
    )


def _summary(evaluation: Evaluation | None) -> Mapping[str, float]:
    if evaluation is None or not math.isfinite(evaluation.gap):
        return {}
    return {
        "gap": round(evaluation.gap, 3),
        "lower": round(evaluation.lower, 3),
        "upper": round(evaluation.upper, 3),
        "yield": round(evaluation.kept, 3),
        "rows": float(evaluation.rows),
    }
