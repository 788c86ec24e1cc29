"""Mistakes in operators' bodies that can be seen without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, meta, nodes

from dataevolver.errors import Place, Problem, nearest
from dataevolver.operators import Operator, references

_REFERRING = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)
_ALWAYS = ("value", "kind", "refs", "kinds", "params", "output", "part", "input", "inputs")


def check_bodies(catalog: Mapping[str, Operator], environment: Environment) -> tuple[Problem, ...]:
    """Every syntax error, name that is never given and template that is missing.

    `environment` is that of `templates`. Nothing is rendered and no Python runs. Operators that
    were tested before they were shipped are left out.
    """
    return tuple(
        problem
        for operator in catalog.values()
        if not operator.is_tested
        for problem in _BY_LANGUAGE[operator.language](operator, environment)
    )


def _check_template(operator: Operator, environment: Environment) -> Iterator[Problem]:
    file = operator.body_shown
    try:
        tree = environment.parse(operator.body, file)
    except TemplateSyntaxError as error:
        yield Problem(message=str(error.message), place=Place(file=file, line=error.lineno))
        return
    known = {*_ALWAYS, *(name for port in operator.inputs for name in _port_names(port.column))}
    # Jinja also reports what is set in one branch only; such a name is not misspelt.
    set_here = {found.name for found in tree.find_all(nodes.Name) if found.ctx != "load"}
    for name in sorted(meta.find_undeclared_variables(tree) - known - set_here):
        yield Problem(
            message=f'"{name}" is never given to this body',
            place=Place(file=file, line=_line_of(name, tree)),
            hint=_instead(name, operator, known),
        )
    referring: Iterator[Any] = tree.find_all(_REFERRING)
    for node in referring:
        if isinstance(node.template, nodes.Const):
            yield from _check_reference(node, str(node.template.value), tree, environment, file)


def _check_reference(
    node: nodes.Node, template: str, tree: nodes.Template, environment: Environment, file: str
) -> Iterator[Problem]:
    """A template that another one imports, extends or includes: whether it has what is asked of it."""
    text = _text(template, environment)
    if text is None:
        yield Problem(
            message=f'there is no template "{template}"',
            place=Place(file=file, line=node.lineno),
            hint=nearest(template, environment.list_templates()),
        )
        return
    try:
        given = _names_given(environment.parse(text, template))
    except TemplateSyntaxError as error:
        place = Place(file=template, line=error.lineno)
        yield Problem(message=str(error.message), place=place)
        return
    for name, line in _names_wanted(node, tree):
        if name not in given:
            yield Problem(
                message=f'"{template}" has no "{name}"',
                place=Place(file=file, line=line),
                hint=nearest(name, given),
            )


def _names_given(tree: nodes.Template) -> set[str]:
    """The macros and variables of a template that others may import."""
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    return macros | {found.name for found in tree.find_all(nodes.Name) if found.ctx == "store"}


def _names_wanted(node: nodes.Node, tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Each name that a body takes from an imported template, with the line."""
    if isinstance(node, nodes.FromImport):
        for name in node.names:
            yield (name if isinstance(name, str) else name[0]), node.lineno
    elif isinstance(node, nodes.Import):
        for use in tree.find_all(nodes.Getattr):
            if isinstance(use.node, nodes.Name) and use.node.name == node.target:
                yield use.attr, use.lineno


def _port_names(column: str) -> tuple[str, ...]:
    return references(column) or (column,)


def _line_of(name: str, tree: nodes.Template) -> int:
    return min(found.lineno for found in tree.find_all(nodes.Name) if found.name == name)


def _instead(name: str, operator: Operator, known: set[str]) -> str:
    if operator.parameter(name) is not None:
        return f'a parameter is "params.{name}"'
    return nearest(name, known)


def _text(template: str, environment: Environment) -> str | None:
    loader = environment.loader
    try:
        return loader.get_source(environment, template)[0] if loader is not None else None
    except TemplateNotFound:
        return None


def _check_module(operator: Operator, _: Environment) -> Iterator[Problem]:
    file = operator.body_shown
    try:
        tree = ast.parse(operator.body)
    except SyntaxError as error:
        place = Place(file=file, line=error.lineno or 0, column=error.offset or 0)
        yield Problem(message=f"not Python: {error.msg}", place=place)
        return
    except ValueError as error:  # a NUL character, before Python 3.12
        yield Problem(message=f"not Python: {error}", place=Place(file=file))
        return
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    if "apply" not in functions:
        yield Problem(
            message='no function "apply" is defined',
            place=Place(file=file),
            hint="a Python body defines apply(batch, params)",
        )


def _check_nothing(_: Operator, __: Environment) -> Iterator[Problem]:
    return iter(())


_BY_LANGUAGE = {"sql": _check_template, "python": _check_module, "llm": _check_nothing}
