"""Examples that are read when somebody asks for them: they are most of a declaration's text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import overload

from dataevolver.operators import Example


class LaterExamples(Sequence[Example]):
    """What `read` gives; it is called once, at the first look. It may raise SpecError."""

    def __init__(self, read: Callable[[], Sequence[Example]]) -> None:
        self._read = read

    @cached_property
    def _examples(self) -> tuple[Example, ...]:
        return tuple(self._read())

    @overload
    def __getitem__(self, place: int) -> Example: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Example]: ...

    def __getitem__(self, place: int | slice) -> Example | Sequence[Example]:
        return self._examples[place]

    def __len__(self) -> int:
        return len(self._examples)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._examples == tuple(other)
