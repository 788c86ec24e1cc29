"""Names and reasons for the steps, once their order is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dataevolver.solver.needs import Need, commute, unmet, wants
from dataevolver.solver.points import Placed
from dataevolver.solver.resolution import ResolvedStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """The steps between some inputs and one end, each reading the one before it. `asked` is what
    the step at the end, which has further inputs, needs of these.
    """

    inputs: tuple[str, ...]
    placed: tuple[Placed, ...]
    end: str  # by which others name the output of the last of them
    asked: tuple[str, tuple[Need, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """Why a step stands where it does: `need` of the step at `position` (None: of the asker)."""

    need: Need
    position: int | None


def assemble(laid: Sequence[Laid], names: Iterable[str]) -> tuple[ResolvedStep, ...]:
    """The steps in running order. No id is one of `names`, but for steps that bear them."""
    taken = set(names)
    ends: dict[str, str] = {}
    steps: list[ResolvedStep] = []
    for line in laid:
        inputs = tuple(ends.get(name, name) for name in line.inputs)
        for step in _named(line, taken, inputs):
            steps.append(step)
            inputs = (step.id,)
        ends[line.end] = inputs[0]
    return tuple(steps)


def _named(line: Laid, taken: set[str], inputs: tuple[str, ...]) -> Iterator[ResolvedStep]:
    reasons = [
        _reason(line, position) if placed.step is None or placed.put_before else None
        for position, placed in enumerate(line.placed)
    ]
    ids: list[str] = []
    for position, placed in enumerate(line.placed):
        if placed.step is not None:
            ids.append(placed.step.id)
            continue
        wanted = f"{placed.bound.operator.name}_for_{_written(line, reasons, position)}"
        ids.append(_free(wanted, taken))
        taken.add(ids[-1])
    for position, placed in enumerate(line.placed):
        why = _why(line, reasons, position, ids)
        inserted = placed.step is None
        yield ResolvedStep(
            id=ids[position],
            bound=placed.bound,
            inputs=inputs if position == 0 else (ids[position - 1],),
            inserted_for=why if inserted else "",
            moved="" if inserted or not placed.put_before else why,
            before=placed.before,
            after=placed.after,
        )


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _reason(line: Laid, position: int) -> _Reason | None:
    """The first later step that lacked something before this one and has it after."""
    placed = line.placed[position]
    later = [
        (number, wants(line.placed[number].bound))
        for number in range(position + 1, len(line.placed))
    ]
    asked = [(None, line.asked[1])] if line.asked else []
    for number, needs in (*later, *asked):
        lacked = unmet(needs, placed.since)
        still = set(unmet(needs, placed.after))
        gained = [need for need in lacked if need not in still]
        if gained:
            return _Reason(need=gained[0], position=number)
    return None


def _written(line: Laid, reasons: Sequence[_Reason | None], position: int) -> str:
    """The id of the step in the plan that an inserted step serves, if only by way of others."""
    placed = line.placed[position]
    while placed.step is None:
        reason = reasons[position]
        if reason is None:
            return placed.put_before
        if reason.position is None:
            return line.asked[0] if line.asked else placed.put_before
        position = reason.position
        placed = line.placed[position]
    return placed.step.id


def _why(line: Laid, reasons: Sequence[_Reason | None], position: int, ids: Sequence[str]) -> str:
    placed, reason = line.placed[position], reasons[position]
    if not placed.put_before:
        return ""
    if reason is None:
        return f"before step {placed.put_before}{_ahead_of(line, position, ids)}"
    wanting = placed.put_before if reason.position is None else ids[reason.position]
    if placed.step is None:
        return f"{reason.need} wanted by step {wanting}"
    return f"before step {placed.put_before}: {reason.need} wanted by step {wanting}"


def _ahead_of(line: Laid, position: int, ids: Sequence[str]) -> str:
    """A step that only makes way names the moved step that it has to stay ahead of."""
    own = line.placed[position]
    for number in range(position + 1, len(line.placed)):
        other = line.placed[number]
        if other.put_before and other.step and not commute(own.bound, other.bound):
            return f", to stay ahead of step {ids[number]}"
    return ""
