"""What is measured on: raw rows in nested samples, exemplars in their parts, a ruler for each sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataevolver.errors import Problem, SpecError
from dataevolver.evaluator import (
    Encoder,
    Ruler,
    Settings,
    Split,
    calibrate,
    load_encoder,
    split_exemplars,
)
from dataevolver.operators import fingerprint
from dataevolver.profiler import Row, mine_attributes, row_text
from dataevolver.project import EvolveSettings, Source
from dataevolver.sources import (
    Ingested,
    Progress,
    Report,
    ingest,
    load_rows,
    read_rows,
    sample_rows,
    unheard,
    write_sample,
)
from dataevolver.workspace import Workspace
from dataevolver.yamlfile import Plain

_FEWEST_RAW = 20  # raw rows below which there is nothing to compare on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The first heat's rows, the second's, ...: the same rows for every plan."""

    size: int
    ids: tuple[int, ...]
    rows: Sequence[Row]
    source: Ingested  # a Parquet file of these rows only
    ruler: Ruler


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """All that is read once: raw rows in samples, exemplars in their parts."""

    workspace: Workspace
    settings: EvolveSettings
    raw: Ingested
    exemplars: Source
    exemplar_rows: int
    exemplar_digest: str
    split: Split
    samples: Mapping[int, Sample]
    encoder: Encoder | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes of the samples, smallest first."""
        return tuple(self.samples)

    @property
    def source_value(self) -> Mapping[str, Plain]:
        """The raw rows as artifacts name them."""
        return {
            "name": self.raw.name,
            "rows": self.raw.rows,
            "digest": self.raw.digest[:12],
            "sample": self.sizes[-1],
        }

    @property
    def exemplars_value(self) -> Mapping[str, Plain]:
        """The exemplars as artifacts name them."""
        return {
            "name": self.exemplars.name,
            "rows": self.exemplar_rows,
            "digest": self.exemplar_digest[:12],
        }


def gather(
    workspace: Workspace,
    settings: EvolveSettings,
    encoder: Encoder | None,
    report: Report = unheard,
) -> Material:
    """Read sources and exemplars and calibrate the rulers. SpecError when there is too little."""
    project = workspace.project
    raw_name = settings.source or next(iter(project.sources))
    if not project.exemplars:
        raise SpecError(
            Problem(
                message="the project has no exemplars",
                hint="declare a file of 10 to 200 good rows under `exemplars:` in dve_project.yml",
            )
        )
    exemplars = project.exemplars[settings.exemplars or next(iter(project.exemplars))]
    raw = ingest(project.sources[raw_name], workspace.root, workspace.store, report)
    if raw.rows < _FEWEST_RAW:
        raise SpecError(
            Problem(
                message=f'the source "{raw_name}" has {raw.rows} rows, at least {_FEWEST_RAW} are needed',
                hint="a gap cannot be measured on fewer",
            )
        )
    expert = ingest(exemplars, workspace.root, workspace.store, report)
    report(Progress(what="measuring raw rows against exemplars", share=0))
    split = split_exemplars(load_rows(expert.path))
    return Material(
        workspace=workspace,
        settings=settings,
        raw=raw,
        exemplars=exemplars,
        exemplar_rows=expert.rows,
        exemplar_digest=expert.digest,
        split=split,
        samples=_samples(workspace, settings, raw, split),
        encoder=encoder,
    )


def encoder_of(workspace: Workspace) -> Encoder | None:
    """The sentence embeddings that the project names, if any."""
    model = workspace.project.embeddings_model
    return load_encoder(workspace.root / model) if model else None


def prepared_rows(path: Path, sources: Sequence[int] | None = None) -> tuple[list[Row], list[int]]:
    """The rows of a run's output and the raw row that each came from; all, or those of `sources`."""
    filters = None if sources is None else pc.field("__source").isin(sources)
    table = pq.read_table(path, filters=filters)
    names = [name for name in table.column_names if not name.startswith("__")]
    return table.select(names).to_pylist(), table.column("__source").to_pylist()


def report_ruler(material: Material) -> Ruler:
    """The ruler of the full sample, with sentence embeddings where the project names a model.

    They cost some 25 ms a text, so they serve reports, not the many comparisons of a search.
    """
    sample = material.samples[material.sizes[-1]]
    if material.encoder is None:
        return sample.ruler
    measuring = _measuring(material.workspace, material.settings, material.encoder)
    return calibrate(sample.rows, sample.ids, material.split, measuring, sample.ruler.attributes)


def _samples(
    workspace: Workspace,
    settings: EvolveSettings,
    raw: Ingested,
    split: Split,
) -> Mapping[int, Sample]:
    """Attributes are mined once, on the largest sample, so that all heats measure the same."""
    sizes = sorted({min(size, raw.rows) for size in settings.sample})
    drawn = {size: sample_rows(raw, size, settings.seed) for size in sizes}
    attributes = mine_attributes(split.guide, drawn[sizes[-1]][1])
    measuring = _measuring(workspace, settings, None)
    samples = {}
    for size, (ids, rows) in drawn.items():
        name = fingerprint([raw.digest, settings.seed, size])
        path = workspace.store / f"{name[:32]}.sample.parquet"
        write_sample(raw, ids, path)
        samples[size] = Sample(
            size=size,
            ids=ids,
            rows=rows,
            source=replace(raw, path=path, rows=size, digest=name),
            ruler=calibrate(rows, ids, split, measuring, attributes),
        )
    return samples


def _measuring(workspace: Workspace, settings: EvolveSettings, encoder: Encoder | None) -> Settings:
    return Settings(
        min_yield=settings.min_yield,
        topics=settings.topics,
        evaluation_sets=_evaluation_texts(workspace),
        encoder=encoder,
        seed=settings.seed,
    )


def _evaluation_texts(workspace: Workspace) -> Mapping[str, Sequence[str]]:
    return {
        path: [
            row_text(row) for row in read_rows(Source(name="set", paths=(path,)), workspace.root)
        ]
        for path in workspace.project.evaluation_sets
    }
