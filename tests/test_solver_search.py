"""The solver against brute force, on small catalogs made by chance.

The rules are written down here a second time, for flat columns of text, in another way: a world
of plain sets in which steps run one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from small_operators import columns, operator

from dataevolver.errors import UnsatisfiedError
from dataevolver.operators import Bound, Operator, bind
from dataevolver.plans import Plan, Step
from dataevolver.rewriter import rewrite
from dataevolver.solver import Resolution, solve

SOURCE = ("a", "b")
MOST_INSERTED = 2  # by the exhaustive search
Subject = tuple[str, str]


@dataclass(frozen=True)
class World:
    names: frozenset[str]
    facts: frozenset[Subject]
    origins: Mapping[str, frozenset[str]]
    stale: frozenset[str]
    makers: Mapping[str, tuple[tuple[int, Bound], ...]]
    clock: int = 0

    @property
    def key(self) -> object:
        makers = {name: [str(b.parameters) for _, b in m] for name, m in self.makers.items()}
        return str((sorted(self.names), sorted(self.facts), sorted(self.stale), sorted(makers.items()),
                    sorted((name, sorted(paths)) for name, paths in self.origins.items())))  # fmt: skip


def reads(bound: Bound) -> set[str]:
    return {port.column for port in bound.inputs}


def outputs(bound: Bound) -> set[str]:
    return {port.column for port in bound.outputs}


def provided(bound: Bound) -> set[Subject]:
    return {(fact.subject, fact.name) for fact in bound.provides}


def offered(bound: Bound) -> set[Subject]:
    fresh = {(name, matter) for name in outputs(bound) for matter in ("missing", "stale")}
    return provided(bound) | fresh


def lacks(bound: Bound, world: World) -> set[Subject]:
    """Pairs of a column or subject and what is the matter."""
    found = {(name, "missing") for name in reads(bound) - world.names}
    found |= {(name, "missing") for name in set(bound.removes) - world.names}
    found |= {(name, "stale") for name in reads(bound) & world.stale}
    facts = {(fact.subject, fact.name) for fact in bound.requires}
    return found | (facts - world.facts)


def about(fact: Subject) -> set[str]:
    subject, name = fact
    inside = {name[name.index("(") + 1 : -1]} if "(" in name else set()
    return inside if subject == "table" else {subject}


def step(bound: Bound, world: World) -> World:
    written = outputs(bound)
    names = (world.names | written) - (set(bound.removes) - written)
    origins = origins_after(bound, world, names)
    stale, changed = set(world.stale), set(written)
    for _ in names:
        spoilt = {
            name for name, paths in origins.items() if paths & changed and name not in written
        }
        stale |= spoilt
        changed |= spoilt
    makers = {name: made for name, made in world.makers.items() if name in origins}
    for name in written & set(origins):
        if name not in reads(bound):
            makers[name] = ((world.clock, bound),)
        elif name in makers:
            makers[name] = (*makers[name], (world.clock, bound))
    return World(
        names=names,
        facts=facts_after(bound, world, names),
        origins=origins,
        stale=frozenset((stale & set(origins)) - written),
        makers=makers,
        clock=world.clock + 1,
    )


def facts_after(bound: Bound, world: World, names: frozenset[str]) -> frozenset[Subject]:
    touched = outputs(bound) | set(bound.removes)
    kept = {(fact.subject, fact.name) for fact in bound.keeps}
    ended = {fact for fact in world.facts if about(fact) & touched}
    if touched & world.names:
        ended |= {fact for fact in world.facts if fact[0] == "table" and not about(fact)}
    facts = (world.facts - (ended - kept)) | provided(bound)
    return frozenset(fact for fact in facts if fact[0] == "table" or fact[0] in names)


def origins_after(bound: Bound, world: World, names: frozenset[str]) -> dict[str, frozenset[str]]:
    written = outputs(bound)
    gone, new = set(bound.removes) - written, written - world.names
    origins = {
        name: (paths - gone) | (new if paths & gone else set())
        for name, paths in world.origins.items()
        if name in names
    }
    sources: set[str] = set()
    for name in reads(bound):
        sources |= world.origins.get(name, frozenset()) if name in gone else {name}
    for name in written:
        if name in new:
            origins[name] = frozenset(sources)
        elif name in world.origins:
            own = world.origins[name] if name in reads(bound) else frozenset()
            origins[name] = own | sources
    without_itself = {name: frozenset(paths - {name}) for name, paths in origins.items()}
    return {name: paths for name, paths in without_itself.items() if paths}


def commutes(one: Bound, other: Bound) -> bool:
    for first, second in ((one, other), (other, one)):
        if first.operator.scope == "global":
            return False
        if first.operator.scope == "keyed" and (second.operator.scope, second.operator.rows) != (
            "row",
            "same",
        ):
            return False
        said = [(f.subject, f.name) for f in (*second.requires, *second.provides)]
        touched = (
            reads(second)
            | outputs(second)
            | set(second.removes)
            | {n for f in said for n in about(f)}
        )
        if (outputs(first) | set(first.removes)) & touched:
            return False
    return True


def clashes(one: Operator, other: Operator) -> bool:
    return one.name in other.conflicts or other.name in one.conflicts


# ---------------------------------------------------------------- catalogs and plans by chance


def catalog_by(chance: Random) -> dict[str, Operator]:
    count = chance.randint(3, 6)
    return {f"o{i}": operator(f"o{i}", declaration(chance, i, count)) for i in range(count)}


def declaration(chance: Random, number: int, count: int) -> dict[str, Any]:
    each = chance.random() < 0.6
    kind = chance.choice(["rewrite", "rewrite", "new", "filter"])
    parameters: dict[str, Any] = {"column": "column"} if each else {}
    names = [*SOURCE, *SOURCE, *(f"x{i}" for i in range(count) if i != number)]
    inputs = ["$column"] if each else some(chance, names, 1, 2)
    made = f"x{number}"
    if each and kind == "new":
        made = "$into"
        parameters["into"] = {"type": "name", "default": f"${{column}}_{number}"}
    written = {"rewrite": inputs[:1], "new": [made], "filter": []}[kind]
    if chance.random() < 0.3:
        parameters["how"] = "string"  # which nothing determines
    about = ["table: unique($column)" if each else "table: t", "table: t"]
    wanted = [f"{name}: {fact}" for name in inputs for fact in "ffgh"] + about
    given = [
        f"{name}: {fact}" for name in (inputs if each else [*inputs, *written]) for fact in "fgh"
    ]
    given += about[:1]
    return {
        "parameters": parameters,
        "inputs": [f"{name}: text" for name in inputs],
        "outputs": [f"{name}: text" for name in written],
        "rows": "fewer" if kind == "filter" else "same",
        "scope": chance.choice(["row"] * 7 + ["keyed", "global"]),
        "removes": inputs[1:] if not each and kind == "new" and chance.random() < 0.2 else [],
        "requires": some(chance, wanted, 0, 1) if chance.random() < 0.6 else [],
        "provides": some(chance, given, 1, 2),
        "keeps": some(chance, wanted, 0, 2),
        "conflicts": [f"o{(number + 1) % count}"] if chance.random() < 0.05 else [],
        "cost": chance.randint(1, 3),
    }


def some(chance: Random, items: Sequence[str], least: int, most: int) -> list[str]:
    return list(dict.fromkeys(chance.choice(items) for _ in range(chance.randint(least, most))))


def plan_by(chance: Random, catalog: Mapping[str, Operator]) -> Plan:
    made = [f"x{i}" for i in range(len(catalog))] + [f"{c}_{i}" for c in SOURCE for i in range(3)]
    steps = []
    for number in range(chance.randint(1, 4)):
        name = chance.choice(sorted(catalog))
        column = chance.choice([*SOURCE, *SOURCE, *SOURCE, chance.choice(made)])
        given = {"column": column, "how": "so"}
        arguments = {
            known.name: given[known.name] for known in catalog[name].parameters if known.required
        }
        steps.append(Step(id=f"s{number}", operator=name, arguments=arguments))
    optimize = chance.random() < 0.5
    return Plan(name="p", source="raw", exemplars="e", optimize=optimize, steps=tuple(steps))


# ---------------------------------------------------------------- the exhaustive search


def start() -> World:
    return World(frozenset(SOURCE), frozenset(), {}, frozenset(), {})


def insertions(
    world: World, catalog: Mapping[str, Operator], there: set[str], wanted: set[str]
) -> Iterator[Bound]:
    """Every operator on every column, and every repetition that brings a wanted column up to date."""
    for known in catalog.values():
        if (
            known.removes
            or known.parameter("how")
            or any(clashes(known, catalog[name]) for name in there)
        ):
            continue
        for name in sorted(world.names) if known.parameter("column") else [""]:
            bound = bind(known, {"column": name} if name else {})
            if not (outputs(bound) & world.names - reads(bound)):
                yield bound
    for name in sorted(world.stale & wanted):
        for _, bound in world.makers.get(name, ()):
            whole = all([b for _, b in world.makers.get(n, ())] == [bound] for n in outputs(bound))
            if whole and not bound.removes and not clashes(bound.operator, bound.operator):
                yield bound


def works(plan: Plan, catalog: Mapping[str, Operator], bounds: Sequence[Bound]) -> bool:
    """Whether some order with few insertions works: a step may be brought before the next one when
    it gives what that lacks and commutes with all between.
    """
    seen: set[object] = set()
    pending = [(start(), tuple(range(len(bounds))), frozenset(s.operator for s in plan.steps), 0)]
    while pending:
        world, waiting, there, inserted = pending.pop()
        if not waiting:
            return True
        key = (world.key, waiting, there, inserted)
        if key in seen:
            continue
        seen.add(key)
        first = waiting[0]
        missing = lacks(bounds[first], world)
        if not missing:
            pending.append((step(bounds[first], world), waiting[1:], there, inserted))
        for position in range(1, len(waiting)) if missing else ():
            brought = bounds[waiting[position]]
            useful = missing & offered(brought)
            between = (bounds[other] for other in waiting[1:position])
            if useful and not lacks(brought, world) and all(commutes(b, brought) for b in between):
                rest = (*waiting[:position], *waiting[position + 1 :])
                pending.append((step(brought, world), rest, there, inserted))
        if inserted < MOST_INSERTED:
            wanted = {name for position in waiting for name in reads(bounds[position])}
            for bound in insertions(world, catalog, set(there), wanted):
                following = step(bound, world)
                stopped = not missing and lacks(bounds[first], following)
                if not lacks(bound, world) and not stopped:
                    more = there | {bound.operator.name}
                    pending.append((following, waiting, more, inserted + 1))
    return False


def replay(resolution: Resolution) -> World:
    """Each step has what it needs, and the solver knows of the state what the world shows."""
    world = start()
    previous = "raw"
    for known in resolution.steps:
        assert known.inputs == (previous,)
        assert not lacks(known.bound, world), known.id
        world = step(known.bound, world)
        assert world.names == set(known.after.columns)
        assert world.facts == {(fact.subject, fact.name) for fact in known.after.facts}
        assert world.stale == known.after.stale
        previous = known.id
    return world


def check_order(resolution: Resolution) -> None:
    """A step is only passed by one that it does not commute with when it lacks what that gives, or
    is the next one and cannot run; what stands elsewhere, or was not written, says why.
    """
    world = start()
    waiting = [known.id for known in resolution.plan.steps]
    bounds = {known.id: known.bound for known in resolution.steps}
    for known in resolution.steps:
        if known.id in waiting:
            place = waiting.index(known.id)
            apart = [name for name in waiting[:place] if not commutes(bounds[name], known.bound)]
            for name in apart:
                assert name == waiting[0] or lacks(bounds[name], world) & offered(known.bound)
            assert not place or lacks(bounds[waiting[0]], world)
            assert bool(place) == bool(known.moved)
            assert not known.inserted_for
            waiting.remove(known.id)
        else:
            assert " wanted by step " in known.inserted_for
            assert not known.bound.removes
        world = step(known.bound, world)
    assert not waiting


def check_rewritten(before: Resolution, after: Resolution) -> None:
    """The same steps, of which only those that commute have changed places."""
    places = {known.id: place for place, known in enumerate(before.steps)}
    assert sorted(places) == sorted(known.id for known in after.steps)
    for place, later in enumerate(after.steps):
        for earlier in after.steps[:place]:
            if places[later.id] < places[earlier.id]:
                assert commutes(earlier.bound, later.bound)
                assert earlier.bound.operator.rows == "fewer"
                assert earlier.bound.operator.cost < later.bound.operator.cost


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_each_answer_runs_and_each_refusal_is_confirmed(seed: int) -> None:
    chance = Random(seed)
    catalog = catalog_by(chance)
    plan = plan_by(chance, catalog)
    sources = {"raw": columns(dict.fromkeys(SOURCE, "text"))}
    bounds = [bind(catalog[known.operator], known.arguments) for known in plan.steps]
    apart = any(
        clashes(catalog[one.operator], catalog[other.operator])
        for position, one in enumerate(plan.steps)
        for other in plan.steps[:position]
    )
    try:
        resolution = solve(plan, catalog, sources)
    except UnsatisfiedError as error:
        assert apart or not works(plan, catalog, bounds), str(error)
        return
    assert not apart
    assert solve(plan, dict(reversed(catalog.items())), sources) == resolution
    world = replay(resolution)
    check_order(resolution)
    rewritten = rewrite(resolution)
    assert replay(rewritten).facts == world.facts
    check_rewritten(resolution, rewritten)
