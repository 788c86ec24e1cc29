"""Whether one plan is better than another on the same raw rows and exemplars, beyond the noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from dataevolver.evaluator.energy import Array
from dataevolver.evaluator.evaluation import Evaluation, Trace
from dataevolver.evaluator.ruler import Ruler
from dataevolver.evaluator.wording import percent

LEAST_GAIN = 0.02  # of the raw gap
LEAST_NEARER = 0.6  # share of the changed rows that must come nearer to the exemplars
_LEVEL = 0.05
_FILTER_LEVEL = 0.0005  # nothing but the bound speaks for a filter: it brings no row nearer
_WORSE = 0.01  # that the gap may grow when a broken property is mended,
_WORTH = 0.25  # and, where a filter does it, more by this much of the share of broken rows
_FIDELITY_FALL = 0.1
_NAMED = 2  # repairs named in a verdict
_FEW = 3  # rows; fewer rewritten ones are no repair
_SPECIFIC = 0.5  # of the rows that a filter drops must break what it is to mend
_LEAST_FALL = 0.005  # of the share of broken rows, unless none is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`change` is the fall of the gap with its paired error; `lower` its bound at the round's level.

    `nearer` is the share of `changed` rows that came nearer, None when no row was changed.
    `repaired` names the hard properties that were broken and are mended.
    """

    accepted: bool
    change: float
    error: float
    lower: float
    nearer: float | None
    changed: int
    repaired: tuple[str, ...]
    verdict: str


def compare(ruler: Ruler, before: Evaluation, after: Evaluation, candidates: int = 1) -> Comparison:
    """Whether `after` replaces `before`; `candidates` were tried in this round, which raises the bar.

    Both must be measured by this ruler on the same part of the exemplars.
    """
    if math.isinf(after.gap) or math.isinf(before.gap):
        return _without_rows(before, after)
    change, error = paired_change(before, after)
    nearer, changed = _nearer(before.trace, after.trace)
    level = _LEVEL / max(1, candidates)
    strict = level if changed else _FILTER_LEVEL / max(1, candidates)
    lower = change - NormalDist().inv_cdf(1 - strict) * error
    repaired, worth = _repairs(ruler, before.trace, after.trace, strict)
    objections = _objections(before, after, nearer, changed)
    gains = change >= LEAST_GAIN and lower > 0
    tolerated = _WORSE + (0.0 if changed else _WORTH * worth)
    mends = bool(repaired) and change >= -tolerated
    accepted = not objections and (gains or mends)
    reasons = objections or ([] if accepted else [_too_little(change, lower)])
    return Comparison(
        accepted=accepted,
        change=change,
        error=error,
        lower=lower,
        nearer=nearer,
        changed=changed,
        repaired=repaired,
        verdict=_verdict(before, after, (change, error), () if gains else repaired, reasons),
    )


def paired_change(before: Evaluation, after: Evaluation) -> tuple[float, float]:
    """The fall of the gap and its standard error; what both have in common cancels."""
    first, second = before.trace, after.trace
    n = len(first.exemplars)
    exemplars = ((first.exemplars - second.exemplars) ** 2).sum() / (n * (n - 1))
    return before.gap - after.gap, math.sqrt(
        float(exemplars) + _row_variance((first.ids, first.rows), (second.ids, second.rows))
    )


_Influences = tuple[Sequence[int], Array]


def _row_variance(first: _Influences, second: _Influences) -> float:
    """Of a difference of means over rows, paired by raw row; a dropped row counts as 0."""
    number = {raw_id: k for k, raw_id in enumerate(sorted({*first[0], *second[0]}))}
    moved = np.zeros(len(number))
    for sign, (ids, values) in ((1.0, first), (-1.0, second)):
        np.add.at(moved, [number[raw_id] for raw_id in ids], sign * values / len(values))
    count = len(moved)
    return float((moved**2).sum() * count / max(1, count - 1))


def _nearer(before: Trace, after: Trace) -> tuple[float | None, int]:
    """The share of the changed rows that came nearer, and how many rows were changed."""
    first, second = _mean_by_id(before), _mean_by_id(after)
    moves = [
        second[raw_id] - value
        for raw_id, value in first.items()
        if raw_id in second and abs(second[raw_id] - value) > 1e-9
    ]
    nearer = sum(move < 0 for move in moves)
    return (nearer / len(moves) if moves else None), len(moves)


def _mean_by_id(trace: Trace) -> dict[int, float]:
    sums: dict[int, tuple[float, int]] = {}
    for raw_id, value in zip(trace.ids, trace.nearness.tolist(), strict=True):
        total, count = sums.get(raw_id, (0.0, 0))
        sums[raw_id] = (total + value, count + 1)
    return {raw_id: total / count for raw_id, (total, count) in sums.items()}


def _repairs(
    ruler: Ruler, before: Trace, after: Trace, level: float
) -> tuple[tuple[str, ...], float]:
    """The rules broken more often than by exemplars that are mended; the largest fall among them."""
    broken = [
        number
        for number, rule in enumerate(ruler.rules)
        if before.broken[:, number].mean() > rule.broken
    ]
    level /= max(1, len(broken))
    mended = [
        number
        for number in broken
        if _fell(before, after, number, level) or _vanished(before, after, number, level)
    ]
    mended = _on_purpose(before, after, mended)
    falls = before.broken.mean(axis=0) - after.broken.mean(axis=0)
    mended.sort(key=lambda number: (-round(float(falls[number]), 9), number))
    labels = [ruler.attributes.attributes[ruler.rules[number].attribute].label for number in mended]
    return tuple(labels), float(falls[mended[0]]) if mended else 0.0


def _on_purpose(before: Trace, after: Trace, mended: Sequence[int]) -> list[int]:
    """Those mended by rewriting, and the others when the dropped rows are mostly broken ones.

    A filter that drops many good rows finds a broken one among them by chance.
    """
    lost = set(before.ids) - set(after.ids)
    bad = {number: _broken_ids(before, number) for number in mended}
    dropped = set().union(*bad.values()) & lost
    if len(dropped) >= _SPECIFIC * len(lost):
        return list(mended)
    return [
        number
        for number in mended
        if len(bad[number] - lost - _broken_ids(after, number)) >= len(bad[number] & lost)
    ]


def _broken_ids(trace: Trace, number: int) -> set[int]:
    return {raw_id for raw_id, bad in zip(trace.ids, trace.broken[:, number], strict=True) if bad}


def _fell(before: Trace, after: Trace, number: int, level: float) -> bool:
    first, second = (trace.broken[:, number].astype(float) for trace in (before, after))
    fall = float(first.mean() - second.mean())
    centred = ((before.ids, first - first.mean()), (after.ids, second - second.mean()))
    bound = NormalDist().inv_cdf(1 - level) * math.sqrt(_row_variance(*centred))
    return fall >= _LEAST_FALL and fall > bound


def _vanished(before: Trace, after: Trace, number: int, level: float) -> bool:
    """No row is broken any more: three were rewritten, or none but they were dropped, or not by luck."""
    if after.broken[:, number].any():
        return False
    kept = set(after.ids)
    bad = [i for i, is_bad in zip(before.ids, before.broken[:, number], strict=True) if is_bad]
    mended = sum(raw_id in kept for raw_id in bad)
    dropped = len(bad) - mended
    if mended >= _FEW:
        return True
    lost = len(set(before.ids) - kept)
    return mended == 0 and (lost == dropped or _luck(len(before.ids), dropped, lost) <= level)


def _luck(rows: int, bad: int, lost: int) -> float:
    """The chance that all bad rows are among those lost, were these drawn at random."""
    if bad == 0:
        return 1.0
    return math.comb(lost, bad) / math.comb(rows, bad)


def _objections(
    before: Evaluation, after: Evaluation, nearer: float | None, changed: int
) -> list[str]:
    found = [guard.says for guard in after.guards if not guard.ok]
    fidelity = [
        guard.value
        for evaluation in (before, after)
        for guard in evaluation.guards
        if guard.name == "fidelity"
    ]
    if len(fidelity) == 2 and fidelity[0] - fidelity[1] > _FIDELITY_FALL:
        found.append(f"fidelity to the raw rows fell from {fidelity[0]:.2f} to {fidelity[1]:.2f}")
    if nearer is not None and nearer < LEAST_NEARER:
        found.append(
            f"{percent(nearer)} of the {changed} changed rows came nearer to the exemplars, "
            f"{percent(LEAST_NEARER)} needed"
        )
    return found


def _too_little(change: float, lower: float) -> str:
    if change < LEAST_GAIN:
        return f"the gap must fall by at least {LEAST_GAIN:.2f}"
    return f"the fall is not beyond the noise (lower bound {lower:.3f})"


def _verdict(
    before: Evaluation,
    after: Evaluation,
    change: tuple[float, float],
    repaired: Sequence[str],
    objections: Sequence[str],
) -> str:
    gap = (
        f"gap {before.gap:.2f} -> {after.gap:.2f}, change {change[0]:.2f} ± {1.645 * change[1]:.2f}"
    )
    if objections:
        return f"not accepted: {'; '.join(objections)} ({gap})"
    if repaired:
        more = f" and {len(repaired) - _NAMED} more" if len(repaired) > _NAMED else ""
        named = ", ".join(f'"{label}"' for label in repaired[:_NAMED])
        return f"accepted: mends {named}{more} ({gap})"
    return f"accepted: {gap}"


def _without_rows(before: Evaluation, after: Evaluation) -> Comparison:
    better = math.isinf(before.gap) and not math.isinf(after.gap) and after.guarded
    says = (
        f"accepted: the plan before kept no rows, this one has gap {after.gap:.2f}"
        if better
        else "not accepted: fewer than two rows are left, nothing can be measured"
    )
    return Comparison(
        accepted=better, change=math.inf if better else -math.inf, error=0.0,
        lower=math.inf if better else -math.inf, nearer=None, changed=0, repaired=(), verdict=says,
    )  # fmt: skip
