"""Relations that hold in the exemplars: mined as candidates, kept when nearly every exemplar obeys.

A row that breaks one contradicts itself ("the reasoning ends at 12, the answer says 15"), which no
measure of form sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dataevolver.profiler.arithmetic import equations_hold
from dataevolver.profiler.words import lines_of, lone_magnitude, magnitudes

OBEYED = 0.9  # share of the exemplars to which it applies that must obey
_APPLIES = 0.5  # share of the exemplars to which it must apply, and at least `_ROWS`
_ROWS = 5
_REQUIRED = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`kind` names a check of `CHECKS` over the texts at `columns`, in that order.

    Where it does not apply, the row counts as broken when it applies to nearly all exemplars
    (`required`), else as whole.
    """

    kind: str
    columns: tuple[str, ...]
    required: bool

    @property
    def name(self) -> str:
        """`answer.last_number_agrees`, `answer ~ context.contained`."""
        return f"{' ~ '.join(self.columns)}.{self.kind}"

    @property
    def label(self) -> str:
        """What the relation claims, as a sentence."""
        return _LABELS[self.kind].format(*self.columns)


def mine_relations(texts: Mapping[str, Sequence[str]]) -> tuple[Relation, ...]:
    """The relations that the exemplars obey; `texts` holds each column's texts, row by row."""
    found = []
    for kind, check in CHECKS.items():
        for columns in _candidates(kind, tuple(texts)):
            answers = [check(*row) for row in zip(*(texts[name] for name in columns), strict=True)]
            applicable = [answer for answer in answers if answer is not None]
            enough = len(applicable) >= max(_ROWS, _APPLIES * len(answers))
            if enough and sum(applicable) >= OBEYED * len(applicable):
                required = len(applicable) >= _REQUIRED * len(answers)
                found.append(Relation(kind=kind, columns=columns, required=required))
    return tuple(found)


def obeys(relation: Relation, texts: Sequence[str]) -> bool:
    """Whether one row, by its texts at the relation's columns, is as the exemplars are."""
    answer = CHECKS[relation.kind](*texts)
    return not relation.required if answer is None else answer


def _candidates(kind: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    if kind in _PAIRS:
        return [(left, right) for left in columns for right in columns if left != right]
    return [(name,) for name in columns]


def _last_number_agrees(text: str) -> bool | None:
    body, final = _split_final_line(text)
    before, after = magnitudes(body), magnitudes(final)
    return before[-1] == after[-1] if before and after else None


def _final_numbers_appear(text: str) -> bool | None:
    body, final = _split_final_line(text)
    before, after = magnitudes(body), magnitudes(final)
    return set(after) <= set(before) if before and after else None


def _is_last_number_of(short: str, long: str) -> bool | None:
    number, others = lone_magnitude(short), magnitudes(long)
    return None if number is None or not others else number == others[-1]


def _contained(short: str, long: str) -> bool | None:
    inner, outer = (" ".join(text.casefold().split()) for text in (short, long))
    return None if len(inner) < 2 or not outer else inner in outer


def _split_final_line(text: str) -> tuple[str, str]:
    lines = lines_of(text)
    return ("\n".join(lines[:-1]), lines[-1]) if lines else ("", "")


CHECKS: Mapping[str, Callable[..., bool | None]] = {
    "last_number_agrees": _last_number_agrees,
    "final_numbers_appear": _final_numbers_appear,
    "equations_hold": equations_hold,
    "is_last_number_of": _is_last_number_of,
    "contained": _contained,
}
_PAIRS = frozenset({"is_last_number_of", "contained"})
_LABELS: Mapping[str, str] = {
    "last_number_agrees": "{0}: the last number before the final line is the final line's",
    "final_numbers_appear": "{0}: every number of the final line stands before it",
    "equations_hold": "{0}: the equations written out are right",
    "is_last_number_of": "{0} is the last number of {1}",
    "contained": "{0} stands in {1}",
}
