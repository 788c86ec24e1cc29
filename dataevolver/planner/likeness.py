"""How unlike two lots of text are, cheaply: what field mapping and layout go by.

Form is the energy distance of a few counts (0 same distribution, 1 nothing in common), content the
cosine distance of hashed byte trigrams. Both are deterministic and need a millisecond a column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataevolver.columns import ColumnPath, parse_path
from dataevolver.profiler import Row, plain_text, text_at

Numbers = npt.NDArray[np.float64]

SAMPLE = 400  # texts are enough to tell two columns apart
NUMBER = re.compile(r"-?\d+(?:,\d{3})+(?:\.\d+)?|-?\d*\.?\d+", re.ASCII)
SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[\"'(]?[A-Z$\d])")
_WORD = re.compile(r"\w+")
_BUCKETS = 1024
_PUNCTUATION = frozenset(".,;:!?'\"()-")
_SYMBOLS = frozenset("#$%&@<>{}[]\\|~^*_=+/`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is remembered of a column: one row of counts a text, and its trigrams."""

    counts: Numbers
    trigrams: Numbers


def text_of(value: object) -> str:
    """The value as a text column would hold it; null is empty."""
    return "" if value is None else plain_text(value)


def texts(rows: Sequence[Row], column: str) -> tuple[str, ...]:
    """The column as texts, one a row; of a path into conversations one a turn."""
    path = parse_path(column)
    if path is None or not path.field:
        return tuple(text_of(row.get(column)) for row in rows)
    if not path.each:
        return tuple(text_at(row, path) or "" for row in rows)
    return tuple(text for row in rows for text in _turn_texts(row.get(path.column), path))


def _turn_texts(turns: object, path: ColumnPath) -> list[str]:
    return [
        text_of(turn.get(path.field))
        for turn in (turns if isinstance(turns, (list, tuple)) else ())
        if isinstance(turn, Mapping)
        and (path.where is None or str(turn.get(path.where[0])) == path.where[1])
    ]


def sketch(values: Sequence[str]) -> Sketch:
    """Counts and trigrams of at most `SAMPLE` evenly spread texts."""
    step = max(1, len(values) // SAMPLE)
    chosen = values[::step][:SAMPLE]
    return Sketch(
        counts=np.array([_counts(text) for text in chosen], dtype=np.float64).reshape(-1, 12),
        trigrams=_trigrams(chosen),
    )


def unlikeness(one: Sketch, other: Sketch) -> float:
    """0 for the same kind of text, towards 1 for texts with nothing in common."""
    form = float(np.mean(energy(one.counts, other.counts)))
    norms = float(np.linalg.norm(one.trigrams) * np.linalg.norm(other.trigrams))
    content = 1.0 - float(one.trigrams @ other.trigrams) / norms if norms else 1.0
    if not one.trigrams.any() and not other.trigrams.any():
        content = 0.0
    return 0.6 * form + 0.4 * content


def energy(one: Numbers, other: Numbers) -> Numbers:
    """Normalised energy distance of each column: 1 - (mean|x-x'| + mean|y-y'|) / (2 mean|x-y|)."""
    across = _mean_distance(one, other)
    within = _mean_distance(one, one) + _mean_distance(other, other)
    return np.where(across > 1e-9, 1.0 - within / np.maximum(2.0 * across, 1e-9), 0.0)


def _mean_distance(one: Numbers, other: Numbers) -> Numbers:
    return np.abs(one[:, None, :] - other[None, :, :]).mean(axis=(0, 1))  # type: ignore[no-any-return]


def _counts(text: str) -> list[float]:
    size = max(1, len(text))
    words = _WORD.findall(text)
    letters = sum(character.isalpha() for character in text)
    stripped = text.strip()
    return [
        float(np.log1p(len(text))),
        float(np.log1p(len(words))),
        float(np.log1p(text.count("\n"))),
        sum(map(len, words)) / max(1, len(words)),
        sum(character.isdigit() for character in text) / size,
        sum(character.isupper() for character in text) / max(1, letters),
        sum(character in _PUNCTUATION for character in text) / size,
        sum(character in _SYMBOLS for character in text) / size,
        sum(ord(character) > 127 for character in text) / size,
        float(stripped.endswith("?")),
        float(stripped.endswith((".", "!"))),
        float(not stripped),
    ]


def _trigrams(values: Sequence[str]) -> Numbers:
    """Square-rooted counts over all texts, hashed to a fixed number of buckets."""
    found = np.zeros(_BUCKETS)
    for text in values:
        codes = np.frombuffer(text.lower().encode("utf-8", "replace")[:2000], np.uint8)
        if codes.size < 3:
            continue
        wide = codes.astype(np.int64)
        keys = (wide[:-2] * 65599 + wide[1:-1] * 257 + wide[2:]) % _BUCKETS
        found += np.sqrt(np.bincount(keys, minlength=_BUCKETS) / codes.size)
    return np.sqrt(found)
