"""Ideas that end texts in the answer format of the exemplars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataevolver.planner.composing import format_arguments, format_operator
from dataevolver.planner.formats import Format, Supplier, fits, keeps_agreement, suppliers
from dataevolver.planner.likeness import text_of, texts
from dataevolver.planner.proposals import Idea
from dataevolver.plans import Step
from dataevolver.profiler import Row

ALREADY = 0.5  # of the rows in the exemplars' format: nothing to compose

SLOT_PATTERNS: Mapping[str, str] = {
    "number": r"^\s*[-+]?[$€£]?\s*(\d[\d,]*(\.\d*)?|\.\d+)\s*%?\s*$",
    "letter": r"^\s*\(?[A-Ja-j]\)?\.?\s*$",
    "text": r"\S",
}


def format_ideas(
    rows: Sequence[Row], exemplars: Sequence[Row], shape: Format, columns: Sequence[str]
) -> tuple[Idea, ...]:
    """Ends a column's texts in the exemplars' format, from one of `columns` or the text itself."""
    values = texts(rows, shape.column)
    if holding(values, shape) >= ALREADY:
        return ()
    found = suppliers(rows, values, columns, shape)
    return tuple(
        composed_idea(rows, exemplars, shape, supplier)
        for supplier in found
        if supplier.column != shape.column
    )


def holding(values: Sequence[str], shape: Format) -> float:
    return sum(shape.holds(text) for text in values) / max(1, len(values))


def composed_idea(
    rows: Sequence[Row], exemplars: Sequence[Row], shape: Format, supplier: Supplier
) -> Idea:
    """Steps on rows that have the exemplars' names: keep what fits, compose, keep what agrees."""
    made = format_operator(shape, supplier, rows)
    source = f"of {supplier.column}" if supplier.column else "that the text ends with"
    style = f" ({shape.style})" if shape.slot == "number" else ""
    rationale = (
        f'{shape.share:.0%} of the exemplars end in "{shape.lead}" and a {shape.slot}{style}; '
        f"the {shape.slot} {source} fits in {supplier.share:.0%} of the rows."
    )
    compose = Step(
        id=made.name,
        operator=made.name,
        arguments=format_arguments(shape, supplier, shape.column, supplier.column),
        rationale=rationale,
    )
    steps = [*_fitting(rows, supplier, shape), compose]
    if supplier.column and keeps_agreement(exemplars, shape):
        steps.append(agreement_step(shape, supplier.agreement))
    return Idea(
        kind="format",
        attribute="answer_format",
        column=shape.column,
        steps=tuple(steps),
        operators=(made,),
        rationale=rationale,
        promise=supplier.share,
    )


def _fitting(rows: Sequence[Row], supplier: Supplier, shape: Format) -> list[Step]:
    """Drop rows whose value cannot fill the slot; only texts can be of the wrong kind."""
    values = [row.get(supplier.column) for row in rows] if supplier.column else []
    unfit = sum(not fits(text_of(value), shape.slot) for value in values)
    if not unfit or not any(isinstance(value, str) for value in values):
        return []
    return [
        Step(
            id=f"keep_{shape.slot}s",
            operator="filter_regex",
            arguments={"columns": [supplier.column], "pattern": SLOT_PATTERNS[shape.slot]},
            rationale=(
                f"{unfit / len(rows):.0%} of the rows have no {shape.slot} in {supplier.column}."
            ),
        )
    ]


def agreement_step(shape: Format, agreement: float) -> Step:
    """Drops rows whose text comes to another number than its final answer."""
    return Step(
        id=f"check_{shape.column}",
        operator="check_answer_consistency",
        arguments={"column": shape.column, "marker": shape.lead.strip(), "missing": "drop"},
        rationale=(
            f"In the exemplars the last number before the final {shape.slot} equals it; rows that "
            f"come to another contradict themselves ({1 - agreement:.0%} at first sight)."
        ),
    )
