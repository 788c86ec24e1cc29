"""Which raw columns play which fields of the exemplars, found from the texts themselves.

Names help only a little: raw `answer` may hold a bare number where the exemplars' `answer` is a
whole solution. The assignment is the one with the smallest total unlikeness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from dataevolver.planner.formats import Format, mine_format
from dataevolver.planner.likeness import Sketch, sketch, text_of, texts, unlikeness
from dataevolver.profiler import Row

_UNUSABLE = 0.75  # a worse match is no match: the field stays missing
_NAME_BONUS = 0.1  # for the same words in both names: decides between equals only
_WORTH_ADDING = 0.02  # share of rows in which a second part must hold text to be joined
_MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One raw column, or two of which the second follows on a new line where it is not empty."""

    columns: tuple[str, ...]

    def value(self, row: Row) -> str:
        held = [text_of(row.get(column)) for column in self.columns]
        return "\n".join(text for text in held if text.strip()) if len(held) > 1 else held[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """For each field of the exemplars the part that plays it."""

    parts: Mapping[str, Part]
    constants: Mapping[str, str]
    missing: tuple[str, ...]
    unlikeness: float  # mean over the fields that have a part
    formats: Mapping[str, Format]  # of fields whose text ends in an answer format

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(column for part in self.parts.values() for column in part.columns)


def field_names(rows: Sequence[Row]) -> tuple[str, ...]:
    """All fields of the rows, in order of first appearance."""
    return tuple(dict.fromkeys(name for row in rows for name in row))


def map_fields(raw: Sequence[Row], exemplars: Sequence[Row]) -> tuple[FieldMap, ...]:
    """Assignments, the likeliest first: the best one, then its variants with joined columns."""
    wanted = field_names(exemplars)
    offered = tuple(name for name in field_names(raw) if _scalar(raw, name))[:_MOST_COLUMNS]
    formats = {
        name: shape for name in wanted if (shape := mine_format(exemplars, name)) is not None
    }
    targets = {name: _targets(exemplars, name, formats.get(name)) for name in wanted}
    sources = {name: sketch(texts(raw, name)) for name in offered}
    costs = {
        (field, column): _cost(field, column, targets[field], sources[column])
        for field in wanted
        for column in offered
    }
    constants = _constants(exemplars, wanted, offered)
    assigned = _assign([field for field in wanted if field not in constants], offered, costs)
    best = FieldMap(
        parts={field: Part(columns=(column,)) for field, column in assigned.items()},
        constants=constants,
        missing=tuple(field for field in wanted if field not in {*assigned, *constants}),
        unlikeness=_mean([costs[pair] for pair in assigned.items()]),
        formats=formats,
    )
    variants = (best, *_joined(best, raw, targets, costs))
    return tuple(sorted(variants, key=lambda variant: variant.unlikeness))


def _scalar(rows: Sequence[Row], name: str) -> bool:
    return not any(isinstance(row.get(name), (Mapping, list, tuple)) for row in rows)


def _targets(exemplars: Sequence[Row], field: str, shape: Format | None) -> tuple[Sketch, ...]:
    """The field's texts and, where they end in an answer format, its bodies alone."""
    values = texts(exemplars, field)
    whole = sketch(values)
    if shape is None or shape.whole:
        return (whole,)
    return (whole, sketch([shape.parts(text)[0] for text in values]))


def _cost(field: str, column: str, targets: Sequence[Sketch], source: Sketch) -> float:
    ours, theirs = _name_words(field), _name_words(column)
    bonus = _NAME_BONUS * len(ours & theirs) / max(1, len(ours | theirs))
    return min(unlikeness(target, source) for target in targets) - bonus


def _name_words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()))


def _constants(
    exemplars: Sequence[Row], wanted: Sequence[str], offered: Sequence[str]
) -> dict[str, str]:
    """Fields that hold one text in every exemplar, and that raw does not have by that name."""
    found = {}
    for field in wanted:
        values = set(texts(exemplars, field))
        if len(values) == 1 and field not in offered and len(exemplars) > 1:
            found[field] = values.pop()
    return found


def _assign(
    fields: Sequence[str], columns: Sequence[str], costs: Mapping[tuple[str, str], float]
) -> dict[str, str]:
    """The cheapest one-to-one assignment: exact for few fields, greedy beyond."""
    if len(fields) > 4:
        return _assign_greedily(fields, columns, costs)
    padded = [*columns, *([""] * len(fields))]
    choices = dict.fromkeys(permutations(padded, len(fields)))

    def total(choice: Sequence[str]) -> float:
        return sum(
            costs[field, column] if column else _UNUSABLE
            for field, column in zip(fields, choice, strict=True)
        )

    chosen = min(choices, key=total, default=())
    return {field: column for field, column in zip(fields, chosen, strict=True) if column}


def _assign_greedily(
    fields: Sequence[str], columns: Sequence[str], costs: Mapping[tuple[str, str], float]
) -> dict[str, str]:
    found: dict[str, str] = {}
    pairs = [(field, column) for field in fields for column in columns]
    for field, column in sorted(pairs, key=lambda pair: costs[pair]):
        free = field not in found and column not in found.values()
        if free and costs[field, column] < _UNUSABLE:
            found[field] = column
    return {field: found[field] for field in fields if field in found}


def _joined(
    best: FieldMap,
    raw: Sequence[Row],
    targets: Mapping[str, Sequence[Sketch]],
    costs: Mapping[tuple[str, str], float],
) -> tuple[FieldMap, ...]:
    """Variants in which an unused column with text follows or precedes an assigned one."""
    spare = [
        column
        for column in field_names(raw)
        if column not in best.used and _scalar(raw, column) and _wordy(texts(raw, column))
    ]
    found = []
    for field, part in best.parts.items():
        for column in spare:
            for columns in ((*part.columns, column), (column, *part.columns)):
                joined = Part(columns=columns)
                source = sketch([joined.value(row) for row in raw])
                cost = min(unlikeness(target, source) for target in targets[field])
                change = (cost - costs[field, part.columns[0]]) / max(1, len(best.parts))
                variant = FieldMap(
                    parts={**best.parts, field: joined},
                    constants=best.constants,
                    missing=best.missing,
                    unlikeness=best.unlikeness + change,
                    formats=best.formats,
                )
                found.append(variant)
    found.sort(key=lambda variant: variant.unlikeness)
    return tuple(found[:3])


def _wordy(values: Sequence[str]) -> bool:
    """Whether some rows hold words there, not only an id or a label."""
    filled = [text for text in values if text.strip()]
    if len(filled) < _WORTH_ADDING * len(values):
        return False
    return _mean([float(len(text.split())) for text in filled]) >= 3


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
