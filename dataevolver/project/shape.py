"""The shape of `dve_project.yml`."""

from __future__ import annotations

from dataevolver.yamlfile import (
    Anything,
    Field,
    Integer,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Record,
    Tagged,
    Text,
)

WORD_PATTERN = "[a-z][a-z0-9_]*"
_WORD = Text(pattern=WORD_PATTERN, what="a word of a-z, 0-9 and _")
_PATH = Text(pattern=r"[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?", what="a path")
_PATHS = OneOf((_PATH, ListOf(_PATH, minimum=1)))
_COLUMN = Text(pattern=r"\S(?:.*\S)?", what="a column")
_VARIABLE = Text(
    pattern="[A-Z_][A-Z0-9_]*",
    what="the name of an environment variable such as OPENAI_API_KEY (never the key itself)",
    private=True,
)

_SOURCE = Record(
    {
        "path": Field(
            _PATHS, required=True, description="Files or globs, relative to the project."
        ),
        "format": Field(
            Text(choices=("auto", "jsonl", "json", "csv", "tsv", "parquet")),
            default="auto",
            description="auto goes by the file's name; .gz and .zst are read as they are.",
        ),
        "on_error": Field(
            Text(choices=("fail", "skip")),
            default="fail",
            description="skip keeps lines that cannot be read in a file of their own.",
        ),
    },
    "source",
)
_SOURCES = MapOf(_SOURCE, WORD_PATTERN, _WORD.what)

_OUTPUT = Record(
    {
        "path": Field(
            _PATH,
            default="output/{plan}.jsonl",
            description="{plan} is the plan's name, {shard} a shard's number.",
        ),
        "format": Field(Text(choices=("jsonl", "parquet")), description="By the path's ending."),
        "shard_bytes": Field(
            Integer(minimum=0), default=0, description="About the size of a file; 0: one file."
        ),
    },
    "output",
)
_TARGET = Record(
    {
        "type": Field(Text(choices=("duckdb",)), default="duckdb"),
        "memory_limit": Field(
            Text(
                pattern=r"[0-9]+(?:\.[0-9]+)? ?[KMGT]i?B",
                what='a size such as "4GB"',
            ),
            default="",
            description="60 % of the machine's memory unless it is given.",
        ),
        "threads": Field(Integer(minimum=0), default=0, description="0: all."),
    },
    "target",
)
_EVOLVE = Record(
    {
        "plan": Field(_WORD, default="prepare", description="The plan that is grown."),
        "source": Field(_WORD, default="", description="The first of `sources` unless given."),
        "exemplars": Field(_WORD, default="", description="The first of `exemplars` unless given."),
        "rounds": Field(Integer(minimum=0), default=12),
        "seconds": Field(Number(minimum=0), default=0, description="0: no limit."),
        "candidates": Field(Integer(minimum=1), default=4, description="Proposals a round."),
        "sample": Field(
            ListOf(Integer(minimum=20), minimum=1),
            default=(200, 600, 2000),
            description="Rows of each heat of the race, growing.",
        ),
        "seed": Field(Integer(minimum=0), default=0),
        "patience": Field(
            Integer(minimum=1), default=3, description="Rounds without a gain before it stops."
        ),
        "min_yield": Field(
            Number(minimum=0, maximum=1), default=0.3, description="Least share of rows kept."
        ),
        "topics": Field(
            Text(choices=("preserve", "match")),
            default="preserve",
            description="match: what the rows are about should become like the exemplars, too.",
        ),
        "planner": Field(Text(choices=("auto", "search")), default="auto"),
    },
    "evolve setting",
)


def _check(kind: str, **fields: Field) -> Record:
    return Record(
        {
            "kind": Field(Text(choices=(kind,)), required=True),
            "name": Field(_WORD, default="", description="KIND_COLUMN unless given."),
            **fields,
            "severity": Field(
                Text(choices=("error", "warn")),
                default="error",
                description="error: no output is put in place when it fails.",
            ),
        },
        f"{kind} test",
    )


_SLICES = ("language", "length", "source", "file")
_SLICE = Text(choices=_SLICES)
_ON_COLUMN = Field(_COLUMN, required=True)
_CHECKS = Tagged(
    "kind",
    {
        "not_null": _check("not_null", column=_ON_COLUMN),
        "unique": _check("unique", column=_ON_COLUMN),
        "accepted_values": _check(
            "accepted_values",
            column=_ON_COLUMN,
            values=Field(ListOf(Anything(), minimum=1), required=True),
        ),
        "range": _check(
            "range", column=_ON_COLUMN, minimum=Field(Number()), maximum=Field(Number())
        ),
        "regex": _check(
            "regex",
            column=_ON_COLUMN,
            pattern=Field(Text(), required=True, description="Must be found in every text."),
        ),
        "min_rows": _check("min_rows", rows=Field(Integer(minimum=1), required=True)),
        "max_drop_fraction": _check(
            "max_drop_fraction", fraction=Field(Number(minimum=0, maximum=1), required=True)
        ),
        "slice_loss": _check(
            "slice_loss",
            kinds=Field(ListOf(_SLICE, minimum=1), default=_SLICES),
            times=Field(
                Number(minimum=1),
                default=2,
                description="A slice may lose so many times its share of the rows, and keep the "
                "reverse of it.",
            ),
            maximum=Field(
                Number(minimum=0, maximum=1),
                description="The most that a slice may lose, whatever the others do.",
            ),
            minimum_rows=Field(
                Integer(minimum=1), default=20, description="Smaller slices are not judged."
            ),
            accept=Field(
                MapOf(ListOf(Text()), "|".join(_SLICES), f"one of {', '.join(_SLICES)}"),
                default={},
                description="Slices that may be lost, by kind.",
            ),
        ),
        "no_overlap": _check(
            "no_overlap",
            column=Field(_COLUMN, default="", description="Whole rows unless given."),
            path=Field(_PATHS, default=(), description="The evaluation sets unless given."),
        ),
    },
    "test",
)
_MODEL = Record(
    {
        "model": Field(_COLUMN, required=True, description="The model's name at the endpoint."),
        "base_url": Field(
            Text(
                pattern=r"https://\S+|http://(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]\S*)?",
                what="an https:// address, or http:// on this machine",
            ),
            required=True,
        ),
        "api_key_env": Field(_VARIABLE, default=""),
    },
    "model",
)

PROJECT_SHAPE = Record(
    {
        "dve": Field(Integer(minimum=1, maximum=1), required=True, description="File format."),
        "name": Field(_WORD, required=True),
        "sources": Field(_SOURCES, required=True, description="Raw rows, by name."),
        "exemplars": Field(_SOURCES, default={}, description="What good rows look like, by name."),
        "evolve": Field(_EVOLVE, default={}),
        "output": Field(_OUTPUT, default={}),
        "target": Field(_WORD, default="duckdb", description="One of `targets`."),
        "targets": Field(MapOf(_TARGET, WORD_PATTERN, _WORD.what), default={}),
        "tests": Field(ListOf(_CHECKS), default=(), description="Run on every output."),
        "evaluation_sets": Field(
            ListOf(_PATH), default=(), description="Files that the output must not overlap."
        ),
        "embeddings": Field(
            Record({"model": Field(_PATH, required=True)}, "embeddings setting"),
            description="A sentence-transformers model on disk; hashed n-grams without it.",
        ),
        "slices": Field(
            Record({"source": Field(_COLUMN, required=True)}, "slices setting"),
            description="The column whose values are slices of the rows, beside language and length.",
        ),
        "models": Field(MapOf(_MODEL, WORD_PATTERN, _WORD.what), default={}),
    },
    "project",
)
