"""`summary.md`: the text of the pull request. Bad news first and in the open."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dataevolver.differ import PlanDiff, diff_markdown
from dataevolver.errors import visible
from dataevolver.evaluator import AttributeGap, Evaluation, Slice, natural_words, slice_says
from dataevolver.planner import NewOperator, Round
from dataevolver.profiler import Row

_LONGEST = 60_000  # characters; the largest that code hosts take is a little more
_SAMPLE = 600  # characters of a row
_TRIED = 200  # of a rationale or verdict
_ROWS = 12
_REJECTED = 40
_SPECIAL = re.compile(r"([\\|`<>*_\[\]~&$#])")
_STARTS = re.compile(r"(@|#|://|www\.|GH-)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the text says."""

    plan: str
    difference: PlanDiff
    before: Evaluation
    after: Evaluation
    kept: bool
    reliable: bool
    rounds: Sequence[Round]
    stopped: str
    samples: Sequence[tuple[Row, Row]]
    made: Sequence[NewOperator]
    fingerprint: str
    seed: int
    slices: Sequence[Slice] = ()


def summary_text(story: Story) -> str:
    """Markdown, at most 60,000 characters; everything from data is escaped and cut."""
    marker, _, steps = diff_markdown(story.difference).partition("\n")
    blocks = [
        marker,
        f"# {story.plan}: {_verdict(story)}",
        _measured(story.after),
        *_warnings(story),
        *_metrics(story),
        f"## Steps\n\n{steps.strip()}",
        *_samples(story.samples),
        *_rejected(story.rounds),
        *_reproduce(story),
    ]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 20] + "\n\n(cut short)\n"


def sample_pairs(
    raw: Sequence[Row], raw_ids: Sequence[int], rows: Sequence[Row], ids: Sequence[int]
) -> Iterator[tuple[Row, Row]]:
    """Three rows before and after, spread over the sample."""
    source = dict(zip(raw_ids, raw, strict=True))
    step = max(1, len(ids) // 3)
    for place in range(0, min(len(ids), 3 * step), step):
        yield source[ids[place]], rows[place]


def _verdict(story: Story) -> str:
    if not story.kept:
        return "no reliable improvement was found; the plan stays as it was"
    fall = f"gap {_number(story.before.gap)} → {_number(story.after.gap)}"
    return fall if story.reliable else f"{fall}, no more than the noise"


def _measured(after: Evaluation) -> str:
    """What the number was measured on, its interval and how to read it."""
    if math.isinf(after.gap):
        return "Too few rows are left to measure a gap."
    on = (
        f"the same {after.exemplars} exemplars that steered the search"
        if after.shared
        else f"{after.exemplars} exemplars that the search never saw"
    )
    guards = "all guards hold" if all(guard.ok for guard in after.guards) else "a guard is BROKEN"
    return (
        f"Gap {_number(after.gap)}, 90 % interval {_number(after.lower)} to "
        f"{_number(after.upper)}, measured on {on}. The raw rows have "
        f"{_number(after.raw_gap)}, rows like the exemplars 0; up to {_number(after.no_gap)} "
        f"cannot be told from 0. {after.rows} of {after.raw_rows} rows looked at are kept "
        f"({after.kept:.0%}); {guards}."
    )


def _warnings(story: Story) -> Iterator[str]:
    """Never folded: broken guards, slices lost, code that was made, exemplars that did steer."""
    notes = [f"BROKEN: {_safe(guard.says)}" for guard in story.after.guards if not guard.ok]
    notes += [f"lopsided: {_safe(slice_says(one))}" for one in story.slices if one.warning]
    if story.after.shared:
        notes.append("too few exemplars to keep any back: the number above is too kind")
    notes += [
        f"new operator `{made.name}`, made by this evolve: {_safe(made.why)}" for made in story.made
    ]
    if notes:
        yield "## To look at\n\n" + "\n".join(f"- {note}" for note in notes)


def _metrics(story: Story) -> Iterator[str]:
    """Attributes that are off before or after; what is worst now comes first. Then the guards."""
    if math.isinf(story.after.gap):
        return
    earlier = {gap.attribute.name: gap for gap in story.before.attributes}
    off = [
        gap
        for gap in story.after.attributes
        if gap.off or (gap.attribute.name in earlier and earlier[gap.attribute.name].off)
    ]
    off.sort(key=lambda gap: -round(gap.value, 2))  # stable: equal ones by their lower bound
    lines = ["| attribute | before | after | exemplars have | rows have |", "|-|-|-|-|-|"]
    lines += [_metric(gap, earlier.get(gap.attribute.name)) for gap in off[:_ROWS]]
    if len(off) > _ROWS:
        lines.append(f"| and {len(off) - _ROWS} more | | | | |")
    guards = [
        f"- {'ok' if guard.ok else 'BROKEN'}: {_safe(guard.says)}" for guard in story.after.guards
    ]
    yield "## Distance by attribute, worst first (0: like the exemplars)\n\n" + "\n".join(lines)
    yield "Guards:\n\n" + "\n".join(guards)


def _metric(gap: AttributeGap, earlier: AttributeGap | None) -> str:
    exemplars, rows = map(_safe, natural_words(gap))
    before = f"{earlier.value:.2f}" if earlier is not None else ""
    after = f"{gap.value:.2f} ± {1.645 * gap.error:.2f}"
    return f"| {_safe(gap.attribute.label)} | {before} | {after} | {exemplars} | {rows} |"


def _samples(samples: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """Rows as JSON in code blocks, where nothing of them is obeyed."""
    shown = [f"```json\n{_row(before)}\n{_row(after)}\n```" for before, after in samples]
    if shown:
        yield _folded("Rows before and after", "\n\n".join(shown))


def _rejected(rounds: Sequence[Round]) -> Iterator[str]:
    missed = [done for done in rounds if not done.accepted]
    lines = [
        f"- round {done.number}: {_safe(done.proposal.rationale)} — {_safe(_why_not(done))}"
        for done in missed[:_REJECTED]
    ]
    if len(missed) > _REJECTED:
        lines.append(f"- and {len(missed) - _REJECTED} more, in `evaluations/`")
    if lines:
        yield _folded(f"{len(missed)} changes that were tried and not taken", "\n".join(lines))


def _why_not(done: Round) -> str:
    return done.failure or done.verdict.removeprefix("not accepted: ")


def _reproduce(story: Story) -> Iterator[str]:
    yield (
        "## To reproduce\n\n"
        f"`dve evolve --seed {story.seed}` on the plan and the experience as they were before; it "
        f"stopped because {_safe(story.stopped)}. `dve run --locked` runs exactly this plan, whose "
        f"fingerprint is `{story.fingerprint}`."
    )


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def _row(row: Row) -> str:
    """One line that begins with a brace, so that it cannot end the code block."""
    return _cut(visible(json.dumps(row, ensure_ascii=False, default=str)), _SAMPLE)


def _number(value: float) -> str:
    return "not measurable" if math.isinf(value) else f"{value:.2f}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + " …"


def _safe(text: str) -> str:
    """Markdown that shows the text and does nothing: no markup, links, mentions or references."""
    flat = _cut(visible(" ".join(text.split())), _TRIED)
    return _STARTS.sub("\\1\u200b", _SPECIAL.sub(r"\\\1", flat))
