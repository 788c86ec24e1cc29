"""What is different between two plans, step by step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dataevolver.locks import Lock, LockedStep
from dataevolver.operators import Value
from dataevolver.plans import Plan, Step, step_content, value_content

TEXT_KEYS: Final = ("description", "rationale", "origin", "tags")  # they change no data


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key or parameter. Without `was` it is new, without `becomes` it is gone."""

    path: str  # "operator", "from", "with.threshold", "with.mapping.answer", "rationale"
    before: Value = None
    after: Value = None
    was: bool = True
    becomes: bool = True

    @property
    def is_text(self) -> bool:
        """Whether it changes what people read and no data."""
        return self.path in TEXT_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDiff:
    """One step, as it was (None: it is new) and as it is (None: it is removed)."""

    id: str
    before: Step | None
    after: Step | None
    changes: tuple[Change, ...] = ()
    moved: tuple[str, str] | None = None  # the step above it before and after; "" at the top

    @property
    def kind(self) -> str:
        """added, removed, changed, moved, reworded or unchanged: the first that holds."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        if any(not change.is_text for change in self.changes):
            return "changed"
        if self.moved is not None:
            return "moved"
        return "reworded" if self.changes else "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChange:
    """What the solver or the library makes different, in a sentence about one step."""

    id: str
    kind: str  # inserted | withdrawn | operator | resolution
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDiff:
    """Steps in the new order; a removed one stands after the step that it stood after."""

    name: str
    header: tuple[Change, ...]
    steps: tuple[StepDiff, ...]
    lock: tuple[LockChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different, in the plans or in the locks."""
        return not (self.header or self.lock) and self.count("unchanged") == len(self.steps)

    @property
    def summary(self) -> str:
        """ "2 added, 1 changed, 1 removed, 4 unchanged"; moved and reworded where there are any."""
        always = ("added", "changed", "removed", "unchanged")
        kinds = ("added", "changed", "moved", "removed", "reworded", "unchanged")
        counts = ((kind, self.count(kind)) for kind in kinds)
        return ", ".join(f"{count} {kind}" for kind, count in counts if count or kind in always)

    def count(self, kind: str) -> int:
        """How many steps are of a kind."""
        return sum(step.kind == kind for step in self.steps)


def diff_plans(
    before: Plan | None,
    after: Plan | None,
    before_lock: Lock | None = None,
    after_lock: Lock | None = None,
) -> PlanDiff:
    """The difference by step id; None is a plan that does not exist, all of whose steps are new
    or removed. Locks are compared when both are given, else the steps that were inserted are told.
    """
    old = before.steps if before else ()
    new = after.steps if after else ()
    whole = after or before
    return PlanDiff(
        name=whole.name if whole else "",
        header=tuple(_header(before, after)) if before and after else (),
        steps=_steps(old, new),
        lock=tuple(_lock_changes(before_lock, after_lock)),
    )


def _header(before: Plan, after: Plan) -> Iterator[Change]:
    pairs: Sequence[tuple[str, Value, Value]] = (
        ("plan", before.name, after.name),
        ("description", before.description, after.description),
        ("source", before.source, after.source),
        ("exemplars", before.exemplars, after.exemplars),
        ("optimize", before.optimize, after.optimize),
    )
    for path, old, new in pairs:
        yield from _changes(path, old, new)


def _steps(old: Sequence[Step], new: Sequence[Step]) -> tuple[StepDiff, ...]:
    were = {step.id: step for step in old}
    are = {step.id: step for step in new}
    moved = _moved([step.id for step in old], [step.id for step in new])
    steps = [
        StepDiff(
            id=step.id,
            before=were.get(step.id),
            after=step,
            changes=tuple(_step_changes(were[step.id], step)) if step.id in were else (),
            moved=(_above(old, step.id), _above(new, step.id)) if step.id in moved else None,
        )
        for step in new
    ]
    for step in old:
        if step.id not in are:
            ids = [known.id for known in steps]
            above = _above(old, step.id)
            place = ids.index(above) + 1 if above in ids else 0
            steps.insert(place, StepDiff(id=step.id, before=step, after=None))
    return tuple(steps)


def _above(steps: Sequence[Step], identifier: str) -> str:
    ids = ["", *(step.id for step in steps)]
    return ids[ids.index(identifier) - 1]


def _moved(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """The fewest steps of both that must move to get from one order to the other: those outside
    a longest increasing subsequence."""
    place = {name: position for position, name in enumerate(old)}
    common = [name for name in new if name in place]
    ends: list[int] = []  # the least last place of an increasing run of each length
    chains: list[tuple[str, ...]] = []
    for name in common:
        length = bisect_left(ends, place[name])
        chain = (*(chains[length - 1] if length else ()), name)
        ends[length : length + 1] = [place[name]]
        chains[length : length + 1] = [chain]
    return frozenset(common) - frozenset(chains[-1] if chains else ())


def _step_changes(before: Step, after: Step) -> Iterator[Change]:
    if step_content(before) == step_content(after):
        return
    yield from _changes("operator", before.operator, after.operator)
    yield from _changes("from", before.inputs, after.inputs)
    yield from _changes("with", before.arguments, after.arguments)
    yield from _changes("tags", before.tags, after.tags)
    yield from _changes("rationale", before.rationale, after.rationale)
    yield from _changes("origin", before.origin, after.origin)


def _changes(path: str, before: Value, after: Value) -> Iterator[Change]:
    """Mappings are compared key by key, everything else as a whole."""
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        if value_content(before) != value_content(after):
            yield Change(path=path, before=before, after=after)
        return
    for key in dict.fromkeys((*before, *after)):
        inner = f"{path}.{key}"
        if key not in before:
            yield Change(path=inner, after=after[key], was=False)
        elif key not in after:
            yield Change(path=inner, before=before[key], becomes=False)
        else:
            yield from _changes(inner, before[key], after[key])
    if path != "with" and set(before) == set(after) and list(before) != list(after):
        yield Change(path=f"{path} (order)", before=list(before), after=list(after))


def _lock_changes(before: Lock | None, after: Lock | None) -> Iterator[LockChange]:
    old = before.steps if before else ()
    new = after.steps if after else ()
    were = {step.id: step for step in old}
    for step in new:
        known = were.get(step.id)
        if step.inserted_for and (known is None or not known.inserted_for):
            message = f"{step.operator} is inserted for {step.inserted_for}"
            yield LockChange(id=step.id, kind="inserted", message=message)
        elif known is not None:
            yield from _locked_step_changes(known, step)
    for step in old:
        if after and step.inserted_for and after.step(step.id) is None:
            message = f"{step.operator} is no longer inserted for {step.inserted_for}"
            yield LockChange(id=step.id, kind="withdrawn", message=message)


def _locked_step_changes(before: LockedStep, after: LockedStep) -> Iterator[LockChange]:
    def made(step: LockedStep) -> str:
        return f"{step.operator} of {step.library} ({step.digest})"

    if made(before) != made(after) and _name(before) == _name(after):
        message = f"its operator was {made(before)} and is {made(after)}"
        yield LockChange(id=after.id, kind="operator", message=message)
    sentences = (
        ("is inserted for", before.inserted_for, after.inserted_for),
        ("is given", _given(before), _given(after)),
        ("stands elsewhere:", before.moved, after.moved),
    )
    for says, old, new in sentences:
        if old != new and (new or says != "is inserted for"):
            message = f"{says} {new or 'nothing'}; before {old or 'nothing'}"
            yield LockChange(id=after.id, kind="resolution", message=message)


def _name(step: LockedStep) -> str:
    return step.operator.partition("@")[0]


def _given(step: LockedStep) -> str:
    return ", ".join(f"{name} {value_content(value)}" for name, value in step.arguments.items())
