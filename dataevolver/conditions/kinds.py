"""Which kind each column of an expression must have, by what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping

from dataevolver.conditions.grammar import (
    OPERATIONS,
    Call,
    Column,
    ConditionError,
    Expression,
    Literal,
    kind_of_literal,
)

_NAMED: Mapping[str, str] = {"number": "a number", "text": "text", "boolean": "true or false"}


def column_kinds(root: Expression) -> Mapping[str, str]:
    """Each column's path with number, text, boolean or any. Raises ConditionError for a mismatch."""
    known: dict[str, str] = {}
    before: dict[str, str] | None = None
    while known != before:  # `a = b and b > 1` tells of `a` when it is gone through again
        before = dict(known)
        _look(root, known)
        _want(root, "boolean", known)
    if not known:
        raise ConditionError("it names no column", root.at)
    return known


def _look(expression: Expression, known: dict[str, str]) -> None:
    if isinstance(expression, Column):
        known.setdefault(expression.path, "any")
    if not isinstance(expression, Call):
        return
    for argument in expression.arguments:
        _look(argument, known)
    takes = OPERATIONS[expression.name].takes
    if expression.name == "contains":  # a text, or a list of texts
        _want(expression.arguments[1], "text", known)
        if not isinstance(expression.arguments[0], Column):
            _want(expression.arguments[0], "text", known)
    elif takes in ("alike", "ordered"):
        _want_alike(expression, known)
    elif takes != "any":
        for argument in expression.arguments:
            _want(argument, takes, known)
    if expression.name == "matches" and not isinstance(expression.arguments[1], Literal):
        raise ConditionError("a pattern is written as 'text'", expression.arguments[1].at)


def _want_alike(call: Call, known: dict[str, str]) -> None:
    kinds = [_kind(argument, known) for argument in call.arguments]
    kind = next((one for one in kinds if one != "any"), "any")
    if kind == "boolean" and OPERATIONS[call.name].takes == "ordered":
        raise ConditionError(f'"{call.name}" compares numbers or texts, not true or false', call.at)
    for argument in call.arguments:
        _want(argument, kind, known)


def _kind(expression: Expression, known: Mapping[str, str]) -> str:
    if isinstance(expression, Literal):
        return kind_of_literal(expression.value)
    if isinstance(expression, Column):
        return known[expression.path]
    gives = OPERATIONS[expression.name].gives
    if gives != "alike":
        return gives
    kinds = [_kind(argument, known) for argument in expression.arguments]
    return next((kind for kind in kinds if kind != "any"), "any")


def _want(expression: Expression, kind: str, known: dict[str, str]) -> None:
    found = _kind(expression, known)
    if kind == "any" or found == kind:
        return
    if found != "any":
        wanted, is_now = _NAMED[kind], _NAMED[found]
        if isinstance(expression, Column):
            message = f'"{expression.path}" is taken as {is_now} and as {wanted}'
        else:
            message = f"{wanted} is wanted, this is {is_now}"
        raise ConditionError(message, expression.at)
    if isinstance(expression, Column):
        known[expression.path] = kind
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            _want(argument, kind, known)
