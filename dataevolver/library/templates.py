"""Jinja for bodies: where templates are found, and the two ways by which values enter SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateRuntimeError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dataevolver.conditions import refusals
from dataevolver.library.catalog import Library
from dataevolver.patterns import groups
from dataevolver.sql import identifier, literal


def templates(libraries: Sequence[Library]) -> Environment:
    """Finds `clean/x.sql` and `lib/text.sql` in the first library that has it.

    `dataevolver/clean/x.sql` is that of one library by name, so that a project's file can extend
    the one that it hides. Undefined names are errors; templates run in a sandbox.
    """
    loaders = [_loader(library) for library in libraries]
    by_name = {library.name: loader for library, loader in zip(libraries, loaders, strict=True)}
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*loaders, PrefixLoader(by_name)]),
        undefined=StrictUndefined,
        autoescape=False,
    )
    environment.filters.update(
        groups=groups,
        identifier=identifier,
        literal=literal,
        refusals=refusals,
        refuse=_refuse,
    )
    return environment


def _refuse(complaint: str) -> str:
    """What a body says to arguments that do not go together: `{{ "give one of both" | refuse }}`."""
    raise TemplateRuntimeError(complaint)


def _loader(library: Library) -> BaseLoader:
    folders = (library.root / "macros", library.root / "operators")
    return ChoiceLoader([_InsideLoader(folder) for folder in folders])


class _InsideLoader(FileSystemLoader):
    """Jinja refuses `..` in names; this also refuses links that lead out of the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folder = folder

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        text, path, is_current = super().get_source(environment, template)
        if not Path(path).resolve().is_relative_to(self._folder.resolve()):
            raise TemplateNotFound(template, f"{path} leads out of {self._folder}")
        return text, path, is_current
