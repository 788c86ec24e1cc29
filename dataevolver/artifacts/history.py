"""`evaluations/PLAN.yml`: what was measured when the plan was evolved or evaluated; reviewed and committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataevolver.errors import SpecError
from dataevolver.evaluator import Evaluation, Slice, evaluation_value, foremost, headline
from dataevolver.sources import place_text
from dataevolver.yamlfile import (
    Anything,
    Field,
    Integer,
    ListOf,
    Plain,
    Record,
    Text,
    decode,
    dump,
    load,
    read,
)

_HEADER = (
    "# Written by `dve evolve` and `dve evaluate`, newest last; to be reviewed with the plan.\n"
)
_SHAPE = Record(
    {
        "dve": Field(Integer(minimum=1, maximum=1), required=True),
        "plan": Field(Text(), required=True),
        "evaluations": Field(ListOf(Anything()), required=True),
    },
    "evaluation history",
)
_SHOWN_ATTRIBUTES = 12
_SHOWN_SLICES = 8  # of a kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One evaluation with what it was made of. No times and no paths: the same work, the same bytes."""

    fingerprint: str  # of the plan, 12 hex digits
    by: str  # "evolve" or "evaluate"
    seed: int
    source: Mapping[str, Plain]  # name, rows, digest
    exemplars: Mapping[str, Plain]  # name, rows, digest
    evaluation: Evaluation
    slices: Sequence[Slice] = ()
    rounds: Sequence[Mapping[str, Plain]] = ()
    stopped: str = ""


def add_to_history(path: Path, plan: str, entry: Entry) -> None:
    """Append an entry; one that equals the last is not written again."""
    value = _entry_value(entry)
    earlier = read_history(path)
    if earlier and dump({"e": earlier[-1]}) == dump({"e": value}):
        return
    tree: dict[str, Plain] = {"dve": 1, "plan": plan, "evaluations": (*earlier, value)}
    place_text(path, _HEADER + dump(tree))


def last_headline(text: str, file: str) -> str:
    """What the newest entry of a history says in one line; empty when there is none."""
    entries: Any = _entries(text, file)
    return str(entries[-1].get("says", "")) if entries else ""


def read_history(path: Path) -> tuple[Plain, ...]:
    """The entries, oldest first; none where there is no file. SpecError for a file that is no history."""
    if not path.is_file():
        return ()
    shown = f"{path.parent.name}/{path.name}"
    return _entries(decode(path.read_bytes(), shown), shown)


def _entries(text: str, file: str) -> tuple[Plain, ...]:
    node = load(text, file)
    value, problems = read(node, _SHAPE)
    if problems:
        raise SpecError(problems)
    written: Any = value  # the shape has been checked
    return tuple(written["evaluations"])


def _entry_value(entry: Entry) -> Mapping[str, Plain]:
    measured: Any = _plain(
        evaluation_value(entry.evaluation, foremost(entry.slices, _SHOWN_SLICES))
    )
    measured["attributes"] = measured["attributes"][:_SHOWN_ATTRIBUTES]
    value: dict[str, Plain] = {
        "fingerprint": entry.fingerprint,
        "by": entry.by,
        "seed": entry.seed,
        "source": dict(entry.source),
        "exemplars": dict(entry.exemplars),
        "says": headline(entry.evaluation),
        **measured,
    }
    if entry.rounds:
        value["rounds"] = tuple(entry.rounds)
    if entry.stopped:
        value["stopped"] = entry.stopped
    return value


def _plain(value: object) -> Plain:
    """The same value in the types that YAML files are made of."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_plain(item) for item in value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"an evaluation holds a {type(value).__name__}")
