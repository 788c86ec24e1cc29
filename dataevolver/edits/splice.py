"""Edits made in the text of a plan: only the lines of the changed steps change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dataevolver.edits.chunks import (
    add_step,
    can_splice,
    expand_steps,
    move_step,
    remove_step,
    rewrite_step,
)
from dataevolver.edits.edit import UNSET, Add, Edit, Move, Remove, Unset, apply, apply_one
from dataevolver.edits.entries import set_entry
from dataevolver.edits.formatting import BYTE_ORDER_MARK
from dataevolver.edits.layout import Path
from dataevolver.errors import Place, Problem, SpecError
from dataevolver.operators import Operator, Value
from dataevolver.plans import (
    STEP_SHAPE,
    Plan,
    content,
    parse_plan,
    plan_tree,
    read_plan,
    step_content,
    step_tree,
    value_content,
)
from dataevolver.yamlfile import Plain

Catalog = Mapping[str, Operator]


def apply_edits(text: str, edits: Sequence[Edit], file: str, catalog: Catalog | None = None) -> str:
    """The text of the plan after the edits: `read_plan` of it is `apply` of the plan.

    Lines of steps that no edit touches stay as they are, an edit that changes nothing changes no
    byte, and comments go with the step or the key that they are about. Raises SpecError as
    `apply` does, and when the text is not one that can be spliced.
    """
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    text = text.removeprefix(mark)
    plan = read_plan(text, file)
    apply(plan, edits)
    for edit in edits:
        intended = apply_one(plan, edit)
        if isinstance(intended, Problem):
            raise SpecError(intended)
        if content(intended) != content(plan):
            text = _spliced(text, plan, intended, edit, catalog)
        plan = intended
    return mark + text


def _spliced(text: str, plan: Plan, intended: Plan, edit: Edit, catalog: Catalog | None) -> str:
    if can_splice(text):
        text = _edited(expand_steps(text, plan_tree(plan)), plan, intended, edit, catalog)
        text = _repaired(text, intended, catalog)
    if not _says(text, intended):
        raise SpecError(
            Problem(
                message="the plan is written in a way in which single steps cannot be changed",
                place=Place(file=intended.file),
                hint="run `dve fmt` first",
            )
        )
    return text


def _edited(text: str, plan: Plan, intended: Plan, edit: Edit, catalog: Catalog | None) -> str:
    after = [step.id for step in intended.steps]
    if isinstance(edit, Add):
        return add_step(text, after.index(edit.step.id), step_tree(edit.step, catalog))
    before = [step.id for step in plan.steps].index(edit.id)
    if isinstance(edit, Remove):
        return remove_step(text, before)
    if isinstance(edit, Move):
        return move_step(text, before, after.index(edit.id))
    old = step_tree(plan.steps[before])
    new = step_tree(intended.steps[before], catalog)
    changed = _with_changes(text, before, old, new)
    if changed is None or not _says(changed, intended):
        return rewrite_step(text, before, old, new)
    return changed


# ---- comparing with what is intended


def _read(text: str, file: str) -> Plan | None:
    """The plan that the text is, or None when a splice went wrong and it is none."""
    try:
        return parse_plan(text, file)
    except SpecError:
        return None


def _says(text: str, plan: Plan) -> bool:
    read = _read(text, plan.file)
    return read is not None and content(read) == content(plan)


def _repaired(text: str, intended: Plan, catalog: Catalog | None) -> str:
    """Steps that now read otherwise are written anew: a block of text at the end of a file that
    lacks its last newline means something else in the middle."""
    plan = _read(text, intended.file)
    if plan is None or len(plan.steps) != len(intended.steps):
        return text
    for position, (read, wanted) in enumerate(zip(plan.steps, intended.steps, strict=True)):
        if step_content(read) != step_content(wanted):
            tree = step_tree(wanted, catalog)
            text = rewrite_step(text, position, tree, tree)
    return text


# ---- keys


def _with_changes(
    text: str, position: int, before: Mapping[str, Plain], after: Mapping[str, Plain]
) -> str | None:
    """The text with every key and parameter of a step that differs set anew, where that goes."""
    for path, key, value, order in _changes(before, after):
        changed = set_entry(text, ("steps", position, *path), key, value, order)
        if changed is None or _read(changed, "") is None:
            return None
        text = changed
    return text


def _changes(
    before: Mapping[str, Plain], after: Mapping[str, Plain]
) -> Iterator[tuple[Path, str, Value | Unset, Sequence[str]]]:
    """What to set in a step, parameters before those that go, so that `with` is never empty."""
    old, new = before.get("with"), after.get("with")
    inside = isinstance(old, Mapping) and isinstance(new, Mapping)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from ((("with",), *change) for change in _differences(old, new, tuple(new)))
    keys = [key for key in STEP_SHAPE.fields if key != "with" or not inside]
    old = {key: before[key] for key in keys if key in before}
    new = {key: after[key] for key in keys if key in after}
    yield from (((), *change) for change in _differences(old, new, tuple(STEP_SHAPE.fields)))


def _differences(
    old: Mapping[str, Plain], new: Mapping[str, Plain], order: Sequence[str]
) -> Iterator[tuple[str, Value | Unset, Sequence[str]]]:
    for key, value in new.items():
        if key not in old or value_content(old[key]) != value_content(value):
            yield key, value, order
    yield from ((key, UNSET, order) for key in old if key not in new)
