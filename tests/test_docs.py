"""What the documents say is what the code does: examples run, tables are complete, commands exist."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

import dataevolver
from dataevolver.cli import SUMMARIES, dve
from dataevolver.errors import CheckFailedError, DataEvolverError
from dataevolver.library import Library, builtin, load_catalog, templates
from dataevolver.plans import check_arguments, read_plan
from dataevolver.project import PROJECT_SHAPE, read_project
from dataevolver.runner import run_examples
from dataevolver.yamlfile import Field, MapOf, Record, Tagged

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE_NAME = re.compile(r"\A(?:# |\{# |-- )(\S+\.\w+)")


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(language: str, name: str = "README.md") -> list[str]:
    """The code blocks of a document that are in a language."""
    return [text for kind, text in FENCE.findall(document(name)) if kind == language]


def table(header: str) -> list[list[str]]:
    """The rows of the README's table whose first heading this is."""
    _, found, rest = document("README.md").partition(f"\n| {header} |")
    assert found, header
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def files(language: str) -> Mapping[str, str]:
    """The README's code blocks that say in their first line which file they are."""
    named = ((FILE_NAME.match(text), text) for text in fences(language))
    return {match[1]: text for match, text in named if match}


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(dataevolver.__path__, "dataevolver.")
    needs_an_extra = ("dataevolver.__main__", "dataevolver.evaluator.embeddings")
    return [importlib.import_module(each.name) for each in found if each.name not in needs_an_extra]


PACKAGES = [dataevolver, *(module for module in modules() if hasattr(module, "__path__"))]


# ---- examples run


def test_the_examples_of_the_architecture_run() -> None:
    done = doctest.testfile(str(ROOT / "ARCHITECTURE.md"), module_relative=False, encoding="utf-8")
    assert done.attempted > 20
    assert done.failed == 0


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_the_examples_of_a_module_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_a_package_names_all_that_is_public_and_in_order(package: ModuleType) -> None:
    declared: list[str] = package.__all__
    assert declared == sorted(declared, key=_as_ruff_sorts)
    if package.__name__ == "dataevolver.cli":  # a program: what it imports is not for others
        return
    named = {name for name in vars(package) if not name.startswith("_") or name == "__version__"}
    public = {name for name in named if not isinstance(getattr(package, name), ModuleType)}
    assert set(declared) == public - {"annotations"}


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


# ---- the README's tables


def test_every_command_is_in_the_readme_with_its_summary() -> None:
    assert [(row[0].strip("`"), row[1]) for row in table("command")] == list(SUMMARIES.items())


def test_every_exit_code_is_in_the_readme() -> None:
    codes = [int(row[0]) for row in table("exit code")]
    assert codes == [0, CheckFailedError.exit_code, DataEvolverError.exit_code, 3, 130]


def test_every_key_of_a_project_is_in_the_readme_with_its_default() -> None:
    told = {key: row[1] for row in table("key") for key in re.findall(r"`(\S+)`", row[0])}
    assert told == dict(keys(PROJECT_SHAPE, ""))


def keys(record: Record, prefix: str) -> Iterator[tuple[str, str]]:
    """The keys of a project file and their defaults; NAME stands for a free one."""
    for name, field in record.fields.items():
        shape: Any = field.shape
        if isinstance(shape, MapOf) and isinstance(shape.value, Record):
            yield from keys(shape.value, f"{prefix}{name}.NAME.")
        elif isinstance(shape, Record):
            yield from keys(shape, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", default(field)


def default(field: Field) -> str:
    if field.required:
        return "required"
    value: Any = list(field.default) if isinstance(field.default, tuple) else field.default
    return "" if value in (None, "", [], {}) else f"`{value}`"


def test_every_kind_of_test_is_in_the_readme() -> None:
    (row,) = [row for row in table("key") if row[0] == "`tests`"]
    shape: Any = PROJECT_SHAPE.fields["tests"].shape
    assert isinstance(shape.item, Tagged)
    assert re.findall(r"`(\w+)`", row[2]) == list(shape.item.records)


# ---- the README's files and commands


def test_every_yaml_of_the_readme_says_which_file_it_is() -> None:
    assert len(files("yaml")) == len(fences("yaml")) > 1


def test_the_operators_of_the_readme_do_what_their_examples_say(tmp_path: Path) -> None:
    written = {**files("yaml"), **files("sql"), **files("python")}
    for name, text in written.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    libraries = [Library(name="readme", root=tmp_path), builtin()]
    catalog = load_catalog(libraries)
    own = [operator for operator in catalog.values() if operator.library == "readme"]
    assert [f"operators/{each.category}/{each.name}.yml" for each in own] == [
        name for name in written if name.startswith("operators/")
    ]
    assert [run_examples(operator, templates(libraries)) for operator in own] == [()]


def test_the_plans_of_the_readme_are_right() -> None:
    catalog = load_catalog([builtin()])
    plans = {name: text for name, text in files("yaml").items() if name.startswith("plans/")}
    assert plans
    for name, text in plans.items():
        assert check_arguments(read_plan(text, name), catalog) == ()


def test_the_projects_of_the_readme_are_right() -> None:
    for name, text in files("yaml").items():
        if name == "dve_project.yml":
            assert read_project(text, ROOT).name


def commands() -> Iterator[Any]:
    for name in DOCUMENTS:
        for block in fences("bash", name):
            for line in re.split(r"\n|&&", block):
                words = shlex.split(line, comments=True)
                if words and words[0] == "dve":
                    yield pytest.param(words[1:], id=" ".join(words))


@pytest.mark.parametrize("words", list(commands()))
def test_a_command_of_the_documents_exists_with_its_options(words: list[str]) -> None:
    name, *arguments = words
    command = dve.get_command(click.Context(dve), name)
    assert command is not None, f"there is no `dve {name}`"
    command.make_context(name, list(arguments))


@pytest.mark.parametrize(
    ("variable", "value", "parameter"),
    [("DVE_RUN_THREADS", 2, "threads"), ("DVE_EVOLVE_SEED", 7, "seed")],
)
def test_an_option_is_set_by_its_environment_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: int, parameter: str
) -> None:
    assert f"{variable}={value}" in document("README.md")
    monkeypatch.setenv(variable, str(value))
    name = variable.split("_")[1].lower()
    command = dve.get_command(click.Context(dve), name)
    assert command is not None
    context = dve.make_context("dve", [name])
    assert command.make_context(name, [], parent=context).params[parameter] == value


@pytest.mark.parametrize("name", [*DOCUMENTS, "CHANGELOG.md"])
def test_a_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", document(name))
    assert [link for link in links if not (ROOT / link).exists()] == []


# ---- the other documents


def test_the_changelog_names_what_is_not_released() -> None:
    _, _, rest = document("CHANGELOG.md").partition("\n## [Unreleased]\n")
    unreleased = rest.partition("\n## [")[0]
    assert "### Added" in unreleased
    missing = [
        name
        for name in SUMMARIES
        if f"`{name}`" not in unreleased and f"`dve {name}`" not in unreleased
    ]
    assert missing == []


def test_the_rules_for_contributors_are_those_of_the_tools() -> None:
    text, tools = document("CONTRIBUTING.md"), document("pyproject.toml")
    assert "complexity 10" in text and "max-complexity = 10" in tools
    assert (
        len(
            re.findall(
                r"^\d+\. ", text.partition("## Style")[2].partition("\n## ")[0], re.MULTILINE
            )
        )
        == 15
    )
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest"):
        assert tool.split()[0] in document(".ci/run") and tool.split("-")[0].split()[0] in text


def test_the_test_command_of_the_readme_is_that_of_ci() -> None:
    assert "bash .ci/run\n" in fences("bash")
