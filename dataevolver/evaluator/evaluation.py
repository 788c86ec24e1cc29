"""One evaluation: the gap with its error, the table by attribute, the guards and the worst rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dataevolver.evaluator.energy import Array, Distance, combined, mean_distances
from dataevolver.evaluator.guards import Guard, Sample, Settings, check_guards
from dataevolver.evaluator.permutation import permutation_p
from dataevolver.evaluator.ruler import (
    WEIGHTS,
    Representation,
    Ruler,
    Yardstick,
    calibrate,
    part_distances,
    raw_positions,
    represent,
)
from dataevolver.evaluator.split import whole
from dataevolver.evaluator.wording import percent
from dataevolver.profiler import Attribute, Row

Z90 = 1.645  # two-sided 90 % interval, one-sided 95 % bound
_WORST = 5
_BLAMED = 2  # attributes named for each of the worst rows
_FEWEST = 2  # rows below which nothing can be measured: the gap is infinite
PERMUTATIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Form, style or content: H of these rows and of the raw ones; `p` (if asked for) of no difference."""

    name: str
    value: float
    error: float
    raw: float
    share: float  # of the gap
    p: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """An attribute's values in natural units: quantiles, and the share of rows that are not zero."""

    p10: float
    p50: float
    p90: float
    mean: float
    nonzero: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeGap:
    """H of one attribute; `off` when it is beyond noise, allowing for the number of attributes."""

    attribute: Attribute
    value: float
    error: float
    raw: float
    share: float  # of the gap
    off: bool
    exemplars: Values
    rows: Values

    @property
    def lower(self) -> float:
        """One-sided 95 % bound: the table is sorted by it."""
        return self.value - Z90 * self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGap:
    """The mean H over one group's attributes."""

    name: str
    value: float
    error: float
    share: float  # of the gap

    @property
    def lower(self) -> float:
        """One-sided 95 % bound."""
        return self.value - Z90 * self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstRow:
    """A row that widens the gap most, and the attributes in which it does."""

    id: int
    influence: float
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """What a paired comparison needs: influences by exemplar and row, and each row's own distance."""

    ids: tuple[int, ...]
    exemplars: Array
    rows: Array
    nearness: Array
    broken: NDArray[np.bool_]  # rows x rules of the ruler


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`gap` is 1 for the raw rows and 0 for rows like the exemplars (a little below 0 is noise).

    Not `relative`: the plain weighted distance H, when there are no raw rows to relate it to.
    Fewer than two rows: the gap is infinite, and the tables are empty.
    """

    on: str  # the part of the exemplars
    shared: bool  # steered on the same exemplars
    relative: bool
    gap: float
    error: float
    raw_gap: float  # 1 unless some part of the raw rows is hardly off
    no_gap: float
    exemplars: int
    rows: int
    raw_rows: int
    parts: tuple[Part, ...]
    groups: tuple[GroupGap, ...]  # largest lower bound first
    attributes: tuple[AttributeGap, ...]  # schema first where off, then the largest lower bound
    guards: tuple[Guard, ...]
    worst: tuple[WorstRow, ...]
    trace: Trace

    @property
    def lower(self) -> float:
        """Lower end of the 90 % interval."""
        return self.gap - Z90 * self.error

    @property
    def upper(self) -> float:
        """Upper end of the 90 % interval."""
        return self.gap + Z90 * self.error

    @property
    def guarded(self) -> bool:
        """Whether every guard holds."""
        return all(guard.ok for guard in self.guards)

    @property
    def is_like_exemplars(self) -> bool:
        """No gap that this many exemplars can show: level, permutation p (if made), and no attribute off."""
        unlikely = any(part.p is not None and part.p <= 0.1 for part in self.parts)
        off = any(gap.off for gap in self.attributes)
        return self.gap <= self.no_gap and not unlikely and not off

    @property
    def kept(self) -> float:
        """Share of the raw rows that are kept."""
        return len(set(self.trace.ids)) / max(1, self.raw_rows)


def measure(
    ruler: Ruler,
    rows: Sequence[Row],
    ids: Sequence[int],
    on: str = "validate",
    permutations: int = 0,
) -> Evaluation:
    """The gap of prepared rows; `ids` are their raw rows' ids, in the same order.

    `on` names the part of the exemplars. With `permutations` the parts get a p value.
    """
    if len(rows) < _FEWEST:
        return _nothing(ruler, len(rows), ids, on)
    prepared = represent(rows, ruler.attributes)
    evaluation = _evaluate(ruler, prepared, ids, (on, ruler.yardsticks[on]))
    guards = check_guards(
        ruler.baseline,
        Sample(texts=prepared.texts, content=prepared.content, sources=raw_positions(ruler, ids)),
    )
    evaluation = replace(evaluation, guards=guards)
    return _with_p(evaluation, ruler, prepared, permutations) if permutations else evaluation


def examine(
    rows: Sequence[Row], exemplars: Sequence[Row], settings: Settings | None = None
) -> Evaluation:
    """How far any rows are from any exemplars: absolute distances, no plan and no raw data."""
    ids = range(len(rows))
    ruler = calibrate(rows, ids, whole(exemplars), settings)
    plain = replace(ruler.yardsticks["all"], scales=dict.fromkeys(WEIGHTS, 1.0))
    prepared = represent(rows, ruler.attributes)
    evaluation = _evaluate(ruler, prepared, ids, ("all", plain))
    sample = Sample(
        texts=prepared.texts, content=prepared.content, sources=raw_positions(ruler, ids)
    )
    alone = ("near_duplicates", "diversity")
    guards = [guard for guard in check_guards(ruler.baseline, sample) if guard.name in alone]
    return _with_p(
        replace(evaluation, relative=False, guards=tuple(guards)), ruler, prepared, PERMUTATIONS
    )


def _evaluate(
    ruler: Ruler, prepared: Representation, ids: Sequence[int], on: tuple[str, Yardstick]
) -> Evaluation:
    name, yardstick = on
    parts, each = part_distances(yardstick.exemplars, prepared, ruler.weights)
    factors = {part: WEIGHTS[part] / yardstick.scales[part] for part in WEIGHTS}
    total = combined([parts[part] for part in WEIGHTS], [factors[part] for part in WEIGHTS])
    return Evaluation(
        on=name,
        shared=ruler.split.shared,
        relative=True,
        gap=float(total.value),
        error=float(total.error),
        raw_gap=yardstick.raw_gap,
        no_gap=yardstick.no_gap,
        exemplars=len(yardstick.exemplars.texts),
        rows=len(ids),
        raw_rows=len(ruler.raw_ids),
        parts=tuple(
            Part(
                name=part,
                value=float(parts[part].value),
                error=float(parts[part].error),
                raw=yardstick.raw[part],
                share=factors[part] * float(parts[part].value),
            )
            for part in WEIGHTS
        ),
        groups=_groups(ruler, each, factors["form"]),
        attributes=_attribute_gaps(ruler, yardstick, prepared, each, factors["form"]),
        guards=(),
        worst=_worst(ruler, prepared.texts, ids, total, each),
        trace=_trace(ruler, yardstick, prepared, ids, total),
    )


def _trace(
    ruler: Ruler,
    yardstick: Yardstick,
    prepared: Representation,
    ids: Sequence[int],
    total: Distance,
) -> Trace:
    own = mean_distances(yardstick.exemplars.form, prepared.form) / ruler.spread
    broken = [np.abs(prepared.form[:, rule.attribute] - rule.value) > 1e-9 for rule in ruler.rules]
    return Trace(
        ids=tuple(ids),
        exemplars=total.exemplars,
        rows=total.rows,
        nearness=own.mean(axis=1),
        broken=np.array(broken, bool).reshape(len(ruler.rules), len(ids)).T,
    )


def _groups(ruler: Ruler, each: Distance, factor: float) -> tuple[GroupGap, ...]:
    names = [attribute.group for attribute in ruler.attributes.attributes]
    found = []
    for name in dict.fromkeys(names):
        member = np.array([group == name for group in names])
        mean = each.weighted(member / member.sum())
        share = factor * float(each.value @ (ruler.weights * member))
        found.append(
            GroupGap(name=name, value=float(mean.value), error=float(mean.error), share=share)
        )
    return tuple(sorted(found, key=lambda gap: (-round(gap.lower, 9), gap.name)))


def _attribute_gaps(
    ruler: Ruler, yardstick: Yardstick, prepared: Representation, each: Distance, factor: float
) -> tuple[AttributeGap, ...]:
    errors = each.error
    found = []
    for number, attribute in enumerate(ruler.attributes.attributes):
        value, error = float(each.value[number]), float(errors[number])
        found.append(
            AttributeGap(
                attribute=attribute,
                value=value,
                error=error,
                raw=float(yardstick.raw_attributes[number]),
                share=factor * float(ruler.weights[number]) * value,
                off=value > yardstick.attribute_floor and value > Z90 * error,
                exemplars=_values(attribute, yardstick.exemplars.form[:, number]),
                rows=_values(attribute, prepared.form[:, number]),
            )
        )
    return tuple(sorted(found, key=_by_urgency))


def _by_urgency(gap: AttributeGap) -> tuple[bool, float, str]:
    """Schema first where it is off: a missing field pulls every other attribute along."""
    schema = gap.off and gap.attribute.group == "schema"
    return not schema, -round(gap.lower, 9), gap.attribute.name


def _values(attribute: Attribute, column: Array) -> Values:
    natural = attribute.natural(column)
    low, middle, high = np.quantile(natural, (0.1, 0.5, 0.9)).tolist()
    return Values(
        p10=low,
        p50=middle,
        p90=high,
        mean=float(natural.mean()),
        nonzero=float((np.abs(natural) > 1e-9).mean()),
    )


def _worst(
    ruler: Ruler, texts: Sequence[str], ids: Sequence[int], total: Distance, each: Distance
) -> tuple[WorstRow, ...]:
    order = np.argsort(-np.round(total.rows, 9), kind="stable")[:_WORST]
    blame = each.rows * ruler.weights
    return tuple(
        WorstRow(
            id=ids[row],
            influence=float(total.rows[row]) / len(ids),
            text=texts[row],
            because=tuple(
                ruler.attributes.attributes[number].label
                for number in np.argsort(-np.round(blame[row], 9), kind="stable")[:_BLAMED]
                if blame[row, number] > 0
            ),
        )
        for row in order.tolist()
    )


def _with_p(
    evaluation: Evaluation, ruler: Ruler, prepared: Representation, permutations: int
) -> Evaluation:
    exemplars = ruler.yardsticks[evaluation.on].exemplars
    seed = ruler.baseline.settings.seed
    found = {
        "style": permutation_p(exemplars.style, prepared.style, permutations, seed),
        "content": permutation_p(exemplars.content, prepared.content, permutations, seed),
    }
    parts = tuple(replace(part, p=found.get(part.name)) for part in evaluation.parts)
    return replace(evaluation, parts=parts)


def _nothing(ruler: Ruler, rows: int, ids: Sequence[int], on: str) -> Evaluation:
    yardstick = ruler.yardsticks[on]
    limit = ruler.baseline.settings.min_yield
    share = rows / max(1, len(ruler.raw_ids))
    says = f"{rows} of {len(ruler.raw_ids)} raw rows are kept; nothing can be measured"
    exemplars = len(yardstick.exemplars.texts)
    return Evaluation(
        on=on, shared=ruler.split.shared, relative=True, gap=math.inf, error=0.0,
        raw_gap=yardstick.raw_gap, no_gap=yardstick.no_gap, exemplars=exemplars, rows=rows, raw_rows=len(ruler.raw_ids),
        parts=(), groups=(), attributes=(), worst=(),
        guards=(Guard(name="yield", value=share, limit=limit, ok=False, says=says),),
        trace=Trace(
            ids=tuple(ids), exemplars=np.zeros(exemplars), rows=np.zeros(rows),
            nearness=np.full(rows, math.inf), broken=np.zeros((rows, len(ruler.rules)), bool),
        ),
    )  # fmt: skip


def natural_words(gap: AttributeGap) -> tuple[str, str]:
    """What exemplars have and what rows have, as a person would say it."""
    return _spoken(gap, gap.exemplars), _spoken(gap, gap.rows)


def _spoken(gap: AttributeGap, values: Values) -> str:
    unit = gap.attribute.unit
    if unit == "flag":
        return f"{percent(values.mean)} of rows"
    rare = max(gap.exemplars.p50, gap.rows.p50) == 0 and min(gap.exemplars.p10, gap.rows.p10) == 0
    if rare:
        return f"in {percent(values.nonzero)} of rows"
    if unit == "share":
        return f"{percent(values.p50)} ({100 * values.p10:.0f}..{percent(values.p90)})"
    return f"{values.p50:.3g} ({values.p10:.3g}..{values.p90:.3g})"
