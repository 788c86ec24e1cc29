"""Where plans are tried: nested samples of the raw rows, and a ruler for each of them."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from dataevolver.errors import DataEvolverError, Problem, SpecError
from dataevolver.evaluator import (
    PERMUTATIONS,
    Comparison,
    Evaluation,
    Ruler,
    Slice,
    compare,
    measure,
    run_slices,
    traits_of_sources,
)
from dataevolver.evolver.loop import Bench, Operators, Trial
from dataevolver.material import Material, Sample, prepared_rows, report_ruler
from dataevolver.operators import fingerprint
from dataevolver.planner import Effect, Finding, Situation, read_made
from dataevolver.plans import Plan
from dataevolver.plans import fingerprint as plan_fingerprint
from dataevolver.profiler import Row
from dataevolver.runner import Use, changed_shares, run, run_examples
from dataevolver.sources import Ingested, ingest
from dataevolver.workspace import Ready, Workspace, check_plan, make_ready
from dataevolver.yamlfile import as_json

_LOOKED_AT = 300  # rows on which the effect of an operator is looked at,
_CHARACTERS = 1_000_000  # and in all of their texts


def bench_of(material: Material) -> Bench:
    """A bench on which each plan runs at most once a size."""
    memory: dict[tuple[str, int], Trial] = {}
    admitted: set[str] = set()
    effects: dict[tuple[str, str], float | None] = {}

    def attempt(plan: Plan, operators: Operators, size: int) -> Trial:
        mark = _mark(plan, operators)
        key = (mark, size)
        if key not in memory:
            trial = _attempt(material, plan, operators, material.samples[size], admitted)
            memory[key] = trial
        return replace(memory[key], plan=plan, operators=operators)

    def compare_on(before: Evaluation, after: Evaluation, candidates: int) -> Comparison:
        return compare(material.samples[before.raw_rows].ruler, before, after, candidates)

    def is_closed(evaluation: Evaluation) -> bool:
        ruler = material.samples[evaluation.raw_rows].ruler
        return evaluation.is_like_exemplars and not _broken(ruler, evaluation)

    def situate(trial: Trial, chance: random.Random) -> Situation:
        return _situation(material, trial, chance, effects)

    return Bench(
        attempt=attempt,
        is_closed=is_closed,
        compare=compare_on,
        situate=situate,
        clock=time.monotonic,
    )


def with_operators(workspace: Workspace, operators: Operators) -> Workspace:
    """The workspace with operators that are not on disk yet. SpecError when one is malformed."""
    made = {name: read_made(operator) for name, operator in operators.items()}
    return replace(workspace, catalog={**workspace.catalog, **made})


def _run_sample(
    material: Material, plan: Plan, operators: Operators, source: Ingested
) -> tuple[list[Row], list[int]]:
    """The rows that a plan leaves of a sample, and the raw row that each came from.

    DataEvolverError says why the plan cannot run. Finished segments serve later trials.
    """
    workspace = with_operators(material.workspace, operators)
    check_plan(workspace, plan)
    sources = {**_other_sources(material, plan), plan.source: source}
    compiled = make_ready(workspace, plan, sources)
    store = workspace.store
    with tempfile.TemporaryDirectory(dir=store, prefix="trial-") as folder:
        result = run(compiled, sources, workspace.target, store=store, folder=Path(folder))
        return prepared_rows(result.output)


def sample_slices(
    workspace: Workspace, ready: Ready, source: str, sample: Ingested
) -> tuple[Slice, ...]:
    """What a plan keeps and drops of each slice of the sample; its finished segments serve."""
    sampled = replace(ready, sources={**ready.sources, source: sample})
    store = workspace.store
    with (
        tempfile.TemporaryDirectory(dir=store, prefix="trial-") as folder,
        traits_of_sources(workspace, sampled) as traits,
    ):
        result = run(
            ready.compiled, sampled.sources, workspace.target, store=store, folder=Path(folder)
        )
        return run_slices(workspace, sampled, result, traits())


def audit(material: Material, trials: Sequence[Trial]) -> tuple[Evaluation, ...]:
    """The one look at the exemplars that never steered, on the full sample."""
    ruler = report_ruler(material)
    return tuple(
        measure(ruler, trial.prepared, trial.ids, on="audit", permutations=PERMUTATIONS)
        for trial in trials
    )


def _attempt(
    material: Material, plan: Plan, operators: Operators, sample: Sample, admitted: set[str]
) -> Trial:
    try:
        _admit(material, operators, admitted)
        rows, ids = _run_sample(material, plan, operators, sample.source)
    except DataEvolverError as error:
        return Trial(plan=plan, operators=operators, failure=str(error))
    return Trial(
        plan=plan,
        operators=operators,
        evaluation=measure(sample.ruler, rows, ids),
        prepared=rows,
        ids=ids,
    )


def _admit(material: Material, operators: Operators, admitted: set[str]) -> None:
    """A made operator must pass its own examples, once, before it touches a row."""
    templates = material.workspace.templates
    for name, made in operators.items():
        operator = read_made(made)
        if operator.digest in admitted:
            continue
        failures = run_examples(operator, templates)
        if failures:
            raise SpecError([Problem(message=f"{name}: {failure}") for failure in failures])
        admitted.add(operator.digest)


def _situation(
    material: Material,
    trial: Trial,
    chance: random.Random,
    effects: dict[tuple[str, str], float | None],
) -> Situation:
    sample = material.samples[material.sizes[-1]]
    workspace = with_operators(material.workspace, trial.operators)
    evaluation = trial.evaluation
    return Situation(
        plan=trial.plan,
        catalog=workspace.catalog,
        raw=sample.rows,
        prepared=trial.prepared,
        exemplars=material.split.guide,
        findings=_findings(sample.ruler, evaluation) if evaluation is not None else (),
        random=chance,
        sources={
            **{name: read.columns for name, read in _other_sources(material, trial.plan).items()},
            trial.plan.source: sample.source.columns,
        },
        effects=_effects_on(material, trial, effects),
    )


def _effects_on(
    material: Material, trial: Trial, known: dict[tuple[str, str], float | None]
) -> Callable[[Sequence[Use]], Sequence[Effect | None]]:
    """What operators do to some of the trial's rows and of the exemplars; told once for each."""
    mark = _mark(trial.plan, trial.operators)

    def shares(uses: Sequence[Use], side: str, rows: Sequence[Row]) -> list[float | None]:
        keys = [(side, fingerprint([use[0].digest, as_json(use[1])])) for use in uses]
        new = {key: use for key, use in zip(keys, uses, strict=True) if key not in known}
        if new:
            found = changed_shares(list(new.values()), _some(rows), material.workspace.templates)
            known.update(zip(new, found, strict=True))
        return [known[key] for key in keys]

    def effects(uses: Sequence[Use]) -> Sequence[Effect | None]:
        ours = shares(uses, mark, trial.prepared)
        touching = [use for use, share in zip(uses, ours, strict=True) if share]
        theirs = iter(shares(touching, "exemplars", material.split.guide))
        pairs = [(share, next(theirs) if share else share) for share in ours]
        return [
            None if rows is None or guide is None else Effect(rows=rows, exemplars=guide)
            for rows, guide in pairs
        ]

    return effects


def _some(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows enough to see an effect, evenly spread; fewer where texts are long."""
    chosen = rows[:: max(1, len(rows) // _LOOKED_AT)][:_LOOKED_AT]
    read = accumulate(sum(map(len, map(str, row.values()))) for row in chosen)
    return [row for row, size in zip(chosen, read, strict=True) if size <= _CHARACTERS] or chosen[
        :1
    ]


def _findings(ruler: Ruler, evaluation: Evaluation) -> tuple[Finding, ...]:
    """Attributes that are off, and hard properties that rows break, however few they are."""
    broken = _broken(ruler, evaluation)
    return tuple(
        Finding(
            attribute=gap.attribute.name,
            group=gap.attribute.group,
            column=gap.attribute.column,
            gap=gap.value,
            lower=gap.lower,
        )
        for gap in evaluation.attributes
        if gap.off or gap.attribute.name in broken
    )


def _broken(ruler: Ruler, evaluation: Evaluation) -> frozenset[str]:
    """The hard properties that more rows break than exemplars do."""
    shares = evaluation.trace.broken.mean(axis=0)
    return frozenset(
        ruler.attributes.attributes[rule.attribute].name
        for rule, share in zip(ruler.rules, shares.tolist(), strict=True)
        if share > rule.broken
    )


def _other_sources(material: Material, plan: Plan) -> Mapping[str, Ingested]:
    sources = material.workspace.project.sources
    steps = {step.id for step in plan.steps}
    named = {name for step in plan.steps for name in step.inputs if name not in steps}
    return {
        name: ingest(sources[name], material.workspace.root, material.workspace.store)
        for name in sorted(named - {plan.source})
    }


def _mark(plan: Plan, operators: Operators) -> str:
    made = {name: [operator.yaml, operator.body] for name, operator in operators.items()}
    return fingerprint([plan_fingerprint(plan), made])
