"""Whether a plan's output has the columns that the project's tests look at."""

from __future__ import annotations

from collections.abc import Sequence

from dataevolver.columns import Columns, find_path, text_paths, type_at
from dataevolver.errors import Problem, SpecError, nearest
from dataevolver.project.settings import Check, Project


def check_columns(project: Project, columns: Columns) -> None:
    """Raise SpecError for every test of a column that a plan's output does not have."""
    problems = [problem for item in project.checks for problem in _column_problems(item, columns)]
    if problems:
        raise SpecError(problems)


def _column_problems(item: Check, columns: Columns) -> Sequence[Problem]:
    path = find_path(item.column, columns) if item.column else None
    if not item.column or (path is not None and type_at(columns, path) is not None):
        return ()
    return (
        Problem(
            message=f'the output has no column "{item.column}" for the test "{item.name}"',
            place=item.place,
            hint=nearest(item.column, [*columns, *map(str, text_paths(columns))]),
        ),
    )
