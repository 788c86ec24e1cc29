"""The project file: read, checked, found, written; and the schemas for editors."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from case_files import cases

from dataevolver.errors import SpecError
from dataevolver.library import OPERATOR_SHAPE
from dataevolver.locks import LOCK_SHAPE
from dataevolver.plans import PLAN_SHAPE
from dataevolver.project import (
    PROJECT_SHAPE,
    Check,
    EvolveSettings,
    Model,
    Output,
    Source,
    Target,
    find_project,
    load_project,
    project_text,
    read_project,
    schemas,
)
from dataevolver.yamlfile import Record, Shape, load, plain, read

MINIMAL = "dve: 1\nname: demo\nsources: {raw: {path: data/raw.jsonl}}\n"


@pytest.mark.parametrize("case", cases("project/refused"))
def test_a_project_file_with_mistakes_names_all_of_them(case: Any) -> None:
    with pytest.raises(SpecError) as error:
        read_project(case["text"], Path("/project"))
    assert str(error.value) == case["error"]


def test_what_is_not_written_has_its_default() -> None:
    project = read_project(MINIMAL, Path("/project"))
    assert project.name == "demo"
    assert project.root == Path("/project")
    assert project.sources == {"raw": Source(name="raw", paths=("data/raw.jsonl",))}
    assert project.exemplars == {}
    assert project.output == Output(path="output/{plan}.jsonl", format="jsonl")
    assert project.targets == {"duckdb": Target(name="duckdb")}
    assert project.evolve == EvolveSettings(source="raw")
    assert (project.checks, project.evaluation_sets) == ((), ())
    assert (project.embeddings_model, project.source_field, project.models) == ("", "", {})


def test_everything_that_is_written_is_read() -> None:
    text = """\
dve: 1
name: demo
sources:
  web: {path: [data/a.csv, "data/*.jsonl.gz"], on_error: skip}
  raw: {path: data/raw.json, format: jsonl}
exemplars: {expert: {path: data/expert.jsonl}}
evolve: {plan: clean, source: raw, rounds: 3, seconds: 60, sample: [100, 200], topics: match}
output: {path: "out/{plan}.parquet"}
target: small
targets: {small: {type: duckdb, memory_limit: 4GB, threads: 2}}
tests:
  - {kind: not_null, column: answer}
  - {kind: accepted_values, column: "messages[].role", values: [user, assistant], severity: warn}
  - {kind: range, name: fair, column: score, minimum: 0}
  - {kind: max_drop_fraction, fraction: 0.5}
  - {kind: no_overlap, column: question}
evaluation_sets: [data/test.jsonl]
embeddings: {model: models/minilm}
slices: {source: origin}
models: {writer: {model: m-1, base_url: "http://localhost:8000/v1", api_key_env: WRITER_KEY}}
"""
    project = read_project(text, Path("/project"))
    assert list(project.sources) == ["web", "raw"]
    assert project.sources["web"].paths == ("data/a.csv", "data/*.jsonl.gz")
    assert (project.sources["web"].on_error, project.sources["raw"].format) == ("skip", "jsonl")
    assert project.evolve == EvolveSettings(
        plan="clean",
        source="raw",
        exemplars="expert",
        rounds=3,
        seconds=60,
        sample=(100, 200),
        topics="match",
    )
    assert project.output == Output(path="out/{plan}.parquet", format="parquet")
    assert project.targets["small"] == Target(name="small", memory_limit="4GB", threads=2)
    assert project.target == "small"
    assert project.checks == (
        Check(name="not_null_answer", kind="not_null", column="answer"),
        Check(
            name="accepted_values_messages_role",
            kind="accepted_values",
            column="messages[].role",
            arguments={"values": ("user", "assistant")},
            severity="warn",
        ),
        Check(name="fair", kind="range", column="score", arguments={"minimum": 0, "maximum": None}),
        Check(name="max_drop_fraction", kind="max_drop_fraction", arguments={"fraction": 0.5}),
        Check(
            name="no_overlap_question",
            kind="no_overlap",
            column="question",
            arguments={"paths": ()},
        ),
    )
    assert project.evaluation_sets == ("data/test.jsonl",)
    assert (project.embeddings_model, project.source_field) == ("models/minilm", "origin")
    assert project.models == {
        "writer": Model(
            name="writer",
            model="m-1",
            base_url="http://localhost:8000/v1",
            api_key_env="WRITER_KEY",
        )
    }


@pytest.mark.parametrize("pattern", [r"^\d{3}$", r"\pL+\z", "${x}"])
def test_a_pattern_is_one_that_duckdb_runs_and_nothing_in_it_is_a_variable(pattern: str) -> None:
    tests = f"tests: [{{kind: regex, column: a, pattern: '{pattern}'}}]\n"
    check = read_project(MINIMAL + tests, Path("/project")).checks[0]
    assert check.arguments == {"pattern": pattern}


@pytest.mark.parametrize(
    ("shape", "settings"),
    [("evolve", EvolveSettings()), ("output", Output())],
)
def test_the_schema_and_the_settings_have_the_same_defaults(shape: str, settings: Any) -> None:
    record: Any = PROJECT_SHAPE.fields[shape].shape
    declared = {key: known.default for key, known in record.fields.items() if key != "format"}
    actual = dataclasses.asdict(settings)
    assert declared == {key: actual[key] for key in declared}


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "demo/plans/deep").mkdir(parents=True)
    (tmp_path / "demo/dve_project.yml").write_text(MINIMAL)
    found = find_project(tmp_path / "demo/plans/deep")
    assert found == (tmp_path / "demo").resolve()
    assert load_project(found).name == "demo"


def test_without_a_project_the_folders_that_were_searched_are_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(SpecError) as error:
        find_project(tmp_path / "a")
    lines = str(error.value).splitlines()
    searched = (tmp_path / "a").resolve()
    assert lines[0] == "no dve_project.yml in any of"
    assert lines[1:-1] == [f"  {folder}" for folder in (searched, *searched.parents)]
    assert lines[-1] == "  `dve init NAME` makes a project; `--project-dir FOLDER` names one"


def test_a_project_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    (tmp_path / "dve_project.yml").write_bytes(b"dve: 1\nname: caf\xe9\n")
    with pytest.raises(SpecError) as error:
        load_project(tmp_path)
    assert str(error.value).startswith("dve_project.yml:2:10: byte 0xe9 is not UTF-8")


@pytest.mark.parametrize("raw", [["data/raw.jsonl"], ["a b.csv", "data/*.json", "#odd: name"]])
def test_the_file_that_init_writes_is_a_project(raw: list[str]) -> None:
    text = project_text("demo", raw, ["data/expert.jsonl"], evaluation_sets=["data/test.jsonl"])
    project = read_project(text, Path("/project"))
    assert project.sources["raw"].paths == tuple(raw)
    assert project.exemplars["expert"].paths == ("data/expert.jsonl",)
    assert project.evaluation_sets == ("data/test.jsonl",)
    assert project.evolve == EvolveSettings(source="raw", exemplars="expert")


# ---- schemas for editors

SHAPES: dict[str, Record] = {
    "project": PROJECT_SHAPE,
    "operator": OPERATOR_SHAPE,
    "plan": PLAN_SHAPE,
    "lock": LOCK_SHAPE,
}


def agrees(kind: str, shape: Shape, text: str) -> bool:
    node = load(text, "file.yml")
    schema = jsonschema.Draft202012Validator(schemas()[kind])
    return schema.is_valid(plain(node)) == (not read(node, shape)[1])


def test_there_is_a_schema_for_each_kind_of_file() -> None:
    assert list(schemas()) == list(SHAPES)
    for kind, schema in schemas().items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["title"] == f"dve {kind}"


@pytest.mark.parametrize("case", cases("project/schemas"))
def test_schemas_and_reading_agree(case: Any) -> None:
    shape = SHAPES[case["kind"]]
    problems = read(load(case["text"], "file.yml"), shape)[1]
    assert (not problems) == case["valid"], problems
    assert agrees(case["kind"], shape, case["text"])


@pytest.mark.parametrize("case", cases("project/refused"))
def test_the_project_schema_agrees_on_mistakes(case: Any) -> None:
    assert agrees("project", PROJECT_SHAPE, case["text"])


@pytest.mark.parametrize("case", cases("operators/refused"))
def test_the_operator_schema_agrees_on_mistakes(case: Any) -> None:
    for path, text in case["files"].items():
        if path.endswith(".yml") and text.count("name: ") == 1:  # else it cannot be loaded
            assert agrees("operator", OPERATOR_SHAPE, text)
