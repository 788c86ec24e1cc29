"""What a run kept and dropped of each slice of the raw rows: by language, length, source and file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dataevolver.columns import find_path, type_at
from dataevolver.compiler import reference
from dataevolver.operators import Operator
from dataevolver.project import Target
from dataevolver.runner.engine import SOURCES_APART, Connection, open_engine, view_source
from dataevolver.sources import Ingested
from dataevolver.sql import identifier, literal

_KINDS = ("language", "length", "source", "file")
_TWICE = 2.0
_FEW = 5  # dropped rows below which a slice gives no warning

_BANDS = (0, 100, 300, 1_000, 3_000, 10_000)  # characters
_MOST = 40  # slices of one kind; the smaller ones go together
_OTHERS = "(others)"
_WIDEST = 200  # characters of a source's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Raw rows of one kind, and how many of them have a row in the output.

    `meant` rows fell to a step that is there to judge by this very kind: a filter by language
    means to drop languages. `reason` is the most common one of all that were dropped.
    """

    kind: str  # one of _KINDS
    value: str
    rows: int
    kept: int
    meant: int
    reason: str
    warning: bool = False

    @property
    def lost(self) -> float:
        """The share of the rows that are gone."""
        return 1 - self.kept / max(1, self.rows)

    @property
    def undue(self) -> int:
        """Rows that are gone though nobody meant this slice."""
        return self.rows - self.kept - self.meant

    @property
    def undue_share(self) -> float:
        """Their share among the rows that were not meant to go."""
        return self.undue / max(1, self.rows - self.meant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run to break down: the plan's sources in order, their traits, and the two files it left.

    `source_field` names the column whose values are the sources, `meant` the steps by kind of
    slice that are there to judge by it (`purposes`).
    """

    sources: Mapping[str, Ingested]
    traits: Mapping[str, Path]
    output: Path
    rejected: Path
    source_field: str = ""
    meant: Mapping[str, Collection[str]] = field(default_factory=dict)


def slice_value(one: Slice) -> dict[str, object]:
    """A slice as artifacts keep it; the share lost to three digits."""
    return {
        "kind": one.kind,
        "value": one.value,
        "rows": one.rows,
        "kept": one.kept,
        "meant": one.meant,
        "lost": round(one.lost, 3),
        "reason": one.reason,
        "warning": one.warning,
    }


def slice_of(value: Mapping[str, Any]) -> Slice:
    """The slice that `slice_value` wrote."""
    return Slice(**{name: kept for name, kept in value.items() if name != "lost"})


def slice_says(one: Slice) -> str:
    """What a slice lost and why, in a line."""
    judged = one.rows - one.meant
    lost = f"{one.undue:,} of {judged:,} rows dropped ({one.undue_share:.0%})"
    reason = f", mostly: {one.reason}" if one.reason else ""
    return f"{one.kind} {one.value}: {lost}{reason}"


def foremost(found: Sequence[Slice], most: int) -> tuple[Slice, ...]:
    """Of each kind the first `most` slices, and every warning."""
    places: Counter[str] = Counter()
    chosen = []
    for one in found:
        places[one.kind] += 1
        if one.warning or places[one.kind] <= most:
            chosen.append(one)
    return tuple(chosen)


def purposes(steps: Mapping[str, Operator]) -> Mapping[str, tuple[str, ...]]:
    """The steps whose purpose it is to drop rows by their language or length, as they declare."""
    return {
        kind: tuple(step for step, operator in steps.items() if kind in operator.addresses)
        for kind in ("language", "length")
    }


def slices(outcome: Outcome, target: Target) -> tuple[Slice, ...]:
    """All slices by kind, largest first, lengths in their order, with warnings (`is_lopsided`).

    A source of which no row was kept or dropped was only looked things up in, and is left out.
    """
    files = [
        outcome.output,
        outcome.rejected,
        *outcome.traits.values(),
        *(source.path for source in outcome.sources.values()),
    ]
    with open_engine(target, [path.resolve() for path in files]) as connection:
        _judge(connection, outcome)
        found = [
            each
            for kind in _KINDS
            for each in _of_kind(connection, kind, outcome.meant.get(kind, ()))
        ]
    return tuple(
        replace(each, warning=each.undue >= _FEW and is_lopsided(each, found)) for each in found
    )


def is_lopsided(one: Slice, every: Sequence[Slice], times: float = _TWICE) -> bool:
    """Whether a slice loses more than `times` its share, or keeps less than its share by `times`.

    Its share is what all slices of its kind lose (or keep) together.
    """
    alike = [other for other in every if other.kind == one.kind]
    rows = max(1, sum(other.rows - other.meant for other in alike))
    lost = sum(other.undue for other in alike) / rows
    return one.undue_share > times * lost or 1 - one.undue_share < (1 - lost) / times


def _judge(connection: Connection, outcome: Outcome) -> None:
    """Make the table `judged`: each raw row with its slices and what became of it."""
    output, rejected = map(_rows_of, (outcome.output, outcome.rejected))
    raw = " UNION ALL ".join(
        _raw(connection, outcome, name, place) for place, name in enumerate(outcome.sources)
    )
    files = list(_files(outcome.sources))
    listed = ", ".join(f"({literal(file)}, {first})" for file, first in files)
    connection.execute(
        f"""
        CREATE TABLE judged AS
        SELECT place, language, {_band("characters")} AS length, source,
            {"file" if len(files) > 1 else "NULL"} AS file,
            kept.id IS NOT NULL AS is_kept, step, reason
        FROM ({raw}) AS raw
        ASOF JOIN (VALUES {listed}) AS files(file, first) ON raw.id >= files.first
        LEFT JOIN (SELECT DISTINCT "__source" AS id FROM {output}) AS kept ON raw.id = kept.id
        LEFT JOIN (
            SELECT "__source" AS id, min("__step") AS step, arg_min("__reason", "__step") AS reason
            FROM {rejected} GROUP BY "__source"
        ) AS gone ON raw.id = gone.id
        """
    )
    connection.execute(
        "DELETE FROM judged WHERE place NOT IN "
        "(SELECT place FROM judged WHERE is_kept OR step IS NOT NULL)"
    )


def _raw(connection: Connection, outcome: Outcome, name: str, place: int) -> str:
    """A SELECT of a source's rows: place, id, language, characters, value of the source column."""
    source, traits = outcome.sources[name], f"traits {place}"
    view_source(connection, traits, outcome.traits[name].resolve(), place)
    path = find_path(outcome.source_field, source.columns) if outcome.source_field else None
    value, rows = "NULL", identifier(traits)
    if path is not None and type_at(source.columns, path) is not None:
        view_source(connection, f"source {place}", source.path.resolve(), place)
        value = f"coalesce({reference(path, source.columns)}::VARCHAR, '')"
        rows += f' JOIN {identifier(f"source {place}")} USING ("__id")'
    return (
        f'SELECT {place} AS place, "__id" AS id, language, characters, '
        f"left({value}::VARCHAR, {_WIDEST}) AS source FROM {rows}"
    )


def _files(sources: Mapping[str, Ingested]) -> Iterator[tuple[str, int]]:
    """The id of each file's first row; the only file of a source goes by the source's name."""
    for place, (name, source) in enumerate(sources.items()):
        first = place * SOURCES_APART
        for file, rows in source.file_rows.items():
            if rows:
                yield (file if len(source.file_rows) > 1 else name), first
                first += rows


def _of_kind(connection: Connection, kind: str, meant: Collection[str]) -> Iterator[Slice]:
    """The slices of one kind; none where no row has a value of it."""
    common = connection.execute(
        f"SELECT {kind} FROM judged WHERE {kind} IS NOT NULL "
        f"GROUP BY {kind} ORDER BY count(*) DESC, {kind} LIMIT {_MOST + 1}"
    ).fetchall()
    named = [value for (value,) in common][: _MOST if len(common) <= _MOST else _MOST - 1]
    counted: dict[str, _Count] = {}
    for value, is_kept, is_meant, reason, rows in connection.execute(
        f"SELECT CASE WHEN {kind} IN (SELECT unnest($named)) THEN {kind} ELSE $others END AS value, "
        "is_kept, coalesce(step IN (SELECT unnest($meant)), false) AS is_meant, reason, count(*) "
        f"FROM judged WHERE {kind} IS NOT NULL GROUP BY ALL",
        {"named": named, "meant": list(meant), "others": _OTHERS},
    ).fetchall():
        counted.setdefault(value, _Count()).add(is_kept, is_meant, reason, rows)
    for value in _ordered(kind, named) + [_OTHERS] * (_OTHERS in counted):
        yield counted[value].slice(kind, value or "unknown")


@dataclass(slots=True)
class _Count:
    """What became of a slice's rows."""

    kept: int = 0
    meant: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, is_kept: bool, is_meant: bool, reason: str | None, rows: int) -> None:
        """Count rows of one fate; a row of which one part is in the output is kept."""
        if is_kept:
            self.kept += rows
            return
        self.meant += is_meant * rows
        self.reasons[reason or ""] += rows

    def slice(self, kind: str, value: str) -> Slice:
        """The slice of these rows."""
        named = [reason for reason in self.reasons if reason]
        return Slice(
            kind=kind,
            value=value,
            rows=self.kept + self.reasons.total(),
            kept=self.kept,
            meant=self.meant,
            reason=min(named, key=lambda reason: (-self.reasons[reason], reason), default=""),
        )


def _ordered(kind: str, values: Sequence[str]) -> list[str]:
    """Lengths in their order; others are the largest slice first already."""
    bands = [_band_name(place) for place in range(len(_BANDS))]
    return sorted(values, key=bands.index) if kind == "length" else list(values)


def _band(characters: str) -> str:
    """SQL for the band that a length lies in; null for null."""
    cases = " ".join(
        f"WHEN {characters} >= {_BANDS[place]} THEN {literal(_band_name(place))}"
        for place in reversed(range(len(_BANDS)))
    )
    return f"CASE {cases} END"


def _band_name(place: int) -> str:
    if place == len(_BANDS) - 1:
        return f"{_BANDS[place]:,} characters or more"
    return f"{_BANDS[place]:,} to {_BANDS[place + 1] - 1:,} characters"


def _rows_of(path: Path) -> str:
    return f"read_parquet({literal(str(path.resolve()))})"
