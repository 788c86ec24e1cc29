"""From raw fields to the exemplars' fields: ideas for the first steps of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dataevolver.operators import Operator, Value
from dataevolver.planner.answers import ALREADY, composed_idea, holding
from dataevolver.planner.composing import join_operator
from dataevolver.planner.declaring import operator_word
from dataevolver.planner.fields import FieldMap, field_names, map_fields
from dataevolver.planner.formats import Supplier, suppliers
from dataevolver.planner.pages import read_pages
from dataevolver.planner.proposals import Idea, NewOperator
from dataevolver.planner.routes import Route, find_route
from dataevolver.plans import Step
from dataevolver.profiler import Row

_MOST = 6  # ideas


def mapping_ideas(
    raw: Sequence[Row], exemplars: Sequence[Row], catalog: Mapping[str, Operator]
) -> tuple[Idea, ...]:
    """Ways to give rows the exemplars' fields, the likeliest first; none when they have them."""
    if not raw or not field_names(exemplars):
        return ()
    pages = read_pages(raw, exemplars, catalog)
    route = find_route(pages.rows, exemplars)
    if not route.steps and set(field_names(raw)) == set(field_names(exemplars)):
        return ()
    shaped: list[Idea] = []
    plain: list[Idea] = []
    for found in map_fields(route.rows, route.exemplars):
        if found.parts or route.added:
            shaped.extend(_with_formats(found, route))
            plain.append(_map_idea(found, route, {}))
    possible = [idea for idea in (*shaped, *plain) if _is_possible(idea, catalog)]
    read = [
        replace(idea, steps=(reader, *idea.steps)) for idea in possible for reader in pages.readers
    ]
    return tuple(read or possible)[:_MOST]


def _is_possible(idea: Idea, catalog: Mapping[str, Operator]) -> bool:
    made = {operator.name for operator in idea.operators}
    return all(step.operator in catalog or step.operator in made for step in idea.steps)


def _with_formats(found: FieldMap, route: Route) -> list[Idea]:
    """The mapping with the best ways to fill the answer formats that the exemplars have.

    The texts' own last numbers are a way only where no column has the answers: a column that raw
    data bring along is what their authors meant.
    """
    shaped: list[Idea] = []
    for field, part in found.parts.items():
        shape = found.formats.get(field)
        bodies = [part.value(row) for row in route.rows]
        if shape is None or holding(bodies, shape) >= ALREADY:
            continue
        spare = [name for name in field_names(route.rows) if name not in part.columns]
        offered = suppliers(route.rows, bodies, spare, shape)
        named = [supplier for supplier in offered if supplier.column]
        shaped.extend(
            _map_idea(found, route, {field: supplier}) for supplier in (named[:2] or offered[:1])
        )
    return shaped


def _map_idea(found: FieldMap, route: Route, supplied: Mapping[str, Supplier]) -> Idea:
    """Name, join, fill, end in the answer format, drop: whichever of these the fields need."""
    names = field_names(route.rows)
    kept = {field: supplier.column for field, supplier in supplied.items() if supplier.column}
    renamed = _renaming(found, names, kept)
    joining, operators = _joining(found, route.rows, renamed)
    steps = [*route.before, *_naming(found, renamed), *joining, *_filling(found)]
    mapped = [_mapped(row, found, renamed) for row in route.rows]
    for field, supplier in supplied.items():
        moved = replace(supplier, column=renamed.get(supplier.column, supplier.column))
        composed = composed_idea(mapped, route.exemplars, found.formats[field], moved)
        steps.extend(composed.steps)
        operators.extend(composed.operators)
    present = [*_fields_after(names, found, renamed), *route.added]
    surplus = [name for name in present if name not in route.wanted]
    steps.extend((*route.after, *_dropping(surplus)))
    return Idea(
        kind="map",
        attribute="schema",
        column="",
        steps=tuple(steps),
        operators=(*route.operators, *operators),
        rationale=_reading(found) or f"The exemplars have no {', '.join(surplus)}.",
        promise=1.0 - found.unlikeness,
    )


def _naming(found: FieldMap, renamed: Mapping[str, str]) -> list[Step]:
    if not renamed:
        return []
    arguments: dict[str, Value] = {"mapping": dict(renamed)}
    return [
        Step(
            id="name_fields",
            operator="rename_columns",
            arguments=arguments,
            rationale=_reading(found),
        )
    ]


def _filling(found: FieldMap) -> list[Step]:
    """Constants of the exemplars; braces are doubled, for the text is a template."""
    return [
        Step(
            id=f"fill_{operator_word(field)}",
            operator="compose_column",
            arguments={
                "into": field,
                "template": value.replace("{", "{{").replace("}", "}}"),
            },
            rationale="Every exemplar has this text there.",
        )
        for field, value in found.constants.items()
    ]


def _dropping(surplus: Sequence[str]) -> list[Step]:
    if not surplus:
        return []
    return [
        Step(
            id="drop_fields",
            operator="drop_columns",
            arguments={"columns": list(surplus)},
            rationale="The exemplars have no such fields.",
        )
    ]


def _renaming(found: FieldMap, names: Sequence[str], kept: Mapping[str, str]) -> dict[str, str]:
    """Raw name -> new name: fields that one column plays, and columns that would be in the way."""
    renamed = {
        part.columns[0]: field
        for field, part in found.parts.items()
        if len(part.columns) == 1 and part.columns[0] != field
    }
    targets = {*found.parts, *found.constants}
    for name in names:
        if name in targets and name not in renamed and not _plays_itself(found, name):
            use = next((field for field, column in kept.items() if column == name), None)
            slot = found.formats[use].slot if use is not None else ""
            free = f"{use}_{slot}" if use is not None else f"raw_{name}"
            while free in names or free in targets:
                free = f"raw_{free}"
            renamed[name] = free
    fields = [*found.parts, *found.constants]
    order = {field: place for place, field in enumerate(fields)}
    ordered = sorted(
        (name for name in names if name in renamed),
        key=lambda name: order.get(renamed[name], len(order)),
    )
    return {name: renamed[name] for name in ordered}


def _plays_itself(found: FieldMap, name: str) -> bool:
    part = found.parts.get(name)
    return part is not None and part.columns == (name,)


def _joining(
    found: FieldMap, raw: Sequence[Row], renamed: Mapping[str, str]
) -> tuple[list[Step], list[NewOperator]]:
    steps: list[Step] = []
    operators: list[NewOperator] = []
    for field, part in found.parts.items():
        if len(part.columns) == 1:
            continue
        made = join_operator(field, part, raw)
        first, second = (renamed.get(column, column) for column in part.columns)
        steps.append(
            Step(
                id=made.name,
                operator=made.name,
                arguments={"column": field, "first": first, "second": second},
                rationale=f"{' and '.join(part.columns)} together read like the exemplars' {field}.",
            )
        )
        operators.append(made)
    return steps, operators


def _mapped(row: Row, found: FieldMap, renamed: Mapping[str, str]) -> dict[str, object]:
    mapped = {renamed.get(name, name): value for name, value in row.items()}
    return {**mapped, **{field: part.value(row) for field, part in found.parts.items()}}


def _fields_after(names: Sequence[str], found: FieldMap, renamed: Mapping[str, str]) -> list[str]:
    after = dict.fromkeys(renamed.get(name, name) for name in names)
    after.update(dict.fromkeys([*found.parts, *found.constants]))
    return list(after)


def _reading(found: FieldMap) -> str:
    told = [
        f"{' and '.join(part.columns)} reads most like {field}"
        for field, part in found.parts.items()
        if part.columns != (field,)
    ]
    told.extend(f"nothing reads like {field}" for field in found.missing)
    return f"By its texts {', '.join(told)}." if told else ""
