"""Libraries on disk: `operators/CATEGORY/NAME.yml` and `macros/CATEGORY/NAME.sql|.py|.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from dataevolver.errors import Place, Problem, SpecError
from dataevolver.library.declaration import read_operator
from dataevolver.library.examples import LaterExamples
from dataevolver.library.shape import EXTENSIONS
from dataevolver.operators import Example, Operator, fingerprint
from dataevolver.yamlfile import Node, decode, load

_PACKAGE = Path(__file__).parents[1]
_IMPORTS_KERNELS = re.compile(r"^\s*(?:from|import)\s+dataevolver\.kernels\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A folder with `operators/` and `macros/`; either may be missing.

    Of one that `is_tested`, examples are read when somebody asks for them, and bodies are
    not looked at for mistakes.
    """

    name: str
    root: Path
    is_tested: bool = False


def builtin() -> Library:
    """The library that ships with us: inside the wheel, or beside the package in a checkout.

    The wheel's place comes first: beside an installed package lie other people's folders.
    """
    shipped = _PACKAGE / "_builtin"
    root = shipped if shipped.is_dir() else _PACKAGE.parent
    return Library(name="dataevolver", root=root, is_tested=True)


def load_catalog(libraries: Sequence[Library]) -> Mapping[str, Operator]:
    """Operators by name, sorted; those of an earlier library hide those of a later one.

    Raises SpecError with the problems of all files.
    """
    found = _load(libraries)
    return {name: found[name][0] for name in sorted(found)}


def load_hidden(libraries: Sequence[Library]) -> tuple[Operator, ...]:
    """The operators that an operator of the same name in an earlier library hides."""
    found = _load(libraries)
    return tuple(operator for name in sorted(found) for operator in found[name][1:])


def _load(libraries: Sequence[Library]) -> Mapping[str, Sequence[Operator]]:
    found: dict[str, list[Operator]] = {}
    problems: list[Problem] = []
    for library in libraries:
        of_library: dict[str, Operator] = {}
        for path in _declarations(library, problems):
            try:
                operator, wrong = _load_operator(library, path, libraries)
            except SpecError as error:
                problems.extend(error.problems)
                continue
            problems.extend(wrong)
            if operator is None:
                continue
            first = of_library.setdefault(operator.name, operator)
            if first is not operator:
                problems.append(_given_twice(first, operator))
        for operator in of_library.values():
            found.setdefault(operator.name, []).append(operator)
    if problems:
        raise SpecError(problems)
    return found


def _given_twice(first: Operator, second: Operator) -> Problem:
    return Problem(
        message=f'operator "{second.name}" is declared twice; first in {first.path}',
        place=Place(file=second.path),
        hint="a plan names operators by name alone: rename one of them",
    )


def _declarations(library: Library, problems: list[Problem]) -> Iterator[Path]:
    folder = library.root / "operators"
    for path in _files(folder) if folder.is_dir() else ():
        shown = _shown(path, library)
        if path.suffix == ".yaml":
            problems.append(
                Problem(
                    message="declarations end in .yml", place=Place(file=shown), hint="rename it"
                )
            )
        elif path.suffix == ".yml" and len(path.relative_to(folder).parts) != 2:
            problems.append(
                Problem(
                    message="an operator lies in operators/CATEGORY/NAME.yml",
                    place=Place(file=shown),
                    hint="move it into a folder that names its category",
                )
            )
        elif path.suffix == ".yml":
            yield path


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _load_operator(
    library: Library, path: Path, libraries: Sequence[Library]
) -> tuple[Operator | None, tuple[Problem, ...]]:
    shown = _shown(path, library)
    text = read_text(path, library.root, shown)
    head, examples, _rest = text.partition("\nexamples:\n")
    if not (library.is_tested and examples):
        return _read(library, path, text, libraries)
    operator, problems = _read(library, path, head, libraries, has_examples=False)
    if operator is None:
        return None, problems

    def read() -> Sequence[Example]:
        whole, problems = _read(library, path, text, libraries)
        if whole is None:
            raise SpecError(problems)
        return whole.examples

    return replace(operator, examples=LaterExamples(read)), problems


def _read(
    library: Library,
    path: Path,
    text: str,
    libraries: Sequence[Library],
    has_examples: bool = True,
) -> tuple[Operator | None, tuple[Problem, ...]]:
    """The operator of a declaration's text, with its body."""
    shown = _shown(path, library)
    node = load(text, shown)
    language = node.value.get("language") if isinstance(node.value, Mapping) else None
    extension = EXTENSIONS.get(str(language.value)) if language is not None else None
    stem = f"{path.parent.name}/{path.stem}"
    found = _body(f"{stem}{extension}", libraries) if extension else ("", "", False)
    body, body_file, is_tested = found
    operator, problems = read_operator(
        node,
        body=body,
        body_path=f"{stem}{extension or ''}",
        library=library.name,
        path=shown,
        has_examples=has_examples,
    )
    if extension and not body_file:
        problems = (*problems, _without_body(node, stem, extension))
    kernels = _kernels() if _IMPORTS_KERNELS.search(body) else ""
    if operator is not None:
        is_tested = is_tested and library.is_tested
        operator = replace(operator, body_file=body_file, kernels=kernels, is_tested=is_tested)
    return operator, problems


@cache
def _kernels() -> str:
    """The digest of what a Python body may import of us."""
    sources = sorted((_PACKAGE / "kernels").glob("*.py"))
    return fingerprint([[path.name, path.read_text(encoding="utf-8")] for path in sources])


def _body(name: str, libraries: Sequence[Library]) -> tuple[str, str, bool]:
    """Text and file of a body, and whether it is of a tested library; no file: no body.

    It is found in the order in which `templates` finds it.
    """
    for library in libraries:
        for folder in ("macros", "operators"):
            path = library.root / folder / name
            if path.exists() or path.is_symlink():
                shown = _shown(path, library)
                return read_text(path, library.root, shown), shown, library.is_tested
    return "", "", False


def _without_body(node: Node, stem: str, extension: str) -> Problem:
    return Problem(
        message=f"the operator has no body: {stem}{extension} is missing",
        place=node.place_of("language"),
        hint=f"write macros/{stem}{extension} or operators/{stem}{extension}",
    )


def read_text(path: Path, root: Path, shown: str) -> str:
    """A UTF-8 file inside `root`, named `shown` in messages; SpecError when it leads out."""
    place = Place(file=shown)
    if not path.resolve().is_relative_to(root.resolve()):
        hint = "a link may not lead to a file elsewhere: copy the file"
        raise SpecError(Problem(message=f"the file leads out of {root}", place=place, hint=hint))
    try:
        return decode(path.read_bytes(), shown)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SpecError(Problem(message=f"cannot be read: {reason}", place=place)) from error


def _shown(path: Path, library: Library) -> str:
    return path.relative_to(library.root).as_posix()
