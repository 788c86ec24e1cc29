"""A difference as text for a terminal, Markdown for a review and a value for JSON.

Whatever comes from a file may be hostile: control characters never reach a terminal as they are,
and nothing in Markdown can link, mention, break out of its cell or become HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from dataevolver.differ.difference import Change, LockChange, PlanDiff, StepDiff
from dataevolver.errors import visible
from dataevolver.operators import Value
from dataevolver.yamlfile import as_json

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">", "reworded": "="}
_LONGEST = 200  # characters of a value in Markdown
_MOST = 60_000  # characters of Markdown; forges take little more


# ---- text


def diff_text(diff: PlanDiff) -> str:
    """One line for each thing that is different, under a line that counts the steps."""
    lines = [f"plan {_line(diff.name)}: {diff.summary}"]
    lines.extend(f"  {_change_line(change)}" for change in diff.header)
    for step in diff.steps:
        if step.kind != "unchanged":
            lines.append(f"{_SIGNS[step.kind]} {_step_line(step)}")
            lines.extend(f"    {line}" for line in _detail_lines(step))
    lines.extend(f"! {_line(change.id)} {_line(change.message)}" for change in diff.lock)
    return "\n".join(lines) + "\n"


def _step_line(step: StepDiff) -> str:
    shown = step.after or step.before
    operator = f" ({_line(shown.operator)})" if shown and _is_whole(step) else ""
    place = f": {_move(step.moved)}" if step.moved else ""
    return f"{step.id}{operator}{place}"


def _detail_lines(step: StepDiff) -> Iterator[str]:
    if step.before is None and step.after is not None:
        for name, value in step.after.arguments.items():
            yield f"{_line(name)}: {_shown(value)}"
        if step.after.rationale:
            yield f"why: {_line(step.after.rationale)}"
    yield from (_change_line(change) for change in step.changes)


def _is_whole(step: StepDiff) -> bool:
    return step.before is None or step.after is None


def _move(moved: tuple[str, str]) -> str:
    old, new = (f"after {name}" if name else "at the top" for name in moved)
    return f"{new}, was {old}"


def _change_line(change: Change) -> str:
    return f"{_line(change.path.removeprefix('with.'))}: {_before(change)} -> {_after(change)}"


def _before(change: Change) -> str:
    return _shown(change.before) if change.was else "not given"


def _after(change: Change) -> str:
    return _shown(change.after) if change.becomes else "not given"


def _shown(value: Value) -> str:
    """JSON; characters that a terminal would obey are escaped."""
    return visible(json.dumps(as_json(value), ensure_ascii=False))


def _line(text: str) -> str:
    """Prose on one line, without characters that a terminal would obey."""
    return visible(" ".join(text.split()))


# ---- Markdown


def diff_markdown(diff: PlanDiff) -> str:
    """A table for a pull request. The first line, a comment, marks it for later replacement."""
    name = _code(diff.name)
    marker = re.sub(r"\W", "", diff.name)
    lines = [f"<!-- dve:plan {marker} -->", f"**Plan {name}**: {diff.summary}"]
    if diff.header:
        lines.append("")
        lines.extend(f"- {_change_cell(change)}" for change in diff.header)
    rows = [row for step in diff.steps if step.kind != "unchanged" for row in _rows(step)]
    if rows:
        lines.extend(("", "| Change | Step | What | Why |", "|---|---|---|---|", *rows))
    if diff.lock:
        lines.extend(("", "From the lock:", ""))
        lines.extend(_lock_item(change) for change in diff.lock)
    return _capped(lines)


def _rows(step: StepDiff) -> Iterator[str]:
    shown = step.after or step.before
    cells = [_change_cell(change) for change in step.changes]
    if shown is not None and _is_whole(step):
        cells.append(_code(shown.operator))
    if step.before is None and step.after is not None:
        cells.extend(
            f"{_code(name)}: {_code(_shown(value))}" for name, value in step.after.arguments.items()
        )
    if step.moved:
        cells.append(_move(step.moved))
    why = _prose(step.after.rationale) if step.after else ""
    yield f"| {step.kind} | {_code(step.id)} | {'<br>'.join(cells)} | {why} |"


def _change_cell(change: Change) -> str:
    path = _code(change.path.removeprefix("with."))
    old = _code(_before(change)) if change.was else "not given"
    new = _code(_after(change)) if change.becomes else "not given"
    return f"{path}: {old} → {new}"


def _lock_item(change: LockChange) -> str:
    return f"- {_code(change.id)} {_prose(change.message)}"


def _code(text: str) -> str:
    return f"<code>{_entities(_cut(visible(text)))}</code>"


def _prose(text: str) -> str:
    """A zero-width space after what would make a mention, a reference or a link."""
    escaped = _entities(_cut(_line(text)))
    for start in ("&#64;", "&#35;", "&#58;"):
        escaped = escaped.replace(start, f"{start}&#8203;")
    return escaped.replace("GH-", "GH-&#8203;")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _entities(text: str) -> str:
    """Letters, digits and plain punctuation as they are; the rest cannot be taken for markup."""
    plain = " ,.;?%/+='()-…"
    escaped = "".join(
        character if character.isalnum() or character in plain else f"&#{ord(character)};"
        for character in text
    )
    return escaped.replace("www.", "www&#46;")


def _capped(lines: Sequence[str]) -> str:
    kept: list[str] = []
    room = _MOST
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            kept.extend(("", f"{len(lines) - number} more lines are left out: run `dve diff`."))
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


# ---- JSON


def diff_value(diff: PlanDiff) -> dict[str, object]:
    """What `--output json` prints: `summary` by kind, `header`, `steps` that differ and `lock`."""
    kinds = ("added", "changed", "moved", "removed", "reworded", "unchanged")
    return {
        "plan": diff.name,
        "is_empty": diff.is_empty,
        "summary": {kind: diff.count(kind) for kind in kinds},
        "header": [_change_value(change) for change in diff.header],
        "steps": [_step_value(step) for step in diff.steps if step.kind != "unchanged"],
        "lock": [
            {"id": change.id, "change": change.kind, "message": change.message}
            for change in diff.lock
        ],
    }


def _step_value(step: StepDiff) -> dict[str, object]:
    shown = step.after or step.before
    value: dict[str, object] = {
        "id": step.id,
        "change": step.kind,
        "operator": shown.operator if shown else "",
        "changes": [_change_value(change) for change in step.changes],
    }
    if step.before is None and step.after is not None:
        value["with"] = as_json(step.after.arguments)
        value["rationale"] = step.after.rationale
    if step.moved:
        value["moved"] = {"was_after": step.moved[0] or None, "is_after": step.moved[1] or None}
    return value


def _change_value(change: Change) -> dict[str, object]:
    value: dict[str, object] = {"path": change.path}
    if change.was:
        value["before"] = as_json(change.before)
    if change.becomes:
        value["after"] = as_json(change.after)
    return value
