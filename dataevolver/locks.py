"""What the solver made of a plan, as a file that is reviewed and compared with the next answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from dataevolver.columns import Columns
from dataevolver.errors import Place, Problem, SpecError
from dataevolver.operators import Value
from dataevolver.plans import fingerprint
from dataevolver.solver import Resolution, ResolvedStep
from dataevolver.yamlfile import (
    Anything,
    Field,
    Integer,
    ListOf,
    MapOf,
    Node,
    Plain,
    Record,
    Text,
    dump,
    load,
    read,
)

HASH_LENGTH = 12  # hex digits; enough to tell versions apart, short enough to read
_HEADER = "# Made by `dve lock`, to be reviewed with the plan. Do not edit: lock again.\n"
_HASH = Text(pattern=f"[0-9a-f]{{{HASH_LENGTH}}}", what=f"{HASH_LENGTH} hex digits")
_COLUMNS = MapOf(Text())

LOCK_SHAPE = Record(
    {
        "dve": Field(Integer(minimum=1, maximum=1), required=True),
        "dataevolver": Field(Text(), required=True, description="The version that made it."),
        "plan": Field(Text(), required=True),
        "fingerprint": Field(_HASH, required=True, description="Of what the plan does to data."),
        "sources": Field(MapOf(_COLUMNS), required=True, description="Their columns and types."),
        "steps": Field(
            ListOf(
                Record(
                    {
                        "id": Field(Text(), required=True),
                        "operator": Field(
                            Text(pattern=r"[^@]+@[0-9]+", what="NAME@VERSION"), required=True
                        ),
                        "library": Field(Text(), required=True),
                        "hash": Field(_HASH, required=True, description="Of the operator."),
                        "from": Field(ListOf(Text()), required=True),
                        "inserted_for": Field(Text(), default=""),
                        "with": Field(
                            MapOf(Anything()), default={}, description="Of an inserted step."
                        ),
                        "moved": Field(Text(), default=""),
                        "columns": Field(
                            _COLUMNS, description="After the step, if it changed any."
                        ),
                    },
                    what="locked step",
                )
            ),
            required=True,
            description="In the order in which they run.",
        ),
    },
    what="lock",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedStep:
    """One step as it was resolved. `columns` is None when the step changed none."""

    id: str
    operator: str  # NAME@VERSION
    library: str
    digest: str
    inputs: tuple[str, ...]
    inserted_for: str = ""
    arguments: Mapping[str, Value] = field(default_factory=dict)  # of an inserted step
    moved: str = ""
    columns: Mapping[str, str] | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A resolution without its code: what is compared to know that nothing has changed."""

    plan: str
    version: str  # of the tool that made it
    fingerprint: str
    sources: Mapping[str, Mapping[str, str]]
    steps: tuple[LockedStep, ...]
    file: str = field(default="", compare=False)

    def step(self, identifier: str) -> LockedStep | None:
        """The step of that id, or None."""
        return next((known for known in self.steps if known.id == identifier), None)


def make_lock(resolution: Resolution, tool_version: str) -> Lock:
    """What is kept of a resolution."""
    return Lock(
        plan=resolution.plan.name,
        version=tool_version,
        fingerprint=fingerprint(resolution.plan)[:HASH_LENGTH],
        sources={name: _types(columns) for name, columns in resolution.sources.items()},
        steps=tuple(_locked(step) for step in resolution.steps),
    )


def lock_text(resolution: Resolution, tool_version: str) -> str:
    """The lock's file: the same resolution gives the same bytes."""
    lock = make_lock(resolution, tool_version)
    header: dict[str, Plain] = {
        "dve": 1,
        "dataevolver": lock.version,
        "plan": lock.plan,
        "fingerprint": lock.fingerprint,
        "sources": lock.sources,
    }
    if not lock.steps:
        return f"{_HEADER}{dump(header)}steps: []\n"
    steps = (dump([_step_tree(step)], indent=2) for step in lock.steps)
    return f"{_HEADER}{dump(header)}steps:\n" + "\n".join(steps)


def read_lock(text: str, file: str) -> Lock:
    """The lock that a file holds. Raises SpecError with every problem of it."""
    node = load(text, file)
    value, problems = read(node, LOCK_SHAPE)
    if problems:
        raise SpecError(problems)
    written = cast("Mapping[str, Plain]", value)
    steps = cast("Sequence[Mapping[str, Plain]]", written["steps"])
    nodes = cast("Mapping[str, Node]", node.value)["steps"].value
    return Lock(
        plan=str(written["plan"]),
        version=str(written["dataevolver"]),
        fingerprint=str(written["fingerprint"]),
        sources=cast("Mapping[str, Mapping[str, str]]", written["sources"]),
        steps=tuple(
            _read_step(step, inner.place)
            for step, inner in zip(steps, cast("tuple[Node, ...]", nodes), strict=True)
        ),
        file=file,
    )


def check_lock(lock: Lock, resolution: Resolution) -> tuple[Problem, ...]:
    """Each way in which the resolution differs from the lock, in words; nothing when it is equal."""
    now = make_lock(resolution, lock.version)
    top = Place(file=lock.file) if lock.file else None
    problems = [
        *(Problem(message=message, place=top) for message in _compare_whole(lock, now)),
        *(
            Problem(message=f'step "{old.id}" {message}', place=old.place)
            for old in lock.steps
            for message in _compare_step(old, now.step(old.id))
        ),
    ]
    if problems:
        hint = "lock again with `dve lock` and review the change"
        problems[-1] = replace(problems[-1], hint=hint)
    return tuple(problems)


def _compare_whole(lock: Lock, now: Lock) -> Iterator[str]:
    if now.plan != lock.plan:
        yield f'the lock is of plan "{lock.plan}", not of "{now.plan}"'
    if now.fingerprint != lock.fingerprint:
        yield f"the plan has changed: its fingerprint is {now.fingerprint}; locked was {lock.fingerprint}"
    for name in lock.sources:
        if name not in now.sources:
            yield f'source "{name}" is not read any more'
    for name, columns in now.sources.items():
        if name not in lock.sources:
            yield f'source "{name}" is not in the lock'
        else:
            yield from (
                f'source "{name}" {change}'
                for change in _compare_columns(lock.sources[name], columns)
            )
    for step in now.steps:
        if lock.step(step.id) is None:
            why = f", inserted for {step.inserted_for}," if step.inserted_for else ""
            yield f'step "{step.id}"{why} is not in the lock'
    old_order = [step.id for step in lock.steps if now.step(step.id)]
    new_order = [step.id for step in now.steps if lock.step(step.id)]
    if old_order != new_order:
        yield f"the steps run as {', '.join(new_order)}; locked was {', '.join(old_order)}"


def _compare_step(old: LockedStep, new: LockedStep | None) -> Iterator[str]:
    if new is None:
        yield "is in the lock and not in the plan" + (
            f": it was inserted for {old.inserted_for}" if old.inserted_for else ""
        )
        return
    for says, part in _PARTS:
        before, after = part(old), part(new)
        if before != after:
            yield f"{says} {after or 'nothing'}; locked was {before or 'nothing'}"
    if old.operator == new.operator and old.digest != new.digest:
        yield f"uses {new.operator}, which has changed: {new.digest}; locked was {old.digest}"
    if old.columns is None or new.columns is None:
        if old.columns is not new.columns:
            yield f"{'changes' if old.columns is None else 'no longer changes'} the columns"
    else:
        yield from (f"afterwards {change}" for change in _compare_columns(old.columns, new.columns))


_PARTS: Sequence[tuple[str, Callable[[LockedStep], str]]] = (
    ("uses", lambda step: step.operator),
    ("takes its operator from library", lambda step: step.library),
    ("reads", lambda step: ", ".join(step.inputs)),
    ("is inserted for", lambda step: step.inserted_for),
    ("is given", lambda step: _shown(step.arguments)),
    ("is moved:", lambda step: step.moved),
)


def _compare_columns(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in old:
        if name not in new:
            yield f'has no column "{name}" any more'
    for name, kind in new.items():
        if name not in old:
            yield f'has a new column "{name}" ({kind})'
        elif kind != old[name]:
            yield f'has {kind} in column "{name}"; locked was {old[name]}'
    if set(old) == set(new) and list(old) != list(new):
        yield f"has its columns as {', '.join(new)}; locked was {', '.join(old)}"


def _shown(arguments: Mapping[str, Value]) -> str:
    return json.dumps(arguments, ensure_ascii=False) if arguments else ""


def _locked(step: ResolvedStep) -> LockedStep:
    operator = step.bound.operator
    before, after = _types(step.before.columns), _types(step.after.columns)
    return LockedStep(
        id=step.id,
        operator=f"{operator.name}@{operator.version}",
        library=operator.library,
        digest=operator.digest[:HASH_LENGTH],
        inputs=step.inputs,
        inserted_for=step.inserted_for,
        arguments=step.bound.parameters if step.inserted_for else {},
        moved=step.moved,
        columns=after if list(before.items()) != list(after.items()) else None,
    )


def _types(columns: Columns) -> dict[str, str]:
    return {name: str(kind) for name, kind in columns.items()}


def _step_tree(step: LockedStep) -> dict[str, Plain]:
    tree: dict[str, Plain] = {
        "id": step.id,
        "operator": step.operator,
        "library": step.library,
        "hash": step.digest,
        "from": list(step.inputs),
    }
    optional: dict[str, Plain] = {
        "inserted_for": step.inserted_for,
        "with": step.arguments,
        "moved": step.moved,
    }
    tree.update((key, value) for key, value in optional.items() if value)
    return tree if step.columns is None else {**tree, "columns": step.columns}


def _read_step(written: Mapping[str, Plain], place: Place) -> LockedStep:
    columns = cast("Mapping[str, str] | None", written["columns"])
    return LockedStep(
        id=str(written["id"]),
        operator=str(written["operator"]),
        library=str(written["library"]),
        digest=str(written["hash"]),
        inputs=tuple(cast("Sequence[str]", written["from"])),
        inserted_for=str(written["inserted_for"]),
        arguments=cast("Mapping[str, Value]", written["with"]),
        moved=str(written["moved"]),
        columns=columns,
        place=place,
    )
