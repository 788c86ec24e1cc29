"""The ruler: everything that must stay the same while plans are compared, measured once on the raw rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataevolver.evaluator.energy import (
    Array,
    Distance,
    attribute_distances,
    euclidean,
    split_value,
    split_values,
    vector_distance,
)
from dataevolver.evaluator.guards import Baseline, Originals, Sample, Settings, guard_baseline
from dataevolver.evaluator.split import PARTS, Split
from dataevolver.evaluator.topics import (
    Topics,
    find_topics,
    in_languages,
    opening_texts,
    topic_words,
)
from dataevolver.evaluator.vectors import Vectors, content_vectors, style_vectors, unit
from dataevolver.profiler import Attributes, Row, mine_attributes, profile, row_text

WEIGHTS: Mapping[str, float] = {"form": 0.5, "style": 0.25, "content": 0.25}
_LEAST_FLOOR = 0.001
_SPLITS = 20  # random halves of the raw rows from which "no gap" is read
_HARD_ROWS = 20  # exemplars from which a property that all have is taken as a rule
_HARD_SHARE = 0.95
_RELATION_SHARE = 0.9
_LEAST_SPREAD: Mapping[str, float] = {
    "flag": 0.25,
    "count": 0.25,
    "size": 0.1,
    "ratio": 0.1,
    "share": 0.02,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Representation:
    """Rows as the gap sees them."""

    texts: tuple[str, ...]
    form: Array
    style: Vectors
    content: Vectors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Yardstick:
    """One part of the exemplars with the scale of each part of the gap against it."""

    exemplars: Representation
    raw: Mapping[str, float]  # H of the raw rows by part
    raw_attributes: Array  # H of the raw rows by attribute
    scales: Mapping[str, float]
    floors: Mapping[str, float]  # H that raw rows have against raw rows, 95 % quantile
    attribute_floor: float  # the same for the largest attribute

    @property
    def raw_gap(self) -> float:
        """The gap of the raw rows: 1 unless a part of them is within twice its floor."""
        return sum(WEIGHTS[part] * self.raw[part] / self.scales[part] for part in WEIGHTS)

    @property
    def no_gap(self) -> float:
        """The gap below which rows cannot be told from the exemplars at this size."""
        return sum(WEIGHTS[part] * self.floors[part] / self.scales[part] for part in WEIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A hard property: nearly all exemplars have `value` of the attribute, `broken` do not."""

    attribute: int
    value: float
    broken: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ruler:
    """Frozen for a run: attributes, exemplars, scales, floors, spreads and the guards' baseline."""

    attributes: Attributes
    split: Split
    raw_ids: tuple[int, ...]
    position: Mapping[int, int]  # raw id -> raw row
    weights: Array  # of the attributes within form: every group weighs the same
    spread: Array
    rules: tuple[Rule, ...]
    yardsticks: Mapping[str, Yardstick]
    baseline: Baseline


def calibrate(
    raw: Sequence[Row],
    raw_ids: Sequence[int],
    split: Split,
    settings: Settings | None = None,
    attributes: Attributes | None = None,
) -> Ruler:
    """Measures the raw rows (at least two, ids distinct) against each part of the exemplars.

    The same raw rows must be the source of all plans that are compared. Costs about a second for
    500 rows. `attributes` are mined from the guide exemplars unless given.
    """
    settings = settings or Settings()
    attributes = attributes or mine_attributes(split.guide, raw)
    rows = represent(raw, attributes)
    parts = {name: represent(split.part(name), attributes) for name in _distinct(split)}
    weights = _balanced([attribute.group for attribute in attributes.attributes])
    yardsticks = _yardsticks(rows, parts, weights, settings.seed)
    every = parts["all"] if "all" in parts else parts["guide"]
    return Ruler(
        attributes=attributes,
        split=split,
        raw_ids=tuple(raw_ids),
        position={raw_id: index for index, raw_id in enumerate(raw_ids)},
        weights=weights,
        spread=_spread(rows.form, every.form, attributes),
        rules=_rules(_steering(parts), attributes),
        yardsticks={name: yardsticks.get(name, yardsticks["guide"]) for name in PARTS},
        baseline=_baseline(rows, parts, _topics(raw, attributes, settings), settings),
    )


def represent(rows: Sequence[Row], attributes: Attributes) -> Representation:
    """Attributes, style and content of each row."""
    texts = tuple(row_text(row, attributes.field_order) for row in rows)
    return Representation(
        texts=texts,
        form=profile(rows, attributes),
        style=style_vectors(texts),
        content=content_vectors(texts),
    )


def part_distances(
    exemplars: Representation, rows: Representation, weights: Array
) -> tuple[Mapping[str, Distance], Distance]:
    """The distance of each part of the gap, and of each attribute."""
    each = attribute_distances(exemplars.form, rows.form)
    parts = {
        "form": each.weighted(weights),
        "style": vector_distance(exemplars.style, rows.style),
        "content": vector_distance(exemplars.content, rows.content),
    }
    return parts, each


def _distinct(split: Split) -> tuple[str, ...]:
    return ("guide",) if split.shared else PARTS


def _steering(parts: Mapping[str, Representation]) -> Array:
    """Attributes of the exemplars that may steer: all but the audit part."""
    names = [name for name in ("guide", "validate") if name in parts]
    return np.vstack([parts[name].form for name in names])


def _balanced(groups: Sequence[str]) -> Array:
    sizes = {group: groups.count(group) for group in groups}
    return np.array([1 / (len(sizes) * sizes[group]) for group in groups])


def _yardsticks(
    raw: Representation, parts: Mapping[str, Representation], weights: Array, seed: int
) -> dict[str, Yardstick]:
    style, content = euclidean(raw.style, raw.style), euclidean(raw.content, raw.content)
    np.fill_diagonal(style, 0)
    np.fill_diagonal(content, 0)
    floors: dict[int, tuple[Mapping[str, float], float]] = {}
    found = {}
    for name, exemplars in parts.items():
        size = min(len(exemplars.texts), len(raw.texts) // 2)
        if size not in floors:
            floors[size] = _floors(raw.form, style, content, weights, (size, seed))
        distances, each = part_distances(exemplars, raw, weights)
        values = {part: float(distance.value) for part, distance in distances.items()}
        level, largest = floors[size]
        found[name] = Yardstick(
            exemplars=exemplars,
            raw=values,
            raw_attributes=each.value,
            scales={part: max(values[part], 2 * level[part]) for part in WEIGHTS},
            floors=level,
            attribute_floor=largest,
        )
    return found


def _floors(
    form: Array, style: Array, content: Array, weights: Array, draw: tuple[int, int]
) -> tuple[Mapping[str, float], float]:
    size, seed = draw
    found: dict[str, list[float]] = {"form": [], "style": [], "content": [], "largest": []}
    generator = np.random.default_rng(seed)
    for _ in range(_SPLITS if size >= 2 else 0):
        chosen = generator.permutation(len(form))[:size]
        each = split_values(form, chosen)
        found["form"].append(float(each @ weights))
        found["style"].append(split_value(style, chosen))
        found["content"].append(split_value(content, chosen))
        found["largest"].append(float(each.max(initial=0.0)))
    level = {
        name: max(_LEAST_FLOOR, float(np.quantile(values, 0.95)) if values else 1.0)
        for name, values in found.items()
    }
    return {part: level[part] for part in WEIGHTS}, level["largest"]


def _spread(raw: Array, exemplars: Array, attributes: Attributes) -> Array:
    """Standard deviation over exemplars and raw rows; not so small that one new value outweighs all."""
    least = np.array([_LEAST_SPREAD[attribute.unit] for attribute in attributes.attributes])
    return np.asarray(np.maximum(np.vstack([raw, exemplars]).std(axis=0), least))


def _rules(steering: Array, attributes: Attributes) -> tuple[Rule, ...]:
    if len(steering) < _HARD_ROWS:
        return ()
    found = []
    for number, attribute in enumerate(attributes.attributes):
        values, counts = np.unique(steering[:, number], return_counts=True)
        common = counts.max() / len(steering)
        least = _RELATION_SHARE if attribute.group == "relation" else _HARD_SHARE
        value = float(values[counts.argmax()])
        binds = attribute.hard and attribute.sound in (None, value)
        if binds and common >= least:
            found.append(Rule(attribute=number, value=value, broken=float(1 - common)))
    return tuple(found)


def _baseline(
    raw: Representation, parts: Mapping[str, Representation], topics: Topics, settings: Settings
) -> Baseline:
    guide = parts["guide"]
    held_out = [parts[name] for name in ("validate", "audit") if name in parts]
    sample = Sample(
        texts=raw.texts, content=raw.content, sources=np.arange(len(raw.texts), dtype=np.intp)
    )
    originals = Originals(
        texts=tuple(text for part in (guide, *held_out) for text in part.texts),
        shown=guide.content,
        held_out=np.vstack([guide.content[:0], *(part.content for part in held_out)]),
    )
    return guard_baseline(sample, originals, topics, settings)


def _topics(raw: Sequence[Row], attributes: Attributes, settings: Settings) -> Topics:
    """Rows in a language that no exemplar has are not counted: to drop them narrows no topic."""
    texts = opening_texts(raw)
    known = attributes.definition.languages.values()
    counted = in_languages(texts, frozenset(language for found in known for language in found))
    if settings.encoder:
        return find_topics(unit(settings.encoder(texts)), counted, settings.seed)
    vectors = content_vectors([topic_words(text) for text in texts])
    return find_topics(vectors, counted, settings.seed)


def raw_positions(ruler: Ruler, ids: Sequence[int]) -> NDArray[np.intp]:
    """The raw row of each id; a KeyError for an id that was not calibrated."""
    return np.array([ruler.position[raw_id] for raw_id in ids], np.intp)
