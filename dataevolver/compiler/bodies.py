"""A step's SQL body, rendered for the columns that it is bound to, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jinja2

from dataevolver.columns import ColumnPath, Columns, ColumnType, type_at
from dataevolver.compiler.checking import complaint_about_expression, complaint_about_query
from dataevolver.compiler.layout import tidy
from dataevolver.compiler.paths import element, first_element, reference
from dataevolver.compiler.ports import (
    Application,
    applications,
    named_inputs,
    only,
    paths_of,
    to_path,
)
from dataevolver.compiler.rendering import Body, frozen, step_error
from dataevolver.solver import ResolvedStep
from dataevolver.sql import identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBody:
    """A row-scope step: new values by path, why a row is dropped, why it fails; empty for never."""

    writes: tuple[tuple[ColumnPath, str], ...] = ()
    reason: str = ""
    failure: str = ""


def render_row(step: ResolvedStep, templates: jinja2.Environment) -> RowBody:
    """The expressions of a row-scope SQL step. Raises CompileError."""
    operator = step.bound.operator
    body = Body(step, templates)
    columns = step.before.columns
    writes: list[tuple[ColumnPath, str]] = []
    reasons: list[str] = []
    failures: list[str] = []
    for one in applications(step.bound, columns):
        context = _context(step, columns, one)
        if operator.fails:
            failures.append(_judgement(body, {**context, "part": "fail"}, one))
        if operator.rows == "fewer":
            reasons.append(_judgement(body, context, one))
        for name, path in one.outputs:
            check_writable(step, one, path)
            writes.append((path, _expression(body, {**context, "output": name}, f"output {name}")))
    return RowBody(writes=tuple(writes), reason=_first(reasons), failure=_first(failures))


def render_select(
    step: ResolvedStep, templates: jinja2.Environment, inputs: tuple[str, ...]
) -> str:
    """The SELECT of a step over its inputs' rows. Raises CompileError."""
    _check_flat(step)
    body = Body(step, templates)
    columns = step.before.columns
    named = named_inputs(step.bound, columns)
    one = Application(each=False, value=only(named), named=named, outputs=())
    quoted = tuple(identifier(name) for name in inputs)
    context = _context(step, columns, one)
    text = tidy(body.render({**context, "input": quoted[0], "inputs": quoted}))
    complaint = complaint_about_query(text, inputs)
    if complaint:
        raise body.refuse(complaint, "")
    return text


def type_after(step: ResolvedStep, path: ColumnPath) -> ColumnType:
    """The type that an output has after the step. Raises CompileError for a path not there."""
    kind = type_at(step.after.columns, path)
    if kind is None:
        raise step_error(step, f"writes {path}, which no column after it has")
    return kind


def _context(step: ResolvedStep, columns: Columns, one: Application) -> dict[str, object]:
    context: dict[str, object] = _references(columns, one)
    context["refs"] = {str(path): reference(path, columns) for path in paths_of(one.named)}
    context["kinds"] = {str(path): _kind(path, columns) for path in paths_of(one.named)}
    context["params"] = frozen(step.bound.parameters)
    context |= {"output": "", "part": "value"}
    context["kind"] = "any" if one.value is None else _kind(one.value, columns)
    if one.value is not None:
        context["value"] = _read(one.value, columns, one)
    return context


def _kind(path: ColumnPath, columns: Columns) -> str:
    kind = type_at(columns, path)
    return "any" if kind is None else kind.kind


def _references(columns: Columns, one: Application) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, paths in one.named.items():
        if isinstance(paths, tuple):
            found[name] = tuple(reference(path, columns) for path in paths)
        else:
            found[name] = None if paths is None else _read(paths, columns, one)
    return found


def _read(path: ColumnPath, columns: Columns, one: Application) -> str:
    if one.is_nested and path == one.value:
        return element(path)
    return reference(path, columns)


def _judgement(body: Body, context: Mapping[str, object], one: Application) -> str:
    """A reason or null for the row; of a conversation, the first element's that has one."""
    part = "fail part" if context["part"] == "fail" else ""
    expression = _expression(body, context, part)
    if one.is_nested and one.value is not None:
        return first_element(one.value, expression)
    return expression


def _expression(body: Body, context: Mapping[str, object], part: str) -> str:
    text = tidy(body.render(context))
    complaint = complaint_about_expression(text)
    if complaint:
        raise body.refuse(complaint, part)
    return text


def _first(reasons: list[str]) -> str:
    if len(reasons) > 1:
        return "COALESCE(" + ", ".join(reasons) + ")"
    return reasons[0] if reasons else ""


def check_writable(step: ResolvedStep, one: Application, path: ColumnPath) -> None:
    """Raises CompileError for an output that a row's answer cannot be put into."""
    type_after(step, path)
    if path.each and not one.is_nested:
        message = f"cannot write {path}: an item of a list is written from that same item only"
        raise step_error(step, message)


def _check_flat(step: ResolvedStep) -> None:
    for port in step.bound.outputs:
        if to_path(port.column, step.after.columns).field:
            message = f"cannot write {port.column}: it sees rows together and writes whole columns"
            raise step_error(step, message)
