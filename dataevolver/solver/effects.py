"""What a step makes of the state before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dataevolver.columns import Columns, ColumnType, parse_path, parse_type
from dataevolver.operators import ALL, TABLE, Bound, Fact, Port, references
from dataevolver.solver.needs import UNKNOWN, arguments, declared_type, holds
from dataevolver.solver.paths import alike, is_touched, kind_at, root
from dataevolver.solver.resolution import State


def after(bound: Bound, states: Sequence[State]) -> State:
    """The state after the step, given those of its inputs. Needs are taken as met."""
    before = merge(bound, states)
    written = written_ports(bound, before.columns)
    outputs = tuple(port.column for port in written)
    removes = removed_columns(bound, before.columns)
    removed = tuple(name for name in removes if name not in outputs)
    columns = _columns(bound, before.columns, written)
    derived = _derived(bound, before, outputs, removes)  # also what is written anew
    return State(
        columns=columns,
        facts=_facts(bound, before, (*outputs, *removed), columns),
        stale=_stale(before, outputs, derived),
        derived=derived,
    )


def merge(bound: Bound, states: Sequence[State]) -> State:
    """What a step with these inputs sees: all columns when it adds rows, else its first input.

    A fact on a column holds when it holds in each input that has the column.
    """
    first = states[0]
    if len(states) == 1 or bound.operator.rows != "more":
        return first
    columns: dict[str, ColumnType] = {}
    derived: dict[str, tuple[str, ...]] = {}
    for state in states:
        for name, kind in state.columns.items():
            columns[name] = _wider(columns.get(name, kind), kind)
        derived = {**state.derived, **derived}
    known = sorted({fact for state in states for fact in state.facts})
    facts = frozenset(
        fact
        for fact in known
        if fact.subject != TABLE
        and all(
            holds(fact, state.facts)
            for state in states
            if root(fact.subject, state.columns) in state.columns
        )
    )
    stale = frozenset(name for state in states for name in state.stale)
    return State(columns=columns, facts=facts, stale=stale, derived=derived)


def written_ports(bound: Bound, columns: Columns) -> tuple[Port, ...]:
    """The output ports, without those that are also inputs and not there."""
    absent = {port.column for port in bound.inputs if kind_at(columns, port.column) is None}
    return tuple(port for port in bound.outputs if port.column not in absent)


def removed_columns(bound: Bound, columns: Columns) -> tuple[str, ...]:
    """The columns that the step takes away, also those that it writes anew: `*` is all there are."""
    return tuple(columns) if ALL in bound.removes else bound.removes


def read_paths(bound: Bound, columns: Columns) -> tuple[str, ...]:
    """The paths that the step reads and that are there."""
    paths = (port.column for port in bound.inputs)
    return tuple(path for path in paths if kind_at(columns, path) is not None)


def _wider(known: ColumnType, kind: ColumnType) -> ColumnType:
    return kind if (known.kind, kind.kind) == ("integer", "number") else known


def _columns(bound: Bound, columns: Columns, written: Sequence[Port]) -> dict[str, ColumnType]:
    """What is removed and written again stands behind the others, in the order of the outputs."""
    removes = removed_columns(bound, columns)
    result = {name: kind for name, kind in columns.items() if name not in removes}
    for port in written:
        path = parse_path(port.column)
        if port.column in columns or path is None or not path.field:
            result[port.column] = output_type(bound, port, columns)
    return result


def output_type(bound: Bound, port: Port, columns: Columns) -> ColumnType:
    """The type that the step gives to one of its outputs."""
    declared = declared_type(bound, port)
    if declared in _FROM_INPUTS:
        return _FROM_INPUTS[declared](bound, port, columns)
    kind = parse_type(declared)
    known = columns.get(port.column)
    if kind is None:
        return known or UNKNOWN
    vague = kind.kind in ("list", "struct") and "<" not in declared
    return known if known is not None and vague and known.kind == kind.kind else kind


def _same(bound: Bound, port: Port, columns: Columns) -> ColumnType:
    return kind_at(columns, paired(bound, port)) or UNKNOWN


def _item(bound: Bound, port: Port, columns: Columns) -> ColumnType:
    return _same(bound, port, columns).item or UNKNOWN


def _nested(bound: Bound, _: Port, columns: Columns) -> ColumnType:
    """A struct of all inputs by their names."""
    paths = read_paths(bound, columns)
    fields = tuple((path, kind_at(columns, path) or UNKNOWN) for path in paths)
    return ColumnType(kind="struct", fields=fields)


_FROM_INPUTS: Mapping[str, Callable[[Bound, Port, Columns], ColumnType]] = {
    "same": _same,
    "item": _item,
    "nested": _nested,
}


def paired(bound: Bound, port: Port) -> str:
    """The input that an output of type `same` is made from: the one that a mapping names, else its
    own column, else by position, else the first.
    """
    source = _renamed(bound).get(port.column)
    if source is not None:
        return source
    inputs = [known.column for known in bound.inputs]
    place = bound.outputs.index(port)
    if port.column in inputs:
        return port.column
    if len(inputs) == len(bound.outputs):
        return inputs[place]
    return inputs[0] if inputs else port.column


def _renamed(bound: Bound) -> dict[str, str]:
    """New names to old ones, of the maps whose values the step writes."""
    return {
        str(new): old
        for known in bound.operator.outputs
        if known.column.endswith(".values")
        for name in references(known.column)
        if isinstance(mapping := bound.parameters[name], Mapping)
        for old, new in mapping.items()
    }


def _derived(
    bound: Bound, before: State, outputs: Sequence[str], removed: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """A new column is computed from what was read for it; of a removed column its origins are
    taken instead, and what was computed from it is now computed from what replaces it.
    """
    columns = before.columns
    sources = [
        origin
        for path in read_paths(bound, columns)
        for origin in (
            before.derived.get(root(path, columns), ())
            if root(path, columns) in removed
            else (path,)
        )
    ]
    result = {name: paths for name, paths in before.derived.items() if name not in removed}
    made = [name for name in outputs if name not in columns]
    for name, paths in result.items():
        replaced = [
            origin
            for path in paths
            for origin in (made if root(path, columns) in removed else (path,))
        ]
        result[name] = _unique(replaced, name)
    for output in outputs:
        name = root(output, columns)
        if name not in columns:
            result[name] = _unique(sources, name)
        elif name in before.derived:
            own = before.derived[name] if _reads(bound, name, columns) else ()
            result[name] = _unique((*own, *sources), name)
    return {name: paths for name, paths in result.items() if paths}


def _reads(bound: Bound, name: str, columns: Columns) -> bool:
    return any(root(path, columns) == name for path in read_paths(bound, columns))


def _unique(paths: Sequence[str], but: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for path in paths if root(path) != but))


def _stale(
    before: State, outputs: Sequence[str], derived: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """What was computed from a written column, and what was computed from that in turn."""
    fresh = {root(path, before.columns) for path in outputs}
    stale = set(before.stale)
    changed = set(outputs)
    while changed:
        found = {
            name
            for name, paths in derived.items()
            if name not in fresh and any(is_touched(path, changed) for path in paths)
        }
        changed = found - stale
        stale |= found
    return frozenset((stale & set(derived)) - set(outputs))


def _facts(
    bound: Bound, before: State, touched: Sequence[str], columns: Columns
) -> frozenset[Fact]:
    """Facts on what was written or removed end, unless they are kept; those provided begin."""
    kept = {fact for fact in before.facts if _survives(fact, bound, before, touched)}
    begun = {*kept, *_carried(bound, before, columns), *bound.provides}
    return frozenset(
        fact
        for fact in begun
        if fact.subject == TABLE or kind_at(columns, fact.subject) is not None
    )


def _survives(fact: Fact, bound: Bound, before: State, touched: Sequence[str]) -> bool:
    if _is_kept(fact, bound):
        return True
    if fact.subject != TABLE:
        return not is_touched(fact.subject, touched)
    if bound.operator.rows == "more":
        return False
    about = arguments(fact)
    if about:
        return not any(is_touched(column, touched) for column in about)
    return not any(root(path, before.columns) in before.columns for path in touched)


def _is_kept(fact: Fact, bound: Bound) -> bool:
    return any(
        kept.name in (fact.name, "*") and alike(kept.subject, fact.subject) for kept in bound.keeps
    )


def _carried(bound: Bound, before: State, columns: Columns) -> set[Fact]:
    """A column that is removed and written again under another name takes its kept facts along."""
    renamed = {
        paired(bound, port): port.column
        for port in bound.outputs
        if port.type == "same" and port.column != paired(bound, port)
    }
    return {
        Fact(subject=renamed[fact.subject], name=fact.name)
        for fact in before.facts
        if fact.subject in renamed
        and fact.subject in removed_columns(bound, before.columns)
        and _is_kept(fact, bound)
    }
