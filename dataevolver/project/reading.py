"""Find `dve_project.yml`, read it, and check what its parts have to do with each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dataevolver.errors import Place, Problem, SpecError, nearest
from dataevolver.library import builtin, read_text
from dataevolver.project.settings import (
    Check,
    EvolveSettings,
    Model,
    Output,
    Project,
    Source,
    Target,
)
from dataevolver.project.shape import PROJECT_SHAPE
from dataevolver.yamlfile import Node, load, read

PROJECT_FILE = "dve_project.yml"
_EXPANSION = re.compile(r"\$\{\w+\}|\{\{.*\}\}")


def find_project(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a project file."""
    searched = (start.resolve(), *start.resolve().parents)
    for folder in searched:
        if (folder / PROJECT_FILE).is_file():
            return folder
    folders = "\n  ".join(str(folder) for folder in searched)
    raise SpecError(
        Problem(
            message=f"no {PROJECT_FILE} in any of\n  {folders}",
            hint="`dve init NAME` makes a project; `--project-dir FOLDER` names one",
        )
    )


def load_project(root: Path) -> Project:
    """Read the project in a folder. Raises SpecError with every problem of the file."""
    return read_project(read_text(root / PROJECT_FILE, root, PROJECT_FILE), root)


def read_project(text: str, root: Path) -> Project:
    """The project that a file's text describes; nothing is read from disk."""
    node = load(text, PROJECT_FILE)
    value, shape_problems = read(node, PROJECT_SHAPE)
    problems = [*shape_problems, *_expansions(node)]
    if problems:
        raise SpecError(problems)
    written: Any = value  # the shape has been checked
    project = Project(
        name=written["name"],
        root=root,
        sources=_sources(written["sources"], node, "sources"),
        exemplars=_sources(written["exemplars"], node, "exemplars"),
        output=_output(written["output"]),
        targets=_targets(written["targets"]),
        target=written["target"],
        evolve=_evolve(written),
        checks=tuple(
            _check(check, node.place_of("tests", position))
            for position, check in enumerate(written["tests"])
        ),
        evaluation_sets=written["evaluation_sets"],
        embeddings_model=_part(written["embeddings"], "model"),
        source_field=_part(written["slices"], "source"),
        models={name: Model(name=name, **keys) for name, keys in written["models"].items()},
    )
    problems = list(_contradictions(project, node))
    if problems:
        raise SpecError(problems)
    return project


def _sources(written: Mapping[str, Any], node: Node, key: str) -> Mapping[str, Source]:
    return {
        name: Source(
            name=name,
            paths=_several(keys["path"]),
            format=keys["format"],
            on_error=keys["on_error"],
            place=node.place_of(key, name),
        )
        for name, keys in written.items()
    }


def _several(written: str | Sequence[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _output(written: Mapping[str, Any]) -> Output:
    path = written.get("path") or Output().path
    by_ending = "parquet" if path.endswith((".parquet", ".pq")) else "jsonl"
    return Output(
        path=path,
        format=written.get("format") or by_ending,
        shard_bytes=written.get("shard_bytes", 0),
    )


def _targets(written: Mapping[str, Any]) -> Mapping[str, Target]:
    """`duckdb` is there without being declared."""
    declared = {name: Target(name=name, **keys) for name, keys in written.items()}
    return {"duckdb": Target(name="duckdb")} | declared


def _evolve(written: Mapping[str, Any]) -> EvolveSettings:
    keys = dict(written["evolve"])
    for key, known in (("source", written["sources"]), ("exemplars", written["exemplars"])):
        keys[key] = keys.get(key) or next(iter(known), "")
    return EvolveSettings(**keys)


def _check(written: Mapping[str, Any], place: Place) -> Check:
    own = dict(written)
    kind, name, severity = own.pop("kind"), own.pop("name"), own.pop("severity")
    column = own.pop("column", "")
    if "path" in own:
        own["paths"] = _several(own.pop("path"))
    by_column = re.sub(r"\W+", "_", f"{kind}_{column}").strip("_").lower()
    return Check(
        name=name or by_column,
        kind=kind,
        column=column,
        arguments=own,
        severity=severity,
        place=place,
    )


def _part(written: Mapping[str, str] | None, key: str) -> str:
    return written[key] if written else ""


# ---- checks across keys


def _expansions(node: Node) -> Iterator[Problem]:
    """Text that looks as if variables or templates were filled in, which they are not."""
    if isinstance(node.value, Mapping):
        for key, item in node.value.items():
            if key != "tests":  # patterns there may hold any characters
                yield from _expansions(item)
    elif isinstance(node.value, tuple):
        for item in node.value:
            yield from _expansions(item)
    elif isinstance(node.value, str) and (found := _EXPANSION.search(node.value)):
        yield Problem(
            message=f"{found[0]} is not filled in here",
            place=node.place,
            hint="write the value; settings can be overridden by DVE_... variables and flags",
        )


def _contradictions(project: Project, node: Node) -> Iterator[Problem]:
    if project.name == builtin().name:
        yield Problem(
            message=f'"{project.name}" is the name of the built-in library',
            place=node.place_of("name"),
            hint="give the project another name",
        )
    if not project.sources:
        yield Problem(message="no source is declared", place=node.place_of("sources"))
    yield from _undeclared("target", project.target, project.targets, node.place_of("target"))
    evolve = project.evolve
    references = (
        ("source", evolve.source, project.sources),
        ("exemplars", evolve.exemplars, project.exemplars),
    )
    for key, name, known in references:
        if name:
            yield from _undeclared(key, name, known, node.place_of("evolve", key))
    if list(evolve.sample) != sorted(set(evolve.sample)):
        yield Problem(message='"sample" must grow', place=node.place_of("evolve", "sample"))
    yield from _output_problems(project.output, node)
    yield from _check_problems(project, node)


def _undeclared(
    key: str, name: str, known: Mapping[str, object], place: Place
) -> Iterator[Problem]:
    if name not in known:
        hint = nearest(name, known) or "none is declared"
        message = f'"{key}" names "{name}", which is not declared'
        yield Problem(message=message, place=place, hint=hint)


def _output_problems(output: Output, node: Node) -> Iterator[Problem]:
    place = node.place_of("output", "path")
    for name in re.findall(r"\{([^{}]*)\}", output.path):
        if name not in ("plan", "shard"):
            yield Problem(
                message=f"{{{name}}} is not known in an output path",
                place=place,
                hint="only {plan} and {shard} are filled in",
            )
    if ("{shard}" in Path(output.path).name) != bool(output.shard_bytes):
        yield Problem(
            message="{shard} in the path's last part and shard_bytes go together",
            place=place,
            hint='for example: path: "output/{plan}-{shard}.jsonl", shard_bytes: 500000000',
        )
    parts = Path(output.path).parts
    if Path(output.path).is_absolute() or ".." in parts:
        yield Problem(message="the output must stay inside the project", place=place)
    ending = Path(output.path).suffix
    if (ending in (".parquet", ".pq")) != (output.format == "parquet"):
        yield Problem(
            message=f'the format is {output.format}, but the path ends in "{ending}"',
            place=place,
            hint="leave the format out: it goes by the path's ending",
        )


def _check_problems(project: Project, node: Node) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for position, check in enumerate(project.checks):
        place = node.place_of("tests", position)
        if check.name in first:
            yield Problem(
                message=f'two tests are called "{check.name}"; first on line {first[check.name]}',
                place=place,
                hint='give one of them a "name"',
            )
        first.setdefault(check.name, place.line)
        yield from _argument_problems(check, project, node, position)


def _argument_problems(
    check: Check, project: Project, node: Node, position: int
) -> Iterator[Problem]:
    place = node.place_of("tests", position)
    if check.kind == "range":
        low, high = check.arguments["minimum"], check.arguments["maximum"]
        if low is None and high is None:
            yield Problem(message='a range test needs a "minimum" or a "maximum"', place=place)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            yield Problem(message=f"the minimum {low} is above the maximum {high}", place=place)
    if check.kind == "regex":
        yield from _pattern_problems(str(check.arguments["pattern"]), node, position)
    if check.kind == "no_overlap" and not check.arguments["paths"] and not project.evaluation_sets:
        yield Problem(
            message="a no_overlap test needs rows to compare with",
            place=place,
            hint='give it a "path" or declare "evaluation_sets"',
        )


def _pattern_problems(pattern: str, node: Node, position: int) -> Iterator[Problem]:
    """DuckDB is asked, which will run the pattern: Python's `re` knows other constructs."""
    with duckdb.connect() as database:
        try:
            database.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
        except duckdb.Error as error:
            place = node.place_of("tests", position, "pattern")
            reason = str(error).partition(": ")[2]
            yield Problem(message=f"not a regular expression: {reason}", place=place)
