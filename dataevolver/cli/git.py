"""The little that we ask of git: a first commit, files at a revision, and that new files be seen."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dataevolver.errors import Problem, SpecError

_IDENTITY = ("-c", "user.name=dve", "-c", "user.email=dve@localhost", "-c", "commit.gpgsign=false")


def start_repository(folder: Path) -> bool:
    """A repository with one commit of everything, unless there is no git or one lies above already."""
    if shutil.which("git") is None or _is_inside(folder):
        return False
    for arguments in (
        ("init", "-q"),
        ("add", "-A"),
        (*_IDENTITY, "commit", "-q", "-m", "dve init"),
    ):
        if _git(folder, *arguments).returncode:
            return False
    return True


def mark_as_new(folder: Path, paths: Sequence[Path]) -> None:
    """Let `git diff` show files that are new; nothing is staged or committed."""
    if shutil.which("git") is not None and _is_inside(folder):
        _git(folder, "add", "--intent-to-add", "--", *map(str, paths))


def text_at(folder: Path, revision: str, path: str) -> str | None:
    """A file's text at a revision, None where it is not in it. SpecError for an unknown revision."""
    if shutil.which("git") is None:
        raise SpecError(
            Problem(
                message=f'"{revision}" is no file, and git is not installed to look it up',
                hint="name a file, or install git",
            )
        )
    if not _is_inside(folder):
        raise SpecError(
            Problem(
                message=f'"{revision}" is no file, and the project is in no git repository',
                hint="name a plan file, or put the project under git",
            )
        )
    known = _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if known.returncode:
        raise SpecError(
            Problem(
                message=f'"{revision}" is neither a file nor a git revision',
                hint="name a plan file, or a revision such as HEAD, main or HEAD~3",
            )
        )
    shown = _git(folder, "show", f"{revision}:./{path}")
    return None if shown.returncode else shown.stdout.decode("utf-8")


def _is_inside(folder: Path) -> bool:
    return _git(folder, "rev-parse", "--is-inside-work-tree").returncode == 0


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
