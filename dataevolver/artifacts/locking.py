"""`plans/NAME.lock.yml`: written when the solver's answer changes, or refused."""

from __future__ import annotations

from dataevolver import __version__
from dataevolver.errors import Problem, SpecError
from dataevolver.locks import check_lock, lock_text, read_lock
from dataevolver.solver import Resolution
from dataevolver.sources import place_text
from dataevolver.workspace import Workspace, lock_path, shown


def keep_lock(workspace: Workspace, resolution: Resolution, *, locked: bool) -> bool:
    """Write the plan's lock when it says otherwise; with `locked` that is a SpecError. True: written."""
    path = lock_path(workspace, resolution.plan.name)
    text = lock_text(resolution, __version__)
    if locked:
        differences = lock_differences(workspace, resolution)
        if differences:
            raise SpecError(differences)
        return False
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    place_text(path, text)
    return True


def lock_differences(workspace: Workspace, resolution: Resolution) -> tuple[Problem, ...]:
    """What the plan's lock says otherwise; that it is missing, where it is."""
    path = lock_path(workspace, resolution.plan.name)
    name = shown(workspace, path)
    if not path.is_file():
        hint = "`dve lock` writes it; review and commit it"
        return (Problem(message=f"{name} is missing", hint=hint),)
    return check_lock(read_lock(path.read_text(encoding="utf-8"), name), resolution)
