"""Conditions over the columns of a row: `text_repetition <= 0.3 and language in ['en', 'de']`.

    condition  = "or" of "and" of "not" of comparisons
    comparison = sum (= != < <= > >=) sum | sum [not] in [1, 2] | sum [not] between sum and sum
               | sum is [not] null | sum [not] (contains, starts with, ends with, matches) sum
    sum        = numbers with + - * / % and parentheses, functions, columns, 'text', true, false
    column     = score | meta.language | messages[role=user].content | `any other name`
    functions  : abs, coalesce, length, lower, number

Small and closed: what is not in it is refused with its position. The SQL of a condition never raises,
whatever is in the row.
"""

from dataevolver.conditions.grammar import Condition, ConditionError
from dataevolver.conditions.reading import complaint, read_condition
from dataevolver.conditions.rendering import Refusal, refusals
from dataevolver.conditions.wording import column_text

__all__ = [
    "Condition",
    "ConditionError",
    "Refusal",
    "column_text",
    "complaint",
    "read_condition",
    "refusals",
]
