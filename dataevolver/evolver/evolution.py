"""`dve evolve` as a function: gather, search, look once at the exemplars kept back, write what was found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from dataevolver import __version__
from dataevolver.artifacts import (
    Entry,
    Request,
    RunFolder,
    add_to_history,
    keep_lock,
    open_run,
    read_history,
)
from dataevolver.differ import diff_plans
from dataevolver.edits import apply_edits
from dataevolver.evaluator import Encoder, Evaluation, paired_change
from dataevolver.evolver.bench import audit, bench_of, sample_slices, with_operators
from dataevolver.evolver.loop import Budget, Generation, Operators, Trial, evolve
from dataevolver.evolver.memory import read_experience, write_experience
from dataevolver.evolver.summary import Story, sample_pairs, summary_text
from dataevolver.locks import make_lock
from dataevolver.material import Material, gather
from dataevolver.planner import Experience, NewOperator, Round, propose
from dataevolver.plans import Plan, plan_text, read_plan
from dataevolver.plans import fingerprint as plan_fingerprint
from dataevolver.project import EvolveSettings
from dataevolver.runner import writer_lock
from dataevolver.solver import Resolution
from dataevolver.sources import Progress, place_text
from dataevolver.workspace import (
    Workspace,
    load_plan,
    open_workspace,
    plan_path,
    plan_source,
    prepare,
    read_sources,
    resolve,
    shown,
)
from dataevolver.yamlfile import Plain

_TOLERATED = 0.02  # that repairs may cost on the exemplars kept back
_Z95 = 1.645  # one-sided

Report = Callable[[Generation | Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """What an evolve found and wrote. `kept` is False when the plan stays as it was.

    `reliable`: on the exemplars kept back, too, the gap fell by more than the noise (95 %).
    """

    folder: RunFolder
    plan: Plan
    before: Evaluation  # of the plan that it started from, on the exemplars kept back
    after: Evaluation
    rounds: tuple[Round, ...]
    stopped: str
    kept: bool
    reliable: bool
    written: tuple[Path, ...]
    summary: Path


def evolve_project(
    workspace: Workspace, settings: EvolveSettings, encoder: Encoder | None, report: Report
) -> Evolution:
    """Grow the project's plan and write plan, lock, new operators, evaluation and experience.

    `report` hears of progress and of every generation. One run at a time: another gets RunError.
    """
    with writer_lock(workspace.target_folder):
        start_text = _start_text(workspace, settings)
        start = read_plan(start_text, shown(workspace, plan_path(workspace, settings.plan)))
        settings = replace(settings, source=start.source, exemplars=start.exemplars)
        material = gather(workspace, settings, encoder, report)
        known = read_experience(workspace.root / "experience.yml")
        read_history(_history_path(workspace, settings))  # a damaged one is told before the work
        generations = list(_search(material, start, known, report))
        first, last = generations[0].incumbent, generations[-1]
        rounds = tuple(done for generation in generations for done in generation.rounds)
        report(Progress(what="measuring on the exemplars kept back", share=1))
        before, after = audit(material, (first, last.incumbent))
        kept = last.incumbent is not first and after.gap <= before.gap + _TOLERATED
        trial = last.incumbent if kept else first
        outcome = _Outcome(
            material=material,
            start_text=start_text,
            trial=trial,
            made=_made_in_use(workspace, trial),
            rounds=rounds,
            before=before,
            after=after,
            stopped=last.stopped,
            kept=kept,
            experience=reduce(Experience.after, rounds, known),
        )
        return _write(workspace, settings, outcome)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outcome:
    material: Material
    start_text: str
    trial: Trial
    made: Mapping[str, NewOperator]
    rounds: tuple[Round, ...]
    before: Evaluation
    after: Evaluation
    stopped: str
    kept: bool
    experience: Experience


def _start_text(workspace: Workspace, settings: EvolveSettings) -> str:
    """The plan as it is, checked; an empty one when there is none yet."""
    if plan_path(workspace, settings.plan).is_file():
        load_plan(workspace, settings.plan)
        return plan_source(workspace, settings.plan)
    project = workspace.project
    empty = Plan(
        name=settings.plan,
        source=settings.source or next(iter(project.sources)),
        exemplars=settings.exemplars or next(iter(project.exemplars), ""),
    )
    return plan_text(empty)


def _search(
    material: Material, start: Plan, known: Experience, report: Report
) -> Sequence[Generation]:
    settings = material.settings
    budget = Budget(
        rounds=settings.rounds,
        patience=settings.patience,
        children=settings.candidates,
        sizes=material.sizes,
        seconds=settings.seconds,
        seed=settings.seed,
    )
    found = []
    bench = bench_of(material)
    watch = _Watch(bench.attempt, settings.rounds, report)
    for generation in evolve(start, replace(bench, attempt=watch.attempt), propose, budget, known):
        report(generation)
        found.append(generation)
        watch.begin_round(generation.number + 1)
    return found


class _Watch:
    """Tells of each plan that is tried; the share is that of the rounds which the budget allows."""

    def __init__(
        self, attempt: Callable[[Plan, Operators, int], Trial], rounds: int, report: Report
    ) -> None:
        self._attempt, self._rounds, self._report = attempt, rounds, report
        self.begin_round(0)

    def begin_round(self, number: int) -> None:
        """What is tried from now on belongs to this round; 0 is the plan as it is."""
        self._round, self._tried = number, 0

    def attempt(self, plan: Plan, operators: Operators, size: int) -> Trial:
        """As the bench's."""
        self._tried += 1
        what = f"round {self._round}: plan {self._tried}, {size} rows" if self._round else "start"
        share = min(1.0, max(0, self._round - 1) / max(1, self._rounds))
        self._report(Progress(what=what, share=share))
        return self._attempt(plan, operators, size)


def _write(workspace: Workspace, settings: EvolveSettings, outcome: _Outcome) -> Evolution:
    """Everything that a person reviews, then the run's folder."""
    written = [
        *_write_operators(workspace, outcome.made),
        _write_plan(workspace, settings, outcome),
    ]
    reopened = open_workspace(workspace.root)
    ready = prepare(reopened, settings.plan)
    keep_lock(reopened, ready.resolution, locked=False)
    material = outcome.material
    sample = material.samples[material.sizes[-1]].source
    slices = sample_slices(reopened, ready, ready.resolution.plan.source, sample)
    history = _history_path(workspace, settings)
    entry = _entry(settings, outcome, ready.resolution.plan)
    add_to_history(history, settings.plan, replace(entry, slices=slices))
    memory = workspace.root / "experience.yml"
    write_experience(memory, outcome.experience)
    folder = open_run(workspace.target_folder, Request(plan=settings.plan, kind="evolve"))
    summary = folder.path / "summary.md"
    story = _story(workspace, settings, outcome, ready.resolution)
    place_text(summary, summary_text(replace(story, slices=slices)))
    lock = plan_path(workspace, settings.plan).with_suffix(".lock.yml")
    return Evolution(
        folder=folder,
        plan=ready.resolution.plan,
        before=outcome.before,
        after=outcome.after,
        rounds=outcome.rounds,
        stopped=outcome.stopped,
        kept=outcome.kept,
        reliable=_is_reliable(outcome),
        written=(*written, lock, history, memory),
        summary=summary,
    )


def _is_reliable(outcome: _Outcome) -> bool:
    if not outcome.kept or not math.isfinite(outcome.before.gap):
        return outcome.kept
    change, error = paired_change(outcome.before, outcome.after)
    return change > _Z95 * error


def _history_path(workspace: Workspace, settings: EvolveSettings) -> Path:
    return workspace.root / "evaluations" / f"{settings.plan}.yml"


def _write_plan(workspace: Workspace, settings: EvolveSettings, outcome: _Outcome) -> Path:
    """Only the lines of changed steps change: the accepted edits are spliced into the text."""
    path = plan_path(workspace, settings.plan)
    edits = [
        edit
        for done in outcome.rounds
        if done.accepted and outcome.kept
        for edit in done.proposal.edits
    ]
    text = apply_edits(outcome.start_text, edits, shown(workspace, path))
    place_text(path, text)
    return path


def _write_operators(
    workspace: Workspace, made_in_use: Mapping[str, NewOperator]
) -> Iterator[Path]:
    """Each as declaration and body."""
    folder = workspace.root / "operators" / "evolved"
    for name, made in made_in_use.items():
        for extension, text in (("yml", made.yaml), (made.extension, made.body)):
            path = folder / f"{name}.{extension}"
            place_text(path, text)
            yield path


def _made_in_use(workspace: Workspace, trial: Trial) -> Mapping[str, NewOperator]:
    """The made operators that the plan runs; the solver may have inserted one."""
    known = with_operators(workspace, trial.operators)
    columns = {name: raw.columns for name, raw in read_sources(known, trial.plan).items()}
    used = {step.bound.operator.name for step in resolve(known, trial.plan, columns).steps}
    return {name: made for name, made in sorted(trial.operators.items()) if name in used}


def _entry(settings: EvolveSettings, outcome: _Outcome, plan: Plan) -> Entry:
    material = outcome.material
    return Entry(
        fingerprint=plan_fingerprint(plan)[:12],
        by="evolve",
        seed=settings.seed,
        source=material.source_value,
        exemplars=material.exemplars_value,
        evaluation=outcome.after if outcome.kept else outcome.before,
        rounds=tuple(_round_value(done) for done in outcome.rounds),
        stopped=outcome.stopped,
    )


def _round_value(done: Round) -> Mapping[str, Plain]:
    return {
        "round": done.number,
        "kind": done.proposal.kind,
        "attribute": done.proposal.attribute,
        "tried": done.proposal.rationale,
        "before": done.before.get("gap"),
        "after": done.after.get("gap"),
        "accepted": done.accepted,
        "verdict": done.failure or done.verdict,
    }


def _story(
    workspace: Workspace, settings: EvolveSettings, outcome: _Outcome, resolution: Resolution
) -> Story:
    file = shown(workspace, plan_path(workspace, settings.plan))
    raw = outcome.material.samples[outcome.material.sizes[-1]]
    return Story(
        plan=settings.plan,
        difference=diff_plans(
            read_plan(outcome.start_text, file),
            resolution.plan,
            after_lock=make_lock(resolution, __version__),
        ),
        before=outcome.before,
        after=outcome.after,
        kept=outcome.kept,
        reliable=_is_reliable(outcome),
        rounds=outcome.rounds,
        stopped=outcome.stopped,
        samples=tuple(sample_pairs(raw.rows, raw.ids, outcome.trial.prepared, outcome.trial.ids)),
        made=tuple(outcome.made.values()),
        fingerprint=plan_fingerprint(resolution.plan)[:12],
        seed=settings.seed,
    )
