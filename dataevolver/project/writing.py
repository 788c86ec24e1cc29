"""The project file that `dve init` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataevolver.yamlfile import Plain, dump


def project_text(
    name: str,
    raw: Sequence[str],
    exemplars: Sequence[str],
    *,
    plan: str = "prepare",
    evaluation_sets: Sequence[str] = (),
) -> str:
    """A commented `dve_project.yml` with one source, `raw`, and one set of exemplars, `expert`."""
    parts = (
        _part("Settings of this project; `dve schema project` explains every key.", _head(name)),
        _part(
            "Raw rows: JSONL, JSON, CSV, TSV or Parquet, plain or .gz/.zst; globs are fine.",
            {"sources": {"raw": {"path": _one_or_several(raw)}}},
        ),
        _part(
            "What good rows look like: 10 to 200 of them.",
            {"exemplars": {"expert": {"path": _one_or_several(exemplars)}}},
        ),
        _part(
            "`dve evolve` grows this plan until the gap stops shrinking or the rounds are used up.",
            {"evolve": {"plan": plan, "rounds": 12, "seed": 0}},
        ),
        _part("`dve run` puts its output here.", {"output": {"path": "output/{plan}.jsonl"}}),
        _part(
            "Run on every output; one that fails keeps the output from being put in place.",
            {"tests": [{"kind": "min_rows", "rows": 1}]},
        ),
        _part(
            "Files that the output must never repeat: your benchmarks.",
            {"evaluation_sets": list(evaluation_sets)},
        ),
    )
    return "\n".join(parts)


def _head(name: str) -> Mapping[str, Plain]:
    return {"dve": 1, "name": name}


def _part(comment: str, keys: Mapping[str, Plain]) -> str:
    return f"# {comment}\n{dump(keys)}"


def _one_or_several(paths: Sequence[str]) -> Plain:
    return paths[0] if len(paths) == 1 else list(paths)
