"""The errors a user can cause.

    DataEvolverError        something we can explain; the CLI prints it and exits with `exit_code`
    ├── SpecError           a file, a name or a value that a person wrote is wrong
    ├── UnsatisfiedError    the solver cannot make the plan complete
    ├── CompileError        a template cannot be turned into code that may run
    ├── RunError            the work failed while it ran
    └── CheckFailedError         everything ran and the answer is no (exit code 1)

Each carries its problems: all those of one phase, sorted by place, never only the first.
Anything else that reaches the top is our bug and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a problem is; lines and columns count from 1, 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return (
            f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: what, where, and what would do."""

    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n{indented(self.hint)}" if self.hint else text


class DataEvolverError(Exception):
    """An error that a user can act on."""

    exit_code = 2

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(message=problems)
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = tuple(sorted(found, key=_by_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SpecError(DataEvolverError):
    """A file, a name or a value that a person wrote is wrong."""


class UnsatisfiedError(DataEvolverError):
    """The solver cannot make the plan complete."""


class CompileError(DataEvolverError):
    """A template cannot be turned into code that may run."""


class RunError(DataEvolverError):
    """The work failed while it ran; what was finished stays finished."""


class CheckFailedError(DataEvolverError):
    """Everything ran and the answer is no."""

    exit_code = 1


def indented(hint: str) -> str:
    """A hint as it stands below its message: each line two spaces in."""
    return "\n".join(f"  {line}" for line in hint.split("\n"))


def visible(text: str) -> str:
    """The text with escapes for characters that a terminal would obey or not show."""
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a wrong name: the closest known ones, else the whole (short) list."""
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=2, cutoff=0.6)
    if close:
        return f"did you mean {_either(close)}?"
    if names and len(names) <= 12:
        return f"known: {', '.join(names)}"
    return ""


def _either(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)


def _by_place(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return (place.file, place.line, place.column) if place else ("", 0, 0)
