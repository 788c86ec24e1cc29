"""Columns in natural units, for people and for the planner's parameters (`exemplars.words.p01`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dataevolver.columns import ColumnPath
from dataevolver.profiler.language import UNKNOWN, language_of
from dataevolver.profiler.rows import Field, Row, fields_of, text_at, turns_of
from dataevolver.profiler.text import NAMES, measure_text

STATISTICS: tuple[str, ...] = ("min", "p01", "p05", "p50", "p95", "p99", "max", "mean")
_QUANTILES = (0.0, 0.01, 0.05, 0.5, 0.95, 0.99, 1.0)
_LANGUAGE_COMMON = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """One column: its measures by name, each with `STATISTICS`; nulls are left out of them."""

    kind: str
    present: float  # share of the rows that have it
    measures: Mapping[str, Mapping[str, float]]
    languages: Mapping[str, float]  # share of the texts whose language could be told, largest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All columns of some rows by path, text inside conversations by role and altogether."""

    rows: int
    fields: tuple[str, ...]
    columns: Mapping[str, ColumnSummary]

    def statistic(self, path: str, measure: str, name: str) -> float | None:
        """`words`, `p01` of a column; None when the column or the measure is not there."""
        column = self.columns.get(path)
        found = column.measures.get(measure) if column else None
        return found.get(name) if found else None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of at least 5 % of some column's texts, sorted."""
        common = {
            language
            for column in self.columns.values()
            for language, share in column.languages.items()
            if share >= _LANGUAGE_COMMON
        }
        return tuple(sorted(common))


def summarise(rows: Sequence[Row]) -> Summary:
    """Every text, number, list and conversation column with its statistics."""
    fields = fields_of(rows)
    columns: dict[str, ColumnSummary] = {}
    for field in fields:
        columns.update(_field_columns(rows, field))
    return Summary(rows=len(rows), fields=tuple(field.name for field in fields), columns=columns)


def _field_columns(rows: Sequence[Row], field: Field) -> dict[str, ColumnSummary]:
    columns = {str(path): _text_column(rows, path, field.kind) for path in field.texts}
    values = [row.get(field.name) for row in rows]
    if field.kind == "conversation":
        columns[field.name] = _sizes(field, [len(turns_of(row, field)) for row in rows], "turns")
        if field.content:
            every = ColumnPath(column=field.name, field=field.content, each=True)
            columns[str(every)] = _text_column(rows, every, field.kind)
    if field.kind == "number":
        numbers = [float(v) for v in values if isinstance(v, int | float)]
        columns[field.name] = _sizes(field, numbers, "value", len(numbers) / max(1, len(rows)))
    return columns


def _text_column(rows: Sequence[Row], path: ColumnPath, kind: str) -> ColumnSummary:
    texts = [text for row in rows if (text := text_at(row, path)) is not None]
    matrix = np.array([measure_text(text) for text in texts], np.float64).reshape(-1, len(NAMES))
    languages = Counter(language_of(text) for text in texts)
    languages.pop(UNKNOWN, None)
    known = max(1, sum(languages.values()))
    ranked = sorted(languages.items(), key=lambda item: (-item[1], item[0]))
    return ColumnSummary(
        kind=kind,
        present=len(texts) / max(1, len(rows)),
        measures={
            name: _statistics(matrix[:, index]) for index, name in enumerate(NAMES) if len(texts)
        },
        languages={language: count / known for language, count in ranked},
    )


def _sizes(field: Field, values: Sequence[float], name: str, present: float = 1.0) -> ColumnSummary:
    column = np.array(values, np.float64)
    column = column[np.isfinite(column)]  # infinity is no size
    measures = {name: _statistics(column)} if column.size else {}
    return ColumnSummary(kind=field.kind, present=present, measures=measures, languages={})


def _statistics(column: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Mapping[str, float]:
    quantiles = np.quantile(column, _QUANTILES)
    values = (*quantiles.tolist(), float(column.mean()))
    return dict(zip(STATISTICS, values, strict=True))
