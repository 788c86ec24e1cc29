"""Ideas for the texts of rows that have the exemplars' fields: what induction finds column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dataevolver.operators import Operator, Value
from dataevolver.planner.affixes import Affix, cut_operator, mine_endings, mine_openings
from dataevolver.planner.answers import agreement_step, format_ideas
from dataevolver.planner.copies import copy_operator, mine_copying
from dataevolver.planner.declaring import column_word
from dataevolver.planner.formats import Format, keeps_agreement, mine_format, same_number
from dataevolver.planner.formats import last_number as last_number_of
from dataevolver.planner.layout import mine_layout, mine_line_breaks, mine_list_marks
from dataevolver.planner.likeness import texts
from dataevolver.planner.proposals import Idea, NewOperator
from dataevolver.planner.runs import mine_edges, mine_wordings
from dataevolver.planner.spacing import mine_spacing, spacing_arguments, spacing_operator
from dataevolver.plans import Step
from dataevolver.profiler import Row, fields_of

_SLIGHT = 0.005  # share of contradicting rows below which no filter is worth a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A text column on both sides; bodies are its texts without the exemplars' answer format."""

    path: str
    shape: Format | None
    bodies: Sequence[str]
    exemplar_bodies: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An operator with arguments: `made` holds it when the catalog does not."""

    kind: str
    attribute: str
    operator: str
    arguments: Mapping[str, Value]
    made: tuple[NewOperator, ...] = ()


def text_columns(rows: Sequence[Row], exemplars: Sequence[Row]) -> tuple[Column, ...]:
    """The text columns, conversations by role, that both sides have."""
    theirs = {str(path) for field in fields_of(exemplars) for path in field.texts}
    return tuple(
        _column(str(path), rows, exemplars)
        for field in fields_of(rows)
        for path in field.texts
        if str(path) in theirs
    )


def text_ideas(
    rows: Sequence[Row], exemplars: Sequence[Row], catalog: Mapping[str, Operator]
) -> tuple[Idea, ...]:
    """Every idea that induction has for these rows, column by column."""
    ideas: list[Idea] = []
    for column in text_columns(rows, exemplars):
        for found in _INDUCTIONS:
            ideas.extend(found(column, rows, exemplars))
    made = {operator.name for idea in ideas for operator in idea.operators}
    return tuple(
        idea
        for idea in ideas
        if all(step.operator in catalog or step.operator in made for step in idea.steps)
    )


def _column(path: str, rows: Sequence[Row], exemplars: Sequence[Row]) -> Column:
    shape = mine_format(exemplars, path)
    values, theirs = texts(rows, path), texts(exemplars, path)
    if shape is not None and not shape.whole:
        values = tuple(shape.parts(text)[0] for text in values)
        theirs = tuple(shape.parts(text)[0] for text in theirs)
    return Column(path=path, shape=shape, bodies=values, exemplar_bodies=theirs)


def _cut(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    mined = (
        mine_openings(column.bodies, column.exemplar_bodies),
        mine_endings(column.bodies, column.exemplar_bodies),
    )
    return [_cut_idea(column, affix) for affix in mined if affix is not None]


def _cut_idea(column: Column, affix: Affix) -> Idea:
    made = cut_operator(column.path, affix, column.bodies)
    parameter = "openings" if affix.side == "opening" else "beginnings"
    phrases = " or ".join(f'"{phrase}"' for phrase in affix.phrases)
    where = "open with" if affix.side == "opening" else "end in a sentence from"
    rationale = (
        f"{affix.share:.0%} of the rows {where} {phrases} in {column.path}, "
        f"{affix.exemplar_share:.0%} of the exemplars."
    )
    arguments: dict[str, Value] = {"columns": [column.path], parameter: list(affix.patterns)}
    use = Use(
        kind="cut",
        attribute="boilerplate",
        operator=made.name,
        arguments=arguments,
        made=(made,),
    )
    return _idea(column, use, rationale, affix.share)


def _layout(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    found = mine_layout(column.bodies, column.exemplar_bodies)
    if found is None:
        return []
    rationale = (
        f"In the exemplars' {column.path} {found.theirs:.0%} of the sentences end their line, "
        f"in the rows {found.ours:.0%}."
    )
    operator = "one_sentence_per_line" if found.split else "replace_regex"
    arguments: dict[str, Value] = {"columns": [column.path]}
    if not found.split:
        arguments.update(pattern=r"\s*\n\s*", replacement=" ")
    use = Use(kind="layout", attribute="structure", operator=operator, arguments=arguments)
    return [_idea(column, use, rationale, abs(found.theirs - found.ours))]


def _rewrite(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    """Habits that one regular expression brings: blank lines, list marks, fixed wordings, edges."""
    values, theirs = column.bodies, column.exemplar_bodies
    habits = {
        "layout": (mine_line_breaks(values, theirs), mine_list_marks(values, theirs)),
        "rewrite": tuple(wording.rewrite() for wording in mine_wordings(values, theirs)),
        "edge": mine_edges(values, theirs),
    }
    ideas = []
    for kind, found in habits.items():
        for rewrite in found:
            if rewrite is None:
                continue
            rationale = (
                f"In {column.path} {rewrite.theirs:.0%} of the exemplars {rewrite.habit}, "
                f"{rewrite.ours:.0%} of the rows."
            )
            arguments = {
                "columns": [column.path],
                "pattern": rewrite.pattern,
                "replacement": rewrite.replacement,
            }
            use = Use(
                kind=kind, attribute="structure", operator="replace_regex", arguments=arguments
            )
            ideas.append(_idea(column, use, rationale, rewrite.theirs - rewrite.ours))
    return ideas


def _space(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    found = mine_spacing(column.bodies, column.exemplar_bodies)
    if found is None or not found.share:
        return []
    made = spacing_operator(column.path, found, column.bodies)
    arguments: dict[str, Value] = {"columns": [column.path]}
    told = []
    arguments.update(spacing_arguments(found))
    if found.close:
        told.append(f"no space before {' '.join(found.close)}")
    if found.apart:
        told.append(f"a space before {' '.join(found.apart)}")
    rationale = (
        f"The exemplars have {' and '.join(told)} in {column.path}; "
        f"{found.share:.0%} of the rows do not."
    )
    use = Use(
        kind="rewrite",
        attribute="characters",
        operator=made.name,
        arguments=arguments,
        made=(made,),
    )
    return [_idea(column, use, rationale, found.share)]


def _copy(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    found = mine_copying(column.bodies, column.exemplar_bodies)
    if found is None:
        return []
    changed = sum(found.apply(text) != text for text in column.bodies) / max(1, len(column.bodies))
    if not changed:
        return []
    made = copy_operator(column.path, found, column.bodies)
    rationale = (
        f"{found.share:.0%} of the exemplars repeat what stands before {found.opening} and behind "
        f"{found.closing} between these marks; {changed:.0%} of the rows hold what to repeat."
    )
    arguments: dict[str, Value] = {
        "columns": [column.path],
        "opening": found.opening,
        "closing": found.closing,
    }
    use = Use(
        kind="copy", attribute="structure", operator=made.name, arguments=arguments, made=(made,)
    )
    return [_idea(column, use, rationale, changed)]


def _format(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    if column.shape is None or "[" in column.path:
        return []
    names = [field.name for field in fields_of(rows) if field.name != column.path]
    return list(format_ideas(rows, exemplars, column.shape, names))


def _agreement(column: Column, rows: Sequence[Row], exemplars: Sequence[Row]) -> list[Idea]:
    shape = column.shape
    if shape is None or shape.whole or not keeps_agreement(exemplars, shape):
        return []
    parts = [shape.parts(text) for text in texts(rows, column.path)]
    held = [(body, slot) for body, slot in parts if slot]
    agreeing = sum(same_number(last_number_of(body), slot) for body, slot in held)
    contradicting = 1 - agreeing / len(held) if held else 0.0
    if contradicting < _SLIGHT:
        return []
    step = agreement_step(shape, 1 - contradicting)
    return [
        Idea(
            kind="relation",
            attribute="relation",
            column=column.path,
            steps=(step,),
            rationale=step.rationale,
            promise=contradicting,
        )
    ]


def _idea(column: Column, use: Use, rationale: str, promise: float) -> Idea:
    """One step with its reason."""
    step = Step(
        id=use.operator if use.made else f"{use.operator}_{column_word(column.path)}",
        operator=use.operator,
        arguments=use.arguments,
        rationale=rationale,
    )
    return Idea(
        kind=use.kind,
        attribute=use.attribute,
        column=column.path,
        steps=(step,),
        operators=use.made,
        rationale=rationale,
        promise=promise,
    )


_INDUCTIONS: tuple[Callable[[Column, Sequence[Row], Sequence[Row]], list[Idea]], ...] = (
    _format,
    _cut,
    _copy,
    _layout,
    _rewrite,
    _space,
    _agreement,
)
