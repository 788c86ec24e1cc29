"""Which rows of the made corpus a tool kept, against what is known of each row."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_COPIES = ("exact_dup", "space_dup", "near_dup")
_SCRIPTS = {
    "Chinese, Japanese": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "Russian": re.compile("[\u0400-\u04ff]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Hindi": re.compile("[\u0900-\u097f]"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A row of the corpus: what it was made as, and which row it was copied from."""

    id: int
    kind: str
    family: int  # the id of the original; the row's own where it is no copy
    language: str  # of a row of the kind `foreign`


def read_made(corpus: Path) -> tuple[Made, ...]:
    """The rows of `corpus.jsonl` as `truth.jsonl` beside it describes them."""
    with (
        (corpus / "corpus.jsonl").open("rb") as texts,
        (corpus / "truth.jsonl").open("rb") as facts,
    ):
        return tuple(
            _made(json.loads(fact), json.loads(text))
            for fact, text in zip(facts, texts, strict=True)
        )


def _made(fact: Mapping[str, object], row: Mapping[str, object]) -> Made:
    kind, number = str(fact["kind"]), int(str(fact["id"]))
    copied = kind in _COPIES
    language = _language(str(row["text"])) if kind == "foreign" else ""
    return Made(
        id=number, kind=kind, family=int(str(fact["of"])) if copied else number, language=language
    )


def _language(text: str) -> str:
    found = (name for name, script in _SCRIPTS.items() if script.search(text))
    return next(found, "German, French, Spanish")


def kept_ids(files: Sequence[Path]) -> frozenset[int]:
    """The ids in a tool's output."""
    return frozenset(int(row["id"]) for file in files for row in _rows(file))


def rejections(file: Path) -> Mapping[int, str]:
    """By id, the step of ours that left a row out."""
    return {int(row["row"]["id"]): str(row["step"]) for row in _rows(file)}


def _rows(file: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with file.open("rb") as lines:
        yield from map(json.loads, lines)


def by_kind(made: Collection[Made], kept: frozenset[int]) -> Iterator[tuple[str, int, int]]:
    """Kind, rows made, rows kept; the foreign ones by language."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for row in made:
        name = f"{row.kind}: {row.language}" if row.language else row.kind
        groups[name].append(row.id in kept)
    for name in sorted(groups):
        yield name, len(groups[name]), sum(groups[name])


def families(made: Collection[Made], kept: frozenset[int]) -> Counter[str]:
    """How many families of copies have one, no or several members kept."""
    members: dict[int, set[int]] = defaultdict(set)
    for row in made:
        if row.id != row.family:
            members[row.family] |= {row.id, row.family}
    names = {0: "none kept", 1: "exactly one kept"}
    return Counter(names.get(len(family & kept), "several kept") for family in members.values())


def differences(
    made: Collection[Made],
    ours: frozenset[int],
    theirs: frozenset[int],
    rejected: Mapping[int, str],
) -> Mapping[str, Counter[str]]:
    """The rows that only one of two tools kept, counted by cause."""
    family = {row.id: row.family for row in made}
    kept_families = [{family[number] for number in kept} for kept in (ours, theirs)]
    only_ours: Counter[str] = Counter()
    only_theirs: Counter[str] = Counter()
    for row in made:
        if row.id in ours and row.id not in theirs:
            another = row.family in kept_families[1]
            only_ours["another copy was kept there" if another else _named(row)] += 1
        elif row.id in theirs and row.id not in ours:
            another = row.family in kept_families[0]
            cause = f"{_named(row)}, left out here by {rejected[row.id]}"
            only_theirs["another copy was kept here" if another else cause] += 1
    return {"kept here only": only_ours, "kept there only": only_theirs}


def _named(row: Made) -> str:
    return f"{row.kind} ({row.language})" if row.language else row.kind
