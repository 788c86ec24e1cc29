"""Rows to numbers: each block of attributes is declared and filled by one pair of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dataevolver.profiler import conversations
from dataevolver.profiler.attributes import (
    Attribute,
    Definition,
    Matrix,
    define,
    line_shape,
    relation_texts,
)
from dataevolver.profiler.language import UNKNOWN, language_of
from dataevolver.profiler.memory import remembered
from dataevolver.profiler.phrases import count_phrases
from dataevolver.profiler.relations import obeys
from dataevolver.profiler.rows import Row, kind_of, row_text
from dataevolver.profiler.text import FUNCTION_WORDS, MEASURES, measure_text
from dataevolver.profiler.words import magnitudes, words

# Defects in themselves, however few, where the exemplars have none of it.
_BROKEN = frozenset(
    {
        "empty",
        "html_entities",
        "html_tags",
        "invisible_characters",
        "mojibake",
        "outer_space",
        "spaced_marks",
        "stray_spaces",
    }
)
# Flags that are no defect where exemplars lack them too: a final number has no full stop.
_SOUND = frozenset({"ends_complete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """The attributes of a run, in the order of the profile's columns."""

    definition: Definition
    attributes: tuple[Attribute, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes' names, `answer.words` and the like."""
        return tuple(attribute.name for attribute in self.attributes)

    @property
    def field_order(self) -> tuple[str, ...]:
        """The exemplars' fields, in their order."""
        return tuple(field.name for field in self.definition.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The rows, with the texts at every path read once."""

    rows: Sequence[Row]
    texts: Mapping[str, list[str]]


def mine_attributes(exemplars: Sequence[Row], raw: Sequence[Row]) -> Attributes:
    """The attributes that the exemplars define; `raw` only says which phrases are boilerplate."""
    definition = define(exemplars, raw)
    return Attributes(
        definition=definition,
        attributes=tuple(attribute for declare, _ in _BLOCKS for attribute in declare(definition)),
    )


def profile(rows: Sequence[Row], attributes: Attributes) -> Matrix:
    """Rows x attributes. A missing field reads as empty text; only `schema` tells the two apart."""
    definition = attributes.definition
    view = _View(rows=rows, texts=relation_texts(definition, rows))
    blocks = [fill(definition, view) for _, fill in _BLOCKS]
    matrix = np.hstack([block.reshape(len(rows), -1) for block in blocks])
    logarithmic = np.array([attribute.logarithmic for attribute in attributes.attributes])
    matrix[:, logarithmic] = np.log1p(np.maximum(matrix[:, logarithmic], 0.0))
    return matrix


def _columns(columns: list[list[float]], rows: int) -> Matrix:
    return np.asarray(np.array(columns, np.float64).reshape(len(columns), rows).T)


def _declare_measures(definition: Definition) -> list[Attribute]:
    return [
        Attribute(
            name=f"{path}.{measure.name}", column=str(path), measure=measure.name,
            group=measure.group, unit=measure.unit, label=f"{path}: {measure.label}",
            hard=measure.name in _BROKEN | _SOUND,
            sound=1.0 if measure.name in _SOUND else None,
        )
        for path in definition.texts
        for measure in MEASURES
    ]  # fmt: skip


def _fill_measures(definition: Definition, view: _View) -> Matrix:
    if not definition.texts:
        return np.zeros((len(view.rows), 0))
    return np.hstack(
        [
            np.array([measure_text(text) for text in view.texts[str(path)]], np.float64).reshape(
                -1, len(MEASURES)
            )
            for path in definition.texts
        ]
    )


def _declare_shapes(definition: Definition) -> list[Attribute]:
    labels = {
        "first_line": "first line begins as in exemplars",
        "last_line": "last line begins as in exemplars",
        "last_line_whole": "last line is formed as in exemplars",
    }
    return [
        Attribute(
            name=name, column=name.rpartition(".")[0], measure=name.rpartition(".")[2],
            group="answer_format", unit="flag", hard=True,
            label=f"{name.rpartition('.')[0]}: {labels[name.rpartition('.')[2]]}",
        )
        for name in definition.shapes
    ]  # fmt: skip


def _fill_shapes(definition: Definition, view: _View) -> Matrix:
    columns = [
        [float(line_shape(text, which) in common) for text in view.texts[path]]
        for name, common in definition.shapes.items()
        for path, _, which in [name.rpartition(".")]
    ]
    return _columns(columns, len(view.rows))


def _declare_languages(definition: Definition) -> list[Attribute]:
    return [
        Attribute(
            name=f"{path}.language", column=path, measure="language", group="language",
            unit="flag", label=f"{path}: language is {' or '.join(languages)}", hard=True, sound=1.0,
        )
        for path, languages in definition.languages.items()
    ]  # fmt: skip


def _fill_languages(definition: Definition, view: _View) -> Matrix:
    """A text too short to tell counts as the exemplars' language."""
    columns = [
        [float(language_of(text) in (*languages, UNKNOWN)) for text in view.texts[path]]
        for path, languages in definition.languages.items()
    ]
    return _columns(columns, len(view.rows))


def _declare_phrases(definition: Definition) -> list[Attribute]:
    return [
        Attribute(
            name=f"{path}.boilerplate", column=str(path), measure="boilerplate",
            group="boilerplate", unit="count", label=f"{path}: boilerplate phrases",
        )
        for path in definition.texts
    ]  # fmt: skip


def _fill_phrases(definition: Definition, view: _View) -> Matrix:
    columns = [
        [float(_phrases_in(text, definition.phrases)) for text in view.texts[str(path)]]
        for path in definition.texts
    ]
    return _columns(columns, len(view.rows))


@remembered
def _phrases_in(text: str, phrases: tuple[str, ...]) -> int:
    return count_phrases(text, phrases)


def _declare_schema(definition: Definition) -> list[Attribute]:
    found = [
        Attribute(
            name=f"{field.name}.{measure}", column=field.name, measure=measure, group="schema",
            unit="flag", label=f"{field.name}: {label}", hard=True,
        )
        for field in definition.fields
        for measure, label in (("present", "there"), ("type", f"a {field.kind} where there"))
    ]  # fmt: skip
    extra = Attribute(
        name="row.extra_fields", column="row", measure="extra_fields", group="schema",
        unit="ratio", label="fields that exemplars lack", hard=True,
    )  # fmt: skip
    return [*found, extra]


def _fill_schema(definition: Definition, view: _View) -> Matrix:
    names = {field.name for field in definition.fields}
    columns: list[list[float]] = []
    for field in definition.fields:
        kinds = [kind_of(row.get(field.name)) for row in view.rows]
        columns.append([float(kind != "empty") for kind in kinds])
        columns.append([float(_is_kind(kind, field.kind)) for kind in kinds])
    extra = [
        float(sum(v is not None and k not in names and k[:2] != "__" for k, v in row.items()))
        for row in view.rows
    ]
    return _columns([*columns, extra], len(view.rows))


def _is_kind(kind: str, wanted: str) -> bool:
    empty_list = kind == "list" and wanted == "conversation"
    return kind in ("empty", wanted) or wanted in ("empty", "other") or empty_list


def _declare_values(definition: Definition) -> list[Attribute]:
    found = []
    for field in definition.fields:
        measures = {
            "number": (("value", "values", "ratio"), ("whole", "answer_format", "flag")),
            "boolean": (("value", "values", "flag"),),
            "list": (("items", "structure", "size"),),
        }.get(field.kind, ())
        found += [
            Attribute(
                name=f"{field.name}.{measure}", column=field.name, measure=measure, group=group,
                unit=unit, label=f"{field.name}: {measure}",
            )
            for measure, group, unit in measures
        ]  # fmt: skip
    return found


def _fill_values(definition: Definition, view: _View) -> Matrix:
    columns: list[list[float]] = []
    for field in definition.fields:
        values = [row.get(field.name) for row in view.rows]
        if field.kind == "number":
            numbers = [float(v) if isinstance(v, int | float) else 0.0 for v in values]
            finite = np.nan_to_num(np.array(numbers, np.float64))
            columns.append(list(np.sign(finite) * np.log1p(np.abs(finite))))
            columns.append([float(number.is_integer()) for number in finite.tolist()])
        elif field.kind == "boolean":
            columns.append([float(value is True) for value in values])
        elif field.kind == "list":
            columns.append([float(len(v)) if isinstance(v, list | tuple) else 0.0 for v in values])
    return _columns(columns, len(view.rows))


def _declare_pairs(definition: Definition) -> list[Attribute]:
    return [
        Attribute(
            name=f"{left} ~ {right}.{measure}", column=f"{left} ~ {right}", measure=measure,
            group="cross_field", unit=unit, label=f"{left} and {right}: {label}",
        )
        for left, right in definition.pairs
        for measure, unit, label in (
            ("length_ratio", "ratio", "log of the length ratio"),
            ("overlap", "share", "words shared"),
            ("number_overlap", "share", "numbers shared"),
        )
    ]  # fmt: skip


def _fill_pairs(definition: Definition, view: _View) -> Matrix:
    columns: list[list[float]] = []
    for left, right in definition.pairs:
        texts = list(zip(view.texts[left], view.texts[right], strict=True))
        columns.append([float(np.log((1 + len(b)) / (1 + len(a)))) for a, b in texts])
        columns.append([_shared(_content_words(a), _content_words(b)) for a, b in texts])
        columns.append(
            [_shared(frozenset(magnitudes(a)), frozenset(magnitudes(b))) for a, b in texts]
        )
    return _columns(columns, len(view.rows))


@remembered
def _content_words(text: str) -> frozenset[str]:
    return frozenset(words(text.lower())) - FUNCTION_WORDS


def _shared(
    left: frozenset[str] | frozenset[float], right: frozenset[str] | frozenset[float]
) -> float:
    return len(left & right) / max(1, min(len(left), len(right)))


def _declare_relations(definition: Definition) -> list[Attribute]:
    return [
        Attribute(
            name=relation.name, column=" ~ ".join(relation.columns), measure=relation.kind,
            group="relation", unit="flag", label=relation.label, hard=True,
        )
        for relation in definition.relations
    ]  # fmt: skip


def _fill_relations(definition: Definition, view: _View) -> Matrix:
    columns = [
        [
            float(obeys(relation, texts))
            for texts in zip(*(view.texts[name] for name in relation.columns), strict=True)
        ]
        for relation in definition.relations
    ]
    return _columns(columns, len(view.rows))


def _declare_conversations(definition: Definition) -> list[Attribute]:
    soft = ("turns", "system_turn")
    return [
        Attribute(
            name=f"{manners.field.name}.{measure.name}", column=manners.field.name,
            measure=measure.name, group=measure.group, unit=measure.unit,
            label=f"{manners.field.name}: {measure.label}", hard=measure.name not in soft,
        )
        for manners in definition.manners
        for measure in conversations.MEASURES
    ]  # fmt: skip


def _fill_conversations(definition: Definition, view: _View) -> Matrix:
    blocks = [
        np.array([conversations.measure_conversation(row, manners) for row in view.rows])
        for manners in definition.manners
    ]
    width = len(conversations.MEASURES)
    rows = [block.reshape(len(view.rows), width) for block in blocks]
    return np.hstack(rows) if rows else np.zeros((len(view.rows), 0))


def _declare_duplicates(_: Definition) -> list[Attribute]:
    return [
        Attribute(
            name="row.duplicate", column="row", measure="duplicate", group="duplicates",
            unit="flag", label="repeats an earlier row", hard=True,
        )
    ]  # fmt: skip


def _fill_duplicates(_: Definition, view: _View) -> Matrix:
    seen: set[str] = set()
    repeated = []
    for row in view.rows:
        content = " ".join(row_text(row, sorted(row)).casefold().split())
        repeated.append(float(content in seen))
        seen.add(content)
    return _columns([repeated], len(view.rows))


_Declare = Callable[[Definition], list[Attribute]]
_Fill = Callable[[Definition, _View], Matrix]
_BLOCKS: tuple[tuple[_Declare, _Fill], ...] = (
    (_declare_measures, _fill_measures),
    (_declare_shapes, _fill_shapes),
    (_declare_languages, _fill_languages),
    (_declare_phrases, _fill_phrases),
    (_declare_schema, _fill_schema),
    (_declare_values, _fill_values),
    (_declare_pairs, _fill_pairs),
    (_declare_relations, _fill_relations),
    (_declare_conversations, _fill_conversations),
    (_declare_duplicates, _fill_duplicates),
)
