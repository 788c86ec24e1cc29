"""From a condition's text to what it means."""

from __future__ import annotations

from functools import lru_cache

from dataevolver.conditions.grammar import Condition, ConditionError
from dataevolver.conditions.kinds import column_kinds
from dataevolver.conditions.parsing import parse


@lru_cache(maxsize=1024)
def read_condition(text: str) -> Condition:
    """The condition that a text writes. Raises ConditionError with the character where it is wrong."""
    root = parse(text)
    return Condition(text=text, root=root, columns=column_kinds(root))


def complaint(text: str) -> str | None:
    """Why a text is no condition, or None: 'is wrong at character 7: ...'."""
    try:
        read_condition(text)
    except ConditionError as error:
        return f"is wrong {error}"
    return None
