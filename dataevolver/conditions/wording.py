"""An expression as text again, and in words what a row is like for which it does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dataevolver.conditions.grammar import (
    COMPARISONS,
    FUNCTIONS,
    KEYWORDS,
    OPERATIONS,
    Call,
    Column,
    Expression,
    Literal,
)

_PLAIN = re.compile(r"[^\W\d]\w*(?:(?:\[[^\[\]\n]*\])?\.\w+)*")
_FAILING: Mapping[str, str] = {
    "contains": "is without",
    "starts with": "does not start with",
    "ends with": "does not end with",
    "matches": "does not match",
}
_HOLDING: Mapping[str, str] = {
    "contains": "contains",
    "starts with": "starts with",
    "ends with": "ends with",
    "matches": "matches",
}


def column_text(path: str) -> str:
    """A column's path as a condition writes it: in backticks where it is no plain word.

    >>> column_text("score"), column_text("messages[role=user].content"), column_text("my score")
    ('score', 'messages[role=user].content', '`my score`')
    """
    is_plain = _PLAIN.fullmatch(path) is not None and path.lower() not in KEYWORDS
    return path if is_plain else f"`{path}`"


def expression_text(expression: Expression, around: int = 0) -> str:
    """As it would be written; `around` is how tightly the operation around it binds."""
    if isinstance(expression, Column):
        return column_text(expression.path)
    if isinstance(expression, Literal):
        return _constant(expression.value)
    binds = OPERATIONS[expression.name].binds
    if expression.name in FUNCTIONS:
        return f"{expression.name}({', '.join(map(expression_text, expression.arguments))})"
    text = _operation_text(expression, binds)
    return f"({text})" if binds < around or binds == around == 4 else text


def _operation_text(call: Call, binds: int) -> str:
    if call.name in ("and", "or"):
        return f" {call.name} ".join(expression_text(one, binds + 1) for one in call.arguments)
    if call.name == "not":
        return f"not {expression_text(call.arguments[0], binds)}"
    if call.name == "negative":
        return f"-{expression_text(call.arguments[0], binds)}"
    left = expression_text(call.arguments[0], binds)
    if call.name == "is null":
        return f"{left} is null"
    if call.name == "in":
        return f"{left} in [{', '.join(map(expression_text, call.arguments[1:]))}]"
    right = [expression_text(one, binds + 1) for one in call.arguments[1:]]
    if call.name == "between":
        return f"{left} between {right[0]} and {right[1]}"
    return f"{left} {call.name} {right[0]}"


def failing(expression: Expression) -> str:
    """What a row is like for which the expression is false: `score is below 0.8`."""
    if isinstance(expression, Column):
        return f"not {column_text(expression.path)}"
    if not isinstance(expression, Call):
        return "never true"
    if expression.name == "not":
        return _holding(expression.arguments[0])
    if expression.name in ("and", "or", "coalesce"):
        return f"not ({expression_text(expression)})"
    return _predicate(expression, negated=True)


def missing(expression: Expression) -> str:
    """What a row is like for which the expression is unknown: `score is missing`."""
    paths = dict.fromkeys(_paths(expression))
    return f"{' or '.join(map(column_text, paths))} is missing"


def _holding(expression: Expression) -> str:
    if not isinstance(expression, Call) or expression.name in ("and", "or", "not", "coalesce"):
        return expression_text(expression)
    return _predicate(expression, negated=False)


def _predicate(call: Call, negated: bool) -> str:
    subject = expression_text(call.arguments[0], OPERATIONS[call.name].binds)
    values = [_plain(argument) for argument in call.arguments[1:]]
    if call.name in COMPARISONS:
        if not negated:
            return f"{subject} {call.name} {values[0]}"
        word = OPERATIONS[call.name].failing
        return " ".join(part for part in (subject, "is", word, values[0]) if part)
    if call.name == "is null":
        return f"{subject} is {'not ' if negated else ''}missing"
    if call.name == "in":
        return f"{subject} is {'not ' if negated else ''}in {', '.join(values)}"
    if call.name == "between":
        return f"{subject} is {'not ' if negated else ''}between {values[0]} and {values[1]}"
    words = _FAILING if negated else _HOLDING
    return f"{subject} {words[call.name]} {values[0]}"


def _plain(expression: Expression) -> str:
    """A text without its quotes: reasons are read, not parsed."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    return expression_text(expression, 4)


def _constant(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def _paths(expression: Expression) -> list[str]:
    if isinstance(expression, Column):
        return [expression.path]
    if isinstance(expression, Literal):
        return []
    return [path for argument in expression.arguments for path in _paths(argument)]
