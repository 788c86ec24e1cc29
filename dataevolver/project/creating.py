"""New projects: a template that runs as it stands, or one around a person's own data."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from dataevolver.errors import Problem, SpecError, nearest
from dataevolver.library import builtin
from dataevolver.plans import Plan, plan_text
from dataevolver.project.reading import PROJECT_FILE, load_project
from dataevolver.project.writing import project_text

DEFAULT_TEMPLATE = "arithmetic"
_IGNORED = "# Everything in these folders can be made again.\ntarget/\noutput/\n"
_PLAN = "prepare"


def template_names() -> tuple[str, ...]:
    """The templates that ship with us, sorted."""
    folders = (builtin().root / "project_template").iterdir()
    return tuple(sorted(path.name for path in folders if (path / PROJECT_FILE).is_file()))


def create_from_template(folder: Path, template: str) -> None:
    """Copy a template into a new folder; the project gets the folder's name."""
    names = template_names()
    if template not in names:
        raise SpecError(
            Problem(message=f'there is no template "{template}"', hint=nearest(template, names))
        )
    _refuse_occupied(folder)
    source = builtin().root / "project_template" / template
    shutil.copytree(
        source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    path = folder / PROJECT_FILE
    text = path.read_text(encoding="utf-8")
    named = re.sub(r"(?m)^name: .*$", f"name: {project_name(folder)}", text, count=1)
    path.write_text(named, encoding="utf-8", newline="\n")
    load_project(folder)


def create_around(folder: Path, raw: Sequence[Path], exemplars: Path) -> None:
    """A project that reads these files where they are. SpecError when one is missing."""
    missing = [path for path in (*raw, exemplars) if not path.exists()]
    if missing:
        raise SpecError(
            [
                Problem(
                    message=f"{path} does not exist", hint="name files of rows, e.g. data/raw.jsonl"
                )
                for path in missing
            ]
        )
    _refuse_occupied(folder)
    for name in ("plans", "operators", "macros", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / ".gitkeep").touch()
    text = project_text(
        project_name(folder),
        [_relative(path, folder) for path in raw],
        [_relative(exemplars, folder)],
        plan=_PLAN,
    )
    empty = Plan(name=_PLAN, source="raw", exemplars="expert")
    for path, content in (
        (PROJECT_FILE, text),
        (".gitignore", _IGNORED),
        (f"plans/{_PLAN}.yml", plan_text(empty)),
    ):
        (folder / path).write_text(content, encoding="utf-8", newline="\n")
    load_project(folder)


def project_name(folder: Path) -> str:
    """The folder's name as a word of a-z, 0-9 and _."""
    word = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    return word if word and word[0].isalpha() else f"project_{word}".rstrip("_")


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _refuse_occupied(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpecError(
            Problem(
                message=f"{folder} exists and is not an empty folder",
                hint="choose another name; nothing was written",
            )
        )
