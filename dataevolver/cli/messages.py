"""Errors and values, printed: results go to stdout, everything else to stderr."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from dataevolver.errors import DataEvolverError, Place, Problem, indented, visible

_FEW = 3  # problems that need not be counted


def print_error(error: DataEvolverError) -> None:
    """Every problem with its place, the line of the file that it is about, and the hint."""
    for problem in error.problems:
        click.echo(_problem(problem), err=True)
    if len(error.problems) > _FEW:
        click.echo(f"{len(error.problems)} problems", err=True)


def counted(number: int, noun: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def note(text: str) -> None:
    """A line about the work for the person who waits."""
    click.echo(text, err=True)


def readable(text: str) -> str:
    """The text, whose lines stay, with escapes for what a terminal would obey."""
    return "\n".join(visible(line) for line in text.split("\n"))


def print_json(value: object) -> None:
    """The only thing on stdout under `--output json`."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def terminal_width() -> int:
    """Columns of the terminal, 100 where there is none, at most 140."""
    return min(140, shutil.get_terminal_size((100, 24)).columns)


def table(rows: list[tuple[str, ...]], header: tuple[str, ...]) -> str:
    """Left-aligned columns, two spaces apart."""
    lines = [header, *(tuple(visible(cell) for cell in row) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _problem(problem: Problem) -> str:
    parts = [click.style("error: ", fg="red", bold=True) + readable(problem.message)]
    if problem.place is not None:
        parts.append(f"  --> {problem.place}")
        parts.extend(_excerpt(problem.place))
    if problem.hint:
        parts.append(indented(readable(problem.hint)))
    return "\n".join(parts)


def _excerpt(place: Place) -> list[str]:
    """The line of the YAML file and a caret below the column; nothing for data files."""
    path = Path(place.file)
    if not place.line or path.suffix not in {".yml", ".yaml"} or not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if place.line > len(lines):
        return []
    number = str(place.line)
    shown = [f"  {number} | {visible(lines[place.line - 1][:200])}"]
    if place.column:
        shown.append(" " * (place.column + len(number) + 4) + "^")
    return shown
