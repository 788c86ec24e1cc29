"""The answers of a step that saw rows together, or ran in Python, put back into the rows.

Answers are a relation with `__id` and: `__out_k` new values, `__reason` and `__detail` for rows to
drop, `__failed` and `__detail` for rows that could not be processed, `__ordinal` for new rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.columns import ColumnPath, Columns, to_sql
from dataevolver.compiler.fused import MARK_TYPE, mark, new_values
from dataevolver.compiler.layout import indent, listed
from dataevolver.solver import ResolvedStep
from dataevolver.sql import identifier

INPUT = "__input"
CHILDREN = "__children"
_FAILED = ('"__failed"', '"__detail"')
_CHECKED_ID = (
    'CASE WHEN "__id" = "__of" THEN "__id" '
    "ELSE error('a row has no answer, or several') END AS \"__id\""
)
_NO_MARK = f"NULL::{MARK_TYPE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Where the answers are and what can be read from them; empty for what they do not have."""

    source: str  # a relation with "__id"
    columns: str  # what is selected from it, without "__id"
    order: str  # all: one for each row, in order | any: one for each row | some: for some rows
    writes: tuple[tuple[ColumnPath, str], ...] = ()
    reason: str = ""
    can_fail: bool = False
    numbered: bool = False  # lists of answers go back into lists, by the element's number


def joined(step: ResolvedStep, answers: Answers) -> str:
    """The SELECT of every row that went in, in order, with its new values and its mark.

    The answers are brought into the rows' order and laid beside them: rows may be wide, and a
    join of them would have to hold them all in memory.
    """
    choices = []
    if answers.can_fail:
        choices.append(f'WHEN "__failed" IS NOT NULL THEN {mark(step.id, "failed", *_FAILED)}')
    if answers.reason:
        dropped = mark(step.id, "dropped", answers.reason, '"__detail"')
        choices.append(f"WHEN {answers.reason} IS NOT NULL THEN {dropped}")
    new_mark = "CASE\n" + indent("\n".join(choices)) + "\nEND" if choices else _NO_MARK
    living = '"__failed" IS NULL' if answers.can_fail else ""
    values = new_values(step, answers.writes, living, answers.numbered)
    columns = [
        f"{values[name]} AS {identifier(name)}" if name in values else identifier(name)
        for name in step.after.columns
    ]
    selected = listed([_CHECKED_ID, '"__source"', f'{new_mark} AS "__mark"', *columns])
    beside = indent(_in_order(answers))
    return f'SELECT\n{selected}\nFROM "{INPUT}" POSITIONAL JOIN (\n{beside}\n)'


def _in_order(answers: Answers) -> str:
    source = answers.source
    if answers.order == "some":
        source = f'(SELECT "__id" FROM "{INPUT}")\nLEFT JOIN {source} USING ("__id")'
    last = "" if answers.order == "all" else '\nORDER BY "__of"'
    return f'SELECT "__id" AS "__of", {answers.columns}\nFROM {source}{last}'


def multiplied(
    step: ResolvedStep, view: str, columns_before: Columns, is_ordered: bool = False
) -> str:
    """The rows that a step made, in order of parent and ordinal; parents without any are dropped.

    They come from the CTE `__children` (see `child_columns`), the parents from the CTE `view`.
    With `is_ordered` the children say by `__order` where they stand.
    """
    nothing = mark(step.id, "dropped", "'no row was made of it'")
    after = step.after.columns
    old = [
        identifier(name)
        if columns_before.get(name) == kind
        else f"NULL::{to_sql(kind)} AS {identifier(name)}"
        for name, kind in after.items()
    ]
    first = ["NULL"] if is_ordered else []
    lost = listed([*first, '"__id"', "0", '"__source"', nothing, *old])
    order = '"__order" NULLS LAST, ' if is_ordered else ""
    anew = f'row_number() OVER (ORDER BY {order}"__parent", "__ordinal") - 1'
    number = anew if step.bound.operator.rows == "more" else '"__parent"'
    columns = [f'{number} AS "__id"', '"__source"', '"__mark"', *map(identifier, after)]
    return (
        f"SELECT\n{listed(columns)}\n"
        f"FROM (\n"
        f'  SELECT * FROM "{CHILDREN}"\n'
        f"  UNION ALL\n"
        f"  SELECT\n{indent(lost)}\n"
        f'  FROM "{view}" ANTI JOIN "{CHILDREN}" ON "__id" = "__parent"\n'
        f')\nORDER BY "__id"'
    )


def child_columns(
    step: ResolvedStep, values: Sequence[str], new_mark: str = _NO_MARK, is_ordered: bool = False
) -> str:
    """The SELECT list of the CTE that `multiplied` reads; `values` are in the columns' order."""
    first = ['"__order"'] if is_ordered else []
    technical = ['"__id" AS "__parent"', '"__ordinal"', '"__source"', f'{new_mark} AS "__mark"']
    named = [
        f"CAST({value} AS {to_sql(kind)}) AS {identifier(name)}"
        for value, (name, kind) in zip(values, step.after.columns.items(), strict=True)
    ]
    return listed([*first, *technical, *named])
