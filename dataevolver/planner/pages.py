"""Raw columns that hold web pages where exemplars hold plain text: read first, mapped after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataevolver.operators import Operator
from dataevolver.planner.fields import field_names
from dataevolver.plans import Step
from dataevolver.profiler import Row, is_page, visible_text

_READERS = ("extract_main_text", "strip_markup")  # the better one first; it needs an extra
_MOSTLY = 0.5  # share of a column's texts that are pages
_SELDOM = 0.05  # share of the exemplars' texts that may look like one
_READ = 40  # rows that are read to tell,
_ENOUGH = 100  # and as text: pages are long


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Rows as they read once their pages are text, and a step for each way to make them so."""

    rows: Sequence[Row]
    readers: tuple[Step, ...] = ()


def read_pages(
    raw: Sequence[Row], exemplars: Sequence[Row], catalog: Mapping[str, Operator]
) -> Pages:
    """Pages of HTML as rough text, where exemplars have none; else the rows as they are."""
    if any(_share(exemplars, name) > _SELDOM for name in field_names(exemplars)):
        return Pages(rows=raw)
    columns = [name for name in field_names(raw) if _share(raw, name) >= _MOSTLY]
    if not columns:
        return Pages(rows=raw)
    readers = tuple(
        Step(
            id="read_pages",
            operator=name,
            arguments={"columns": columns},
            rationale=f"{' and '.join(columns)} holds web pages; the exemplars are plain text.",
        )
        for name in _READERS
        if name in catalog
    )
    if not readers:
        return Pages(rows=raw)
    return Pages(rows=[_as_text(row, columns) for row in raw[:_ENOUGH]], readers=readers)


def _share(rows: Sequence[Row], name: str) -> float:
    """The share of a column's texts that are pages."""
    shown = [text for row in rows[:_READ] if isinstance(text := row.get(name), str) and text]
    return sum(map(is_page, shown)) / max(1, len(shown))


def _as_text(row: Row, columns: Sequence[str]) -> Row:
    return {
        name: visible_text(value) if name in columns and isinstance(value, str) else value
        for name, value in row.items()
    }
