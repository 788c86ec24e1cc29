"""What a condition is made of, and what each of its operations takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class ConditionError(ValueError):
    """A condition that is none; `at` counts characters from 1."""

    def __init__(self, message: str, at: int) -> None:
        self.at = at
        super().__init__(f"at character {at}: {message}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    value: str | int | float | bool
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    path: str
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An operation on its arguments: `and`, `<=`, `in`, `length`... as in OPERATIONS."""

    name: str
    arguments: tuple[Expression, ...]
    at: int = field(compare=False)


Expression = Literal | Column | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`columns` maps the path of each column that it reads, in order, to the kind that it must have:
    number, text, boolean, or any.
    """

    text: str
    root: Expression
    columns: Mapping[str, str]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What must hold together: the sides of its outermost `and`."""
        root = self.root
        return root.arguments if isinstance(root, Call) and root.name == "and" else (root,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`takes`: the kind of each argument, `any`, `alike` (one kind for all) or `ordered` (the same,
    numbers or texts). `gives`: a kind, or `alike`. `sql` has its arguments as {0}, {1}..., all of
    them as {all}. `failing` says what a row is like for which it does not hold.
    """

    takes: str
    gives: str
    sql: str
    binds: int = 8  # how tightly, for parentheses
    failing: str = ""


OPERATIONS: Mapping[str, Operation] = {
    "or": Operation(takes="boolean", gives="boolean", sql="({or})", binds=1),
    "and": Operation(takes="boolean", gives="boolean", sql="({and})", binds=2),
    "not": Operation(takes="boolean", gives="boolean", sql="(NOT {0})", binds=3),
    "=": Operation(takes="alike", gives="boolean", sql="({0} = {1})", binds=4, failing="not"),
    "!=": Operation(takes="alike", gives="boolean", sql="({0} != {1})", binds=4, failing=""),
    "<": Operation(takes="ordered", gives="boolean", sql="({0} < {1})", binds=4, failing="not below"),
    "<=": Operation(takes="ordered", gives="boolean", sql="({0} <= {1})", binds=4, failing="above"),
    ">": Operation(takes="ordered", gives="boolean", sql="({0} > {1})", binds=4, failing="not above"),
    ">=": Operation(takes="ordered", gives="boolean", sql="({0} >= {1})", binds=4, failing="below"),
    "in": Operation(takes="alike", gives="boolean", sql="({0} IN ({rest}))", binds=4),
    "between": Operation(
        takes="ordered", gives="boolean", sql="({0} BETWEEN {1} AND {2})", binds=4
    ),
    "is null": Operation(takes="any", gives="boolean", sql="({0} IS NULL)", binds=4),
    "contains": Operation(takes="text", gives="boolean", sql="contains({0}, {1})", binds=4),
    "starts with": Operation(takes="text", gives="boolean", sql="starts_with({0}, {1})", binds=4),
    "ends with": Operation(takes="text", gives="boolean", sql="suffix({0}, {1})", binds=4),
    "matches": Operation(takes="text", gives="boolean", sql="regexp_matches({0}, {1})", binds=4),
    # Doubles: whole numbers that overflow would be an error.
    "+": Operation(takes="number", gives="number", sql="({0}::DOUBLE + {1}::DOUBLE)", binds=5),
    "-": Operation(takes="number", gives="number", sql="({0}::DOUBLE - {1}::DOUBLE)", binds=5),
    "*": Operation(takes="number", gives="number", sql="({0}::DOUBLE * {1}::DOUBLE)", binds=6),
    "/": Operation(takes="number", gives="number", sql="({0}::DOUBLE / nullif({1}::DOUBLE, 0))", binds=6),
    "%": Operation(takes="number", gives="number", sql="({0}::DOUBLE % nullif({1}::DOUBLE, 0))", binds=6),
    "negative": Operation(takes="number", gives="number", sql="(- {0}::DOUBLE)", binds=7),
    "abs": Operation(takes="number", gives="number", sql="abs({0}::DOUBLE)"),
    "coalesce": Operation(takes="alike", gives="alike", sql="coalesce({all})"),
    "length": Operation(takes="any", gives="number", sql="length({0})"),
    "lower": Operation(takes="text", gives="text", sql="lower({0})"),
    "number": Operation(takes="text", gives="number", sql="nullif(try_cast({0} AS DOUBLE), 'nan'::DOUBLE)"),
}  # fmt: skip
FUNCTIONS: Mapping[str, tuple[int, int]] = {  # fewest and most arguments
    "abs": (1, 1),
    "coalesce": (2, 100),
    "length": (1, 1),
    "lower": (1, 1),
    "number": (1, 1),
}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
PREDICATES = ("in", "between", "contains", "starts with", "ends with", "matches")
KEYWORDS = frozenset(
    {
        "and", "between", "contains", "ends", "false", "in", "is", "matches", "not", "null", "or",
        "starts", "true", "with",
    }
)  # fmt: skip


def kind_of_literal(value: object) -> str:
    """number, text or boolean."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
