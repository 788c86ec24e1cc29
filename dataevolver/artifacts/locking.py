"""`plans/NAME.lock.yml`: written when the solver's answer changes, or refused."""

from __future__ import annotations

from pathlib import Path

from dataevolver import __version__
from dataevolver.errors import Problem, SpecError
from dataevolver.locks import check_lock, lock_text, read_lock
from dataevolver.solver import Resolution
from dataevolver.sources import placed
from dataevolver.workspace import Workspace, lock_path, shown


def keep_lock(workspace: Workspace, resolution: Resolution, *, locked: bool) -> bool:
    """Write the plan's lock when it says otherwise; with `locked` that is a SpecError. True: written."""
    path = lock_path(workspace, resolution.plan.name)
    text = lock_text(resolution, __version__)
    if locked:
        _refuse_differences(workspace, path, resolution)
        return False
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    with placed(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
    return True


def _refuse_differences(workspace: Workspace, path: Path, resolution: Resolution) -> None:
    name = shown(workspace, path)
    if not path.is_file():
        raise SpecError(
            Problem(message=f"{name} is missing", hint="`dve lock` writes it; review and commit it")
        )
    differences = check_lock(read_lock(path.read_text(encoding="utf-8"), name), resolution)
    if differences:
        raise SpecError(differences)
