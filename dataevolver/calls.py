"""What a Python operator is asked: plain values, which go to another process as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataevolver.columns import ColumnType


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An array that a Python body gives back: its names there, and its column for `writing`."""

    names: tuple[str, ...]  # any of them will do
    column: str
    kind: ColumnType


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of `apply` for a batch. `arguments` pair a name in the batch with a read column.

    With `nested`, `value` is read as lists of text: `apply` gets their items and its answers
    become lists of the same lengths.
    """

    arguments: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]
    nested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A Python step, with all that it takes to call it."""

    step: str
    operator: str
    name: str  # of the module's file, without its end
    code: str
    parameters: Mapping[str, object]
    scope: str
    rows: str
    calls: tuple[Call, ...]
    extra: str = ""  # the optional dependency of this package that the module imports

    @property
    def title(self) -> str:
        """How messages name it."""
        return f'step "{self.step}" (operator {self.operator})'
