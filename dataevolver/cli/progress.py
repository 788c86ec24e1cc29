"""How far long work is: one line at the bottom of the terminal, drawn again and again.

It goes to stderr and only where that is a terminal; files and pipes get the lines that stay.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from dataevolver.cli.messages import note
from dataevolver.sources import Progress
from dataevolver.workspace import Ready, Workspace, prepare

_BAR = 24  # characters
_SECONDS = 0.1  # between two drawings
_CLEAR = "\r\x1b[K"


def prepare_aloud(workspace: Workspace, plan: str) -> Ready:
    """Make a plan ready to run, which may take long when its sources were not read before."""
    with progress_line() as report:
        return prepare(workspace, plan, report)


@contextmanager
def progress_line(said: Callable[[Any], str] = str) -> Iterator[Callable[[object], None]]:
    """What long work may report to: Progress is drawn, and `said` makes a line of anything else.

    Nothing is printed for what `said` makes "" of. The drawn line is gone at the end.
    """
    line = _Line() if sys.stderr.isatty() else None

    def report(event: object) -> None:
        if isinstance(event, Progress):
            if line:
                line.draw(event)
        elif text := said(event):
            if line:
                line.clear()
            note(text)

    try:
        yield report
    finally:
        if line:
            line.clear()


class _Line:
    """The drawn line; redrawn at most ten times a second unless it says something new."""

    def __init__(self) -> None:
        self._what, self._drawn_at = "", 0.0

    def draw(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.what == self._what and now < self._drawn_at + _SECONDS:
            return
        self._what, self._drawn_at = progress.what, now
        click.echo(_CLEAR + progress_text(progress, _width()), nl=False, err=True)

    def clear(self) -> None:
        if self._what:
            self._what = ""
            click.echo(_CLEAR, nl=False, err=True)


def progress_text(progress: Progress, width: int) -> str:
    """`[######------------------]  25%  reading raw`, cut to fit a terminal of that width."""
    filled = round(progress.share * _BAR)
    text = f"[{'#' * filled}{'-' * (_BAR - filled)}] {progress.share:4.0%}  {progress.what}"
    return text[: width - 1]  # a full last column would wrap


def _width() -> int:
    return os.get_terminal_size(sys.stderr.fileno()).columns or 80
