"""An evaluation for people (a table that fits the terminal) and for files (plain values)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dataevolver.evaluator.evaluation import Z90, AttributeGap, Evaluation, natural_words
from dataevolver.evaluator.slices import Slice, foremost, slice_value
from dataevolver.evaluator.tables import cut, table
from dataevolver.evaluator.wording import percent

_ROWS = 12  # attributes in the table
_SLICES = 8  # of a kind
_WORST = 3
_DIGITS = 3


def evaluation_text(evaluation: Evaluation, width: int = 80, slices: Sequence[Slice] = ()) -> str:
    """The whole report, no line wider than `width` (at least 60)."""
    width = max(60, width)
    blocks = [
        _wrapped(headline(evaluation), width),
        _parts(evaluation, width),
        _attributes(evaluation, width),
        _guards(evaluation, width),
        slices_lines(foremost(slices, _SLICES), width),
        _worst(evaluation, width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def headline(evaluation: Evaluation) -> str:
    """One line: the number with its interval, the level of no gap, the sizes, yield and guards."""
    size = f"{evaluation.exemplars} exemplars, {evaluation.rows} rows"
    if not evaluation.relative:
        return (
            f"distance {evaluation.gap:.3f} (90 % {evaluation.lower:.3f}..{evaluation.upper:.3f}; "
            f"0 is like the exemplars, 1 nothing in common; level of no gap "
            f"{evaluation.no_gap:.3f}; {size})"
        )
    broken = [guard.name for guard in evaluation.guards if not guard.ok]
    guards = f"guards broken: {', '.join(broken)}" if broken else "guards ok"
    steered = "; steered on the same exemplars" if evaluation.shared else ""
    if math.isinf(evaluation.gap):
        return f"gap {evaluation.raw_gap:.2f} -> cannot be measured ({size}; {guards})"
    return (
        f"gap {evaluation.raw_gap:.2f} -> {evaluation.gap:.2f} (90 % {evaluation.lower:.2f}..{evaluation.upper:.2f}; "
        f"level of no gap {evaluation.no_gap:.2f}; {size}; yield {percent(evaluation.kept)}; "
        f"{guards}{steered})"
    )


def evaluation_value(evaluation: Evaluation, slices: Sequence[Slice] = ()) -> dict[str, object]:
    """The same as plain values, numbers to three digits; an infinite gap is null."""
    return {
        "on": evaluation.on,
        "steered_on_the_same": evaluation.shared,
        "relative_to_raw": evaluation.relative,
        "gap": _number(evaluation.gap),
        "raw_gap": _number(evaluation.raw_gap),
        "interval": [_number(evaluation.lower), _number(evaluation.upper)],
        "no_gap_level": _number(evaluation.no_gap),
        "like_exemplars": evaluation.is_like_exemplars,
        "exemplars": evaluation.exemplars,
        "rows": evaluation.rows,
        "raw_rows": evaluation.raw_rows,
        "yield": _number(evaluation.kept),
        "parts": {
            part.name: {
                "distance": _number(part.value),
                "raw": _number(part.raw),
                "of_gap": _number(part.share),
                **({} if part.p is None else {"p": _number(part.p)}),
            }
            for part in evaluation.parts
        },
        "attributes": [_attribute_value(gap) for gap in evaluation.attributes if gap.off],
        "guards": {
            guard.name: {
                "value": _number(guard.value),
                "limit": _number(guard.limit),
                "ok": guard.ok,
                "says": guard.says,
            }
            for guard in evaluation.guards
        },
        "slices": [slice_value(item) for item in slices],
    }


def slices_lines(slices: Sequence[Slice], width: int) -> list[str]:
    """A table of slices, those that lose more than their share marked; no lines for no slices."""
    if not slices:
        return []
    rows = [
        (
            item.kind,
            item.value,
            f"{item.rows:,}",
            f"{item.kept:,}",
            percent(item.lost),
            "!" if item.warning else "",
            item.reason,
        )
        for item in slices
    ]
    heads = ("slice", "value", "rows", "kept", "lost", "", "most common reason")
    lines = table(heads, rows, width, (1, 6))
    marked = any(item.warning for item in slices)
    return [*lines, "! loses more than twice its share"] if marked else lines


def _attribute_value(gap: AttributeGap) -> dict[str, object]:
    exemplars, rows = natural_words(gap)
    return {
        "attribute": gap.attribute.name,
        "group": gap.attribute.group,
        "distance": _number(gap.value),
        "plus_minus": _number(Z90 * gap.error),
        "raw": _number(gap.raw),
        "exemplars_have": exemplars,
        "rows_have": rows,
    }


def _number(value: float) -> float | None:
    return None if math.isinf(value) else round(value, _DIGITS) + 0.0


def _wrapped(text: str, width: int) -> list[str]:
    """Breaks at "; ", so that each line reads as a clause."""
    lines, line = [], ""
    for clause in text.split("; "):
        longer = f"{line}; {clause}" if line else clause
        if line and len(longer) > width - 1:
            lines.append(line + ";")
            longer = "  " + clause
        line = longer
    return [cut(each, width) if len(each) > width else each for each in (*lines, line)]


def _parts(evaluation: Evaluation, width: int) -> list[str]:
    with_p = any(part.p is not None for part in evaluation.parts)
    heads = ["part", "distance", "±", "raw", "of the gap"] if evaluation.relative else [
        "part", "distance", "±"
    ]  # fmt: skip
    rows = []
    for part in evaluation.parts:
        row = [part.name, f"{part.value:.3f}", f"{Z90 * part.error:.3f}"]
        row += [f"{part.raw:.3f}", f"{part.share:.2f}"] if evaluation.relative else []
        row += ["" if part.p is None else f"{part.p:.3f}"] if with_p else []
        rows.append(row)
    heads += ["p"] if with_p else []
    return table(heads, rows, width, ()) if rows else []


def _attributes(evaluation: Evaluation, width: int) -> list[str]:
    off = [gap for gap in evaluation.attributes if gap.off]
    if not off:
        return ["No attribute is off beyond the noise."] if evaluation.attributes else []
    rows = [
        (
            gap.attribute.label,
            f"{gap.value:.2f}",
            f"{Z90 * gap.error:.2f}",
            *natural_words(gap),
        )
        for gap in off[:_ROWS]
    ]
    lines = table(("worst first", "H", "±", "exemplars have", "rows have"), rows, width, (0, 3, 4))
    return lines if len(off) <= _ROWS else [*lines, f"and {len(off) - _ROWS} more"]


def _guards(evaluation: Evaluation, width: int) -> list[str]:
    rows = [("ok" if guard.ok else "BROKEN", guard.says) for guard in evaluation.guards]
    return table(("guard", ""), rows, width, (1,)) if rows else []


def _worst(evaluation: Evaluation, width: int) -> list[str]:
    lines = []
    for row in evaluation.worst[:_WORST]:
        lines.append(cut(f"{row.id}: {row.text}", width))
        lines.append(cut(f"    {'; '.join(row.because)}", width))
    return ["rows that widen the gap most", *lines] if lines else []
