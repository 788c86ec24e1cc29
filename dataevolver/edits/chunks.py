"""The lines of whole steps: put in, taken out, moved, written anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from dataevolver.edits.entries import insert_lines
from dataevolver.edits.formatting import join_lines, newline
from dataevolver.edits.layout import Branch, Layout, Path
from dataevolver.edits.remarks import Remarks, find_remarks, narrow, settle, write
from dataevolver.yamlfile import Plain

_STEPS: Path = ("steps",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """One step's lines, with the comments right above it and those after it that are further in."""

    head: int  # where the comments above begin
    dash: int
    end: int


def can_splice(text: str) -> bool:
    """Whether the steps have lines of their own, or brackets that `expand_steps` opens."""
    layout = Layout(text)
    if layout.root.flow:
        return False
    steps = _steps(layout)
    return steps.flow or all(layout.leads_its_line(step) for step in steps.children)


def add_step(text: str, position: int, step: Mapping[str, Plain]) -> str:
    """The text with a new step at a position, a blank line apart where the others are."""
    layout = Layout(text)
    items = _steps(layout).children
    column = layout.column(items[0].start) if items else 2
    lines = join_lines(write([step], {}, column), like=text)
    return _with_lines(layout, position, lines, spaced=_is_spaced(layout))


def remove_step(text: str, position: int) -> str:
    """The text without a step and the comments right above it."""
    layout = Layout(text)
    chunks = _chunks(layout)
    start, end = chunks[position].head, chunks[position].end
    if len(chunks) == 1:
        colon = text.index(":", _steps(layout).key_end) + 1
        return f"{text[:colon]} []{text[colon:start]}{text[end:]}"
    if position == 0:
        while end < chunks[1].head and not layout.line(end):
            end = layout.line_end(end)
    else:
        while start > chunks[position - 1].end and not layout.line(start - 1):
            start = layout.line_start(start - 1)
    return text[:start] + text[end:]


def move_step(text: str, before: int, after: int) -> str:
    """The text with the lines of one step, as they are, at another position."""
    layout = Layout(text)
    chunk = _chunks(layout)[before]
    lines = text[chunk.head : chunk.end]
    if layout.line_start(chunk.end) != chunk.end:
        lines += newline(text)
    without = Layout(remove_step(text, before))
    return _with_lines(without, after, lines, spaced=_is_spaced(layout))


def rewrite_step(
    text: str, position: int, old: Mapping[str, Plain], new: Mapping[str, Plain]
) -> str:
    """The text with a step in canonical form, and its comments but those on keys that go."""
    layout = Layout(text)
    chunk = _chunks(layout)[position]
    found = find_remarks(layout, chunk.dash, chunk.end)
    remarks = narrow(found, (*_STEPS, position), root=(0,))
    settled = settle(_without_keys(remarks, old, new), [new])
    lines = write([new], settled, layout.column(chunk.dash))
    start = layout.line_start(chunk.dash)
    return text[:start] + join_lines(lines, like=text) + text[chunk.end :]


def expand_steps(text: str, plan: Mapping[str, Plain]) -> str:
    """The text with steps that are written in brackets one below the other instead."""
    layout = Layout(text)
    steps = _steps(layout)
    if not steps.flow or (not steps.children and layout.same_line(steps.start, steps.end)):
        return text
    end = layout.foot_end(steps)
    tree = {"steps": plan["steps"]}
    remarks = settle(narrow(find_remarks(layout, steps.start, end), (), root=()), tree)
    start = layout.line_start(steps.start)
    return text[:start] + join_lines(write(tree, remarks, indent=0), like=text) + text[end:]


def _with_lines(layout: Layout, position: int, lines: str, *, spaced: bool) -> str:
    steps, chunks = _steps(layout), _chunks(layout)
    if not chunks:
        begun = layout.text[: steps.value_start].rstrip()
        emptied = Layout(begun + layout.text[steps.end :])
        return insert_lines(emptied, emptied.line_end(steps.key_end), lines)
    offset = chunks[position - 1].end if position else chunks[0].head
    blank = newline(layout.text)
    if spaced and position and layout.line(offset - 1):
        lines = blank + lines
    if spaced and position < len(chunks) and layout.line(offset):
        lines += blank
    return insert_lines(layout, offset, lines)


def _is_spaced(layout: Layout) -> bool:
    """Whether blank lines separate the steps; so they do where there are too few to tell."""
    chunks = _chunks(layout)
    gaps = (
        layout.line(offset)
        for chunk, following in pairwise(chunks)
        for offset in range(chunk.end, following.head)
    )
    return len(chunks) < 2 or "" in gaps


def _chunks(layout: Layout) -> tuple[_Chunk, ...]:
    steps = _steps(layout)
    floor = layout.line_end(steps.key_end)
    chunks = []
    for step in steps.children:
        head, end = layout.head_start(step, floor), layout.foot_end(step)
        chunks.append(_Chunk(head=head, dash=step.start, end=end))
        floor = end
    return tuple(chunks)


def _steps(layout: Layout) -> Branch:
    """The list of steps; every text that is a plan has one."""
    return next(branch for branch in layout.root.children if branch.path == _STEPS)


def _without_keys(remarks: Remarks, old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Remarks:
    """The comments but those on keys and parameters that the new step no longer has."""
    gone: set[Path] = {(0, key) for key in old if key not in new}
    before, after = old.get("with"), new.get("with")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        gone |= {(0, "with", name) for name in before if name not in after}
    return {
        (path, place): lines
        for (path, place), lines in remarks.items()
        if path[:2] not in gone and path[:3] not in gone
    }
