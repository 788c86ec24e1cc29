"""Guards: what a gap cannot see. Each is measured against the raw rows and can veto a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dataevolver.evaluator.energy import euclidean
from dataevolver.evaluator.overlap import copies, evaluation_runs, leaks, near_duplicates
from dataevolver.evaluator.topics import Topics, tolerated_shift, topic_shift
from dataevolver.evaluator.vectors import Vectors, unit
from dataevolver.evaluator.wording import percent

Encoder = Callable[[Sequence[str]], Vectors]

_NEAR_DUPLICATES = 0.05  # beyond those of raw rows or exemplars: a filter gathers what it keeps
_COPIES = 0.02
_COPYING_Z = -3.0
_HELD_OUT = 20  # exemplars on each side from which copying z can be told
_FIDELITY = 0.85
_DIVERSITY = 0.85
_DIVERSITY_ROWS = 30  # rows at which effective numbers are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """`value` against `limit`, and what it says in one sentence."""

    name: str
    value: float
    limit: float
    ok: bool
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person may choose. `topics` is preserve or match; `evaluation_sets` holds texts by set.

    With an `encoder`, topics, fidelity and diversity go by its vectors instead of n-grams.
    """

    min_yield: float = 0.3
    topics: str = "preserve"
    evaluation_sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    encoder: Encoder | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows as texts with their content vectors, and the raw row each came from."""

    texts: tuple[str, ...]
    content: Vectors
    sources: NDArray[np.intp]  # index into the raw rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Originals:
    """The texts of all exemplars, guide first, with the content vectors of the guide and the others."""

    texts: tuple[str, ...]
    shown: Vectors
    held_out: Vectors  # empty when none are held back


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """The raw rows and the exemplars as the guards see them; frozen for a run."""

    settings: Settings
    raw: Sample
    meaning: Vectors  # of the raw rows: content vectors, or the encoder's
    originals: Originals
    topics: Topics
    leaked: tuple[frozenset[int], ...]
    near_duplicates: float
    alike: float  # share of the exemplars that nearly repeat another: chance
    copied: tuple[bool, ...]
    copying_z: float
    exemplar_diversity: float
    diversity: float


def guard_baseline(
    raw: Sample, originals: Originals, topics: Topics, settings: Settings
) -> Baseline:
    """Measures the raw rows once."""
    encoder = settings.encoder
    meaning = unit(encoder(raw.texts)) if encoder else raw.content
    centre = meaning.mean(axis=0)
    both = np.vstack([originals.shown, originals.held_out])
    model = unit(encoder(originals.texts)) if encoder else both
    return Baseline(
        settings=settings,
        raw=raw,
        meaning=meaning,
        originals=originals,
        topics=topics,
        leaked=tuple(evaluation_runs(texts) for texts in settings.evaluation_sets.values()),
        near_duplicates=float(np.mean(near_duplicates(raw.texts))),
        alike=float(np.mean(near_duplicates(originals.texts))),
        copied=tuple(copies(raw.texts, originals.texts)),
        copying_z=_copying_z(raw.content, originals),
        exemplar_diversity=_effective_rows(model, centre),
        diversity=_effective_rows(meaning, centre),
    )


def check_guards(baseline: Baseline, sample: Sample) -> tuple[Guard, ...]:
    """All guards that apply, in a fixed order. Needs at least two rows."""
    encoder = baseline.settings.encoder
    meaning = unit(encoder(sample.texts)) if encoder else sample.content
    found = [
        _yield(baseline, sample),
        _near_duplicates(baseline, sample),
        _copies(baseline, sample),
        _copying(baseline, sample),
        _fidelity(baseline, sample, meaning),
        _diversity(baseline, meaning),
        _topics(baseline, sample),
        *_contamination(baseline, sample),
    ]
    return tuple(guard for guard in found if guard is not None)


def _yield(baseline: Baseline, sample: Sample) -> Guard:
    kept, rows = len(np.unique(sample.sources)), len(baseline.raw.texts)
    limit = baseline.settings.min_yield
    value = kept / max(1, rows)
    return Guard(
        name="yield", value=value, limit=limit, ok=value >= limit,
        says=f"{percent(value)} of the raw rows are kept (at least {percent(limit)})",
    )  # fmt: skip


def _near_duplicates(baseline: Baseline, sample: Sample) -> Guard:
    value = float(np.mean(near_duplicates(sample.texts)))
    limit = _NEAR_DUPLICATES + max(baseline.near_duplicates, baseline.alike)
    return Guard(
        name="near_duplicates",
        value=value,
        limit=limit,
        ok=value <= limit,
        says=f"{percent(value, 1)} of the rows nearly repeat another (raw "
        f"{percent(baseline.near_duplicates, 1)}, at most {percent(limit, 1)})",
    )


def _copies(baseline: Baseline, sample: Sample) -> Guard:
    """Exemplars of one mould are like each other by chance, and so is a good row like one of them."""
    copied = np.array(copies(sample.texts, baseline.originals.texts), bool)
    own = np.array(baseline.copied, bool)[sample.sources]
    value = float(np.mean(copied & ~own))
    limit = _COPIES + baseline.alike
    return Guard(
        name="copies",
        value=value,
        limit=limit,
        ok=value <= limit,
        says=f"{percent(value, 1)} of the rows copy an exemplar (at most {percent(limit)})",
    )


def _copying(baseline: Baseline, sample: Sample) -> Guard | None:
    originals = baseline.originals
    if min(len(originals.held_out), len(originals.shown)) < _HELD_OUT:
        return None
    value = _copying_z(sample.content, originals)
    limit = min(_COPYING_Z, baseline.copying_z - 1)
    return Guard(
        name="copying", value=value, limit=limit, ok=value >= limit,
        says=f"rows lie {'no nearer' if value >= 0 else 'nearer'} to the exemplars shown than those "
        f"kept back do (z {value:+.1f}, at least {limit:.1f})",
    )  # fmt: skip


def _fidelity(baseline: Baseline, sample: Sample, meaning: Vectors) -> Guard:
    value = fidelity(baseline.meaning, meaning, sample.sources)
    return Guard(
        name="fidelity", value=value, limit=_FIDELITY, ok=value >= _FIDELITY,
        says=f"a row is most like its own raw row in {percent(value)} of cases "
        f"(at least {percent(_FIDELITY)})",
    )  # fmt: skip


def _diversity(baseline: Baseline, meaning: Vectors) -> Guard:
    scale = max(baseline.exemplar_diversity, 1e-9)
    value = _effective_rows(meaning, baseline.meaning.mean(axis=0)) / scale
    limit = _DIVERSITY * min(1.0, baseline.diversity / scale)
    return Guard(
        name="diversity", value=value, limit=limit, ok=value >= limit,
        says=f"{percent(value)} as diverse as the exemplars (at least {percent(limit)})",
    )  # fmt: skip


def _topics(baseline: Baseline, sample: Sample) -> Guard | None:
    if baseline.settings.topics != "preserve":
        return None
    kept = np.zeros(len(baseline.raw.texts), bool)
    kept[sample.sources] = True
    value = topic_shift(baseline.topics, kept)
    limit = tolerated_shift(baseline.topics, kept, baseline.settings.seed)
    return Guard(
        name="topics", value=value, limit=limit, ok=value <= limit,
        says=f"the mix of topics moved by {percent(value)} (at most {percent(limit)})",
    )  # fmt: skip


def _contamination(baseline: Baseline, sample: Sample) -> list[Guard]:
    found = []
    for name, runs in zip(baseline.settings.evaluation_sets, baseline.leaked, strict=True):
        own = np.array(leaks(baseline.raw.texts, runs), bool)[sample.sources]
        leaking = np.array(leaks(sample.texts, runs), bool)
        new = int((leaking & ~own).sum())
        found.append(
            Guard(
                name=f"contamination.{name}", value=float(new), limit=0.0, ok=new == 0,
                says=f"{new} rows newly share eight words in a row with {name} (none may); "
                f"{int(leaking.sum())} in all",
            )
        )  # fmt: skip
    return found


def fidelity(raw: Vectors, rows: Vectors, sources: NDArray[np.intp]) -> float:
    """Mean chance that a row is nearer to its raw row than to another: 1 faithful, 0.5 unrelated."""
    likeness = rows @ raw.T
    own = likeness[np.arange(len(rows)), sources][:, None]
    ties = (np.abs(likeness - own) < 1e-6).sum(axis=1) - 1
    below = (likeness < own - 1e-6).sum(axis=1)
    return float((below + 0.5 * ties).mean() / max(1, raw.shape[0] - 1))


def _copying_z(rows: Vectors, originals: Originals) -> float:
    """Three-sample test of Meehan et al. 2020; far below 0 means copying, 0 when it cannot be told."""
    shown, held_out = originals.shown, originals.held_out
    if min(len(held_out), len(shown)) < _HELD_OUT:
        return 0.0
    near = euclidean(rows, shown).min(axis=1)
    reference = euclidean(held_out, shown).min(axis=1)
    n, m = len(near), len(reference)
    nearer = (near[:, None] < reference[None]).sum() + 0.5 * (
        near[:, None] == reference[None]
    ).sum()
    return float(-(nearer - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))


def _effective_rows(vectors: Vectors, centre: NDArray[np.float32]) -> float:
    """Effective number of different rows among 30, from the unbiased mean squared cosine (order 2)."""
    if len(vectors) < 2:
        return 1.0
    cosines = unit(vectors - centre)
    squares = (cosines @ cosines.T).astype(np.float64) ** 2
    count = len(vectors)
    mean = (squares.sum() - np.trace(squares)) / (count * (count - 1))
    return float(1 / (1 / _DIVERSITY_ROWS + (1 - 1 / _DIVERSITY_ROWS) * max(0.0, mean)))
