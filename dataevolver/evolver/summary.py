"""`summary.md`: the text of the pull request. Bad news first and in the open."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dataevolver.differ import PlanDiff, diff_markdown
from dataevolver.evaluator import AttributeGap, Evaluation, headline, natural_words
from dataevolver.planner import NewOperator, Round
from dataevolver.profiler import Row

_LONGEST = 60_000  # characters; the largest that code hosts take is a little more
_CELL = 200
_ROWS = 12
_SPECIAL = re.compile(r"([|`<>*_\[\]~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the text says."""

    plan: str
    difference: PlanDiff
    before: Evaluation
    after: Evaluation
    kept: bool
    rounds: Sequence[Round]
    stopped: str
    samples: Sequence[tuple[Row, Row]]
    made: Sequence[NewOperator]
    fingerprint: str
    seed: int


def summary_text(story: Story) -> str:
    """Markdown, at most 60,000 characters; everything from data is escaped and cut."""
    blocks = [
        f"<!-- dve:plan {story.plan} -->",
        f"# {story.plan}: {_verdict(story)}",
        headline(story.after),
        *_warnings(story),
        *_metrics(story),
        "## Steps",
        diff_markdown(story.difference),
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
    before, after = story.before, story.after
    if not story.kept:
        return "no reliable improvement was found; the plan stays as it was"
    return (
        f"gap {before.gap:.2f} → {after.gap:.2f} on exemplars that never steered "
        f"(90 % interval {after.lower:.2f} to {after.upper:.2f}, n = {after.exemplars})"
    )


def _warnings(story: Story) -> Iterator[str]:
    """Never folded: broken guards, code that was made, exemplars that did steer."""
    notes = [guard.says for guard in story.after.guards if not guard.ok]
    if story.after.shared:
        notes.append(
            "the exemplars are too few to keep any back: this is measured on those that steered"
        )
    notes += [
        f"new operator `{made.name}`, made by this evolve: {_safe(made.why)}" for made in story.made
    ]
    if notes:
        yield "## To look at\n\n" + "\n".join(f"- {note}" for note in notes)


def _metrics(story: Story) -> Iterator[str]:
    """Attributes that are off before or after; what is worst now comes first."""
    if math.isinf(story.after.gap):
        return
    earlier = {gap.attribute.name: gap for gap in story.before.attributes}
    off = [
        gap
        for gap in story.after.attributes
        if gap.off or (gap.attribute.name in earlier and earlier[gap.attribute.name].off)
    ]
    lines = ["| attribute | before | after | exemplars have | rows have |", "|-|-|-|-|-|"]
    lines += [_metric(gap, earlier.get(gap.attribute.name)) for gap in off[:_ROWS]]
    lines += [
        f"| yield | {story.before.kept:.0%} | {story.after.kept:.0%} | | |",
        *(
            f"| guard {guard.name} | | {guard.value:.2f} ({'ok' if guard.ok else 'BROKEN'}) "
            f"| limit {guard.limit:.2f} | |"
            for guard in sorted(story.after.guards, key=lambda guard: guard.ok)
        ),
    ]
    yield "## Distance by attribute (0: like the exemplars)\n\n" + "\n".join(lines)


def _metric(gap: AttributeGap, earlier: AttributeGap | None) -> str:
    exemplars, rows = natural_words(gap)
    before = f"{earlier.value:.2f}" if earlier is not None else ""
    after = f"{gap.value:.2f} ± {1.645 * gap.error:.2f}"
    return f"| {_safe(gap.attribute.label)} | {before} | {after} | {exemplars} | {rows} |"


def _samples(samples: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    shown = [f"**raw** {_cut(before)}\n\n**prepared** {_cut(after)}" for before, after in samples]
    if shown:
        yield _folded("Rows before and after", "\n\n---\n\n".join(shown))


def _rejected(rounds: Sequence[Round]) -> Iterator[str]:
    lines = [
        f"- round {done.number}: {_safe(done.proposal.rationale)} — {_safe(done.failure or done.verdict)}"
        for done in rounds
        if not done.accepted
    ]
    if lines:
        yield _folded(f"{len(lines)} changes that were tried and not taken", "\n".join(lines))


def _reproduce(story: Story) -> Iterator[str]:
    yield (
        "## To reproduce\n\n"
        f"`dve evolve --seed {story.seed}` gives plan fingerprint `{story.fingerprint}`; "
        f"`dve run --locked` runs exactly this plan. The search stopped because {_safe(story.stopped)}."
    )


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def _cut(row: Row) -> str:
    text = json.dumps(row, ensure_ascii=False, default=str)
    return _safe(text if len(text) <= 3 * _CELL else text[: 3 * _CELL] + " ...")


def _safe(text: str) -> str:
    """Markdown that shows the text and does nothing: no markup, links, tags or mentions."""
    flat = " ".join(text.split())
    escaped = _SPECIAL.sub(r"\\\1", flat.replace("\\", "\\\\"))
    return escaped.replace("@", "@\u200b").replace("://", ":\u200b//")
