"""The shape of a conversation: who speaks, in which order, and whether somebody says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dataevolver.profiler.rows import Field, Row, turns_of
from dataevolver.profiler.text import Measure

MEASURES: tuple[Measure, ...] = tuple(
    Measure(name=name, group="conversation", unit=unit, label=label)
    for name, unit, label in (
        ("turns", "size", "turns"),
        ("alternates", "flag", "speakers alternate"),
        ("starts_right", "flag", "begins as the exemplars do"),
        ("ends_right", "flag", "ends as the exemplars do"),
        ("empty_turns", "count", "empty turns"),
        ("system_turn", "flag", "has a system turn"),
        ("known_speakers", "flag", "speakers of the exemplars only"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the exemplars' conversations go: their speakers, and who speaks first and last."""

    field: Field
    speakers: tuple[str, ...]
    first: str
    last: str


def learn_manners(rows: Sequence[Row], field: Field) -> Manners:
    """The most common first (after a system turn) and last speaker, and all that occur."""
    conversations = [turns for row in rows if (turns := turns_of(row, field))]
    spoken = [[role for role, _ in turns if role != "system"] for turns in conversations]
    first = Counter(roles[0] for roles in spoken if roles)
    last = Counter(roles[-1] for roles in spoken if roles)
    return Manners(
        field=field,
        speakers=tuple(sorted({role for turns in conversations for role, _ in turns})),
        first=_most_common(first),
        last=_most_common(last),
    )


def measure_conversation(row: Row, manners: Manners) -> tuple[float, ...]:
    """The value of each of `MEASURES`, in that order; a missing conversation has no turns."""
    turns = turns_of(row, manners.field)
    roles = [role for role, _ in turns if role != "system"]
    return (
        float(len(turns)),
        float(bool(roles) and all(a != b for a, b in pairwise(roles))),
        float(bool(roles) and roles[0] == manners.first),
        float(bool(roles) and roles[-1] == manners.last),
        float(sum(not text.strip() for _, text in turns)),
        float(len(roles) < len(turns)),
        float(bool(turns) and all(role in manners.speakers for role, _ in turns)),
    )


def _most_common(counted: Counter[str]) -> str:
    return min(counted, key=lambda role: (-counted[role], role), default="")
