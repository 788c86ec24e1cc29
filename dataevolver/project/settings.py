"""What a project file says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dataevolver.errors import Place
from dataevolver.operators import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files of rows. `paths` may be globs and are relative to the project."""

    name: str
    paths: tuple[str, ...]
    format: str = "auto"  # auto | jsonl | json | csv | tsv | parquet
    on_error: str = "fail"  # fail | skip: what to do with a line that cannot be read
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where finished rows go; `{plan}` in the path is the plan's name.

    With `shard_bytes`, files of about that size: `{shard}` is `00000-of-00003`.
    """

    path: str = "output/{plan}.jsonl"
    format: str = "jsonl"  # jsonl | parquet
    shard_bytes: int = 0  # 0: one file


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where plans run."""

    name: str
    type: str = "duckdb"
    memory_limit: str = ""  # "4GB"; empty: 60 % of the machine's memory
    threads: int = 0  # 0: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of the output. `arguments` by kind:

    accepted_values: values; range: minimum, maximum (either may be None); regex: pattern;
    min_rows: rows; max_drop_fraction: fraction; no_overlap: paths (none: the evaluation sets).
    slice_loss: kinds, times, maximum (or None), minimum_rows, accept (slices by kind).
    `column` is empty for tests of the run, and for a no_overlap of whole rows.
    """

    name: str
    kind: str
    column: str = ""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    severity: str = "error"  # error: no output is put in place | warn
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolveSettings:
    """How `dve evolve` searches, and when it stops."""

    plan: str = "prepare"
    source: str = ""  # the first one of the project unless it says otherwise; so `exemplars`
    exemplars: str = ""
    rounds: int = 12
    seconds: float = 0  # 0: no limit
    candidates: int = 4
    sample: tuple[int, ...] = (200, 600, 2000)
    seed: int = 0
    patience: int = 3
    min_yield: float = 0.3
    topics: str = (
        "preserve"  # preserve | match: whether the content, too, should become like the exemplars'
    )
    planner: str = "auto"  # auto | search


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An OpenAI-compatible endpoint. `api_key_env` names the variable that holds the key."""

    name: str
    model: str
    base_url: str
    api_key_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A checked `dve_project.yml`. All names in it that refer to others exist."""

    name: str
    root: Path
    sources: Mapping[str, Source]
    exemplars: Mapping[str, Source] = field(default_factory=dict)
    output: Output = field(default_factory=Output)
    targets: Mapping[str, Target] = field(default_factory=dict)
    target: str = "duckdb"
    evolve: EvolveSettings = field(default_factory=EvolveSettings)
    checks: tuple[Check, ...] = ()
    evaluation_sets: tuple[str, ...] = ()
    embeddings_model: str = ""  # folder of a sentence-transformers model
    source_field: str = ""  # the column whose values are slices of the rows
    models: Mapping[str, Model] = field(default_factory=dict)
    file: str = "dve_project.yml"
