"""Ideas that choose rows: by likeness to the exemplars, by length, and none of them twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dataevolver.conditions import column_text
from dataevolver.operators import Value
from dataevolver.planner.classifier import Classifier, fit_classifier, score_operator
from dataevolver.planner.declaring import operator_word
from dataevolver.planner.fields import field_names
from dataevolver.planner.likeness import texts
from dataevolver.planner.proposals import Finding, Idea, Situation
from dataevolver.planner.texts import Column
from dataevolver.plans import Step
from dataevolver.profiler import Row, canonical

_KEEP = 0.9  # share of the rows that a filter by likeness keeps
_KEEP_LENGTHS = 0.85  # the same of matching lengths
_QUARTERS = (0.25, 0.5, 0.75)
_LEAST_YIELD = 0.65  # of the raw rows that must be left after it
_SURE = 0.8  # promise of hygiene: what no exemplar has is no loss
_WEAK = 0.1  # promise of choosing rows: mending them is better, so this comes last


def likeness_ideas(columns: Sequence[Column], situation: Situation) -> tuple[Idea, ...]:
    """For each column a learned score and a filter on it, when the sides can be told apart.

    At most once a column, and only while enough rows are left: a filter can always find more rows
    to drop.
    """
    yielded = len(situation.prepared) / max(1, len(situation.raw))
    known = {"keep_where", "drop_columns"} <= set(situation.catalog)
    if not known or yielded * _KEEP < _LEAST_YIELD:
        return ()
    scored = {step.arguments.get("column") for step in situation.plan.steps}
    flat = [
        column
        for column in columns
        if "[" not in column.path and f"{column.path}_likeness" not in scored
    ]
    fitted = [(column, fit_classifier(column.bodies, column.exemplar_bodies)) for column in flat]
    return tuple(
        _likeness(column, classifier) for column, classifier in fitted if classifier is not None
    )


def _likeness(column: Column, classifier: Classifier) -> Idea:
    """Score, filter, and drop the score."""
    made = score_operator(column.path, classifier, column.bodies)
    scores = sorted(classifier.score(text) for text in column.bodies)
    threshold = round(scores[int((1 - _KEEP) * len(scores))], 3)
    score = f"{column.path}_likeness"
    word = operator_word(column.path)
    rationale = (
        f"A classifier tells {column.path} of exemplars from rows ({classifier.accuracy:.0%} of "
        f"held-out texts); the {1 - _KEEP:.0%} of the rows below {threshold} read least like them."
    )
    uses: tuple[tuple[str, str, Mapping[str, Value]], ...] = (
        (made.name, made.name, {"column": column.path}),
        (
            f"keep_like_{word}",
            "keep_where",
            {"where": f"{column_text(score)} >= {threshold}"},
        ),
        (f"drop_{word}_likeness", "drop_columns", {"columns": [score]}),
    )
    return Idea(
        kind="score",
        attribute="quality",
        column=column.path,
        steps=tuple(
            Step(id=name, operator=operator, arguments=arguments, rationale=rationale)
            for name, operator, arguments in uses
        ),
        operators=(made,),
        rationale=rationale,
        promise=_WEAK * classifier.accuracy,
    )


def resample_ideas(situation: Situation) -> tuple[Idea, ...]:
    """Thin out lengths that there are too many of, in the text column whose lengths are most off."""
    yielded = len(situation.prepared) / max(1, len(situation.raw))
    off = [
        finding
        for finding in situation.findings
        if finding.attribute == f"{finding.column}.words" and "[" not in finding.column
    ]
    known = {"resample_to_exemplars", "text_lengths"} <= set(situation.catalog)
    if not off or not known or yielded * _KEEP_LENGTHS < _LEAST_YIELD:
        return ()
    return (_matching(max(off, key=lambda finding: (finding.lower, finding.attribute)), situation),)


def _matching(finding: Finding, situation: Situation) -> Idea:
    """Bins at the quarters of the exemplars' lengths, with their shares."""
    counts = [len(text.split()) for text in texts(situation.exemplars, finding.column)]
    edges = sorted({round(float(edge)) for edge in np.quantile(counts, _QUARTERS)})
    bins = np.searchsorted(edges, counts, side="right")
    shares = np.bincount(bins, minlength=len(edges) + 1) / len(counts)
    rationale = (
        f"{finding.attribute} is off (H {finding.gap:.2f}): lengths are thinned out to the "
        f"exemplars' shares below, between and above {', '.join(map(str, edges))} words."
    )
    arguments: dict[str, Value] = {
        "column": f"{finding.column}_words",
        "edges": edges,
        "shares": [round(float(share), 3) for share in shares],
        "keep": _KEEP_LENGTHS,
    }
    step = Step(
        id=f"match_{operator_word(finding.column)}_lengths",
        operator="resample_to_exemplars",
        arguments=arguments,
        rationale=rationale,
    )
    return Idea(
        kind="resample",
        attribute="length",
        column=finding.column,
        steps=(step,),
        rationale=rationale,
        promise=_WEAK * finding.lower,
    )


def hygiene_ideas(situation: Situation) -> tuple[Idea, ...]:
    """Drop exact duplicates, and rows in which a field is empty that no exemplar leaves empty.

    Rows are equal when the exemplars' fields are, whatever stands in columns that go later.
    """
    rows, exemplars, catalog = situation.prepared, situation.exemplars, situation.catalog
    ideas = []
    exact = len(rows) - len({canonical(row) for row in rows})
    alike = len(rows) - len({" ".join(canonical(row).casefold().split()) for row in rows})
    if alike and "dedup_exact" in catalog:
        fields = [name for name in field_names(exemplars) if name in field_names(rows)]
        surplus = set(field_names(situation.raw)) - set(fields)
        arguments: dict[str, Value] = {"columns": fields} if surplus else {}
        arguments.update({"compare": "case_space"} if alike > exact else {})
        apart = " but for capitals and spaces" if alike > exact else ""
        rationale = f"{alike} of {len(rows)} rows equal another{apart}."
        step = Step(
            id="drop_copies", operator="dedup_exact", arguments=arguments, rationale=rationale
        )
        ideas.append(_hygiene("duplicates", step))
    empty = _empty_fields(rows, exemplars)
    if empty and "filter_empty" in catalog:
        share = max(empty.values())
        rationale = f"{share:.1%} of the rows hold nothing in {', '.join(empty)}, no exemplar does."
        step = Step(
            id="drop_empty",
            operator="filter_empty",
            arguments={"columns": list(empty)},
            rationale=rationale,
        )
        ideas.append(_hygiene("completeness", step))
    return tuple(ideas)


def _empty_fields(rows: Sequence[Row], exemplars: Sequence[Row]) -> dict[str, float]:
    """Text fields that are never blank in exemplars, with the share of rows where they are."""
    found = {}
    for name in dict.fromkeys(name for row in exemplars for name in row):
        if any(_blank(row.get(name)) for row in exemplars):
            continue
        blank = sum(_blank(row.get(name)) for row in rows)
        if blank:
            found[name] = blank / len(rows)
    return found


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _hygiene(attribute: str, step: Step) -> Idea:
    return Idea(
        kind="hygiene",
        attribute=attribute,
        column="",
        steps=(step,),
        rationale=step.rationale,
        promise=_SURE,
    )
