"""What the planner gives and what it is told: proposals, rounds and experience."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dataevolver.columns import Columns
from dataevolver.edits import Edit
from dataevolver.operators import Operator, Value
from dataevolver.plans import Plan, Step
from dataevolver.profiler import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOperator:
    """An operator made for this task; `yaml` and `body` are the texts of its two files."""

    name: str
    yaml: str
    body: str
    extension: str  # sql | py
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Steps that belong together, before they are placed in a plan."""

    kind: str  # map | format | cut | rewrite | clean | layout | copy | filter | relation | score | ...
    attribute: str  # the attribute group of the gap that it should move
    column: str
    steps: tuple[Step, ...]
    rationale: str
    promise: float  # share of rows that it concerns: orders ideas that nobody has tried
    operators: tuple[NewOperator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A child of the incumbent: typed edits, and the operators that they need."""

    kind: str  # an idea's kind, or: remove | nudge | move
    attribute: str
    edits: tuple[Edit, ...]
    rationale: str
    fingerprint: str  # of the plan that the edits make
    new_operators: tuple[NewOperator, ...] = ()
    free: bool = False  # hygiene: to be kept when the gap does not grow, though it need not shrink


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One proposal that was attempted, and what became of it."""

    number: int
    proposal: Proposal
    before: Mapping[str, float]  # summary of the evaluation: gap, se, yield, rows
    after: Mapping[str, float]  # empty when the plan could not be run
    accepted: bool
    verdict: str
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one kind of edit did to one attribute so far."""

    tried: int
    helped: int
    gain: float  # mean fall of the gap J over all tries
    rows: int  # rows on which it was measured, over all tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Lessons by (kind of edit, attribute); from earlier runs and this one."""

    lessons: Mapping[tuple[str, str], Lesson] = field(default_factory=dict)

    def expected(self, kind: str, attribute: str) -> float:
        """Expected gain, drawn towards that of an untried edit until there are some tries."""
        lesson = self.lessons.get((kind, attribute))
        if lesson is None:
            return _UNTRIED
        return (lesson.gain * lesson.tried + _UNTRIED * _PRIOR) / (lesson.tried + _PRIOR)

    def after(self, done: Round) -> Experience:
        """The experience with one more round."""
        key = (done.proposal.kind, done.proposal.attribute)
        old = self.lessons.get(key, Lesson(tried=0, helped=0, gain=0.0, rows=0))
        gain = done.before.get("gap", 0.0) - done.after["gap"] if "gap" in done.after else 0.0
        new = Lesson(
            tried=old.tried + 1,
            helped=old.helped + int(done.accepted),
            gain=(old.gain * old.tried + gain) / (old.tried + 1),
            rows=old.rows + int(done.after.get("rows", 0)),
        )
        return Experience(lessons=dict(sorted({**self.lessons, key: new}.items())))


_UNTRIED = 0.05
_PRIOR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One attribute that is off, as the evaluation saw it."""

    attribute: str
    group: str
    column: str  # empty when it is about the row
    gap: float  # H in 0..1
    lower: float  # lower bound of H


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an operator does, alone: the shares of the rows and of the exemplars that it touches."""

    rows: float
    exemplars: float


def _untold(uses: Sequence[tuple[Operator, Mapping[str, Value]]]) -> Sequence[Effect | None]:
    return [None for _ in uses]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a proposal may go by. Exemplars are the guide split only."""

    plan: Plan
    catalog: Mapping[str, Operator]
    raw: Sequence[Row]
    prepared: Sequence[Row]  # what the plan makes of `raw`
    exemplars: Sequence[Row]
    findings: Sequence[Finding]
    random: random.Random
    rounds: Sequence[Round] = ()
    tried: frozenset[str] = frozenset()  # fingerprints of plans, never proposed again
    experience: Experience = Experience()
    children: int = 4
    sources: Mapping[str, Columns] = field(default_factory=dict)  # given: only solvable plans
    effects: Callable[[Sequence[tuple[Operator, Mapping[str, Value]]]], Sequence[Effect | None]] = (
        _untold  # of operators with arguments; None: not known
    )
