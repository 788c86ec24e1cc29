"""What is measured of a row, frozen for a run: mined from the guide exemplars, then applied to any rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataevolver.columns import ColumnPath
from dataevolver.profiler.conversations import Manners, learn_manners
from dataevolver.profiler.language import UNKNOWN, language_of
from dataevolver.profiler.phrases import mine_phrases
from dataevolver.profiler.relations import Relation, mine_relations
from dataevolver.profiler.rows import Field, Row, fields_of, text_at
from dataevolver.profiler.words import lines_of, skeleton

Matrix = NDArray[np.float64]

SHAPES: tuple[str, ...] = ("first_line", "last_line", "last_line_whole")
_SHAPE_COMMON = 0.2  # share of the exemplars that must have a line of that shape
_SHAPE_CUT = 6  # bytes of the skeleton that make a shape; `last_line_whole` takes them all
_SHAPE_WHOLE = 40
_LANGUAGE_COMMON = 0.05
_PAIRED = 4  # the longest text columns are compared with each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One column of the profile.

    `unit` is count, size, ratio, share or flag; counts and sizes are kept as log(1 + value).
    `hard`: a row that differs from all exemplars is broken, however few such rows there are; with
    `sound` only where that is the value that exemplars have.
    """

    name: str  # answer.words, answer ~ question.overlap, row.duplicate
    column: str  # a text path, a field, two paths joined by " ~ ", or "row"
    measure: str
    group: str
    unit: str
    label: str
    hard: bool = False
    sound: float | None = None

    @property
    def logarithmic(self) -> bool:
        """Whether the profile holds log(1 + value)."""
        return self.unit in ("count", "size")

    def natural(self, values: Matrix) -> Matrix:
        """Profile values in natural units: characters, words, shares."""
        return np.expm1(values) if self.logarithmic else values


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What was learnt from the guide exemplars (and, for boilerplate, from the raw rows)."""

    fields: tuple[Field, ...]
    texts: tuple[ColumnPath, ...]
    pairs: tuple[tuple[str, str], ...]
    shapes: Mapping[str, frozenset[bytes]]  # "answer.last_line" -> shapes that exemplars share
    languages: Mapping[str, tuple[str, ...]]
    phrases: tuple[str, ...]
    relations: tuple[Relation, ...]
    manners: tuple[Manners, ...]
    raw_fields: tuple[str, ...]


def define(exemplars: Sequence[Row], raw: Sequence[Row]) -> Definition:
    """Learns the fields, line shapes, languages, phrases, relations and manners of the exemplars."""
    fields = fields_of(exemplars)
    paths = tuple(path for field in fields for path in field.texts)
    texts = {str(path): [text_at(row, path) or "" for row in exemplars] for path in paths}
    raw_fields = fields_of(raw)
    return Definition(
        fields=fields,
        texts=paths,
        pairs=_pairs(texts),
        shapes=_common_shapes(texts),
        languages=_common_languages(texts),
        phrases=mine_phrases(_texts_of(raw, raw_fields), _texts_of(exemplars, fields)),
        relations=mine_relations(texts | _numbers(fields, exemplars)),
        manners=tuple(
            learn_manners(exemplars, field) for field in fields if field.kind == "conversation"
        ),
        raw_fields=tuple(field.name for field in raw_fields),
    )


def line_shape(text: str, which: str) -> bytes:
    """The shape of a text's first or last line, as in `SHAPES`; empty for an empty text."""
    lines = lines_of(text)
    if not lines:
        return b""
    shape = skeleton(lines[0] if which == "first_line" else lines[-1])
    return shape[: _SHAPE_WHOLE if which == "last_line_whole" else _SHAPE_CUT]


def relation_texts(definition: Definition, rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """The texts at every path and number field, row by row; a missing one is empty."""
    texts = {str(path): [text_at(row, path) or "" for row in rows] for path in definition.texts}
    return texts | _numbers(definition.fields, rows)


def _texts_of(rows: Sequence[Row], fields: Sequence[Field]) -> list[list[str]]:
    paths = [path for field in fields for path in field.texts]
    return [[text for path in paths if (text := text_at(row, path))] for row in rows]


def _numbers(fields: Sequence[Field], rows: Sequence[Row]) -> dict[str, list[str]]:
    return {
        field.name: [text_at(row, ColumnPath(column=field.name)) or "" for row in rows]
        for field in fields
        if field.kind == "number"
    }


def _pairs(texts: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    longest = sorted(texts, key=lambda path: (-sum(map(len, texts[path])), path))[:_PAIRED]
    kept = [path for path in texts if path in longest]
    return tuple((left, right) for i, left in enumerate(kept) for right in kept[i + 1 :])


def _common_shapes(texts: Mapping[str, Sequence[str]]) -> Mapping[str, frozenset[bytes]]:
    found = {}
    for path, column in texts.items():
        for which in SHAPES:
            counts = Counter(line_shape(text, which) for text in column)
            least = max(2, _SHAPE_COMMON * len(column))
            common = frozenset(shape for shape, rows in counts.items() if shape and rows >= least)
            if common:
                found[f"{path}.{which}"] = common
    return found


def _common_languages(texts: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for path, column in texts.items():
        counts = Counter(language_of(text) for text in column)
        known = sum(rows for language, rows in counts.items() if language != UNKNOWN)
        common = [
            language
            for language, rows in counts.items()
            if language != UNKNOWN and rows >= max(2, _LANGUAGE_COMMON * known)
        ]
        if common and 2 * known >= len(column):
            found[path] = tuple(sorted(common))
    return found
